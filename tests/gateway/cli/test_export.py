"""The graph as text, with and without what the catalog says."""

from __future__ import annotations

from graphql import build_schema

from tests.gateway.cli.conftest import ROOT


def test_the_graph_is_exported_as_it_is_kept(creditgraph, tmp_path):
    plain = creditgraph("export-sdl")
    assert plain.out == (ROOT / "tests" / "golden" / "schema.graphql").read_text("utf-8")
    assert creditgraph("export-sdl", "--json").json["sdl"] == plain.out
    ended = creditgraph("export-sdl", "--with-catalog", "TJ", "--output", "graph.graphql")
    assert (ended.code, ended.out) == (0, "")
    written = (tmp_path / "graph.graphql").read_text("utf-8")
    assert "**Catalog NB01-2**" in written
    assert build_schema(written).query_type is not None


def test_an_export_that_cannot_be_written_ends_with_2(creditgraph):
    ended = creditgraph("export-sdl", "--output", "no/such/folder")
    assert (ended.code, ended.out) == (2, "")
    assert "cannot be written" in ended.err
    assert creditgraph("export-sdl", "--with-catalog", "XX").code == 2
