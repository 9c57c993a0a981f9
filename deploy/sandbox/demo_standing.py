"""What stands in the demo's register: consents of a few subjects to its bank, filed as an operator files them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from gateway.cli.standing_file import read_standing
from gateway.registers.engine import open_engine
from gateway.registers.standing import StandingRegister
from gateway.settings import Settings
from schema.catalog.data_file import DataFile

BANK: Final = "虚拟示例银行"
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


async def file_standing(path: Path, settings: Settings) -> None:
    """File it where the gateway with these settings will look.

    Errors:  RegisterFault; ValueError for a file with faults
    """
    data = DataFile.open(path)
    entries = read_standing(data, frozenset(settings.catalog.code_exceptions))
    if data.faults:
        raise ValueError("; ".join(data.faults))
    engine = open_engine(settings.database.url.get_secret_value())
    register = StandingRegister(engine)
    try:
        await register.start()
        await register.file(entries)
    finally:
        await register.aclose()
        await engine.dispose()
