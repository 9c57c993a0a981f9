"""Is every field of the graph in the catalog, and every catalog field in the graph? Asked at start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate


def coverage_faults(catalog: Catalog, graph: Iterable[FieldCoordinate]) -> Iterator[str]:
    """One sentence per coordinate that stands on one side only; nothing if both agree.

    A field that the catalog calls not offered yet must not be in the graph: once it is, the catalog is to be put right.
    """
    in_graph = frozenset(graph)
    absent = not_offered(catalog)
    offered = (catalog.entries.keys() | catalog.structural.keys()) - absent
    for coordinate in sorted(in_graph - offered - absent):
        yield f"`{coordinate}` is in the graph and has no catalog item"
    for coordinate in sorted(offered - in_graph):
        yield f"`{coordinate}` is in the catalog and not in the graph"
    for coordinate in sorted(absent & in_graph):
        yield f"`{coordinate}` is in the graph, and the catalog says that it is not offered"


def not_offered(catalog: Catalog) -> frozenset[FieldCoordinate]:
    """Fields that the catalog lists and no workflow brings to the graph yet."""
    return frozenset(at for at, entry in catalog.entries.items() if entry.not_offered)
