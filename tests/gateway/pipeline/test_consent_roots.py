"""Consents on the graph, at a real desk: whose are told to whom, what can be done with them, and what is sealed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.faults import FaultCode, GatewayFault
from gateway.pipeline.consent_roots import MOST_READ, tell_consents
from gateway.registers.engine import RegisterFault
from policies.authorisation import NOTICE
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.consents import ConsentAct
from tests.builders import NOW, SOME_CODE
from tests.corridor import an_admitted
from tests.gateway.pipeline.consent_stage import BANK, DOCUMENTS, ITSELF, OTHER, Stage, bound, open_stage

ONE, TWO, THREE = "consent-number-one", "consent-number-two", "consent-number-three"
ELSEWHERE = replace(BANK, client_id="other", organisation="elsewhere")


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_url) as opened:
        yield opened


def act(name: str, consent_id: str = ONE, selection: str = "id state", arguments: str = "") -> str:
    return f'{name}(id: "{consent_id}"{arguments}) {{ {selection} }}'


def acts(*fields: str) -> str:
    return f"mutation {{ {' '.join(f'a{place}: {one}' for place, one in enumerate(fields))} }}"


async def test_subject_and_grantee_see_their_own_and_nobody_else_any(stage: Stage) -> None:
    await stage.ask_for(ONE, hours_ago=3)
    await stage.ask_for(TWO, hours_ago=2, subject=OTHER)
    await stage.ask_for(THREE, hours_ago=1, organisation="elsewhere")
    assert await stage.ids(ITSELF) == [THREE, ONE]
    assert await stage.ids(replace(ITSELF, own_subject=OTHER)) == [TWO]
    assert await stage.ids(BANK) == [TWO, ONE]
    assert await stage.ids(ELSEWHERE) == [THREE]
    for nobody in (
        replace(BANK, organisation=""),
        replace(BANK, organisation="third"),
        replace(ITSELF, own_subject=None),
    ):
        assert await stage.ids(nobody) == []
    organ = replace(BANK, own_subject=SOME_CODE, organisation="third", caller_class=CallerClass.STATE_ORGAN)
    assert await stage.ids(organ) == []


async def test_one_that_names_a_client_is_that_clients_only(stage: Stage) -> None:
    await stage.ask_for(ONE, client_id="cards")
    assert await stage.ids(BANK) == []
    assert (await stage.ask(acts(act("revokeConsent")), BANK)).codes == ["CONSENT_NOT_FOUND"]
    assert await stage.ids(replace(BANK, client_id="cards")) == [ONE]


async def test_a_bound_token_reaches_consents_of_its_own_subjects_only(stage: Stage) -> None:
    await stage.ask_for(ONE, hours_ago=1)
    await stage.ask_for(TWO, subject=OTHER)
    await stage.ask(acts(act("grantConsent")), ITSELF)
    assert await stage.ids(bound(OTHER)) == [TWO]
    assert await stage.ids(bound(OTHER, SOME_CODE)) == [TWO, ONE]
    assert (await stage.ask(acts(act("revokeConsent")), bound(OTHER))).codes == ["CONSENT_NOT_FOUND"]
    assert (await stage.ask(acts(act("revokeConsent")), bound(SOME_CODE))).codes == []


async def test_the_subject_does_what_may_follow_and_nothing_else(stage: Stage) -> None:
    await stage.ask_for(ONE)
    told = await stage.ask(
        acts(
            act("pauseConsent"),
            act("grantConsent"),
            act("grantConsent"),
            act("pauseConsent"),
            act("resumeConsent"),
            act("rejectConsent"),
            act("revokeConsent", selection="state endedAt acts { act by at } signed"),
        ),
        ITSELF,
    )
    states = [one and one["state"] for one in told.data.values()]
    assert states == [None, "ACTIVE", None, "PAUSED", "ACTIVE", None, "REVOKED"]
    assert told.codes == ["CONSENT_STATE"] * 3
    assert [error["path"] for error in told.body["errors"]] == [["a0"], ["a2"], ["a5"]]
    last = told.data["a6"]
    assert [one["act"] for one in last["acts"]] == ["GRANT", "PAUSE", "RESUME", "REVOKE"]
    assert {(one["by"], one["at"]) for one in last["acts"]} == {("subject", NOW.isoformat())}
    assert last["endedAt"] == NOW.isoformat()
    file = stage.papers.read(last["signed"])
    assert file.acts[0].evidence == {"door": "graph", "client_id": "portal"}
    assert [one.outcome for one in told.roots] == [
        "CONSENT_STATE", "DONE", "CONSENT_STATE", "DONE", "DONE", "CONSENT_STATE", "DONE",
    ]  # fmt: skip


async def test_a_request_can_be_declined(stage: Stage) -> None:
    await stage.ask_for(ONE)
    told = await stage.ask(acts(act("rejectConsent"), act("grantConsent")), ITSELF)
    assert (told.data["a0"]["state"], told.codes) == ("REJECTED", ["CONSENT_STATE"])


async def test_the_grantee_may_give_back_and_do_nothing_else(stage: Stage) -> None:
    await stage.ask_for(ONE)
    for name in ("grantConsent", "rejectConsent", "pauseConsent", "resumeConsent"):
        assert (await stage.ask(acts(act(name)), BANK)).codes == ["CONSENT_ACT"]
    await stage.ask(acts(act("grantConsent")), ITSELF)
    told = await stage.ask(acts(act("revokeConsent", selection="state acts { by }")), BANK)
    assert told.data["a0"] == {"state": "REVOKED", "acts": [{"by": "subject"}, {"by": "grantee"}]}


@pytest.mark.parametrize("name", ["grantConsent", "rejectConsent", "pauseConsent", "resumeConsent", "revokeConsent"])
async def test_a_strangers_consent_looks_like_none(stage: Stage, name: str) -> None:
    await stage.ask_for(ONE)
    nobody = replace(BANK, organisation="")
    for caller in (replace(ITSELF, own_subject=OTHER), ELSEWHERE, nobody, replace(ITSELF, own_subject=None)):
        bodies = []
        for consent_id in (ONE, TWO, "", "x", "\\u0000", "'; --", "A" * 5000):
            told = await stage.ask(acts(act(name, consent_id)), caller)
            assert told.codes == ["CONSENT_NOT_FOUND"]
            assert told.roots[0].sealed() == {
                "act": told.roots[0].act, "consents": [], "outcome": "CONSENT_NOT_FOUND",
            }  # fmt: skip
            bodies.append(told.body)
        assert all(body == bodies[0] for body in bodies)
    assert (await stage.register.files([ONE]))[ONE].acts == ()


async def test_a_notice_has_to_be_read_before_the_consent_is_given(stage: Stage) -> None:
    await stage.ask_for(ONE, notice=NOTICE, is_written=True)
    for arguments in ("", ", noticeRead: false", ", noticeRead: null"):
        told = await stage.ask(acts(act("grantConsent", arguments=arguments)), ITSELF)
        assert (told.data, told.codes) == ({"a0": None}, ["CONSENT_NOTICE"])
    told = await stage.ask(
        acts(act("grantConsent", selection="state notice isWritten", arguments=", noticeRead: true")), ITSELF
    )
    assert told.data["a0"] == {"state": "ACTIVE", "notice": NOTICE, "isWritten": True}
    evidence = (await stage.register.files([ONE]))[ONE].as_evidence(NOW)
    assert evidence is not None
    assert evidence.was_warned


async def test_one_that_takes_the_place_of_another_ends_it(stage: Stage) -> None:
    await stage.ask_for(ONE, hours_ago=1)
    await stage.ask(acts(act("grantConsent")), ITSELF)
    await stage.ask_for(TWO, replaces=ONE)
    told = await stage.ask(acts(act("grantConsent", TWO, "replaces state")), ITSELF)
    assert told.data["a0"] == {"replaces": ONE, "state": "ACTIVE"}
    assert await stage.ids(ITSELF, "state: REVOKED, first: 5") == [ONE]


async def test_a_page_goes_on_where_the_last_one_ended(stage: Stage) -> None:
    names = [f"consent-of-the-page-{number:02}" for number in range(7)]
    for number, name in enumerate(names):
        await stage.ask_for(name, hours_ago=number)
    query = (
        "query($n: Int!, $c: String) { consents(first: $n, after: $c)"
        " { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }"
    )
    seen, cursor, pages = [], None, []
    while True:
        page = (await stage.ask(query, BANK, variables={"n": 3, "c": cursor})).data["consents"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        pages.append((len(page["edges"]), page["pageInfo"]["hasNextPage"]))
        cursor = page["pageInfo"]["endCursor"]
        assert cursor == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert (seen, pages) == (names, [(3, True), (3, True), (1, False)])
    whole = (await stage.ask(query, BANK, variables={"n": 7})).data["consents"]
    assert [edge["cursor"] for edge in whole["edges"]][-1] == cursor
    assert whole["pageInfo"]["hasNextPage"] is False


async def test_a_cursor_is_its_own_callers_and_its_own_lists(stage: Stage) -> None:
    await stage.ask_for(ONE)
    page = "{{ consents(first: 1{0}) {{ pageInfo {{ endCursor }} __typename }} }}"
    cursor = (await stage.ask(page.format(""), BANK)).data["consents"]["pageInfo"]["endCursor"]
    assert ONE not in cursor
    after = f', after: "{cursor}"'
    assert (await stage.ask(page.format(after), BANK)).codes == []
    for arguments, caller in (
        (after, ELSEWHERE),
        (after, ITSELF),
        (f"{after}, state: ACTIVE", BANK),
        (', after: "nonsense"', BANK),
    ):
        told = await stage.ask(page.format(arguments), caller)
        assert (told.data, told.codes) == ({"consents": None}, ["INVALID_CURSOR"])
    sealed = (await stage.ask(page.format(', after: "x"'), BANK)).roots[0].sealed()
    assert sealed == {"act": None, "consents": [], "outcome": "INVALID_CURSOR"}


async def test_where_few_fit_a_page_is_short_and_goes_on(stage: Stage) -> None:
    for number in range(MOST_READ + 20):
        await stage.ask_for(f"consent-of-many-{number:04}", hours_ago=number)
    last = f"consent-of-many-{MOST_READ + 19:04}"
    await stage.ask(acts(act("grantConsent", last)), ITSELF, now=NOW - timedelta(days=10))
    query = (
        "query($s: ConsentState, $c: String) { consents(state: $s, first: 2, after: $c)"
        " { edges { node { id } } pageInfo { hasNextPage endCursor } } }"
    )
    assert len((await stage.ask(query, BANK, variables={"s": "EXPIRED"})).data["consents"]["edges"]) == 2
    page = (await stage.ask(query, BANK, variables={"s": "ACTIVE"})).data["consents"]
    assert (page["edges"], page["pageInfo"]["hasNextPage"]) == ([], True)
    cursor = page["pageInfo"]["endCursor"]
    following = (await stage.ask(query, BANK, variables={"s": "ACTIVE", "c": cursor})).data["consents"]
    assert [edge["node"]["id"] for edge in following["edges"]] == [last]
    assert following["pageInfo"]["hasNextPage"] is False


async def test_time_makes_of_a_consent_what_no_act_has_made(stage: Stage) -> None:
    await stage.ask_for(ONE)
    assert await stage.ids(ITSELF, "state: REQUESTED, first: 5") == [ONE]
    later = NOW + timedelta(days=8)
    assert await stage.ids(ITSELF, "state: EXPIRED, first: 5", now=later) == [ONE]
    assert (await stage.ask(acts(act("grantConsent")), ITSELF, now=later)).codes == ["CONSENT_STATE"]


async def test_what_is_sealed_names_consents_and_no_person(stage: Stage) -> None:
    await stage.ask_for(ONE)
    [listed] = (await stage.ask("{ consents(first: 5) { edges { cursor } } }", BANK)).roots
    [done] = (await stage.ask(acts(act("grantConsent")), ITSELF)).roots
    [refused] = (await stage.ask(acts(act("grantConsent")), ITSELF)).roots
    assert listed.sealed() == {"act": None, "consents": [ONE], "outcome": "DONE"}
    assert done.sealed() == {"act": ConsentAct.GRANT, "consents": [ONE], "outcome": "DONE"}
    assert refused.sealed() == {"act": ConsentAct.GRANT, "consents": [ONE], "outcome": "CONSENT_STATE"}
    assert listed.subjects == done.subjects == refused.subjects == (SOME_CODE,)


class BrokenDesk:
    """A desk whose register cannot be read."""

    async def files(self, ids):
        raise RegisterFault("gone")

    async def of_subject(self, subject, *, after="", first=0):
        raise RegisterFault("gone")

    async def of_grantee(self, organisation, *, after="", first=0):
        raise RegisterFault("gone")

    async def act(self, consent_id, act, *, actor, now):
        raise RegisterFault("gone")


async def test_a_register_that_cannot_be_read_is_never_taken_for_an_empty_one(stage: Stage) -> None:
    broken = replace(stage, office=replace(stage.office, desk=BrokenDesk()))
    for caller in (ITSELF, BANK):
        with pytest.raises(GatewayFault) as fault:
            await broken.ids(caller)
        assert fault.value.code is FaultCode.REGISTER_UNREADABLE
    told = await broken.ask(acts(act("pauseConsent")), ITSELF)
    assert (told.data, told.codes) == ({"a0": None}, ["REGISTER_UNREADABLE"])


async def test_a_root_of_another_kind_has_nothing_to_tell(stage: Stage) -> None:
    [root] = DOCUMENTS.demand(an_admitted("mutation { __typename }"), ITSELF, may_introspect=False).roots
    assert (await tell_consents(root, ITSELF, office=stage.office, now=NOW)).facts is None
