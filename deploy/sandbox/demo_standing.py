"""What stands in the demo's register: consents of a few subjects to its bank, filed as an operator files them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from deploy.sandbox.demo_callers import BANK
from gateway.cli.consent_office import open_office
from gateway.cli.standing import file_standing
from gateway.cli.standing_file import read_standing
from gateway.settings import Settings
from schema.catalog.data_file import DataFile

CONSENTING: Final = ("clean", "penalised", "arrears", "rating-c")
"""Subjects that let the bank look; all others have not been asked."""
ITEMS: Final = ("NB01-1", "NB01-2", "NB02-2", "NB05-2", "NB09-1", "SUP-TX1", "ED-AR")
"""What the catalog shares with a lender beyond what is public, and the reports that a lender reads along with it."""


def write_standing(folder: Path, subjects: Mapping[str, str], day: date) -> Path:
    """Write `standing.toml`: consents given on this day, in writing, to the end of the next year."""
    items = ", ".join(f'"{code}"' for code in ITEMS)
    consents = [
        f"""[[consent]]
subject = "{subjects[name]}"  # {name}
organisation = "{BANK}"
items = [{items}]
purposes = ["CREDIT_GRANTING"]
given_on = {day.isoformat()}
ends_on = {date(day.year + 1, 12, 31).isoformat()}
is_written = true
was_warned = true
"""
        for name in CONSENTING
    ]
    path = folder / "standing.toml"
    path.write_text("\n".join(consents), encoding="utf-8")
    return path


async def file_consents(path: Path, settings: Settings) -> Mapping[str, str]:
    """File them where the gateway with these settings will look; returns the id of each by its subject's name.

    Errors:  RegisterFault; KeyFault; StandingFaults for a file with faults
    """
    read = read_standing(DataFile.open(path), frozenset(settings.catalog.code_exceptions))
    async with open_office(settings) as office:
        filed = await file_standing(read, office, settings)
    return {name: file.consent_id for name, file in zip(CONSENTING, filed, strict=True)}
