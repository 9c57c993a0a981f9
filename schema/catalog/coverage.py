"""Is every field of the graph in the catalog, and every catalog field in the graph? Asked at start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate


def coverage_faults(catalog: Catalog, graph: Iterable[FieldCoordinate]) -> Iterator[str]:
    """One sentence per coordinate that stands on one side only; nothing if both agree."""
    in_graph = frozenset(graph)
    in_catalog = catalog.entries.keys() | catalog.structural.keys()
    for coordinate in sorted(in_graph - in_catalog):
        yield f"`{coordinate}` is in the graph and has no catalog item"
    for coordinate in sorted(in_catalog - in_graph):
        yield f"`{coordinate}` is in the catalog and not in the graph"
