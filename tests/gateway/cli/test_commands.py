"""The other commands: exports, checks and settings, and how each outcome ends."""

from __future__ import annotations

import shutil

import pytest
from graphql import build_schema

from tests.gateway.cli.conftest import ROOT

EXAMPLE = ROOT / "deploy" / "settings.example.toml"
ENTRIES = ROOT / "schema" / "catalog" / "entries"


@pytest.fixture
def draft(tmp_path):
    """A copy of the entries that may be spoilt."""
    return shutil.copytree(ENTRIES, tmp_path / "draft")


def spoil(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_help_tells_the_exit_codes(creditgraph):
    for arguments in (("--help",), ("check", "--help"), ("serve", "--help"), ("catalog", "check", "--help")):
        ended = creditgraph(*arguments)
        assert ended.code == 0
        assert "Exit codes:" in ended.out


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


def test_the_shipped_catalog_holds(creditgraph):
    ended = creditgraph("catalog", "check")
    assert ended.code == 0
    assert "catalog and graph agree" in ended.out
    assert creditgraph("catalog", "check", "--json").json["faults"] == []


def test_every_fault_is_told_with_its_place(creditgraph, draft):
    spoil(draft / "tax.toml", 'sensitivity = "PUBLIC"', 'sensitivity = "SECRET"')
    spoil(draft / "courts.toml", 'update_cycle = "DAILY"', 'update_cycle = "HOURLY"')
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    lines = ended.err.splitlines()
    assert ended.code == 1
    assert any(line.startswith("creditgraph: tax.toml:") and "SECRET" in line for line in lines)
    assert any(line.startswith("creditgraph: courts.toml:") and "HOURLY" in line for line in lines)
    as_json = creditgraph("catalog", "check", "--entries", str(draft), "--json")
    assert [f"creditgraph: {fault}" for fault in as_json.json["faults"]] == lines


def test_a_gap_between_catalog_and_graph_is_placed_on_the_side_that_has_it(creditgraph, draft):
    spoil(draft / "courts.toml", '"JudgmentDefaulter.province"', '"JudgmentDefaulter.planet"')
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    text = (draft / "courts.toml").read_text("utf-8")
    line = text[: text.index("JudgmentDefaulter.planet")].count("\n") + 1
    source = (ROOT / "schema" / "graph" / "courts.py").read_text("utf-8").splitlines()
    field = next(place for place, one in enumerate(source, 1) if one.strip().startswith("province:"))
    assert ended.code == 1
    assert f"courts.toml:{line}: `JudgmentDefaulter.planet` is in the catalog and not in the graph" in ended.err
    assert f"courts.py:{field}: `JudgmentDefaulter.province` is in the graph and has no catalog item" in ended.err


def test_an_unknown_jurisdiction_is_told(creditgraph):
    ended = creditgraph("catalog", "check", "--jurisdiction", "XX")
    assert ended.code == 1
    assert "`XX`" in ended.err


def test_settings_are_shown_without_secrets(creditgraph):
    ended = creditgraph("settings", "show", "--settings", str(EXAMPLE))
    assert ended.code == 0
    assert "server.port " in ended.out
    assert "example-cache-key" not in ended.out
    shown = creditgraph("settings", "show", "--json", CREDITGRAPH_SETTINGS=str(EXAMPLE), CREDITGRAPH__SERVER__PORT="9")
    assert shown.json["server.port"] == 9
    assert set(shown.json["cache.key"]) == {"*"}


def test_the_variables_of_check_are_no_settings(creditgraph):
    variables = {"CREDITGRAPH_URL": "http://127.0.0.1:9", "CREDITGRAPH_TOKEN": "x"}
    assert creditgraph("settings", "show", "--settings", str(EXAMPLE), **variables).code == 0


@pytest.mark.parametrize("command", [("settings", "show"), ("serve",)])
def test_wrong_settings_end_with_2_and_every_fault(creditgraph, command):
    ended = creditgraph(*command, "--settings", str(EXAMPLE), CREDITGRAPH__SERVER__PORT="x", CREDITGRAPH__NO__KEY="1")
    assert (ended.code, ended.out) == (2, "")
    assert "`server.port`" in ended.err
    assert "unknown setting `no" in ended.err
    assert "Traceback" not in ended.err
    missing = creditgraph(*command, "--settings", "absent.toml", "--json")
    assert missing.code == missing.json["exitCode"] == 2
    assert "cannot be read" in missing.json["faults"][0]


@pytest.mark.parametrize("arguments", [("nonsense",), ("check",), ("catalog", "check", "--nonsense"), ()])
def test_wrong_usage_ends_with_2(creditgraph, arguments):
    ended = creditgraph(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.err
