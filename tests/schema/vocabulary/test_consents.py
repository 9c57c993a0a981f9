"""The life of a consent: which act follows on which state; and how often it may be used in which span."""

from __future__ import annotations

from datetime import date

import pytest

from schema.vocabulary.consents import ENDED, ConsentAct, ConsentState, Frequency, Per, after

S, A = ConsentState, ConsentAct


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("act", A)
def test_every_act_on_every_state(state: ConsentState, act: ConsentAct) -> None:
    allowed = {
        (S.REQUESTED, A.GRANT): S.ACTIVE,
        (S.REQUESTED, A.REJECT): S.REJECTED,
        (S.ACTIVE, A.PAUSE): S.PAUSED,
        (S.PAUSED, A.RESUME): S.ACTIVE,
        (S.ACTIVE, A.REVOKE): S.REVOKED,
        (S.PAUSED, A.REVOKE): S.REVOKED,
        (S.ACTIVE, A.REPLACE): S.REVOKED,
        (S.PAUSED, A.REPLACE): S.REVOKED,
    }
    assert after(state, act) is allowed.get((state, act))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_no_act_leaves_an_end(state: ConsentState) -> None:
    assert {after(state, act) for act in A} == {None}


@pytest.mark.parametrize(
    ("per", "span"), [(Per.DAY, "2026-06-01"), (Per.MONTH, "2026-06"), (Per.YEAR, "2026"), (Per.CONSENT, "")]
)
def test_a_span_is_named_by_the_calendar(per: Per, span: str) -> None:
    assert Frequency(3, per).span(date(2026, 6, 1)) == span
