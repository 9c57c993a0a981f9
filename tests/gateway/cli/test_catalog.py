"""Checking the catalog: every edition of every region, every fault with its place."""

from __future__ import annotations

import pytest

from tests.gateway.cli.catalog_draft import CONFIGURED, ROOT, spoil


def test_the_shipped_catalog_holds(creditgraph):
    ended = creditgraph("catalog", "check")
    assert ended.code == 0
    assert ended.out == (
        "catalog TJ-2026-2 of Tianjin 天津市: 28 items, 180 fields, 13 of them not offered yet, 18 kinds of record; "
        "catalog and graph agree\n"
    )
    assert creditgraph("catalog", "check", "--json").json["faults"] == []


def test_all_regions_are_checked_at_once(creditgraph):
    ended = creditgraph("catalog", "check", "--jurisdiction", "all", *CONFIGURED, "--json")
    assert ended.code == 0
    told = ended.json["catalogs"]
    assert [one["edition"] for one in told] == ["HL-2026-1", "LN-2026-1", "SH-2026-1", "TJ-2026-2"]
    assert {(one["fields"], one["notOffered"], one["records"]) for one in told} == {(180, 13, 18)}


def test_what_a_text_has_lost_must_be_said(creditgraph):
    ended = creditgraph("catalog", "check", "--jurisdiction", "LN")
    assert ended.code == 1
    assert "LN.decision_other_unit.unit" in ended.err
    assert creditgraph("catalog", "check", "--jurisdiction", "LN", *CONFIGURED).code == 0


def test_it_may_stand_in_the_settings_and_the_command_line_wins(creditgraph, tmp_path):
    settings = tmp_path / "settings.toml"
    text = (ROOT / "deploy" / "settings.example.toml").read_text("utf-8")
    settings.write_text(text, "utf-8")
    check = ("catalog", "check", "--jurisdiction", "LN", "--settings", str(settings))
    assert creditgraph(*check).code == 0
    wrong = creditgraph(*check, "--configure", "LN.decision_other_unit.unit=soon")
    assert (wrong.code, "`soon`" in wrong.err) == (1, True)


def test_a_configured_value_without_a_key_is_a_wrong_command(creditgraph):
    ended = creditgraph("catalog", "check", "--configure", "5wd")
    assert (ended.code, ended.err) == (2, "creditgraph: `--configure 5wd`: write KEY=VALUE\n")


def test_every_fault_is_told_with_its_place(creditgraph, draft):
    spoil(draft / "national" / "tax.toml", 'publicity = "PUBLIC"', 'publicity = "SECRET"')
    spoil(draft / "national" / "courts.toml", 'update_cycle = "DAILY"', 'update_cycle = "HOURLY"')
    spoil(draft / "editions" / "TJ-2026-2.toml", '"TJ 33"', '"TJ 67"')
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    lines = ended.err.splitlines()
    assert ended.code == 1
    for file, what in (("tax", "SECRET"), ("courts", "HOURLY"), ("TJ-2026-2", "TJ 67")):
        assert any(line.startswith(f"creditgraph: {file}.toml:") and what in line for line in lines), file
    as_json = creditgraph("catalog", "check", "--entries", str(draft), "--json")
    assert [f"creditgraph: {fault}" for fault in as_json.json["faults"]] == lines


def test_a_fault_of_one_region_hides_none_of_another(creditgraph, draft):
    spoil(draft / "editions" / "SH-2026-1.toml", 'code = "SH-2026-1"', 'code = "SH-2026-1"\ncolour = "red"')
    spoil(draft / "editions" / "HL-2026-1.toml", '"HL 46"', '"HL 56"')
    ended = creditgraph("catalog", "check", "--entries", str(draft), "--jurisdiction", "all", *CONFIGURED)
    assert [line.split(":")[1].strip() for line in ended.err.splitlines()] == ["HL-2026-1.toml", "SH-2026-1.toml"]


def test_editions_of_a_region_are_checked_each(creditgraph, draft):
    later = draft / "editions" / "TJ-2027-1.toml"
    later.write_text(
        '[edition]\ncode = "TJ-2027-1"\njurisdiction = "TJ"\nbased_on = "TJ-2026-2"\neffective_from = 2027-01-01\n'
        'adopted_by = "TJ 10"\n\n[[item]]\ncode = "NB99-1"\nagency = "TAX"\n',
        "utf-8",
    )
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    assert ended.err == "creditgraph: TJ-2027-1.toml:9: the national base has no item `NB99-1` of TAX\n"


def test_a_gap_between_catalog_and_graph_is_placed_on_the_side_that_has_it(creditgraph, draft):
    spoil(draft / "national" / "courts.toml", '"JudgmentDefaulter.province"', '"JudgmentDefaulter.planet"')
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    text = (draft / "national" / "courts.toml").read_text("utf-8")
    line = text[: text.index("JudgmentDefaulter.planet")].count("\n") + 1
    source = (ROOT / "schema" / "graph" / "courts.py").read_text("utf-8").splitlines()
    field = next(place for place, one in enumerate(source, 1) if one.strip().startswith("province:"))
    assert ended.code == 1
    assert f"courts.toml:{line}: `JudgmentDefaulter.planet` is in the catalog and not in the graph" in ended.err
    assert f"courts.py:{field}: `JudgmentDefaulter.province` is in the graph and has no catalog item" in ended.err


def test_a_field_that_is_offered_must_not_be_called_not_offered(creditgraph, draft):
    at = 'at = "JudgmentDefaulter.province"\n'
    spoil(draft / "national" / "courts.toml", at, f'{at}  not_offered = "later"\n')
    ended = creditgraph("catalog", "check", "--entries", str(draft))
    assert ended.err.endswith(
        "`JudgmentDefaulter.province` is in the graph, and the catalog says that it is not offered\n"
    )


@pytest.mark.parametrize("region", ["XX", "tj"])
def test_an_unknown_jurisdiction_is_told(creditgraph, region):
    ended = creditgraph("catalog", "check", "--jurisdiction", region)
    assert ended.code == 1
    assert f"`{region}`" in ended.err


def test_a_file_of_no_region_is_told(creditgraph, draft):
    (draft / "editions" / "notes.toml").write_text("", "utf-8")
    ended = creditgraph("catalog", "check", "--jurisdiction", "all", "--entries", str(draft), *CONFIGURED)
    assert (ended.code, "no jurisdiction has the code `notes`" in ended.err) == (1, True)
