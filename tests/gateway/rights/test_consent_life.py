"""The life of consents against a model that is a dictionary: anybody tries anything, at any time, at two desks.

Each desk has a connection and papers of its own, as two processes have; the database is a real one.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from gateway.identity.authorization_details import DetailsRefused
from gateway.registers.callers_entry import Client
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import Party, day_of
from gateway.registers.engine import open_engine
from gateway.rights.consents import Actor, ConsentRefusal, ConsentRefused
from schema.vocabulary.consents import ConsentAct, ConsentState
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import the_papers
from tests.gateway.rights.consent_desks import OTHER_CODE, a_desk, detail

REQUESTED, ACTIVE, PAUSED = ConsentState.REQUESTED, ConsentState.ACTIVE, ConsentState.PAUSED
REVOKED, REJECTED, EXPIRED = ConsentState.REVOKED, ConsentState.REJECTED, ConsentState.EXPIRED
LEADS = {
    ("REQUESTED", "GRANT"): ACTIVE,
    ("REQUESTED", "REJECT"): REJECTED,
    ("ACTIVE", "PAUSE"): PAUSED,
    ("PAUSED", "RESUME"): ACTIVE,
    ("ACTIVE", "REVOKE"): REVOKED,
    ("PAUSED", "REVOKE"): REVOKED,
}
"""The life of a consent, written down a second time."""
SUBJECTS, GRANTEES = (SOME_CODE, OTHER_CODE), ("bank", "lawyer")
ACTORS = (
    *(Actor(Party.SUBJECT, name, notice_read=read) for name in SUBJECTS for read in (True, False)),
    *(Actor(Party.GRANTEE, name) for name in GRANTEES),
    Actor(Party.OPERATOR, notice_read=True),
)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Model:
    """What is known of one consent."""

    subject: SubjectId
    grantee: str
    state: ConsentState
    answer_by: datetime
    ends_on: date
    has_notice: bool
    replaces: str = ""
    acts: int = 0
    is_replaced: bool = False

    def at(self, now: datetime) -> ConsentState:
        if self.state is REQUESTED:
            return EXPIRED if now > self.answer_by else REQUESTED
        return EXPIRED if self.state in (ACTIVE, PAUSED) and day_of(now) > self.ends_on else self.state


class ConsentLife(RuleBasedStateMachine):
    """Two desks, one clock, one dictionary."""

    consents: Bundle[str] = Bundle("consents")
    desks = st.integers(0, 1)

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.mkdtemp()
        url = f"sqlite+aiosqlite:///{self.folder}/registers.db"
        self.engines = [open_engine(url), open_engine(url)]
        self.registers = [ConsentRegister(engine, the_papers().read) for engine in self.engines]
        for register in self.registers:
            self.run(register.start())
        self.at_desk = [a_desk(register, most_waiting=1000) for register in self.registers]
        self.now = NOW
        self.model: dict[str, Model] = {}
        self.written: dict[str, tuple[str, ...]] = {}

    def run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        return self.runner.run(work)

    def teardown(self) -> None:
        for register, engine in zip(self.registers, self.engines, strict=True):
            self.run(register.aclose())
            self.run(engine.dispose())
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(
        target=consents,
        desk=desks,
        subject=st.sampled_from(SUBJECTS),
        grantee=st.sampled_from(GRANTEES),
        days=st.integers(0, 60),
    )
    def ask(self, desk, subject, grantee, days):
        return self.asked(desk, subject, grantee, days=days, replaces="")

    @rule(target=consents, desk=desks, old=consents, grantee=st.sampled_from(GRANTEES), days=st.integers(0, 60))
    def ask_instead(self, desk, old, grantee, days):
        told = self.model[old]
        if told.grantee == grantee and told.at(self.now) in (ACTIVE, PAUSED):
            return self.asked(desk, told.subject, grantee, days=days, replaces=old)
        try:
            self.asked(desk, told.subject, grantee, days=days, replaces=old)
        except DetailsRefused:
            return multiple()
        raise AssertionError("what can't be replaced was to be")

    def asked(self, desk: int, subject: SubjectId, grantee: str, *, days: int, replaces: str) -> str:
        ends_on = day_of(self.now) + timedelta(days=days)
        # what isn't shared at all goes to the lawyer alone, and with a notice
        items = ["PF-ID"] if grantee == "lawyer" else ["SUP-TX1"]
        changes = {"subject": str(subject), "items": items, "valid_until": ends_on.isoformat()}
        wanted = detail(**changes, **({"replaces": replaces} if replaces else {}))
        (one,) = self.run(self.at_desk[desk].request(wanted, Client("web", grantee), now=self.now))
        end = datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), NOW.tzinfo) - timedelta(microseconds=1)
        answer_by = min(self.now + timedelta(days=7), end)
        self.model[one] = Model(subject, grantee, REQUESTED, answer_by, ends_on, grantee == "lawyer", replaces)
        return one

    @rule(target=consents, desk=desks, old=consents)
    def renew(self, desk, old):
        """The subject gives what it was asked for instead, whatever has become of the one before meanwhile."""
        told = self.model[old]
        if told.at(self.now) not in (ACTIVE, PAUSED):
            return multiple()
        new = self.asked(desk, told.subject, told.grantee, days=30, replaces=old)
        giver = Actor(Party.SUBJECT, told.subject, notice_read=True)
        assert self.expected(new, ConsentAct.GRANT, giver) is ACTIVE
        assert self.run(self.tried(1 - desk, new, ConsentAct.GRANT, giver)) is None
        return new

    @rule(target=consents, desk=desks, subject=st.sampled_from(SUBJECTS), grantee=st.sampled_from(GRANTEES))
    def ask_and_be_given(self, desk, subject, grantee):
        new = self.asked(desk, subject, grantee, days=30, replaces="")
        giver = Actor(Party.SUBJECT, subject, notice_read=True)
        assert self.expected(new, ConsentAct.GRANT, giver) is ACTIVE
        assert self.run(self.tried(desk, new, ConsentAct.GRANT, giver)) is None
        return new

    @rule(consent=consents, desk=desks, act=st.sampled_from(ConsentAct), actor=st.sampled_from(ACTORS))
    def act(self, consent, desk, act, actor):
        expected = self.expected(consent, act, actor)
        answer = self.tried(desk, consent, act, actor)
        assert self.run(answer) == (expected if isinstance(expected, ConsentRefusal) else None)

    @rule(
        consent=consents,
        acts=st.tuples(*[st.sampled_from(ConsentAct)] * 2),
        actors=st.tuples(*[st.sampled_from(ACTORS)] * 2),
    )
    def act_at_once(self, consent, acts, actors):
        """Two who act at once act one after the other, in either order."""

        async def both() -> list[ConsentRefusal | None]:
            tries = zip((0, 1), acts, actors, strict=True)
            return await asyncio.gather(*(self.tried(desk, consent, act, actor) for desk, act, actor in tries))

        answers, before = self.run(both()), dict(self.model)
        found = {}
        for order in itertools.permutations((0, 1)):
            self.model = dict(before)
            told: dict[int, ConsentRefusal | None] = {}
            for place in order:
                expected = self.expected(consent, acts[place], actors[place])
                told[place] = expected if isinstance(expected, ConsentRefusal) else None
            found[order] = ([told[0], told[1]], self.model)
        agreeing = [model for told_both, model in found.values() if told_both == answers and self.agrees(model)]
        assert agreeing
        self.model = agreeing[0]

    @rule(consent=st.one_of(consumes(consents), consents), name=st.text(max_size=20))
    def guess(self, consent, name):
        """An id that isn't one leads nowhere, and a consent that is let go of stays in the books."""
        if name not in self.model:
            assert self.run(self.tried(0, name, ConsentAct.REVOKE, Actor(Party.OPERATOR))) is ConsentRefusal.NOT_FOUND
        assert consent in self.model

    @rule(consent=consents, desk=desks, grantee=st.sampled_from(GRANTEES))
    def bind(self, consent, desk, grantee):
        told = self.model[consent]
        is_in_force = told.grantee == grantee and told.at(self.now) is ACTIVE
        try:
            bound = self.run(self.at_desk[desk].bindable([consent], Client("web", grantee), now=self.now))
        except DetailsRefused:
            assert not is_in_force
        else:
            assert is_in_force
            assert bound == {consent: told.subject}

    @rule(passed=st.one_of(st.timedeltas(timedelta(0), timedelta(days=10)), st.just(timedelta(days=7))))
    def wait(self, passed):
        self.now += passed

    @invariant()
    def both_desks_say_what_the_model_says(self):
        assert self.agrees(self.model)

    @invariant()
    def each_sees_its_own_and_all_of_it(self):
        for subject in SUBJECTS:
            mine = {file.consent_id for file in self.run(self.at_desk[0].of_subject(subject))}
            assert mine == {name for name, told in self.model.items() if told.subject == subject}
        for grantee in GRANTEES:
            mine = {file.consent_id for file in self.run(self.at_desk[1].of_grantee(grantee))}
            assert mine == {name for name, told in self.model.items() if told.grantee == grantee}

    def agrees(self, model: dict[str, Model]) -> bool:
        for desk in self.at_desk:
            files = self.run(desk.files(model))
            if {name: (file.state_at(self.now), len(file.acts)) for name, file in files.items()} != {
                name: (told.at(self.now), told.acts) for name, told in model.items()
            }:
                return False
            for name, file in files.items():
                before = self.written.get(name, ())
                assert file.statements[: len(before)] == before, "what was written has changed"
                self.written[name] = file.statements
                evidence = file.as_evidence(self.now)
                is_in_force = evidence is not None and evidence.is_in_force(day_of(self.now))
                assert is_in_force == (file.state_at(self.now) is ACTIVE)
        return True

    def expected(self, consent: str, act: ConsentAct, actor: Actor) -> ConsentRefusal | ConsentState:
        """What is to come of an act, and what it makes of the model."""
        told = self.model[consent]
        own = {Party.SUBJECT: told.subject, Party.GRANTEE: told.grantee}
        if actor.by in own and own[actor.by] != actor.name:
            return ConsentRefusal.NOT_FOUND
        if act is ConsentAct.REPLACE or (actor.by is Party.GRANTEE and act is not ConsentAct.REVOKE):
            return ConsentRefusal.ACT
        if act is ConsentAct.GRANT and told.has_notice and not actor.notice_read:
            return ConsentRefusal.NOTICE
        following = LEADS.get((told.at(self.now).value, act.value))
        old = self.model.get(told.replaces) if act is ConsentAct.GRANT else None
        if following is None or (old is not None and old.is_replaced):
            return ConsentRefusal.STATE
        self.model[consent] = replace(told, state=following, acts=told.acts + 1)
        if old is not None and old.at(self.now) in (ACTIVE, PAUSED):
            self.model[told.replaces] = replace(old, state=REVOKED, acts=old.acts + 1, is_replaced=True)
        return following

    async def tried(self, desk: int, consent: str, act: ConsentAct, actor: Actor) -> ConsentRefusal | None:
        try:
            await self.at_desk[desk].act(consent, act, actor=actor, now=self.now)
        except ConsentRefused as refused:
            return refused.code
        return None


ConsentLife.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestConsentLife = ConsentLife.TestCase
