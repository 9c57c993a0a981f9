"""Whatever was asked and answered: the subject is told of it, with just those catalog items that it was shown by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from gateway.pipeline.inquiry_facts import inquiry_facts
from gateway.registers.engine import open_engine
from gateway.registers.log_reading import SubjectReader
from gateway.rights.inquiries import Asking, InquiryDesk
from policies.logged_verdicts import read
from schema.vocabulary.caller import Caller, Inquiry
from schema.vocabulary.identifiers import FieldCoordinate, SubjectId
from tests.builders import NOW
from tests.documents import Asked
from tests.inquiry_stage import SELECTORS, MemoryWithholdings, nameless
from tests.laws.record import CATALOG, Street, a_street, in_log, in_response, questions
from tests.laws.walk import asking_agencies
from tests.strategies import World, callers, lawful, worlds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("street")


@pytest.fixture(scope="module")
def street(folder: Path) -> Iterator[Street]:
    with a_street(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(street: Street, folder: Path) -> Iterator[InquiryDesk]:
    engine = open_engine(f"sqlite+aiosqlite:///{folder / 'record.db'}")
    keys = street.corridor.house.subject_keys
    yield InquiryDesk(SubjectReader(engine), keys, MemoryWithholdings(), SELECTORS)
    street.runner.run(engine.dispose())


def items(coordinates: set[str]) -> set[str]:
    parts = {FieldCoordinate(part) for at in coordinates for part in at.split(">")}
    return {CATALOG.entries[part].item.code for part in parts if part in CATALOG.entries}


@given(questions(), callers(), worlds())
@lawful(60)
def test_the_subject_is_told_of_what_was_shown(
    street: Street, desk: InquiryDesk, roots: tuple[Asked, ...], asker: tuple[Caller, Inquiry], world: World
) -> None:
    asked = tuple(asking_agencies(root) for root in roots)
    reply, entry = street.ask(asked, asker, world)
    logged = in_log(entry)
    for code, seen in in_response(asked, reply.data).items():
        facts = _latest(street, desk, code)
        told = {item["code"] for item in facts["items"]}
        assert items(seen) <= told <= items(_permitted(entry, street.corridor.digest(code)))
        assert (facts["outcome"] == "SHOWN") == bool(told)
        assert logged[street.corridor.digest(code)] == seen
        if not _permitted(entry, street.corridor.digest(code)):
            assert facts["outcome"] in ("WITHHELD", "NOTHING_SHOWN")
        assert (facts["callerClass"], facts["purpose"]) == (asker[0].caller_class, asker[1].purpose)
        assert asker[0].client_id not in str(facts) or not asker[0].client_id


def _latest(street: Street, desk: InquiryDesk, code: str) -> dict[str, Any]:
    page = street.runner.run(desk.page(Asking(SubjectId(code), NOW.date()), first=1))
    (one,) = page.entries
    return inquiry_facts(one, CATALOG, name_of=nameless)


def _permitted(entry: dict[str, Any], digest: str) -> set[str]:
    return {
        at
        for part in entry["verdicts"]
        if "search" not in part
        for place in part["subjects"]
        if entry["subjects"][place] == digest
        for at, words in read(part["decided"])
        if not words.startswith("WITHHOLD")
    }
