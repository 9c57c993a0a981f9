"""How long a record is displayed (Tianjin Art. 42, Shanghai 35, Heilongjiang 37, Liaoning 10; the state's rule)."""

from __future__ import annotations

from datetime import date

import pytest

from policies.rules.display_period import prepare
from schema.catalog.entry import Character, DisplayTerm, JudgedFacts
from schema.catalog.jurisdiction import Grade, NationalLaw, NationalPeriod
from schema.vocabulary.periods import Term
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import RecordKind, SourceRecord
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_record_case

EXPIRED = ReasonCode.DISPLAY_EXPIRED
ANCHORED = DisplayTerm(anchor="endedOn")
JUDGED = JudgedFacts(decided="decidedOn", grade="kinds")
FROM_APRIL = date(2026, 4, 1)


def a_grade(name: str, longest: str | None, *values: str, only: bool = False) -> Grade:
    return Grade(name, frozenset(values), only, Term.parse(longest) if longest else None, None)


def a_period(decided_from: date | None, decided_to: date | None, *grades: Grade) -> NationalPeriod:
    kind, article = RecordKind.ADMINISTRATIVE_PENALTY, SourceArticle("NDRC36", "display")
    return NationalPeriod("P", kind, decided_from, decided_to, grades, article)


STATE = NationalLaw(
    (
        a_period(None, FROM_APRIL, a_grade("general", "P3Y")),
        a_period(
            FROM_APRIL,
            None,
            a_grade("serious", "P3Y", "LICENCE", "DETENTION"),
            a_grade("minor", None, "WARNING", only=True),
            a_grade("general", "P1Y"),
        ),
    ),
    {},
)


def a_penalty(**facts: object) -> SourceRecord:
    return a_record(RecordKind.ADMINISTRATIVE_PENALTY, facts)  # type: ignore[arg-type]  # facts of any form


@pytest.mark.parametrize("region", REGIONS)
def test_what_its_agency_no_longer_displays_nobody_displays(region: str) -> None:
    record = a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, is_displayed=False)
    assert prepare(a_record_case(region=region))(record) is ReasonCode.NOT_DISPLAYED


@pytest.mark.parametrize(
    ("region", "last_day"), [("TJ", "2021-06-01"), ("SH", "2021-06-01"), ("HL", None), ("LN", None)]
)
def test_tianjin_and_shanghai_say_five_years_from_the_end_of_the_conduct(region: str, last_day: str | None) -> None:
    """Heilongjiang Art. 37¶2 leaves it to the state, Liaoning Art. 10 to the catalog."""
    check = prepare(a_record_case(region=region, display=ANCHORED))
    assert check(a_penalty(endedOn="2021-05-31")) is (EXPIRED if last_day else None)
    assert check(a_penalty(endedOn=last_day or "1999-01-01")) is None


@pytest.mark.parametrize("character", Character)
def test_the_five_years_are_for_what_is_to_the_subjects_disadvantage(character: Character) -> None:
    check = prepare(a_record_case(display=ANCHORED, character=character))
    adverse = character in {Character.UNTRUSTWORTHY, Character.SERIOUS}
    assert check(a_penalty(endedOn="2015-01-01")) is (EXPIRED if adverse else None)


@pytest.mark.parametrize("region", REGIONS)
def test_of_the_catalogs_term_and_the_regions_the_shorter_one_ends_the_display(region: str) -> None:
    check = prepare(a_record_case(region=region, display=DisplayTerm(term=Term(years=3), anchor="endedOn")))
    assert check(a_penalty(endedOn="2023-05-31")) is EXPIRED
    assert check(a_penalty(endedOn="2023-06-01")) is None


def test_a_conduct_that_has_not_ended_has_no_end_of_display() -> None:
    assert prepare(a_record_case(display=ANCHORED))(a_penalty(endedOn=None)) is None


@pytest.mark.parametrize(("until", "code"), [("2026-06-01", None), ("2026-05-31", EXPIRED), (None, None)])
def test_the_records_own_last_day_ends_it(until: str | None, code: ReasonCode | None) -> None:
    check = prepare(a_record_case(display=DisplayTerm(until="shownUntil")))
    assert check(a_penalty(shownUntil=until)) is code


