"""What the operator files: once, whatever has become of it, and another end takes the place of the one before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.registers.consents_entry import NOTICE_SHOWN, Party
from gateway.registers.engine import RegisterFault
from gateway.rights import consent_filing
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import TERMS
from tests.gateway.rights.consent_desks import BANK, SUBJECT, detail

EARLIER = replace(TERMS, valid_from=date(2026, 1, 1))
EVIDENCE = {"file": "2026-7"}


async def states(desk) -> dict[date, str]:
    return {file.terms.ends_on: file.state_at(NOW).value for file in await desk.of_subject(SOME_CODE)}


async def test_what_is_filed_is_in_force_from_the_day_it_names(desk):
    file = await desk.file_by_operator(replace(EARLIER, notice="n"), EVIDENCE | {NOTICE_SHOWN: "n"}, now=NOW)
    assert file.state_at(NOW) is ConsentState.ACTIVE
    assert file.granted is not None
    assert (file.granted.by, file.granted.evidence["file"], file.grantee_name) == (Party.OPERATOR, "2026-7", "第一银行")
    told = file.as_evidence(NOW)
    assert told is not None
    assert (told.given_on, told.was_warned) == (date(2026, 1, 1), True)
    assert await desk.bindable([file.consent_id], BANK, now=NOW)


async def test_told_again_it_is_no_new_one(desk, second):
    file = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    assert await second.file_by_operator(EARLIER, {"file": "another"}, now=NOW + timedelta(days=1)) == file
    assert await desk.of_subject(SOME_CODE) == [file]


async def test_what_the_subject_has_taken_back_stays_taken_back(desk):
    file = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    revoked = await desk.act(file.consent_id, ConsentAct.REVOKE, actor=SUBJECT, now=NOW)
    assert await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW) == revoked


async def test_another_end_takes_the_place_of_the_one_before(desk, second):
    first, later, again = date(2026, 12, 31), date(2027, 6, 1), EARLIER
    before = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    after = await second.file_by_operator(replace(EARLIER, ends_on=later), EVIDENCE, now=NOW)
    assert after.terms.replaces == before.consent_id
    assert await states(desk) == {first: "REVOKED", later: "ACTIVE"}
    back = await desk.file_by_operator(again, EVIDENCE, now=NOW)
    assert back.terms.replaces == after.consent_id
    assert back.state_at(NOW) is ConsentState.ACTIVE
    assert [file.state_at(NOW) for file in await desk.of_subject(SOME_CODE)].count(ConsentState.ACTIVE) == 1


async def test_one_that_is_over_is_filed_as_it_was(desk):
    over = await desk.file_by_operator(replace(EARLIER, ends_on=date(2026, 2, 1)), EVIDENCE, now=NOW)
    assert over.state_at(NOW) is ConsentState.EXPIRED
    renewed = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    assert (renewed.terms.replaces, renewed.state_at(NOW)) == (over.consent_id, ConsentState.ACTIVE)


async def test_other_items_are_another_consent_unless_it_names_the_one_before(desk):
    file = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    wider = replace(EARLIER, items=frozenset({"SUP-TX1", "NB01-1"}))
    other = await desk.file_by_operator(wider, EVIDENCE, now=NOW)
    assert other.terms.replaces == ""
    later = replace(wider, ends_on=date(2027, 1, 1), replaces=file.consent_id)
    named = await desk.file_by_operator(later, EVIDENCE, now=NOW)
    assert named.terms.replaces == file.consent_id
    assert (await desk.files([file.consent_id]))[file.consent_id].state_at(NOW) is ConsentState.REVOKED
    third = replace(wider, items=frozenset({"NB01-1"}), replaces=file.consent_id)
    with pytest.raises(RegisterFault, match="another has replaced already"):
        await desk.file_by_operator(third, EVIDENCE, now=NOW)
    assert [one.consent_id for one in await desk.of_subject(SOME_CODE)].count(named.consent_id) == 1


async def test_a_request_of_the_same_terms_is_not_what_was_filed(desk):
    (asked,) = await desk.request(detail(), BANK, now=NOW)
    filed = await desk.file_by_operator(TERMS, EVIDENCE, now=NOW)
    assert filed.consent_id != asked
    assert (await desk.files([asked]))[asked].state_at(NOW) is ConsentState.REQUESTED


async def test_two_who_file_the_same_at_once_file_it_once(desk, second):
    filed = await asyncio.gather(*(one.file_by_operator(EARLIER, EVIDENCE, now=NOW) for one in (desk, second) * 3))
    assert len({file.consent_id for file in filed}) == 1
    assert len(await desk.of_subject(SOME_CODE)) == 1


async def test_two_who_file_another_end_at_once_leave_one_in_force(desk, second):
    await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    ends = [replace(EARLIER, ends_on=date(2027, month, 1)) for month in (1, 2)]
    await asyncio.gather(
        *(one.file_by_operator(terms, EVIDENCE, now=NOW) for one, terms in zip((desk, second), ends, strict=True))
    )
    assert [*(await states(desk)).values()].count("ACTIVE") == 1


async def test_a_subject_of_many_consents_is_searched_to_the_end(desk, monkeypatch):
    monkeypatch.setattr(consent_filing, "_PAGE", 2)
    file = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    for hour in range(1, 5):
        await desk.request(detail(), BANK, now=NOW + timedelta(hours=hour))
    assert await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW) == file


@pytest.mark.parametrize("change", [{"is_written": True}, {"client_id": "bank-web"}, {"organisation": "nobody"}])
async def test_each_other_term_makes_another_consent(desk, change):
    file = await desk.file_by_operator(EARLIER, EVIDENCE, now=NOW)
    other = await desk.file_by_operator(replace(EARLIER, **change), EVIDENCE, now=NOW)
    assert other.consent_id != file.consent_id
