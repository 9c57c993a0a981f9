"""Each switch is set once, to a value it knows, with the details of that value and an article that may say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.switch_reader import asked_for, readable_limit, readable_term
from schema.catalog.switches import SwitchName
from tests.schema.catalog.builders import line_of
from tests.schema.catalog.packs import LOST, changed, faults_of, load_text, pack_text

TIANJIN, LIAONING = pack_text("tianjin"), pack_text("liaoning")
QUERY = 'code = "query_period"'
REPORTS = 'code = "free_reports"'
LINKED = 'code = "linked_persons"'
OTHER = 'code = "decision_other_unit"'
DEFAULTERS = 'code = "defaulters_listed"'


@pytest.mark.parametrize(
    ("after", "old", "new", "sentence"),
    [
        (QUERY, 'code = "query_period"', 'code = "query_time"', "`query_time` is not a valid switch"),
        (QUERY, '"FIXED"', '"ALWAYS"', "`ALWAYS` is not a value of `query_period`, which has FIXED, STATE, CATALOG"),
        (QUERY, '"FIXED"', "5", "`5` is not a value of `query_period`, which has FIXED, STATE, CATALOG"),
        (QUERY, '"FIXED"\nterm', '"STATE"\nterm', "unknown key `term`"),
        (QUERY, '"P5Y"', '"5 years"', "`5 years` is not a valid limit"),
        (QUERY, '"P5Y"', '"P0Y"', "`P0Y` is not a valid limit"),
        (QUERY, '"P5Y"', '"P9999Y"', "`P9999Y` is not a valid limit"),
        (QUERY, '"P5Y"', "5", "`5` is not a valid limit"),
        (
            QUERY,
            '"TJ 42"',
            '"TJ 67"',
            "`TJ 67` is not an article of Tianjin Social Credit Regulation, which has 1 to 66",
        ),
        (QUERY, '"TJ 42"', '"XX 42"', "`XX 42` cites `XX`, which is not among the regulations"),
        (QUERY, '"TJ 42"', '"TJ42"', "`TJ42` is not a valid article"),
        (
            QUERY,
            '"TJ 42"',
            '"TJ silent"',
            "`TJ silent` beside `FIXED`: `silent` goes with NOT_SAID and with nothing else",
        ),
        (
            DEFAULTERS,
            '"TJ silent"',
            '"TJ 28"',
            "`TJ 28` beside `NOT_SAID`: `silent` goes with NOT_SAID and with nothing else",
        ),
        (DEFAULTERS, '"TJ silent"', '"SH silent"', "`SH silent`: only the jurisdiction's own text can be silent"),
        (REPORTS, "count = 2", "count = 0", "`count` must be a number above 0"),
        (REPORTS, "count = 2", "count = true", "`count` must be a number above 0"),
        (REPORTS, "count = 2", 'count = "CONFIGURED"', "`count` must be a number above 0"),
        (REPORTS, '"CREDIT_SERVICE_ESTABLISHMENT"', '"KING"', "`KING` is not a valid name here"),
        (REPORTS, '["CREDIT_SERVICE_ESTABLISHMENT"]', "[]", "`from` names nobody"),
        (LINKED, '"ACTUAL_CONTROLLER"', '"COUSIN"', "`COUSIN` is not a valid name here"),
        (OTHER, '"10wd"', '"0wd"', "`0wd` is not a valid limit"),
        (OTHER, '"10wd"', '"P0D"', "`P0D` is not a valid limit"),
        (OTHER, 'whole = "10wd"', 'whole = "10wd"\nexample = "x"', "unknown key `example`"),
    ],
)
def test_a_switch_with_one_mistake(tmp_path: Path, after: str, old: str, new: str, sentence: str) -> None:
    text = changed(TIANJIN, old, new, after=after)
    line = _line_behind(TIANJIN, after, old) + new.count("\n")
    assert f"pack.toml:{line}: {sentence}" in faults_of(tmp_path, text)


def _line_behind(text: str, after: str, part: str) -> int:
    return text.count("\n", 0, text.index(part, text.index(after))) + 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('code = "query_period"\n', "`code` is missing"),
        ('value = "FIXED"\n', "`value` is missing"),
        ('term = "P5Y"\n', "`term` is missing"),
        ('article = "TJ 42"\n', "`article` is missing"),
    ],
)
def test_a_switch_that_lacks_a_key_is_told_at_its_head(tmp_path: Path, line: str, sentence: str) -> None:
    text = changed(TIANJIN, line, "", after=QUERY)
    assert f"pack.toml:{line_of(TIANJIN, QUERY) - 1}: {sentence}" in faults_of(tmp_path, text)


@pytest.mark.parametrize("name", list(SwitchName))
def test_no_switch_may_be_missing(tmp_path: Path, name: SwitchName) -> None:
    start = TIANJIN.index(f'[[switch]]\ncode = "{name}"')
    end = TIANJIN.index("\n[[", start)
    assert f"pack.toml:1: the switch `{name}` is missing" in faults_of(tmp_path, TIANJIN[:start] + TIANJIN[end:])


def test_no_switch_may_be_set_twice(tmp_path: Path) -> None:
    text = TIANJIN + '\n[[switch]]\ncode = "minors"\nvalue = "LENIENT"\narticle = "TJ 2"\n'
    assert faults_of(tmp_path, text) == (f"pack.toml:{text.count(chr(10)) - 2}: the switch `minors` is set twice",)


def test_liaoning_does_not_start_without_the_number_that_its_text_has_lost(tmp_path: Path) -> None:
    line = line_of(LIAONING, 'unit = "CONFIGURED"')
    told = (
        "the text of LN 37 has lost the number of working days within which another unit answers: "
        'set `catalog.configured."LN.decision_other_unit.unit"`, for example to 5wd (unconfirmed)'
    )
    assert faults_of(tmp_path, LIAONING, code="LN") == (f"pack.toml:{line}: {told}",)


def test_liaoning_starts_with_its_number_and_the_deadline_has_it_too(tmp_path: Path) -> None:
    liaoning = load_text(tmp_path, LIAONING, code="LN", configured={"LN.decision_other_unit.unit": "7wd"})
    assert str(liaoning.switches[SwitchName.DECISION_OTHER_UNIT].details["unit"]) == "7wd"
    assert str(liaoning.deadlines["D-LN-37f"].limit) == "7wd"


def test_a_number_that_is_none_is_told_with_its_setting(tmp_path: Path) -> None:
    line = line_of(LIAONING, 'unit = "CONFIGURED"')
    told = '`soon` is not a valid limit for `catalog.configured."LN.decision_other_unit.unit"`'
    assert faults_of(tmp_path, LIAONING, code="LN", configured={"LN.decision_other_unit.unit": "soon"}) == (
        f"pack.toml:{line}: {told}",
    )


def test_a_lost_value_must_say_what_is_lost(tmp_path: Path) -> None:
    text = changed(LIAONING, "\nlost = ", "\n# lost = ")
    assert any("`lost` is missing" in fault for fault in faults_of(tmp_path, text, code="LN", configured=LOST))


def test_what_a_pack_asks_for_is_known_without_reading_it_whole() -> None:
    lost = {"code": "query_period", "value": "CONFIGURED", "term": "CONFIGURED"}
    assert asked_for({"code": "LN", "switch": [lost, 5]}) == {"LN.query_period.term"}
    assert asked_for({"code": "LN", "switch": 5}) == asked_for({}) == frozenset()


def test_a_limit_of_no_length_or_past_the_calendar_is_none() -> None:
    assert str(readable_limit("P1Y")) == "P1Y"
    assert str(readable_limit("3wd")) == "3wd"
    assert str(readable_term("P3M")) == "P3M"
    with pytest.raises(ValueError):
        readable_term("P0D")
    with pytest.raises(OverflowError):
        readable_limit("P9999Y")
