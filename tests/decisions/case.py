"""The decision tables of this folder: every file read, every fault of every file at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from gateway.cli.decision_case import DecisionCase
from gateway.cli.decision_file import read_decision_file
from schema.catalog.data_file import CatalogFault
from schema.catalog.national_loader import load_national

TABLES = Path(__file__).parent
BAD = "_bad.toml"
"""How files end whose cases are to be refused."""


def tables() -> list[Path]:
    """The tables that hold."""
    return [path for path in sorted(TABLES.glob("*.toml")) if not path.name.endswith(BAD)]


def read_tables(paths: Iterable[Path]) -> tuple[DecisionCase, ...]:
    """The cases of all files.

    Errors:  CatalogFault with the faults of all of them
    """
    regulations = load_national().regulations
    cases: list[DecisionCase] = []
    faults: list[str] = []
    for path in paths:
        try:
            cases += read_decision_file(path, regulations)
        except CatalogFault as fault:
            faults += fault.faults
    faults += [
        f"{case.code}: stands in two files" for case in cases if [one.code for one in cases].count(case.code) > 1
    ]
    if faults:
        raise CatalogFault(faults)
    return tuple(cases)


@cache
def all_cases() -> tuple[DecisionCase, ...]:
    """Every case that holds."""
    return read_tables(tables())
