"""Search by registered name: page by page, each subject once, cursors for their own caller only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.journeys.gateways import Gateway

SEARCH = """query($name: String!, $first: Int!, $after: String) {
  searchSubjects(name: $name, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { cursor node { unifiedSocialCreditCode legalPerson { registeredName } } }
  }
}"""


def pages(gateway: Gateway, name: str, *, first: int, persona: str = "public") -> Iterator[Any]:
    """Every page of a search."""
    after = None
    while True:
        reply = gateway.ask(SEARCH, persona, name=name, first=first, after=after)
        assert reply.errors == [], reply.text
        page = reply.data["searchSubjects"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def found(gateway: Gateway, name: str, first: int = 100) -> set[str]:
    """Codes of everything that a search finds."""
    return {
        edge["node"]["unifiedSocialCreditCode"] for page in pages(gateway, name, first=first) for edge in page["edges"]
    }


def test_all_pages_together_are_every_subject_once(gateway, stage):
    met: list[str] = []
    totals = set()
    for page in pages(gateway, "有限公司", first=20):
        assert len(page["edges"]) == 20 or not page["pageInfo"]["hasNextPage"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        met += [edge["node"]["unifiedSocialCreditCode"] for edge in page["edges"]]
        assert all("有限公司" in edge["node"]["legalPerson"]["registeredName"] for edge in page["edges"])
        totals.add(page["totalCount"])
    assert len(met) == len(set(met))
    assert totals == {len(met)}
    assert len(met) > 100


def test_from_the_middle_of_a_page_it_goes_on_after_that_subject(gateway):
    (whole,) = [next(pages(gateway, "科技", first=6))]
    middle = whole["edges"][2]["cursor"]
    rest = gateway.ask(SEARCH, name="科技", first=3, after=middle).data["searchSubjects"]
    assert [edge["node"] for edge in rest["edges"]] == [edge["node"] for edge in whole["edges"][3:6]]


def test_a_cursor_is_its_own_callers_and_its_own_searchs(gateway):
    cursor = next(pages(gateway, "科技", first=2))["pageInfo"]["endCursor"]
    for persona, name, after in (
        ("bank-without-consents", "科技", cursor),
        ("public", "食品", cursor),
        ("public", "科技", f"{cursor[:-2]}AA"),
        ("public", "科技", "x"),
        ("public", "科技", "名"),
    ):
        reply = gateway.ask(SEARCH, persona, name=name, first=2, after=after)
        assert reply.status == 200
        assert reply.codes == ["INVALID_CURSOR"]
        assert reply.data == {"searchSubjects": None}


def test_a_cursor_tells_nothing(gateway, stage):
    page = next(pages(gateway, "科技", first=5))
    for edge in page["edges"]:
        assert "XNXN" not in edge["cursor"]
        assert edge["node"]["unifiedSocialCreditCode"][8:] not in edge["cursor"]


def test_how_many_must_be_said(gateway):
    reply = gateway.ask('{ searchSubjects(name: "科技") { totalCount } }')
    assert (reply.status, reply.codes) == (400, ["INVALID_DOCUMENT"])
    assert "first" in reply.errors[0]["message"]
    for first, code in ((0, "INVALID_ARGUMENT"), (-1, "INVALID_ARGUMENT"), (101, "LIST_TOO_LONG")):
        assert gateway.ask(SEARCH, name="科技", first=first).codes == [code]


def test_wildcards_and_quotes_are_letters_like_others(gateway):
    for name in ("%", "_", "天津%公司", "\\", "'", "'; DROP TABLE E_BASEINFO; --", "[a-z]", "*"):
        assert found(gateway, name) == set(), name
    assert found(gateway, "科技")


def test_brackets_of_either_width_find_the_same(gateway, stage):
    assert found(gateway, "（天津）") == found(gateway, "(天津)") != set()


def test_what_is_found_is_judged_like_what_is_named(gateway, counted):
    question = SEARCH.replace("registeredName", "registeredName paidInCapital { amount }")
    reply = gateway.ask(question, name="科技", first=3)
    assert reply.codes == ["CALLER_NOT_AUTHORISED"]
    assert "E_BASEINFO.PAIDINCAP" not in counted.calls()["market_regulation"]["asked"]
    officer = gateway.ask(question, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", name="科技", first=3)
    assert officer.errors == []
    assert all(edge["node"]["legalPerson"]["paidInCapital"] for edge in officer.data["searchSubjects"]["edges"])


def test_a_name_that_was_given_up_finds_nobody(gateway):
    page = next(pages(gateway, "旧拟", first=5))
    assert page == {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}