@pytest.mark.parametrize(("fact", "code"), [("endedOn", EXPIRED), ("shownUntil", EXPIRED), ("somethingElse", None)])
def test_a_day_that_nobody_can_read_ends_the_display(fact: str, code: ReasonCode | None) -> None:
    check = prepare(a_record_case(display=DisplayTerm(anchor="endedOn", until="shownUntil")))
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, unreadable=frozenset({fact}))) is code


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("decided", "kinds", "is_shown"),
    [
        ("2023-06-01", ["WARNING"], True),
        ("2023-05-31", ["LICENCE"], False),
        ("2026-03-31", ["WARNING"], True),
        ("2026-04-01", ["WARNING"], False),
        ("2026-04-01", "WARNING", False),
        ("2026-04-01", ["WARNING", "FINE"], True),
        ("2026-04-01", ("LICENCE", "WARNING"), True),
        ("2026-04-01", [], False),
        ("2026-04-01", None, False),
        ("2026-04-01", 7, False),
        ("soon", ["FINE"], False),
        (None, ["FINE"], False),
    ],
)
def test_the_state_says_how_long_by_the_day_of_the_decision_and_the_grade(region, decided, kinds, is_shown) -> None:
    """NDRC Order 58 of 2023 before 2026-04-01, from then on NDRC Order 36 of 2025."""
    check = prepare(a_record_case(region=region, national=STATE, judged=JUDGED))
    assert (check(a_penalty(decidedOn=decided, kinds=kinds)) is None) == is_shown


@pytest.mark.parametrize(
    ("kinds", "last_day"), [(["FINE"], date(2027, 4, 1)), (["FINE", "DETENTION"], date(2029, 4, 1))]
)
def test_a_grade_ends_with_its_own_term(kinds: list[str], last_day: date) -> None:
    record = a_penalty(decidedOn="2026-04-01", kinds=kinds)
    on_the_last_day = a_record_case(national=STATE, judged=JUDGED, as_of=last_day)
    a_day_later = a_record_case(national=STATE, judged=JUDGED, as_of=last_day.replace(day=2))
    assert prepare(on_the_last_day)(record) is None
    assert prepare(a_day_later)(record) is EXPIRED


def test_a_decision_of_a_day_for_which_the_state_has_no_rule_is_not_displayed() -> None:
    early = NationalLaw((a_period(None, FROM_APRIL, a_grade("general", "P3Y")),), {})
    late = NationalLaw((a_period(FROM_APRIL, None, a_grade("general", "P3Y")),), {})
    for law, decided in ((early, "2026-04-01"), (late, "2026-03-31")):
        check = prepare(a_record_case(national=law, judged=JUDGED))
        assert check(a_penalty(decidedOn=decided, kinds=["FINE"])) is EXPIRED


def test_a_grade_that_the_state_does_not_know_is_not_displayed() -> None:
    law = NationalLaw(
        (a_period(None, None, a_grade("serious", "P3Y", "LICENCE"), a_grade("minor", "P1Y", "FINE")),), {}
    )
    check = prepare(a_record_case(national=law, judged=JUDGED))
    assert check(a_penalty(decidedOn="2026-05-01", kinds=["OTHER"])) is EXPIRED


@pytest.mark.parametrize("judged", [JudgedFacts(), JudgedFacts(decided="decidedOn"), JudgedFacts(grade="kinds")])
def test_an_item_that_is_not_graded_is_not_judged_by_the_states_grades(judged: JudgedFacts) -> None:
    check = prepare(a_record_case(national=STATE, judged=judged))
    assert check(a_penalty(decidedOn="1999-01-01", kinds=["FINE"])) is None


def test_the_states_rule_on_one_kind_of_record_says_nothing_of_another() -> None:
    check = prepare(a_record_case(kind=RecordKind.TAX_ARREARS, national=STATE, judged=JUDGED))
    assert check(a_record(RecordKind.TAX_ARREARS, {"decidedOn": "1999-01-01"})) is None
