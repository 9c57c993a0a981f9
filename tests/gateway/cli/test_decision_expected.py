"""What a case expects is held against itself; the tables that are refused stand in `tests/decisions/*_bad.toml`."""

from __future__ import annotations

import pytest

from gateway.cli.decision_case import Outcome, Ruling
from gateway.cli.decision_expected import cited_fault, read_expected
from schema.catalog.entry import MaskKind
from schema.catalog.national_loader import load_national

REGULATIONS = load_national().regulations


def expected(given, *, has_record=True):
    faults: list[str] = []
    return read_expected(given, has_record=has_record, regulations=REGULATIONS, complain=faults.append), faults


@pytest.mark.parametrize(
    ("given", "ruling"),
    [
        ({"verdict": "SHOW", "objected": True}, Ruling(Outcome.SHOW, is_objected=True)),
        (
            {"verdict": "MASK", "mask": "M6", "article": "TJ 4"},
            Ruling(Outcome.MASK, "MASKED", "masking", "TJ 4", MaskKind.M6),
        ),
        (
            {"verdict": "SILENT", "code": "RESTORED", "rule": "restored", "article": "TJ 45¶2"},
            Ruling(Outcome.SILENT, "RESTORED", "restored", "TJ 45¶2"),
        ),
    ],
)
def test_what_is_expected_becomes_a_ruling(given, ruling):
    assert expected(given) == (ruling, [])


def test_without_a_verdict_nothing_is_expected():
    assert expected({"verdict": "PERHAPS"}) == (None, ["`PERHAPS` is not a valid verdict"])


def test_an_article_must_be_one_that_can_be_looked_up():
    assert cited_fault("TJ 37¶2", REGULATIONS) == ""
    assert cited_fault("house rule", REGULATIONS) == ""
    assert "is not a valid article" in cited_fault("TJ", REGULATIONS)
    assert "1 to 66" in cited_fault("TJ 67", REGULATIONS)
    _, faults = expected({"verdict": "SILENT", "code": "RESTORED", "rule": "restored", "article": "TJ"})
    assert faults == ["`TJ` is not a valid article"]
