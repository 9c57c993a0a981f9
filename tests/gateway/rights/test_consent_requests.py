"""What a client asks for becomes a consent in the form that the law wants, or is refused with its reasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.identity.authorization_details import DetailsRefused
from gateway.registers.callers_entry import Client
from policies.authorisation import NOTICE
from schema.vocabulary.consents import ConsentAct, ConsentState, Frequency, Per
from tests.builders import NOW, SOME_CODE, TODAY
from tests.gateway.rights.consent_desks import (
    BANK,
    DETAIL,
    OTHER_BANK,
    OTHER_CODE,
    SUBJECT,
    a_desk,
    detail,
    named,
)

LAWYER = Client("lawyer-web", "lawyer")


async def refusal(desk, details, client=BANK, now=NOW) -> str:
    with pytest.raises(DetailsRefused) as refused:
        await desk.request(details, client, now=now)
    said = refused.value.description
    assert said.isascii()
    assert said.isprintable()
    assert not {'"', "\\"} & {*said}
    return str(said)


async def test_what_was_asked_for_waits_for_its_subject(desk):
    asked = detail(data_from="2024-01-01", frequency={"times": 3, "per": "MONTH"})
    (one,) = await desk.request(asked, BANK, now=NOW)
    file = (await desk.files([one]))[one]
    terms = file.terms
    assert file.state_at(NOW) is ConsentState.REQUESTED
    assert (terms.organisation, terms.client_id, file.asked_by, file.grantee_name) == (
        "bank",
        "",
        "bank-web",
        "第一银行",
    )
    assert (terms.valid_from, terms.ends_on, terms.data_from) == (TODAY, date(2026, 12, 31), date(2024, 1, 1))
    assert terms.frequency == Frequency(3, Per.MONTH)
    assert file.answer_by == NOW + timedelta(days=7)


async def test_several_are_asked_for_together_or_not_at_all(desk):
    two = [*detail(), *detail(items=["NB01-1"])]
    ids = await desk.request(two, BANK, now=NOW)
    assert len(set(ids)) == 2
    assert [(await desk.files([one]))[one].terms.items for one in ids] == [{"SUP-TX1"}, {"NB01-1"}]
    await refusal(desk, [*detail(), *detail(items=["PF-ID"])])
    assert len(await desk.of_grantee("bank")) == 2


async def test_nobody_may_answer_after_the_end(desk):
    (one,) = await desk.request(detail(valid_until="2026-06-02"), BANK, now=NOW)
    file = (await desk.files([one]))[one]
    assert file.answer_by.isoformat() == "2026-06-02T15:59:59.999999+00:00"


async def test_the_form_is_the_laws(register):
    (one,) = await a_desk(register, "SH").request(detail(), BANK, now=NOW)
    (two,) = await a_desk(register).request(detail(items=["PF-ID"]), LAWYER, now=NOW)
    files = await register.files([one, two])
    assert [(files[key].terms.is_written, files[key].terms.notice) for key in (one, two)] == [
        (True, ""),
        (True, NOTICE),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"items": ["PF-ID"]}, "no use of item PF-ID for these purposes (TJ 22)"),
        ({"purposes": ["AUDITING"]}, "no inquiry for the purpose AUDITING (TJ 19)"),
        ({"valid_until": "2026-05-31"}, "the consent would have ended already (house rule)"),
        ({"valid_until": "2036-05-31"}, "a consent may hold for 730 days at most (house rule)"),
        ({"replaces": "a-consent-that-is-not"}, "`replaces` names no consent of this subject"),
    ],
)
async def test_what_the_law_does_not_give_is_refused_with_its_article(desk, changes, sentence):
    assert sentence in await refusal(desk, detail(**changes))
    assert await desk.of_grantee("bank") == []


async def test_articles_are_told_in_plain_letters(register):
    desk = a_desk(register)
    said = await refusal(desk, detail(items=["FINGERPRINT"]))
    assert said.endswith("(TJ 16 para. 2)")


async def test_no_more_than_the_first_faults_are_told(desk):
    said = await refusal(desk, detail(items=[f"NO-{number}" for number in range(50)]))
    assert said.count(";") == 4


async def test_an_organisation_asks_for_what_its_agreements_reach(desk):
    narrow = Client("narrow-web", "narrow")
    assert "do not reach item SUP-TX1" in await refusal(desk, detail(), narrow)
    await desk.request(detail(items=["NB01-1"]), narrow, now=NOW)


@pytest.mark.parametrize("client", [Client("own", subject=OTHER_CODE), Client("lost", "nobody")])
async def test_only_an_organisation_is_given_a_consent(desk, client):
    await refusal(desk, detail(), client)
    with pytest.raises(DetailsRefused):
        await desk.bindable([], client, now=NOW)


async def test_how_long_is_the_operators_to_say(register):
    desk = a_desk(register, longest="30d", answer_within="1h")
    assert "30 days" in await refusal(desk, detail())
    (one,) = await desk.request(detail(valid_until="2026-06-30"), BANK, now=NOW)
    assert (await desk.files([one]))[one].answer_by == NOW + timedelta(hours=1)


async def test_one_that_exists_is_named_by_whom_it_is_for(desk):
    (one,) = await desk.request(detail(), BANK, now=NOW)
    assert await desk.request(named(one), BANK, now=NOW) == [one]
    unknown = await refusal(desk, named("a-consent-that-is-not"))
    assert await refusal(desk, named(one), OTHER_BANK) == unknown
    assert await refusal(desk, named(one), now=NOW + timedelta(days=8)) == unknown
    assert "twice" in await refusal(desk, named(one, one))
    await desk.act(one, ConsentAct.REJECT, actor=SUBJECT, now=NOW)
    assert await refusal(desk, named(one)) == unknown


async def test_of_two_none_takes_the_place_of_the_same_third(desk):
    (one,) = await desk.request(detail(), BANK, now=NOW)
    await desk.act(one, ConsentAct.GRANT, actor=SUBJECT, now=NOW)
    later = detail(replaces=one, valid_until="2026-11-30")
    assert "twice" in await refusal(desk, [*detail(replaces=one), *later])
    assert "twice" in await refusal(desk, [*named(one), *later])
    assert len(await desk.request([*detail(), *later], BANK, now=NOW)) == 2


async def test_a_replacement_is_of_the_same_subject_for_the_same_grantee(desk):
    (one,) = await desk.request(detail(), BANK, now=NOW)
    pending = await refusal(desk, detail(replaces=one))
    await desk.act(one, ConsentAct.GRANT, actor=SUBJECT, now=NOW)
    (new,) = await desk.request(detail(replaces=one, valid_until="2027-01-31"), BANK, now=NOW)
    assert (await desk.files([new]))[new].terms.replaces == one
    assert await refusal(desk, detail(replaces=one), OTHER_BANK) == pending
    assert await refusal(desk, detail(replaces=one, subject=str(OTHER_CODE))) == pending


async def test_details_are_read_strictly(desk):
    await refusal(desk, [{**DETAIL, "locations": []}])
    await refusal(desk, [])


async def test_a_subject_that_does_not_answer_is_not_asked_again_and_again(register, second):
    one, other = a_desk(register, most_waiting=3), second
    (first,) = await one.request(detail(), BANK, now=NOW)
    for hours in (1, 2):
        await one.request(detail(), BANK, now=NOW + timedelta(hours=hours))
    said = await refusal(one, detail())
    assert said.startswith("a subject may have 3 requests of one organisation to answer, and 3 wait")
    await other.request(detail(), OTHER_BANK, now=NOW)
    await one.request(detail(subject=str(OTHER_CODE)), BANK, now=NOW)
    await one.act(first, ConsentAct.REJECT, actor=SUBJECT, now=NOW)
    await one.request(detail(), BANK, now=NOW)
    await refusal(one, detail())
    await one.request(detail(), BANK, now=NOW + timedelta(days=7, hours=1))  # what nobody answered has lapsed


async def test_too_many_at_once_are_none(register):
    one = a_desk(register, most_waiting=3)
    await refusal(one, [detail(valid_until=f"2026-12-{number:02}")[0] for number in range(1, 5)])
    assert await one.of_subject(SOME_CODE) == []
    ids = await one.request([detail(valid_until=f"2026-12-{number:02}")[0] for number in range(1, 4)], BANK, now=NOW)
    assert len(ids) == 3
    assert await one.request(named(*ids), BANK, now=NOW) == ids  # to put the same before it again asks for nothing new
