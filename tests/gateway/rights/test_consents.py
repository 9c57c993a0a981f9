"""The desk of consents: acts by whom they belong to, each in its state, and what becomes of those who act at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.identity.authorization_details import DetailsRefused
from gateway.registers.callers_entry import Client
from gateway.registers.consents import AlreadyWritten, ConsentRegister
from gateway.registers.consents_entry import NOTICE_SHOWN, Party
from gateway.registers.engine import RegisterFault
from gateway.rights.consents import Actor, ConsentRefusal, ConsentRefused
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import asked, the_papers
from tests.gateway.rights.consent_desks import (
    BANK,
    GRANTEE,
    OPERATOR,
    OTHER_BANK,
    OTHER_CODE,
    OTHER_GRANTEE,
    STRANGER,
    SUBJECT,
    detail,
)

GRANT, REJECT, PAUSE, RESUME, REVOKE = (
    ConsentAct.GRANT,
    ConsentAct.REJECT,
    ConsentAct.PAUSE,
    ConsentAct.RESUME,
    ConsentAct.REVOKE,
)


@pytest.fixture
async def requested(desk):
    (one,) = await desk.request(detail(), BANK, now=NOW)
    return one


@pytest.fixture
async def active(desk, requested):
    await desk.act(requested, GRANT, actor=SUBJECT, now=NOW)
    return requested


async def refused(desk, consent_id, act, actor, now=NOW) -> ConsentRefused:
    with pytest.raises(ConsentRefused) as found:
        await desk.act(consent_id, act, actor=actor, now=now)
    return found.value


async def test_a_life_from_the_first_word_to_the_last(desk, second, requested):
    for act, state in ((GRANT, "ACTIVE"), (PAUSE, "PAUSED"), (RESUME, "ACTIVE"), (REVOKE, "REVOKED")):
        file = await desk.act(requested, act, actor=SUBJECT, now=NOW)
        assert file.state_at(NOW) == state
        assert (await second.files([requested]))[requested] == file
    assert [one.by for one in file.acts] == [Party.SUBJECT] * 4
    assert len(file.statements) == 5


@pytest.mark.parametrize("act", [GRANT, REJECT, PAUSE, RESUME, REVOKE])
async def test_what_is_not_ones_own_is_not_there_at_all(desk, requested, act):
    absent = await refused(desk, "a-consent-that-is-not", act, SUBJECT)
    assert absent.code is ConsentRefusal.NOT_FOUND
    for consent_id, actor in (
        *((requested, actor) for actor in (STRANGER, OTHER_GRANTEE, Actor(Party.GRANTEE), Actor(Party.GATEWAY))),
        *((name, SUBJECT) for name in ("", "x", "\x00" * 20, "é" * 20, "a" * 65)),
    ):
        hidden = await refused(desk, consent_id, act, actor)
        assert (hidden.code, hidden.message, hidden.help) == (absent.code, absent.message, absent.help)


async def test_the_grantee_gives_back_and_does_nothing_else(desk, active):
    assert (await refused(desk, active, PAUSE, GRANTEE)).code is ConsentRefusal.ACT
    file = await desk.act(active, REVOKE, actor=GRANTEE, now=NOW)
    assert file.ended_by is not None
    assert file.ended_by.by is Party.GRANTEE


async def test_an_act_has_to_follow(desk, requested):
    early = await refused(desk, requested, PAUSE, SUBJECT)
    assert early.code is ConsentRefusal.STATE
    assert "REQUESTED" in early.message
    await desk.act(requested, REJECT, actor=OPERATOR, now=NOW)
    for act in (GRANT, REJECT, PAUSE, RESUME, REVOKE):
        assert (await refused(desk, requested, act, SUBJECT)).code is ConsentRefusal.STATE


async def test_what_nobody_answers_lapses(desk, requested):
    late = NOW + timedelta(days=7, seconds=1)
    lapsed = await refused(desk, requested, GRANT, SUBJECT, late)
    assert "EXPIRED" in lapsed.message
    with pytest.raises(DetailsRefused):
        await desk.bindable([requested], BANK, now=late)


async def test_after_its_last_day_it_holds_no_longer(desk, active):
    last = NOW.replace(month=12, day=31)
    assert await desk.bindable([active], BANK, now=last) == {active: SOME_CODE}
    with pytest.raises(DetailsRefused):
        await desk.bindable([active], BANK, now=last + timedelta(days=1))
    assert (await refused(desk, active, PAUSE, SUBJECT, last + timedelta(days=1))).code is ConsentRefusal.STATE


async def test_a_notice_is_read_before_the_word_is_given(desk, register):
    papers = the_papers()
    file = asked(papers, notice="n")
    await register.add([file.last_row])
    assert (await refused(desk, file.consent_id, GRANT, SUBJECT)).code is ConsentRefusal.NOTICE
    reader = Actor(Party.SUBJECT, SOME_CODE, notice_read=True, evidence={"door": "page"})
    given = await desk.act(file.consent_id, GRANT, actor=reader, now=NOW)
    assert given.granted is not None
    assert given.granted.evidence == {"door": "page", NOTICE_SHOWN: "n"}
    told = given.as_evidence(NOW)
    assert told is not None
    assert told.was_warned


async def test_what_is_bound_is_in_force_for_this_client_and_all_of_it(desk, active):
    assert await desk.bindable([active], BANK, now=NOW) == {active: SOME_CODE}
    assert await desk.bindable([active], Client("bank-batch", "bank"), now=NOW) == {active: SOME_CODE}
    assert await desk.bindable([], BANK, now=NOW) == {}
    said = set()
    for ids, client in (
        ([active], OTHER_BANK),
        (["a-consent-that-is-not"], BANK),
        ([active, "a-consent-that-is-not"], BANK),
        (["\x00"], BANK),
    ):
        with pytest.raises(DetailsRefused) as refusal:
            await desk.bindable(ids, client, now=NOW)
        said.add(refusal.value.description)
    await desk.act(active, PAUSE, actor=SUBJECT, now=NOW)
    with pytest.raises(DetailsRefused) as refusal:
        await desk.bindable([active], BANK, now=NOW)
    assert len({*said, refusal.value.description}) == 1


async def test_terms_that_name_one_client_are_for_no_other(desk, register):
    file = asked(the_papers(), client_id="bank-web")
    await register.add([file.last_row])
    await desk.act(file.consent_id, GRANT, actor=SUBJECT, now=NOW)
    assert await desk.bindable([file.consent_id], BANK, now=NOW)
    with pytest.raises(DetailsRefused):
        await desk.bindable([file.consent_id], Client("bank-batch", "bank"), now=NOW)


async def test_giving_the_new_one_ends_the_old_one_in_the_same_moment(desk, second, active):
    (new,) = await desk.request(detail(replaces=active, valid_until="2027-03-31"), BANK, now=NOW)
    assert (await desk.files([active]))[active].state_at(NOW) is ConsentState.ACTIVE
    given = await desk.act(new, GRANT, actor=SUBJECT, now=NOW)
    old = (await second.files([active]))[active]
    assert (given.state_at(NOW), old.state_at(NOW)) == ("ACTIVE", "REVOKED")
    assert old.ended_by is not None
    assert (old.ended_by.act, old.ended_by.evidence) == (ConsentAct.REPLACE, {"replaced_by": new})
    with pytest.raises(DetailsRefused):
        await desk.bindable([active], BANK, now=NOW)


async def test_the_new_one_is_given_although_the_old_one_has_ended(desk, active):
    (new,) = await desk.request(detail(replaces=active), BANK, now=NOW)
    await desk.act(active, REVOKE, actor=SUBJECT, now=NOW)
    await desk.act(new, GRANT, actor=SUBJECT, now=NOW)
    old = (await desk.files([active]))[active]
    assert old.ended_by is not None
    assert old.ended_by.act is REVOKE


async def test_of_two_that_would_replace_one_the_first_does(desk, second, active):
    first, other = [(await desk.request(detail(replaces=active), BANK, now=NOW))[0] for _ in range(2)]
    await desk.act(first, GRANT, actor=SUBJECT, now=NOW)
    with pytest.raises(ConsentRefused) as refused:
        await second.act(other, GRANT, actor=SUBJECT, now=NOW)
    assert refused.value.code is ConsentRefusal.STATE
    files = await desk.files([active, first, other])
    assert [files[one].state_at(NOW) for one in (active, first, other)] == ["REVOKED", "ACTIVE", "REQUESTED"]
    await second.act(other, REJECT, actor=SUBJECT, now=NOW)  # it can still be refused


async def test_of_two_that_would_replace_one_at_once_one_does(desk, second, active):
    both = [(await desk.request(detail(replaces=active), BANK, now=NOW))[0] for _ in range(2)]
    answers = await asyncio.gather(
        *(one.act(new, GRANT, actor=SUBJECT, now=NOW) for one, new in zip((desk, second), both, strict=True)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, ConsentRefused) for one in answers) == 1
    states = [file.state_at(NOW) for file in (await desk.files(both)).values()]
    assert sorted(states) == [ConsentState.ACTIVE, ConsentState.REQUESTED]


async def test_two_that_would_replace_one_are_not_given_together(desk, active):
    both = [(await desk.request(detail(replaces=active), BANK, now=NOW))[0] for _ in range(2)]
    with pytest.raises(ConsentRefused) as refused:
        await desk.act_on_all(both, GRANT, actor=SUBJECT, now=NOW)
    assert refused.value.code is ConsentRefusal.STATE
    assert (await desk.files([active]))[active].state_at(NOW) is ConsentState.ACTIVE


async def test_with_several_all_is_done_or_nothing(desk, second, active):
    instead, other = [(await desk.request(one, BANK, now=NOW))[0] for one in (detail(replaces=active), detail())]
    await second.act(other, REJECT, actor=SUBJECT, now=NOW)
    for names in ((instead, other), (instead, "nobody-knows-this"), (instead, "-")):
        with pytest.raises(ConsentRefused):
            await desk.act_on_all(names, GRANT, actor=SUBJECT, now=NOW)
    files = await desk.files([active, instead, other])
    assert [files[one].state_at(NOW) for one in (active, instead, other)] == ["ACTIVE", "REQUESTED", "REJECTED"]
    (done,) = await desk.act_on_all([instead], GRANT, actor=SUBJECT, now=NOW)
    assert done.state_at(NOW) is ConsentState.ACTIVE


async def test_nobody_ends_somebody_elses_by_replacing_it(desk, register, active):
    papers = the_papers()
    for name, terms in (
        ("other-subject-of-tests", {"subject": OTHER_CODE}),
        ("other-grantee-of-tests", {"organisation": "x"}),
    ):
        file = asked(papers, name, replaces=active, **terms)
        await register.add([file.last_row])
        await desk.act(name, GRANT, actor=OPERATOR, now=NOW)
    assert (await desk.files([active]))[active].state_at(NOW) is ConsentState.ACTIVE


@pytest.mark.parametrize("acts", [(GRANT, REJECT), (GRANT, GRANT), (REJECT, REJECT)])
async def test_of_two_answers_at_once_one_counts(desk, second, requested, acts):
    answers = await asyncio.gather(
        *(one.act(requested, act, actor=SUBJECT, now=NOW) for one, act in zip((desk, second), acts, strict=True)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, ConsentRefused) for one in answers) == 1
    assert len((await desk.files([requested]))[requested].acts) == 1


async def test_a_pause_and_a_withdrawal_at_once_end_in_the_withdrawal(desk, second, active):
    await asyncio.gather(
        desk.act(active, PAUSE, actor=SUBJECT, now=NOW),
        second.act(active, REVOKE, actor=GRANTEE, now=NOW),
        return_exceptions=True,
    )
    assert (await desk.files([active]))[active].state_at(NOW) is ConsentState.REVOKED


async def test_whoever_is_never_first_is_told_so(desk, requested, monkeypatch):
    async def late(self, rows):
        raise AlreadyWritten

    monkeypatch.setattr(ConsentRegister, "add", late)
    with pytest.raises(RegisterFault):
        await desk.act(requested, GRANT, actor=SUBJECT, now=NOW)
    terms = asked(the_papers()).terms
    with pytest.raises(RegisterFault):
        await desk.file_by_operator(terms, {}, now=NOW)


async def test_each_sees_its_own(desk, active):
    (other,) = await desk.request(detail(subject=str(OTHER_CODE)), OTHER_BANK, now=NOW + timedelta(hours=1))
    assert [file.consent_id for file in await desk.of_subject(SOME_CODE)] == [active]
    assert [file.consent_id for file in await desk.of_subject(OTHER_CODE)] == [other]
    assert [file.consent_id for file in await desk.of_grantee("bank")] == [active]
    assert await desk.of_grantee("bank", after=active) == []
    assert await desk.of_grantee("bank", first=0) == []
    assert set(await desk.files([active, other, "\x00"])) == {active, other}
