"""A subject reads who has looked at it, in the corridor: who may, what is told, pages and cursors, the signed text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.registers.engine import RegisterFault
from gateway.registers.withholding_entry import Selection, Withholding
from schema.vocabulary.caller import PUBLIC_CALLER
from tests.builders import NOW, SOME_CODE, the_catalog
from tests.corridor import BANK, ITSELF, OFFICER
from tests.gateway.pipeline.inquiry_corridor import OPERATOR, open_stage, told
from tests.inquiry_stage import OTHER_CODE, Looked

NODE = "id at organisation { id name } callerClass purpose matter about outcome"
PAGE = f"edges {{ cursor node {{ {NODE} }} }} pageInfo {{ hasNextPage endCursor }} totalCount"
LIST = f'{{ subject(code: "{SOME_CODE}") {{ inquiries {{ {PAGE} }} }} }}'


class Unreadable:
    """A desk whose books cannot be read."""

    async def page(self, *_told, **_more):
        raise RegisterFault("gone")


@pytest.fixture
async def stage(database_url, tmp_path):
    async with open_stage(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def corridor(stage):
    return stage.corridor


@pytest.fixture
def books(stage):
    return stage.books


async def walk(corridor, size: int, caller=ITSELF, *, as_of=NOW):
    """Every node and cursor, page by page, and the total."""
    listed = f"inquiries(first: {size}, after: $after) {{ {PAGE} }}"
    document = f'query Q($after: String) {{ subject(code: "{SOME_CODE}") {{ {listed} }} }}'
    pages, after = [], None
    while True:
        page = told(await corridor.ask(document, caller, variables={"after": after}, as_of=as_of))
        pages.append(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return pages


async def test_a_subject_reads_who_has_looked_at_it(corridor, books):
    await books.look(Looked("a" * 32, at=NOW - timedelta(days=2), matter="食品经营许可"), OTHER_CODE, SOME_CODE)
    await books.look(
        Looked("b" * 32, at=NOW - timedelta(days=1), organisation="", client="", purpose=None, caller_class="PUBLIC"),
        SOME_CODE,
    )
    await books.look(Looked("c" * 32, at=NOW), OTHER_CODE)
    page = told(await corridor.ask(LIST, ITSELF))
    assert page["totalCount"] == 2
    assert page["pageInfo"] == {"hasNextPage": False, "endCursor": page["edges"][-1]["cursor"]}
    public, police = (edge["node"] for edge in page["edges"])
    assert public == {
        "id": "b" * 32,
        "at": (NOW - timedelta(days=1)).isoformat(),
        "organisation": None,
        "callerClass": "PUBLIC",
        "purpose": None,
        "matter": None,
        "about": ["RECORDS"],
        "outcome": "SHOWN",
    }
    assert police["organisation"] == {"id": "police", "name": "公安分局"}
    assert (police["matter"], police["purpose"], police["outcome"]) == ("食品经营许可", "INSPECTION", "NOTHING_SHOWN")


async def test_neither_the_officer_nor_the_case_is_told(corridor, books):
    await books.look(Looked(case="案-1"), SOME_CODE)
    everything = "items { code name chineseName } legalBasis consents"
    document = LIST.replace("outcome", f"outcome {everything}").replace("totalCount", "totalCount __typename")
    reply = await corridor.ask(document, ITSELF)
    assert told(reply)["edges"]
    assert not any(secret in reply.raw.decode() for secret in ("officer-17", "案-1", "police-desk"))


@pytest.mark.parametrize("jurisdiction", ["TJ", "SH", "HL", "LN"])
async def test_nobody_else_is_told_and_learns_by_which_article(sqlite_url, tmp_path, jurisdiction):
    catalog = the_catalog(jurisdiction)
    article = str(catalog.jurisdiction.articles["right_to_know"])
    async with open_stage(sqlite_url, tmp_path, catalog) as stage:
        await stage.books.look(Looked(), SOME_CODE)
        for caller in (PUBLIC_CALLER, BANK, OFFICER, replace(ITSELF, own_subject=OTHER_CODE)):
            reply = await stage.corridor.ask(LIST.replace("inquiries {", "inquiriesExport inquiries {"), caller)
            assert reply.data["subject"] == {"inquiries": None, "inquiriesExport": None}
            assert {error["path"][-1] for error in reply.errors} == {"inquiries", "inquiriesExport"}
            for extensions in (error["extensions"] for error in reply.errors):
                assert (extensions["code"], extensions["rule"]) == ("CALLER_NOT_AUTHORISED", "right_to_know")
                assert extensions["article"] == article


@pytest.mark.parametrize("caller", [ITSELF, OPERATOR])
async def test_the_subject_and_the_operator_need_the_scope(corridor, books, caller):
    await books.look(Looked(), SOME_CODE)
    assert told(await corridor.ask(LIST, caller))["totalCount"] == 1
    reply = await corridor.ask(LIST, replace(caller, scopes=frozenset()))
    assert (told(reply), reply.codes) == (None, ["CALLER_NOT_AUTHORISED"])
    assert "`credit:read`" in reply.errors[0]["extensions"]["help"]


async def test_of_several_subjects_only_one_s_own_list_is_told(corridor, books):
    await books.look(Looked(), SOME_CODE, OTHER_CODE)
    document = f'{{ subjects(codes: ["{OTHER_CODE}", "{SOME_CODE}"]) {{ inquiries {{ totalCount }} }} }}'
    reply = await corridor.ask(document, ITSELF)
    assert [one["inquiries"] for one in reply.data["subjects"]] == [None, {"totalCount": 1}]
    assert [error["path"] for error in reply.errors] == [["subjects", 0, "inquiries"]]


async def test_the_reading_is_itself_an_entry(corridor, books):
    await books.look(Looked(), SOME_CODE)
    for caller, words in (
        (ITSELF, {"CreditSubject.inquiries": "SHOW"}),
        (BANK, {"CreditSubject.inquiries": "WITHHOLD CALLER_NOT_AUTHORISED right_to_know TJ 39¶1"}),
    ):
        await corridor.ask(LIST, caller)
        (row,) = await corridor.rows()
        (part,) = [one for one in row["verdicts"] if one.get("about") == "inquiries"]
        assert part["decided"] == words
        assert len(row["subjects"]) == 2
        assert part["subjects"] == [1]


async def test_pages_go_on_where_the_one_before_ended(corridor, books):
    for number in range(7):
        await books.look(Looked(f"r-{number}", at=NOW - timedelta(days=7 - number)), SOME_CODE)
    (whole,) = await walk(corridor, 20)
    for size in range(1, 8):
        pages = await walk(corridor, size)
        assert [edge for page in pages for edge in page["edges"]] == whole["edges"]
        assert {page["totalCount"] for page in pages} == {7}
    lengths = {len(edge["cursor"]) for edge in whole["edges"]}
    assert len(lengths) == 1
    document = f'{{ subject(code: "{SOME_CODE}") {{ inquiries(from: "2026-01-02", to: "2026-01-01") {{ {PAGE} }} }} }}'
    empty = told(await corridor.ask(document, ITSELF))
    assert empty == {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}, "totalCount": 0}


async def test_a_cursor_is_good_for_its_own_list_alone(corridor, books):
    for number in range(3):
        await books.look(Looked(f"r-{number}"), SOME_CODE, OTHER_CODE)
    cursor = (await walk(corridor, 1))[0]["pageInfo"]["endCursor"]
    for caller, arguments in (
        (OPERATOR, f'after: "{cursor}"'),
        (ITSELF, f'after: "{cursor}", from: "2026-01-01"'),
        (ITSELF, 'after: "xx"'),
        (ITSELF, 'after: "' + cursor[:-2] + 'AA"'),
    ):
        document = f'{{ subject(code: "{SOME_CODE}") {{ inquiries({arguments}) {{ totalCount }} }} }}'
        reply = await corridor.ask(document, caller)
        assert (told(reply), reply.codes) == (None, ["INVALID_CURSOR"])


async def test_what_is_withheld_changes_no_byte_that_is_told(corridor, books):
    for number in range(8):
        unit = "police" if number in (1, 2, 5, 6) else "bank"
        await books.look(Looked(f"r-{number}", organisation=unit), SOME_CODE)
    full = {size: await walk(corridor, size) for size in (1, 2, 3, 20)}
    chosen = Selection("police", purpose="INSPECTION")
    filed = Withholding("w", chosen, NOW.date(), "CPL 54", filed_by="x", filed_at=NOW)
    await books.withheld.file(filed)
    hidden = {size: await walk(corridor, size) for size in (1, 2, 3, 20)}
    by_id = {edge["node"]["id"]: edge for edge in full[20][0]["edges"]}
    left = [by_id[f"r-{number}"] for number in (7, 4, 3, 0)]
    for size, pages in hidden.items():
        assert [edge for page in pages for edge in page["edges"]] == left
        assert [len(page["edges"]) for page in pages] == [len(left[at : at + size]) for at in range(0, 4, size)]
        assert {page["totalCount"] for page in pages} == {4}
    after = NOW + timedelta(days=1)
    assert await walk(corridor, 20, as_of=after) == full[20]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 0", "INVALID_ARGUMENT"),
        ("first: 101", "LIST_TOO_LONG"),
        ('from: "2026-02-30"', "INVALID_ARGUMENT"),
        ('to: "20260101"', "INVALID_ARGUMENT"),
        ('from: "2026"', "INVALID_ARGUMENT"),
    ],
)
async def test_wrong_arguments(corridor, arguments, code):
    reply = await corridor.ask(
        f'{{ subject(code: "{SOME_CODE}") {{ inquiries({arguments}) {{ totalCount }} }} }}', ITSELF
    )
    assert (reply.status, reply.codes) == (400, [code])


async def test_a_log_that_cannot_be_read_takes_its_own_field_and_nothing_else(stage, corridor):
    document = LIST.replace("inquiries {", "unifiedSocialCreditCode inquiries {")
    stage.tell_by(desk=Unreadable())
    for house in (corridor.house, replace(corridor.house, teller=None)):
        corridor.house = house
        reply = await corridor.ask(document, ITSELF)
        assert (told(reply), told(reply, "unifiedSocialCreditCode")) == (None, SOME_CODE)
        assert reply.codes == ["REGISTER_UNREADABLE"]


async def test_aliases_and_variables_each_have_their_own_page(corridor, books):
    for number in range(3):
        await books.look(Looked(f"r-{number}", at=NOW - timedelta(days=3 - number)), SOME_CODE)
    document = f"""query Q($one: Int!, $day: Date) {{ subject(code: "{SOME_CODE}") {{
        a: inquiries(first: $one) {{ edges {{ node {{ id }} }} totalCount }}
        b: inquiries(from: $day, to: $day) {{ edges {{ node {{ id }} }} }}
    }} }}"""
    for size, day in ((1, "2026-01-01"), (2, (NOW - timedelta(days=2)).date().isoformat())):
        reply = await corridor.ask(document, ITSELF, variables={"one": size, "day": day})
        subject = reply.data["subject"]
        assert len(subject["a"]["edges"]) == size
        assert subject["a"]["totalCount"] == 3
        assert [edge["node"]["id"] for edge in subject["b"]["edges"]] == ([] if size == 1 else ["r-1"])
