"""The verdicts in the log: written short, read again as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.logged_verdicts import read, written
from policies.question import DemandedField
from policies.verdict import Effect, Finding, Verdict
from schema.catalog.entry import MaskKind
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle

NINETEEN = SourceArticle("TJ", "19")
HOLDER = FieldCoordinate("LegalPerson.legalRepresentative")


def a_verdict(name: str, effect: Effect = Effect.SHOW, *, below: FieldCoordinate | None = None) -> Verdict:
    finding = Finding(effect, ReasonCode.PURPOSE_REQUIRED, "purpose", NINETEEN)
    mask = MaskKind.M2 if effect is Effect.MASK else MaskKind.M0
    field = DemandedField(FieldCoordinate(name), below)
    return Verdict(field, None, () if effect is Effect.SHOW else (finding,), mask)


def test_fields_of_one_type_and_one_verdict_share_both() -> None:
    verdicts = [
        a_verdict("Branch.branchName"),
        a_verdict("LegalPerson.registeredName"),
        a_verdict("LegalPerson.domicile"),
        a_verdict("PersonRef.name", below=HOLDER),
        a_verdict("PersonRef.telephone", Effect.MASK, below=HOLDER),
        a_verdict("TaxArrears.taxCategory", Effect.WITHHOLD),
        a_verdict("TaxArrears.arrearsBalance", Effect.WITHHOLD),
        a_verdict("LegalPerson.registeredCapital"),
    ]
    assert written(verdicts) == [
        (
            "SHOW",
            "Branch.branchName LegalPerson.registeredName domicile LegalPerson.legalRepresentative>PersonRef.name",
        ),
        ("MASK M2 purpose TJ 19", "LegalPerson.legalRepresentative>PersonRef.telephone"),
        ("WITHHOLD PURPOSE_REQUIRED purpose TJ 19", "TaxArrears.taxCategory arrearsBalance"),
        ("SHOW", "LegalPerson.registeredCapital"),
    ]


def test_nothing_decided_is_nothing_written() -> None:
    assert written([]) == []
    assert [*read([])] == []


names = st.sampled_from(["LegalPerson.domicile", "LegalPerson.name", "Branch.name", "Branch.id", "TaxArrears.sum"])
people = st.sampled_from([None, HOLDER, FieldCoordinate("Branch.principal")])


@given(st.lists(st.tuples(names, people, st.sampled_from(Effect)), max_size=30))
def test_what_is_read_is_what_was_written(drawn: list[tuple[str, FieldCoordinate | None, Effect]]) -> None:
    verdicts = [a_verdict(name, effect, below=below) for name, below, effect in drawn]
    again = [*read(written(verdicts))]
    assert [name for name, _ in again] == [f"{below}>{name}" if below else name for name, below, _ in drawn]
    assert [words.split(" ")[0] for _, words in again] == [effect.name for _, _, effect in drawn]


@pytest.mark.parametrize("names", ["", "domicile", "LegalPerson.name  domicile", ".name", "LegalPerson.", "A.b ."])
def test_what_nobody_has_written_is_not_read(names: str) -> None:
    with pytest.raises(ValueError, match="without its type"):
        [*read([("SHOW", names)])]
