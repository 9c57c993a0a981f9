"""Which consents an answer rests on, and what is counted of them: no more than it needs, before anything is fetched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from gateway.pipeline.gather import gather
from gateway.pipeline.plan import Planner, SubjectPlan
from gateway.pipeline.reliance import Reliance, settle
from gateway.registers.consents_counting import Use
from policies.evidence import Consent, ConsentUse, Evidence, Standing
from policies.verdict import Effect
from schema.vocabulary.caller import Caller, Inquiry, Purpose
from schema.vocabulary.consents import Frequency, Per
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE, tianjin
from tests.corridor import BANK, a_demand, plans_of

CREDIT = Inquiry(Purpose.CREDIT_GRANTING)
CONSENT = Consent(
    frozenset({"SUP-TX1"}), frozenset({Purpose.CREDIT_GRANTING}), date(2026, 1, 1), date(2026, 12, 31), True, True
)
THREE = Frequency(3, Per.MONTH)
NEEDY = f'{{ subject(code: "{SOME_CODE}") {{ taxArrears {{ taxPeriodFrom }} }} }}'
OPEN = f'{{ subject(code: "{SOME_CODE}") {{ taxArrears {{ taxCategory }} }} }}'


class Ledger:
    """Counts as the register does, for one process."""

    def __init__(self) -> None:
        self.used: dict[tuple[str, str], int] = {}

    async def standing(
        self, _subjects: Collection[SubjectId], _caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        del now
        return {}

    async def count_use(self, uses: Collection[Use]) -> frozenset[Use]:
        over = frozenset(use for use in uses if self.used.get((use.consent_id, use.span), 0) >= use.times)
        if not over:
            for use in uses:
                self.used[use.consent_id, use.span] = self.used.get((use.consent_id, use.span), 0) + 1
        return over


async def settled(query: str, ledger: Ledger, **consents: tuple[Consent, Frequency | None]) -> Reliance:
    """What comes of a bank's question where these consents are on file, by their ids."""
    named = {consent: ConsentUse(name, often) for name, (consent, often) in consents.items()}
    standing = Standing(frozenset(named), named)
    planner, demand = Planner(tianjin()), a_demand(query, stated=CREDIT)

    def judge(_subject: SubjectId, evidence: Evidence) -> list[SubjectPlan]:
        return plans_of(demand, BANK, planner=planner, evidence=evidence)

    evidence = {SOME_CODE: gather(SOME_CODE, BANK, standing)}
    return await settle(evidence, {SOME_CODE: standing}, judge, day=NOW.date(), books=ledger)


def effect(query: str, told: Reliance) -> Effect:
    """The strictest word on the fields of the question."""
    [plan] = plans_of(a_demand(query, stated=CREDIT), BANK, evidence=told.evidence[SOME_CODE])
    return max(verdict.effect for verdict in plan.sheet.verdicts.values())


async def test_a_question_about_what_is_public_rests_on_no_consent() -> None:
    ledger = Ledger()
    told = await settled(OPEN, ledger, one=(CONSENT, THREE))
    assert not told.consents
    assert not ledger.used


async def test_the_fourth_pull_of_three_is_refused_with_its_reason() -> None:
    ledger = Ledger()
    for _ in range(3):
        told = await settled(NEEDY, ledger, one=(CONSENT, THREE))
        assert told.consents == {SOME_CODE: {"one"}}
        assert effect(NEEDY, told) is not Effect.WITHHOLD
    told = await settled(NEEDY, ledger, one=(CONSENT, THREE))
    assert not told.consents
    [plan] = plans_of(a_demand(NEEDY, stated=CREDIT), BANK, evidence=told.evidence[SOME_CODE])
    assert [problem.code.value for problem in plan.problems] == ["CONSENT_USED_UP"]
    assert ledger.used == {("one", NOW.date().isoformat()[:7]): 3}


async def test_one_that_may_be_used_freely_spares_the_other() -> None:
    ledger = Ledger()
    told = await settled(
        NEEDY, ledger, scarce=(CONSENT, THREE), free=(replace(CONSENT, ends_on=date(2026, 11, 1)), None)
    )
    assert told.consents == {SOME_CODE: {"free"}}
    assert not ledger.used


async def test_where_one_is_used_up_the_other_takes_its_place() -> None:
    ledger = Ledger()
    ledger.used["one", "2026-06"] = 3
    other = replace(CONSENT, ends_on=date(2026, 11, 1))
    told = await settled(NEEDY, ledger, one=(CONSENT, THREE), two=(other, Frequency(1, Per.CONSENT)))
    told_again = await settled(NEEDY, ledger, one=(CONSENT, THREE), two=(other, Frequency(1, Per.CONSENT)))
    assert told.consents == {SOME_CODE: {"two"}}
    assert not told_again.consents
    assert effect(NEEDY, told_again) is Effect.WITHHOLD


async def test_one_for_another_item_or_purpose_is_not_relied_on() -> None:
    ledger = Ledger()
    other_item = replace(CONSENT, items=frozenset({"NB01-1"}))
    other_purpose = replace(CONSENT, purposes=frozenset({Purpose.TENDERING}))
    told = await settled(NEEDY, ledger, item=(other_item, THREE), purpose=(other_purpose, THREE))
    assert not told.consents
    assert not ledger.used


async def test_a_bounded_one_beside_an_unbounded_one_is_not_needed() -> None:
    ledger = Ledger()
    bounded = replace(CONSENT, data_from=date(2025, 1, 1))
    told = await settled(NEEDY, ledger, bounded=(bounded, THREE), whole=(CONSENT, None))
    assert told.consents == {SOME_CODE: {"whole"}}


async def test_a_bounded_one_alone_is_relied_on() -> None:
    told = await settled(NEEDY, Ledger(), bounded=(replace(CONSENT, data_from=date(2025, 1, 1)), THREE))
    assert told.consents == {SOME_CODE: {"bounded"}}


async def test_one_that_is_used_up_already_is_counted_for_nobody() -> None:
    ledger = Ledger()
    told = await settled(NEEDY, ledger, one=(replace(CONSENT, is_used_up=True), THREE))
    assert not told.consents
    assert not ledger.used
