"""What stands in the books of the tests of standing: a bank, a consent of a subject to it, a mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.identity.consent_papers import ConsentPapers
from gateway.registers.callers import CallersRegister
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import ConsentFile, Party
from gateway.registers.standing_entry import FiledMark
from policies.evidence import Mark, RecordMark
from schema.vocabulary.caller import Caller, CallerClass, Purpose
from schema.vocabulary.consents import ConsentAct, ConsentTerms
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind
from tests.logged import StillKeys, the_keys

NOW = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
FIRST, SECOND = SubjectId("911200000000000001"), SubjectId("911200000000000002")
BANK = Caller(
    CallerClass.FINANCIAL_INSTITUTION,
    "bank-app",
    "bank",
    consents=frozenset({"C1", "C2"}),
    token_names=frozenset({"t1"}),
)
TERMS = ConsentTerms(
    subject=FIRST,
    organisation="bank",
    items=frozenset({"NB01-1", "SUP-TX1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    valid_from=date(2026, 1, 1),
    ends_on=date(2027, 1, 1),
    is_written=True,
)
MARK = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "津市监罚〔2024〕1号", date(2026, 2, 1))
ON_FIRST = FiledMark(FIRST, MARK)
PAPERS = ConsentPapers(StillKeys(the_keys()), "https://gateway.test")


def granted(consent_id: str = "C1", terms: ConsentTerms = TERMS, *acts: ConsentAct) -> ConsentFile:
    """A consent that the subject gave, and what it did with it afterwards."""
    file = ConsentFile(consent_id, terms, NOW, NOW + timedelta(days=7))
    file = replace(file, statements=(PAPERS.artefact(file),))
    for act in (ConsentAct.GRANT, *acts):
        statement = PAPERS.act(file, act, by=Party.SUBJECT, evidence={}, now=NOW)
        file = PAPERS.read((*file.statements, statement))
    return file


async def write(consents: ConsentRegister, file: ConsentFile) -> None:
    """Put every statement of a consent on file."""
    rows = [
        replace(file.last_row, number=number, statement=statement) for number, statement in enumerate(file.statements)
    ]
    await consents.add(rows)


class KnownHere:
    """What the register of callers says, as the desk before it would pass it on."""

    def __init__(self, register: CallersRegister) -> None:
        self._register = register

    @property
    def epoch(self) -> int:
        return self._register.book.epoch

    async def fresh(self) -> object:
        return await self._register.fresh()

    def is_current(self, caller: Caller) -> bool:
        return self._register.is_current(caller)
