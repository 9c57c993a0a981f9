"""The whole corridor with a desk of consents behind it: asked, acted on, refused as a whole, and written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from gateway.faults import ClientFault, FaultCode
from schema.vocabulary.caller import PUBLIC_CALLER, Caller
from tests.builders import SOME_CODE
from tests.corridor import Corridor, an_admitted
from tests.gateway.pipeline.consent_stage import BANK, ITSELF, OTHER, Stage, bound, open_stage

ONE, TWO = "consent-number-one", "consent-number-two"
GIVEN = (
    f'mutation {{ grantConsent(id: "{ONE}") {{ state __typename }}'
    f' other: revokeConsent(id: "{TWO}") {{ id }} __typename }}'
)
LISTED = "{ consents(first: 5) { edges { node { id subject state } } pageInfo { hasNextPage } __typename } __typename }"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def served(corridor: Corridor, stage: Stage) -> Corridor:
    """A corridor that knows the desk, before which two subjects were asked for a consent."""
    corridor.house = replace(corridor.house, consents=stage.desk)
    await stage.ask_for(ONE, hours_ago=1)
    await stage.ask_for(TWO, subject=OTHER)
    return corridor


async def test_the_subject_gives_and_the_grantee_sees_it(served: Corridor) -> None:
    given = await served.ask(GIVEN, ITSELF)
    assert given.data == {
        "grantConsent": {"state": "ACTIVE", "__typename": "ConsentGrant"},
        "other": None,
        "__typename": "Mutation",
    }
    assert [(error["path"], error["extensions"]["code"]) for error in given.errors] == [
        (["other"], "CONSENT_NOT_FOUND")
    ]
    [entry] = [row["verdicts"] for row in await served.rows()]
    assert [(one["act"], one["consents"], one["outcome"], one["subjects"]) for one in entry] == [
        ("GRANT", [ONE], "DONE", [0]),
        ("REVOKE", [], "CONSENT_NOT_FOUND", []),
    ]
    seen = await served.ask(LISTED, BANK)
    assert seen.data["consents"] == {
        "edges": [
            {"node": {"id": TWO, "subject": str(OTHER), "state": "REQUESTED"}},
            {"node": {"id": ONE, "subject": str(SOME_CODE), "state": "ACTIVE"}},
        ],
        "pageInfo": {"hasNextPage": False},
        "__typename": "ConsentConnection",
    }
    [row] = await served.rows()
    assert len(row["subjects"]) == 2
    assert not [word for word in (SOME_CODE, OTHER, "第一银行") if word in json.dumps(row["verdicts"])]
    assert served.ordered() == set()


async def test_consents_and_subjects_may_be_asked_for_together(served: Corridor) -> None:
    query = f'{{ subject(code: "{SOME_CODE}") {{ unifiedSocialCreditCode }} {LISTED[2:]}'
    answer = await served.ask(query, bound(SOME_CODE))
    assert answer.data["subject"] == {"unifiedSocialCreditCode": SOME_CODE}
    assert [edge["node"]["id"] for edge in answer.data["consents"]["edges"]] == [ONE]


async def test_a_bound_token_gets_null_and_is_told_why(served: Corridor) -> None:
    query = f"""{{
      subject(code: "{OTHER}") {{ unifiedSocialCreditCode }}
      subjects(codes: ["{SOME_CODE}", "{OTHER}"]) {{ unifiedSocialCreditCode }}
      searchSubjects(name: "津", first: 2) {{ totalCount edges {{ node {{ unifiedSocialCreditCode }} }} }}
      count: searchSubjects(name: "津", first: 2) {{ totalCount }}
      explainAccess(subject: "{OTHER}", fields: ["TaxArrears.arrearsBalance"]) {{ effect }}
    }}"""
    answer = await served.ask(query, bound(SOME_CODE))
    assert answer.data == {
        "subject": None,
        "subjects": [{"unifiedSocialCreditCode": SOME_CODE}, None],
        "searchSubjects": None,
        "count": None,
        "explainAccess": None,
    }
    assert answer.codes == ["SUBJECT_NOT_COVERED"] * 5
    assert [error["path"] for error in answer.errors] == [
        ["subject"], ["subjects", 1], ["searchSubjects"], ["count"], ["explainAccess"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("caller", "status", "code"),
    [
        (PUBLIC_CALLER, 401, "UNAUTHENTICATED"),
        (replace(ITSELF, scopes=frozenset({"credit:read"})), 403, "SCOPE_REQUIRED"),
    ],
)
@pytest.mark.parametrize(("query", "scope"), [(GIVEN, "consents:manage"), (LISTED, "consents:read")])
async def test_without_the_scope_nothing_is_told_or_done(
    served: Corridor, stage: Stage, caller: Caller, status: int, code: str, query: str, scope: str
) -> None:
    answer = await served.answer(an_admitted(query, caller))
    assert (answer.status, answer.fault, b"data" in answer.body) == (status, code, False)
    assert answer.cause is not None
    named = [value for name, value in answer.cause.headers if name == "WWW-Authenticate"]
    assert len(named) == 2
    assert all(f'scope="{scope}"' in challenge for challenge in named)
    [row] = await served.rows()
    assert row["fault_code"] == code
    assert (await stage.register.files([ONE]))[ONE].acts == ()


async def test_nothing_is_done_by_get(served: Corridor, stage: Stage) -> None:
    answer = await served.answer(replace(an_admitted(GIVEN, ITSELF), method="GET"))
    assert (answer.status, answer.fault) == (405, "METHOD_NOT_ALLOWED")
    assert (await stage.register.files([ONE]))[ONE].acts == ()


@pytest.mark.parametrize(
    ("end", "status", "fault"),
    [
        (ClientFault(FaultCode.QUOTA_EXCEEDED, "too many"), 429, "QUOTA_EXCEEDED"),
        (ZeroDivisionError(), 500, "INTERNAL"),
        (asyncio.CancelledError(), 499, "CALLER_LEFT"),
    ],
)
@pytest.mark.parametrize("stage_of_end", ["wave.settle", "run.fetch"])
async def test_what_was_done_stands_in_the_entry_of_a_request_that_ends_badly(
    served: Corridor, monkeypatch: pytest.MonkeyPatch, stage_of_end: str, end: BaseException, status: int, fault: str
) -> None:
    async def ended(*_: object, **__: object) -> None:
        raise end

    monkeypatch.setattr(f"gateway.pipeline.{stage_of_end}", ended)
    with suppress(ZeroDivisionError, asyncio.CancelledError):
        assert (await served.answer(an_admitted(GIVEN, ITSELF))).status == status
    [row] = await served.rows()
    assert (row["status"], row["fault_code"]) == (status, fault)
    assert [(one["act"], one["consents"], one["outcome"], one["subjects"]) for one in row["verdicts"]] == [
        ("GRANT", [ONE], "DONE", [0]),
        ("REVOKE", [], "CONSENT_NOT_FOUND", []),
    ]
    assert row["subjects"] == [served.digest(SOME_CODE)]


async def test_a_house_without_a_desk_knows_no_consents(corridor: Corridor) -> None:
    assert (await corridor.ask(LISTED, BANK)).data == {"consents": None, "__typename": "Query"}
