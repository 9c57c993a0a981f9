"""A consent on file: what its acts and the day make of it, and what the judge is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.registers.consents_entry import NOTICE_SHOWN, PaperFault, Party
from policies.evidence import Consent
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW, TODAY
from tests.consent_builders import TERMS, acted, asked, the_papers

GRANT, PAUSE, RESUME, REVOKE = ConsentAct.GRANT, ConsentAct.PAUSE, ConsentAct.RESUME, ConsentAct.REVOKE
PAPERS = the_papers()
LIVED = acted(PAPERS, asked(PAPERS), GRANT, PAUSE, RESUME, REVOKE)


def test_the_state_is_what_the_acts_and_the_day_say():
    requested = asked(PAPERS)
    active = acted(PAPERS, requested, GRANT)
    answer_by, last = requested.answer_by, NOW.replace(month=12, day=31, hour=23)
    moment, hour = timedelta(microseconds=1), timedelta(hours=1)
    assert [requested.state_at(at) for at in (NOW, answer_by, answer_by + moment)] == [
        "REQUESTED",
        "REQUESTED",
        "EXPIRED",
    ]
    assert [active.state_at(at) for at in (NOW, last, last + hour)] == ["ACTIVE", "ACTIVE", "EXPIRED"]
    assert acted(PAPERS, active, PAUSE).state_at(last + hour) is ConsentState.EXPIRED
    assert LIVED.state_at(last + hour) is ConsentState.REVOKED
    assert acted(PAPERS, requested, ConsentAct.REJECT).state_at(last + hour) is ConsentState.REJECTED


def test_the_judge_is_told_what_was_given_and_no_more():
    requested = asked(PAPERS, is_written=True, notice="n", valid_from=date(2026, 1, 1), data_from=date(2025, 1, 1))
    assert requested.as_evidence(NOW) is None
    assert acted(PAPERS, requested, ConsentAct.REJECT).as_evidence(NOW) is None
    unread = acted(PAPERS, requested, GRANT).as_evidence(NOW)
    assert unread == Consent(
        items=TERMS.items,
        purposes=TERMS.purposes,
        given_on=TODAY,
        ends_on=TERMS.ends_on,
        is_written=True,
        data_from=date(2025, 1, 1),
    )
    active = acted(PAPERS, requested, GRANT, evidence={NOTICE_SHOWN: "n"})
    assert active.as_evidence(NOW, used_up=True) == replace(unread, was_warned=True, is_used_up=True)
    assert acted(PAPERS, requested, GRANT, evidence={NOTICE_SHOWN: "other"}).as_evidence(NOW) == unread
    paused = acted(PAPERS, active, PAUSE).as_evidence(NOW)
    assert paused == replace(unread, was_warned=True, is_paused=True)


def test_one_that_is_withdrawn_before_it_begins_never_held():
    early = acted(PAPERS, asked(PAPERS, valid_from=date(2026, 7, 1)), GRANT, REVOKE).as_evidence(NOW)
    assert early is not None
    assert not early.is_contradictory
    assert not any(early.is_in_force(date(2026, month, 1)) for month in range(6, 13))
    same_day = LIVED.as_evidence(NOW)
    assert same_day is not None
    assert not same_day.is_in_force(TODAY)


def test_what_the_operator_files_was_given_before():
    file = asked(PAPERS, valid_from=date(2026, 1, 1))
    statement = PAPERS.act(file, GRANT, by=Party.OPERATOR, evidence={"file": "7"}, now=NOW)
    found = PAPERS.read([*file.statements, statement]).as_evidence(NOW)
    assert found is not None
    assert found.given_on == date(2026, 1, 1)


def test_a_file_whose_acts_do_not_follow_has_no_state():
    strange = replace(LIVED, acts=(LIVED.acts[1],))
    with pytest.raises(PaperFault):
        strange.state_at(NOW)


def test_who_ended_it_and_when_it_was_given_is_known():
    assert LIVED.granted_at == NOW
    assert LIVED.ended_by is not None
    assert LIVED.ended_by.act is REVOKE
    asked_for = asked(PAPERS)
    assert (asked_for.granted_at, asked_for.ended_by, asked_for.last_at) == (None, None, NOW)
    assert acted(PAPERS, asked_for, GRANT, PAUSE).ended_by is None
