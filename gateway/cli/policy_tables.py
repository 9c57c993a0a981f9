"""Policy tables for the command: of an edition as it is judged now, or from a file that was stored before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLObjectType, get_named_type

from gateway.cli.catalog_options import CatalogReader
from policies.table import PERSON, PolicyTable, first_day, policy_table
from policies.table_form import TableFault, read, written
from schema.graph.assemble import Graph
from schema.vocabulary.identifiers import FieldCoordinate


class TableReader:
    """Makes tables of editions, and reads stored ones."""

    def __init__(self, catalogs: CatalogReader, graph: Graph) -> None:
        self._catalogs = catalogs
        self._holders = person_fields(graph)

    def pair(self, old: str, new: str) -> tuple[PolicyTable, PolicyTable]:
        """Two tables to compare; editions are judged on the later of both days, so that time alone changes nothing.

        Errors:  CatalogFault, TableFault
        """
        stored = [read_table(Path(one)) if Path(one).is_file() else None for one in (old, new)]
        catalogs = [
            None if table is not None else self._catalogs.read(one.partition("-")[0], one)
            for one, table in zip((old, new), stored, strict=True)
        ]
        days = [table.as_of for table in stored if table is not None]
        days += [first_day(catalog) for catalog in catalogs if catalog is not None]
        made = [
            policy_table(catalog, self._holders, as_of=max(days)) if catalog is not None else table
            for table, catalog in zip(stored, catalogs, strict=True)
        ]
        first, second = (table for table in made if table is not None)
        return first, second

    def table(self, edition: str, *, as_of: date | None = None) -> PolicyTable:
        """The table of an edition as it is judged now.

        Errors:  CatalogFault
        """
        catalog = self._catalogs.read(edition.partition("-")[0], edition)
        return policy_table(catalog, self._holders, as_of=as_of)


def person_fields(graph: Graph) -> frozenset[FieldCoordinate]:
    """Fields of the graph that lead to a person."""
    return frozenset(
        FieldCoordinate(f"{name}.{field_name}")
        for name, kind in graph.core.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        for field_name, field in kind.fields.items()
        if get_named_type(field.type).name == PERSON
    )


def read_table(path: Path) -> PolicyTable:
    """A stored table.

    Errors:  TableFault
    """
    try:
        return read(orjson.loads(path.read_bytes()))
    except TableFault as fault:
        raise TableFault(f"`{path}`: {fault}") from fault
    except (OSError, ValueError) as fault:
        raise TableFault(f"`{path}` cannot be read as a policy table") from fault


def table_text(table: PolicyTable) -> str:
    """The table as it is stored: each pattern and each group on a line of its own, so that versions can be compared."""
    parts = [f'"{name}": {_value(value)}' for name, value in written(table).items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(_line(one) for one in value) + "\n]"
    return orjson.dumps(value).decode()


def _line(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value).decode()
