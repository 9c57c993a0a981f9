"""Which editions there are, and what one says otherwise than another."""

from __future__ import annotations

from pathlib import Path

from tests.gateway.cli.catalog_draft import CONFIGURED, spoil

LATER = """\
[edition]
code = "TJ-2027-1"
jurisdiction = "TJ"
based_on = "TJ-2026-2"
effective_from = 2027-01-01
adopted_by = "TJ 10"

[[item]]
code = "NB03-2"
agency = "MARKET_REGULATION"
update_cycle = "DAILY"

  [[item.field]]
  at = "AdministrativePenalty.fineAmount"
  sensitivity = "CONDITIONAL"
  sharing_scope = "STATE_ORGANS"
"""


def _later(draft: Path) -> tuple[str, str]:
    (draft / "editions" / "TJ-2027-1.toml").write_text(LATER, "utf-8")
    return "--entries", str(draft)


def test_the_editions_that_ship(creditgraph):
    ended = creditgraph("catalog", "editions")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "edition    from        until before  based on  adopted by",
        "HL-2026-1  2026-01-01  -             -         HL 7",
        "LN-2026-1  2026-01-01  -             -         LN 10",
        "SH-2026-1  2026-01-01  -             -         SH 10",
        "TJ-2026-2  2026-01-01  -             -         TJ 10",
    ]


def test_editions_of_one_region_for_programs(creditgraph, draft):
    ended = creditgraph("catalog", "editions", "--jurisdiction", "TJ", *_later(draft), "--json")
    first, second = ended.json["editions"]
    assert (first["edition"], first["effectiveFrom"], first["effectiveTo"]) == ("TJ-2026-2", "2026-01-01", "2027-01-01")
    assert (second["basedOn"], second["effectiveTo"], second["adoptedBy"]) == ("TJ-2026-2", None, "TJ 10")


def test_editions_that_contradict_one_another_are_told(creditgraph, draft):
    entries = _later(draft)
    spoil(draft / "editions" / "TJ-2027-1.toml", "2027-01-01", "2026-01-01")
    ended = creditgraph("catalog", "editions", *entries)
    assert ended.code == 1
    assert ended.err == ("creditgraph: TJ-2026-2.toml:8: editions `TJ-2026-2` and `TJ-2027-1` begin on the same day\n")


def test_what_an_edition_changes_is_a_table(creditgraph, draft):
    ended = creditgraph("catalog", "compare", "TJ-2026-2", "TJ-2027-1", *_later(draft))
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "~ NB03-2 MARKET_REGULATION          update_cycle   ON_EVENT -> DAILY",
        "~ AdministrativePenalty.fineAmount  sensitivity    PUBLIC -> CONDITIONAL",
        "~                                   sharing_scope  +STATE_ORGAN, -PUBLIC",
        "3 differences from TJ-2026-2 to TJ-2027-1",
    ]


def test_what_it_changes_for_programs(creditgraph, draft):
    ended = creditgraph("catalog", "compare", "TJ-2026-2", "TJ-2027-1", *_later(draft), "--json")
    assert ended.json["changes"][0] == {
        "kind": "CHANGED",
        "at": "NB03-2 MARKET_REGULATION",
        "attribute": "update_cycle",
        "old": "ON_EVENT",
        "new": "DAILY",
    }


def test_regions_are_compared_alike(creditgraph):
    ended = creditgraph("catalog", "compare", "TJ-2026-2", "LN-2026-1", *CONFIGURED)
    assert ended.code == 0
    assert "retention        none -> P5Y" in ended.out
    assert creditgraph("catalog", "compare", "TJ-2026-2", "TJ-2026-2").out == (
        "0 differences from TJ-2026-2 to TJ-2026-2\n"
    )


def test_items_that_come_and_go(creditgraph, draft):
    path = draft / "editions" / "SH-2026-1.toml"
    spoil(path, '[[item]]\ncode = "NB11-1"\nagency = "ENTERPRISE_DISCLOSURE"\nlegal_basis = "SH 9, 29"\n', "")
    lines = creditgraph("catalog", "compare", "TJ-2026-2", "SH-2026-1", "--entries", str(draft)).out.splitlines()
    assert {"- NB11-1 ENTERPRISE_DISCLOSURE", "- CommendationRecord.honorName"} <= set(lines)
    back = creditgraph("catalog", "compare", "SH-2026-1", "TJ-2026-2", "--entries", str(draft), "--json").json[
        "changes"
    ]
    assert {"kind": "ADDED", "at": "CommendationRecord.honorName"} in back


def test_an_edition_that_is_not_there(creditgraph):
    ended = creditgraph("catalog", "compare", "TJ-2026-2", "TJ-2020-1")
    assert (ended.code, ended.err) == (1, "creditgraph: jurisdiction `TJ` has no edition `TJ-2020-1`\n")
