"""Whatever comes in, the answer is a coded one: each kind of bad request once, over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journeys.gateways import PATIENCE_S, Gateway, Reply

CODE = "91120101XNXN00005Q"  # the sandbox's `clean`
BY_CODE = "query($code: CreditCode!) { subject(code: $code) { unifiedSocialCreditCode } }"
BY_CODES = "query($codes: [CreditCode!]!) { subjects(codes: $codes) { unifiedSocialCreditCode } }"


@dataclass(frozen=True)
class Bad:
    """A request, and what it is answered."""

    name: str
    code: str
    status: int = 400
    query: str = "{ __typename }"
    variables: dict[str, Any] = field(default_factory=dict)
    persona: str = "public"
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    raw: bytes | None = None


CODES = [
    Bad("too short", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": CODE[:-1]}),
    Bad("too long", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": f"{CODE}0"}),
    Bad("wrong check character", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": f"{CODE[:-1]}A"}),
    Bad("letters that no code has", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": "91120101IOSVZ0005Q"}),
    Bad("full-width digits", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": CODE.replace("0", "０")}),
    Bad("empty", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": ""}),
    Bad("SQL", "INVALID_CREDIT_CODE", 200, BY_CODE, {"code": "' OR 1=1 --"}),
    Bad("a number", "INVALID_VARIABLES", 400, BY_CODE, {"code": 12}),
    Bad("null", "INVALID_VARIABLES", 400, BY_CODE, {"code": None}),
    Bad("missing", "INVALID_VARIABLES", 400, BY_CODE),
    Bad("a list", "INVALID_VARIABLES", 400, BY_CODE, {"code": [CODE]}),
    Bad("a hundred and one subjects", "TOO_MANY_SUBJECTS", 400, BY_CODES, {"codes": [CODE] * 101}),
]
DEEP = '{ subject(code: "%s") ' % CODE + "{ legalPerson " * 20 + "{ registeredName }" + " }" * 21  # noqa: UP031 - braces
ALIASED = '{ subject(code: "%s") { %s } }' % (CODE, " ".join(f"a{n}: __typename" for n in range(101)))  # noqa: UP031
ROOTS = "{ %s }" % " ".join(f'a{n}: subject(code: "{CODE}") {{ __typename }}' for n in range(21))  # noqa: UP031
CYCLE = (
    f'{{ subject(code: "{CODE}") {{ ...a }} }} '
    "fragment a on CreditSubject { ...b } fragment b on CreditSubject { ...a }"
)
BRANCHES = f'{{ subject(code: "{CODE}") {{ branches(first: FIRST) {{ branchName }} }} }}'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BOMB = (
    f'{{ subject(code: "{CODE}") {{ legalPerson {{ ...f0 }} }} }} '
    + " ".join(f"fragment f{n} on LegalPerson {{ ...f{n + 1} ...f{n + 1} }}" for n in range(40))
    + " fragment f40 on LegalPerson { registeredName }"
)
DOCUMENTS = [
    Bad("no GraphQL", "SYNTAX", query="subject {"),
    Bad("an unknown field", "INVALID_DOCUMENT", query=f'{{ subject(code: "{CODE}") {{ bankAccounts }} }}'),
    Bad("a mutation", "INVALID_DOCUMENT", query="mutation { x }"),
    Bad("deep", "TOO_DEEP", query=DEEP),
    Bad("aliased", "TOO_MANY_ALIASES", query=ALIASED),
    Bad("many roots", "TOO_MANY_ROOT_FIELDS", query=ROOTS),
    Bad("many tokens", "TOO_MANY_TOKENS", query="{ " + "__typename " * 4001 + "}"),
    Bad("cyclic", "INVALID_DOCUMENT", query=CYCLE),
    Bad("several operations and no name", "OPERATION_UNKNOWN", query="query a { __typename } query b { __typename }"),
    Bad("an unknown purpose", "PURPOSE_UNKNOWN", query="query @inquiry(purpose: CURIOSITY) { __typename }"),
    Bad("an unknown purpose in a header", "PURPOSE_UNKNOWN", headers={"Inquiry-Purpose": "CURIOSITY"}),
    Bad(
        "two purposes",
        "INQUIRY_CONTRADICTORY",
        query="query @inquiry(purpose: AUDITING) { __typename }",
        headers={"Inquiry-Purpose": "INSPECTION"},
    ),
    Bad("a list too long", "LIST_TOO_LONG", query=BRANCHES.replace("FIRST", "101")),
    Bad("a list of less than nothing", "INVALID_ARGUMENT", query=BRANCHES.replace("FIRST", "-1")),
]  # fmt: skip
DOORS = [
    Bad("no JSON", "MALFORMED", raw=b"{"),
    Bad("no UTF-8", "MALFORMED", raw='{"query": "{ 名 }"}'.encode("gb18030")),
    Bad("a batch", "MALFORMED", raw=b'[{"query": "{ __typename }"}]'),
    Bad("no query", "MALFORMED", raw=b"{}"),
    Bad("a query that is no text", "MALFORMED", raw=b'{"query": 1}'),
    Bad("variables that are no object", "MALFORMED", raw=b'{"query": "{ __typename }", "variables": []}'),
    Bad("bytes", "MALFORMED", raw=bytes(range(256))),
    Bad("oversized", "TOO_LARGE", 413, raw=b'{"query": "' + b" " * 70_000 + b'"}'),
    Bad("a form", "UNSUPPORTED_MEDIA_TYPE", 415, raw=b"query={x}", headers=FORM),
    Bad("another type of answer", "NOT_ACCEPTABLE", 406, headers={"Accept": "text/xml"}),
    Bad("another method", "METHOD_NOT_ALLOWED", 405, method="PUT"),
    Bad("another site", "CROSS_SITE", 403, headers={"Sec-Fetch-Site": "cross-site"}),
    Bad("a token that is none", "UNAUTHENTICATED", 401, headers={"Authorization": "Bearer x.y.z"}),
    Bad("another scheme", "UNAUTHENTICATED", 401, headers={"Authorization": "Basic eHg6eHg="}),
]  # fmt: skip


def send(gateway: Gateway, bad: Bad) -> Reply:
    """The request, byte by byte as it is."""
    body = bad.raw if bad.raw is not None else json.dumps({"query": bad.query, "variables": bad.variables}).encode()
    return gateway.send(bad.method, content=body, headers={"Content-Type": "application/json", **bad.headers})


@pytest.mark.parametrize("bad", [*CODES, *DOCUMENTS, *DOORS], ids=lambda bad: bad.name)
def test_it_is_refused_with_its_code_and_nothing_is_asked(gateway, counted, bad):
    reply = send(gateway, bad)
    assert (reply.status, set(reply.codes)) == (bad.status, {bad.code}), reply.text
    assert reply.headers["content-type"].startswith("application/graphql-response+json")
    assert reply.data in (None, {"subject": None})
    assert counted.totals() == dict.fromkeys(counted.totals(), 0)
    for error in reply.errors:
        assert error["message"]
        assert not re.search(r"Traceback|File \"|site-packages|\wError", reply.text)
        for stated in bad.variables.values():
            assert not (isinstance(stated, str) and len(stated) > 3 and stated in reply.text)


def test_a_code_in_lower_case_is_the_same_code(gateway):
    reply = gateway.ask(BY_CODE, code=CODE.lower())
    assert reply.data == {"subject": {"unifiedSocialCreditCode": CODE}}


def test_fragments_that_double_end_quickly(gateway):
    reply = gateway.ask(BOMB)
    assert reply.status in {200, 400}
    assert reply.elapsed_s < PATIENCE_S / 2


def test_nobody_is_suggested_what_its_class_can_never_see(gateway):
    for misspelt, helped in (("registeredNam", {"public", "permit-officer"}), ("paidInCapita", {"permit-officer"})):
        question = f'{{ subject(code: "{CODE}") {{ legalPerson {{ {misspelt} }} }} }}'
        for persona in ("public", "permit-officer"):
            assert ("Did you mean" in gateway.ask(question, persona).text) is (persona in helped)


def test_a_bad_token_is_never_the_public(gateway):
    token = gateway.token("bank")
    head, claims, signature = token.split(".")
    for forged in (f"{head}.{claims}.{signature[:-4]}AAAA", f"{head}.{claims[:-4]}.{signature}", f"{head}.{claims}."):
        reply = gateway.send(json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {forged}"})
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer ")
        assert reply.data is None
        assert forged not in reply.text


def test_get_answers_queries_and_a_list_of_nothing_is_empty(gateway):
    reply = gateway.send("GET", params={"query": "{ __typename }"})
    assert (reply.status, reply.data) == (200, {"__typename": "Query"})
    assert gateway.ask(BY_CODES, codes=[]).data == {"subjects": []}


def test_who_accepts_json_only_is_told_of_a_bad_document_with_200(gateway):
    reply = gateway.send(json={"query": "{ nonsense }"}, headers={"Accept": "application/json"})
    assert (reply.status, reply.codes) == (200, ["INVALID_DOCUMENT"])
    assert reply.headers["content-type"].startswith("application/json")
