"""What a response shows, read from its JSON alone; and what the log says was shown, read from the log's JSON alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from hypothesis import strategies as st

from gateway.pipeline.selection import PERSON_TYPE
from gateway.settings import Limits
from policies.logged_verdicts import read
from schema.vocabulary.caller import Caller, Inquiry
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import tianjin
from tests.corridor import Corridor, open_corridor
from tests.documents import Asked, document_text
from tests.logged import Reply
from tests.strategies import CODES, World, documents, whole_records

CATALOG = tianjin()
NAMES = dict.fromkeys(CODES, "甲公司")
WHOSE = Asked("unifiedSocialCreditCode", "whose")
"""Asked of every subject, so that a response says whose part is whose."""


class Street:
    """One corridor with its loop, for many examples; no value, as all that its agencies hold would fill pages."""

    def __init__(self, runner: asyncio.Runner, corridor: Corridor) -> None:
        self.runner = runner
        self.corridor = corridor

    def ask(self, roots: Sequence[Asked], asker: tuple[Caller, Inquiry], world: World) -> tuple[Reply, dict[str, Any]]:
        """The reply and the entry in the log."""
        return self.runner.run(self._ask(roots, asker, world))

    async def _ask(
        self, roots: Sequence[Asked], asker: tuple[Caller, Inquiry], world: World
    ) -> tuple[Reply, dict[str, Any]]:
        caller, stated = asker
        self.corridor.give(*world, names=NAMES)
        text = document_of(roots)
        reply = await self.corridor.ask(text, caller, stated=stated)
        return reply, await self._last_entry()

    def last_entry(self) -> dict[str, Any]:
        """The latest entry in the log."""
        return self.runner.run(self._last_entry())

    async def _last_entry(self) -> dict[str, Any]:
        [logged] = await self.corridor.log.read(1)
        entry: dict[str, Any] = orjson.loads(logged.text)
        return entry


def document_of(roots: Sequence[Asked]) -> str:
    """All of them in one document."""
    return f"{{ {' '.join(document_text(root)[1:-1] for root in roots)} }}"


@contextmanager
def a_street(folder: Path) -> Iterator[Street]:
    """Opened, and closed again."""
    with asyncio.Runner() as runner:
        opening = open_corridor(folder, Limits(tokens=20_000, aliases=2_000))
        corridor = runner.run(_entered(opening))
        try:
            yield Street(runner, corridor)
        finally:
            runner.run(_left(opening))


async def _entered(opening: Any) -> Corridor:
    corridor: Corridor = await opening.__aenter__()
    return corridor


async def _left(opening: Any) -> None:
    await opening.__aexit__(None, None, None)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Asked, ...]:
    """One to three roots, a search among them perhaps; each subject says whose it is."""
    drawn = draw(st.lists(st.one_of(documents(), whole_records()), min_size=1, max_size=2))
    roots = [replace(root, alias=f"r{place}", children=(*root.children, WHOSE)) for place, root in enumerate(drawn)]
    if draw(st.integers(0, 3)) == 0:
        children = (*draw(documents()).children, WHOSE)
        edges = Asked("edges", "", (), (Asked("node", "", (), children, "CreditSubject"),), "SubjectEdge")
        named = (("name", "甲", "String!"), ("first", 2, "Int!"))
        roots.append(Asked("searchSubjects", "found", named, (edges,), "SubjectConnection"))
    return tuple(roots)


def in_response(roots: Sequence[Asked], data: Mapping[str, Any]) -> dict[str, set[str]]:
    """Per code the governed coordinates at or below which the response has a leaf that is not null."""
    seen: dict[str, set[str]] = {}
    for about, part in _subjects(roots, data):
        standing = {coordinate for coordinate, value in _governed(about, part, None) if has_leaf(value)}
        seen.setdefault(part["whose"], set()).update(standing)
    return seen


def values_in(roots: Sequence[Asked], data: Mapping[str, Any]) -> Iterator[Any]:
    """Everything that stands at a governed coordinate which leads to no records and no person."""
    for about, part in _subjects(roots, data):
        for coordinate, value in _governed(about, part, None):
            if not coordinate.startswith("CreditSubject."):
                yield value


def _subjects(roots: Sequence[Asked], data: Mapping[str, Any]) -> Iterator[tuple[Asked, Mapping[str, Any]]]:
    for root in roots:
        value = data[root.alias]
        if root.name == "searchSubjects":
            (edges,) = root.children
            (node,) = edges.children
            yield from ((node, edge["node"]) for edge in (value or {"edges": ()})["edges"])
        else:
            yield from ((root, part) for part in (value if isinstance(value, list) else [value]))


def _governed(asked: Asked, value: Mapping[str, Any], below: str | None) -> Iterator[tuple[str, Any]]:
    for child in asked.children:
        if child.is_skipped:
            continue
        there = value[child.alias or child.name]
        coordinate = f"{asked.on}.{child.name}"
        if FieldCoordinate(coordinate) in CATALOG.entries:
            yield f"{below}>{coordinate}" if asked.on == PERSON_TYPE else coordinate, there
        if child.children:
            holder = coordinate if child.on == PERSON_TYPE else below
            for one in there if isinstance(there, list) else [there]:
                if isinstance(one, dict):
                    yield from _governed(child, one, holder)


def has_leaf(value: Any) -> bool:
    """Whether anything in it is neither null nor only a frame."""
    if isinstance(value, dict):
        return any(has_leaf(part) for part in value.values())
    if isinstance(value, list):
        return any(has_leaf(part) for part in value)
    return value is not None


def in_log(entry: Mapping[str, Any]) -> dict[str, set[str]]:
    """Per subject's digest the coordinates that were permitted, as they are or masked, and are not missing."""
    shown: dict[str, set[str]] = {}
    for verdict in entry["verdicts"]:
        if verdict.keys() & {"search", "explained", "about"}:
            continue
        decided = [*read(verdict["decided"])]
        permitted = {at for at, (_, words) in enumerate(decided) if words.startswith(("SHOW", "MASK "))}
        for place, subject in enumerate(verdict["subjects"]):
            missing = set(verdict["missing"][place]) if "missing" in verdict else set()
            assert missing <= permitted
            assert not set(verdict["bare"][place]) - missing if "bare" in verdict else True
            left = {decided[at][0] for at in permitted - missing}
            shown.setdefault(entry["subjects"][subject], set()).update(left)
    return shown
