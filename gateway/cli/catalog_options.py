"""What the commands about catalogs share: where the files are, what an operator has to say, which regions are meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from gateway.cli.exits import end_with
from gateway.cli.show_settings import read_settings
from schema.catalog.catalog import Catalog
from schema.catalog.edition_reader import jurisdictions_with_editions
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.catalog.national_base import read_national_base
from schema.catalog.national_loader import load_national

ALL: Final = "all"

Entries = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder with national/ and editions/ instead of the shipped one."),
]
Configure = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="A value that a regulation's text has lost; may be given several times."),
]
Region = Annotated[str, typer.Option(help=f"Code of the jurisdiction, or `{ALL}`.")]


def read_configured(given: Sequence[str] | None, settings: Path | None, *, as_json: bool) -> dict[str, str]:
    """The values of the settings file, if one is named, and those of the command line above them."""
    configured = dict(read_settings(settings, as_json=as_json).catalog.configured) if settings is not None else {}
    for one in given or ():
        key, is_pair, value = one.partition("=")
        if not is_pair:
            end_with([f"`--configure {one}`: write KEY=VALUE"], as_json=as_json)
        configured[key.strip()] = value.strip()
    return configured


def regions(jurisdiction: str, entries: Path | None) -> tuple[str, ...]:
    """The jurisdictions that are meant."""
    return jurisdictions_with_editions(entries) if jurisdiction == ALL else (jurisdiction,)


class CatalogReader:
    """Reads editions that share national law and national base."""

    def __init__(self, entries: Path | None, configured: dict[str, str]) -> None:
        self.entries = entries
        self._configured = configured
        self._national = load_national()
        self._base = read_national_base(entries)

    def read(self, jurisdiction: str, edition: str | None = None) -> Catalog:
        """One edition, or the newest one.

        Errors:  CatalogFault
        """
        law = load_jurisdiction(jurisdiction, configured=self._configured, national=self._national)
        return load_catalog(law, self.entries, national=self._national, edition=edition, base=self._base)
