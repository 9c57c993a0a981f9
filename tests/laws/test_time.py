"""What has ended stays ended: a record may vanish as days pass, and never comes back (TJ 42, HL 37)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policies.question import Asker
from policies.review import Reviewer
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.codes import PenaltyKind
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.builders import a_record, a_sheet, an_asker, evidence_of, the_catalog

REGIONS = ("TJ", "SH", "HL", "LN")
PENALTIES = FieldCoordinate("CreditSubject.administrativePenalties")
DAYS = st.dates(date(2023, 1, 1), date(2036, 1, 1))
ASKERS = st.sampled_from(
    [an_asker(), an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION), an_asker(CallerClass.SUBJECT_SELF)]
)


@st.composite
def penalties(draw: st.DrawFn) -> SourceRecord:
    """A penalty of any kind, decided on any day, with or without a last day of its own."""
    kinds = draw(st.lists(st.sampled_from(PenaltyKind), max_size=3, unique=True))
    facts: dict[str, Fact] = {
        "penaltyDocumentNumber": "津市监罚〔2025〕1号",
        "procedureType": "ORDINARY",
        "penaltyCategory": [kind.value for kind in kinds],
        "decisionDate": draw(DAYS).isoformat(),
        "displayDeadline": draw(st.none() | DAYS.map(date.isoformat)),
    }
    return a_record(RecordKind.ADMINISTRATIVE_PENALTY, facts, agency=AgencyId.MARKET_REGULATION)


def is_shown(record: SourceRecord, asker: Asker, region: str, *, day: date) -> bool:
    sheet = a_sheet(
        ["AdministrativePenalty.violationType"],
        asker,
        evidence_of(is_own=asker.caller_class is CallerClass.SUBJECT_SELF),
        as_of=day,
        region=region,
    )
    return Reviewer(sheet, the_catalog(region).records[PENALTIES]).review(record).facts is not None


@given(penalties(), ASKERS, st.sampled_from(REGIONS), DAYS, st.integers(1, 4000))
def test_a_record_that_is_no_longer_shown_is_never_shown_again(
    record: SourceRecord, asker: Asker, region: str, day: date, later: int
) -> None:
    if not is_shown(record, asker, region, day=day):
        assert not is_shown(record, asker, region, day=day + timedelta(days=later))


@given(penalties(), st.sampled_from(REGIONS), DAYS)
def test_what_has_ended_has_ended_for_everybody(record: SourceRecord, region: str, day: date) -> None:
    """No tier sees more of an ended record: that would tell what the others may not know."""
    askers = [an_asker(), an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION), an_asker(CallerClass.SUBJECT_SELF)]
    assert len({is_shown(record, asker, region, day=day) for asker in askers}) == 1
