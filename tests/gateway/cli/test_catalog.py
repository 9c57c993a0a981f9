"""Checking the catalog: every fault with its place."""

from __future__ import annotations

import shutil

import pytest

from tests.gateway.cli.conftest import ROOT

ENTRIES = ROOT / "schema" / "catalog" / "entries"


@pytest.fixture
def draft(tmp_path):
    """A copy of the entries that may be spoilt."""
    return shutil.copytree(ENTRIES, tmp_path / "draft")


def spoil(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


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
