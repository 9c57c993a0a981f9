"""Who may do what with a consent, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.registers.consents_entry import NOTICE_SHOWN, ConsentActed, Party
from gateway.rights.consent_actors import MOST_ACTS, Actor, ConsentRefusal, ConsentRefused, check
from schema.vocabulary.consents import ConsentAct
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import asked, the_papers
from tests.gateway.rights.consent_desks import GRANTEE, OPERATOR, OTHER_GRANTEE, STRANGER, SUBJECT

FILE = asked(the_papers())
WARNED = asked(the_papers(), notice="n")
MAY = {
    Party.SUBJECT: {"GRANT", "REJECT", "PAUSE", "RESUME", "REVOKE"},
    Party.OPERATOR: {"GRANT", "REJECT", "PAUSE", "RESUME", "REVOKE"},
    Party.GRANTEE: {"REVOKE"},
    Party.GATEWAY: set(),
}


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("act", ConsentAct)
def test_each_party_may_do_what_the_table_says(party, act):
    actor = Actor(party, evidence={"door": "test"})
    if act in MAY[party]:
        assert check(act, actor, FILE) == {"door": "test"}
        return
    with pytest.raises(ConsentRefused) as refused:
        check(act, actor, FILE)
    assert refused.value.code is ConsentRefusal.ACT
    assert refused.value.message
    assert refused.value.help


@pytest.mark.parametrize(
    ("actor", "is_own"),
    [
        (SUBJECT, True),
        (STRANGER, False),
        (GRANTEE, True),
        (OTHER_GRANTEE, False),
        (OPERATOR, True),
        (Actor(Party.GATEWAY), False),
        (Actor(Party.SUBJECT, "bank"), False),
        (Actor(Party.GRANTEE, SOME_CODE), False),
        (Actor(Party.GRANTEE), False),
        (Actor(Party.SUBJECT), False),
    ],
)
def test_whose_consent_it_is(actor, is_own):
    assert actor.owns(FILE) is is_own


def test_nobody_gives_what_has_a_notice_before_it_was_read():
    with pytest.raises(ConsentRefused) as refused:
        check(ConsentAct.GRANT, SUBJECT, WARNED)
    assert refused.value.code is ConsentRefusal.NOTICE
    with pytest.raises(ConsentRefused):
        check(ConsentAct.GRANT, Actor(Party.SUBJECT, SOME_CODE, evidence={NOTICE_SHOWN: "other"}), WARNED)
    said = Actor(Party.SUBJECT, SOME_CODE, notice_read=True, evidence={"door": "page"})
    assert check(ConsentAct.GRANT, said, WARNED) == {"door": "page", NOTICE_SHOWN: "n"}
    assert check(ConsentAct.GRANT, said, FILE) == {"door": "page"}
    assert check(ConsentAct.REJECT, SUBJECT, WARNED) == {}


def test_a_chain_does_not_grow_without_end_and_can_be_ended_at_any_length():
    rested = ConsentActed(ConsentAct.PAUSE, Party.SUBJECT, NOW, {})
    almost, full = (replace(FILE, acts=(rested,) * count) for count in (MOST_ACTS - 1, MOST_ACTS))
    assert check(ConsentAct.PAUSE, SUBJECT, almost) == {}
    with pytest.raises(ConsentRefused) as refused:
        check(ConsentAct.PAUSE, SUBJECT, full)
    assert refused.value.code is ConsentRefusal.STATE
    for act in (ConsentAct.RESUME, ConsentAct.REVOKE):
        assert check(act, SUBJECT, full) == {}
