"""Four doors to the judge: the pure function, the corridor, HTTP and the command. Each says how a case ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gateway.cli.decision_case import DecisionCase, Outcome, Ruling
from gateway.cli.policy_judge import place_of, silenced_at, source_record
from gateway.pipeline import admit
from gateway.registers.consents_counting import Use
from gateway.settings import Limits
from gateway.web.graph_endpoint import GraphEndpoint
from policies import decide as judge
from policies.evidence import Evidence, Standing
from policies.question import Asker, Question
from policies.review import Reviewer
from policies.verdict import DecisionSheet, Effect
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import Fact
from tests.builders import NOW, SHANGHAI, the_catalog
from tests.corridor import Corridor, a_token, open_corridor
from tests.decisions.documents import (
    demanded,
    document,
    explanation,
    from_body,
    is_in_graph,
    record_in,
    seen_of,
    without_nulls,
)
from tests.logged import Reply, a_reply

REGIONS = ("TJ", "SH", "HL", "LN")
_READ = "credit:read"


@dataclass(frozen=True)
class Answer:
    """How a case ends at a door, and what is seen of the fact; nulls inside it are left out."""

    ruling: Ruling
    value: Fact = None
    orders_refused: bool = False
    """Whether an agency was asked for the very fact that was refused."""


def neighbours() -> dict[str, Catalog]:
    """The catalogs of all four regions."""
    return {region: the_catalog(region) for region in REGIONS}


# --- 1 the pure function ---


def pure(case: DecisionCase) -> Answer:
    """`decide`, and `Reviewer` for the record: evidence and asker are made here from the case alone."""
    catalog = the_catalog(case.jurisdiction)
    sheet = _sheet(case, catalog)
    verdict = sheet.verdicts[case.field]
    head = verdict.findings[0] if verdict.findings else None
    if verdict.effect is Effect.WITHHOLD and head is not None:
        return Answer(Ruling(Outcome.WITHHOLD, head.code, head.rule, str(head.article)))
    place = place_of(case, catalog)
    value, is_objected = None, False
    if case.record is not None and place is not None:
        reviewed = Reviewer(sheet, place).review(source_record(case.record, place, case))
        for kept in reviewed.silent:
            if kept.coordinate in silenced_at(case, catalog):
                return Answer(Ruling(Outcome.SILENT, kept.code, kept.rule, str(kept.article)))
        value, is_objected = seen_of(case, reviewed.facts), reviewed.is_objected
    if verdict.effect is Effect.MASK and head is not None:
        ruling = Ruling(Outcome.MASK, head.code, head.rule, str(head.article), verdict.mask, is_objected)
        return Answer(ruling, value)
    return Answer(Ruling(Outcome.SHOW, is_objected=is_objected), value)


def _sheet(case: DecisionCase, catalog: Catalog) -> DecisionSheet:
    division = catalog.jurisdiction.division
    registered, seat = case.subject_division or division, case.caller.division or division
    is_public = case.caller.caller_class is CallerClass.PUBLIC
    asker = Asker(
        case.caller.caller_class,
        case.caller.purpose,
        _READ in case.caller.scopes,
        published=case.caller.designated,
        items=case.caller.items,
        unit_items=case.caller.agreed,
        states_matter=case.caller.matter is not None,
        is_from_other_region=not is_public and seat[:2] not in (division[:2], "00"),
    )
    codes = {the_catalog(one).jurisdiction.division[:2]: one for one in REGIONS if one != case.jurisdiction}
    evidence = Evidence(
        case.subject_kind,
        case.is_own,
        is_in_region=is_public or registered.startswith(seat.rstrip("0")),
        home=codes.get(registered[:2], ""),
        consents=case.standing.consents,
        marks=case.standing.marks,
    )
    home = the_catalog(evidence.home) if evidence.home else None
    return judge.decide(Question(asker, demanded(case, catalog), case.as_of), catalog, evidence, home=home)


# --- 2 the corridor and 3 HTTP ---


class CaseBooks:
    """Books in which stands what the case at hand says of its subject."""

    def __init__(self) -> None:
        self.known: dict[SubjectId, Standing] = {}

    async def standing(
        self, subjects: Collection[SubjectId], _caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        del now
        return {subject: self.known[subject] for subject in subjects if subject in self.known}

    async def count_use(self, _uses: Collection[Use]) -> frozenset[Use]:
        return frozenset()


@dataclass
class Gateway:
    """One region's gateway with its two doors; its clock stands at the hour of the case at hand."""

    corridor: Corridor
    http: httpx.AsyncClient
    books: CaseBooks
    catalog: Catalog
    now: datetime

    async def ask(self, case: DecisionCase) -> tuple[Answer, Answer]:
        """The case at the corridor and at HTTP."""
        division = self.catalog.jurisdiction.division
        subject, caller = case.subject(division), case.asking(division)
        self.now = datetime.combine(case.as_of, time(10), SHANGHAI)
        self.books.known = {subject: case.standing}
        if not is_in_graph(case):
            return await self._ask_why(case, subject, caller)
        place = place_of(case, self.catalog)
        assert place is not None
        held = [(subject, source_record(case.record, place, case))] if case.record is not None else []
        text, variables = document(case, self.catalog), {"code": str(subject)}
        self.corridor.give(*held)
        reply = await self.corridor.ask(text, caller, variables=variables, stated=case.inquiry, as_of=self.now)
        first = await self._answer(case, reply)
        self.corridor.give(*held)
        reply = await self._post({"query": text, "variables": variables}, case, caller)
        return first, await self._answer(case, reply)

    async def _ask_why(self, case: DecisionCase, subject: SubjectId, caller: Caller) -> tuple[Answer, Answer]:
        """A field that no document can ask for is asked about; nobody is asked for it."""
        text, variables = explanation(case), {"code": str(subject)}
        self.corridor.give()
        reply = await self.corridor.ask(text, caller, variables=variables, stated=case.inquiry, as_of=self.now)
        first = self._why(reply)
        second = self._why(await self._post({"query": text, "variables": variables}, case, caller))
        assert not self.corridor.ordered()
        return first, second

    def _why(self, reply: Reply) -> Answer:
        assert reply.status == 200, reply.body
        [told] = reply.data["explainAccess"]
        mask = MaskKind(told["mask"] or MaskKind.M0)
        return Answer(
            Ruling(Outcome(told["effect"]), told["code"] or "", told["rule"] or "", told["article"] or "", mask)
        )

    async def _post(self, body: Mapping[str, Any], case: DecisionCase, caller: Caller) -> Reply:
        headers = {}
        if caller.caller_class is not CallerClass.PUBLIC:
            headers["authorization"] = f"Bearer {a_token(caller, now=self.now)}"
        if case.inquiry.purpose is not None:
            headers["inquiry-purpose"] = case.inquiry.purpose.value
        if case.inquiry.matter is not None:
            headers["inquiry-matter"] = quote(case.inquiry.matter)
        response = await self.http.post("/graphql", json=body, headers=headers)
        return a_reply(response.status_code, response.content)

    async def _answer(self, case: DecisionCase, reply: Reply) -> Answer:
        """Refusals as the caller is told them; what stays back in silence as it is sealed."""
        assert reply.status == 200, (case.code, reply.body)
        [row] = await self.corridor.rows()
        [sealed] = row["verdicts"]
        field = case.field
        word = sealed["decided"][f"{field.below}>{field.coordinate}" if field.below else field.coordinate]
        value = without_nulls(from_body(case, self.catalog, reply.data))
        if word.startswith(Outcome.WITHHOLD):
            told = self._told(case, reply)
            assert word == f"WITHHOLD {told.code} {told.rule} {told.article}", (case.code, word, told)
            return Answer(told, value, self._orders(case))
        for kept in sealed["silent"]:
            coordinate, code, rule, article = kept.split(" ", 3)
            if coordinate in silenced_at(case, self.catalog):
                assert not reply.errors, (case.code, reply.errors)
                return Answer(Ruling(Outcome.SILENT, code, rule, article), value)
        is_objected = self._is_objected(case, reply)
        if word == Outcome.SHOW:
            return Answer(Ruling(Outcome.SHOW, is_objected=is_objected), value)
        _, mask, rule, article = word.split(" ", 3)
        return Answer(Ruling(Outcome.MASK, "MASKED", rule, article, MaskKind(mask), is_objected), value)

    def _told(self, case: DecisionCase, reply: Reply) -> Ruling:
        """The refusal of the field itself, else of the place that it stands in."""
        told = {error["extensions"].get("coordinate"): error["extensions"] for error in reply.errors}
        for name in (case.field.coordinate, *sorted(silenced_at(case, self.catalog))):
            if name in told:
                one = told[name]
                return Ruling(Outcome.WITHHOLD, one["code"], one["rule"], one["article"])
        raise AssertionError(f"{case.code}: nothing is said of a refusal")

    def _orders(self, case: DecisionCase) -> bool:
        """Whether the refused fact was ordered, other than for the judge's own eyes."""
        place = place_of(case, self.catalog)
        assert place is not None
        item, fact = place.entry.item, case.field.coordinate.partition(".")[2]
        name = f"{case.field.below.partition('.')[2]}.{fact}" if case.field.below else fact
        own = {item.display.anchor, item.display.until, *item.judged.names()}
        return name not in own and f"{place.kind}.{name}" in self.corridor.ordered()

    def _is_objected(self, case: DecisionCase, reply: Reply) -> bool:
        record = record_in(case, self.catalog, reply.data)
        return bool(record and record.get("provenance") and record["provenance"]["objectionMarker"])


@asynccontextmanager
async def open_gateway(region: str, folder: Path) -> AsyncIterator[Gateway]:
    """A region's gateway as the composition root wires it, but for agencies and books."""
    books, catalog = CaseBooks(), the_catalog(region)
    async with open_corridor(folder, catalog=catalog, neighbours=neighbours(), books=books) as corridor:
        app = httpx.ASGITransport(GraphEndpoint(corridor.house, Limits()))
        async with httpx.AsyncClient(transport=app, base_url="http://gateway.test") as client:
            gateway = Gateway(corridor, client, books, catalog, NOW)
            with pytest.MonkeyPatch.context() as clock:
                clock.setattr(admit, "hour", lambda: gateway.now)
                yield gateway


def at_gateway(region: str, cases: Iterable[DecisionCase], folder: Path) -> dict[str, tuple[Answer, Answer]]:
    """Every case at the corridor and at HTTP, one gateway for all of them."""

    async def ask_all() -> dict[str, tuple[Answer, Answer]]:
        async with open_gateway(region, folder) as gateway:
            return {case.code: await gateway.ask(case) for case in cases}

    return asyncio.run(ask_all())
