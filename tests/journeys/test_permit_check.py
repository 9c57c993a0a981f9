"""One question, asked by everybody: the answers differ as the law says, and each refusal says why.

The expected answers are files in `permit_check/expected`; renew them with `python -m tests.journeys.renew`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.gateways import Gateway, Reply
from tests.journeys.normal import normalised
from tests.journeys.stage import Stage

STORY = Path(__file__).parent / "permit_check"
QUESTION = (STORY / "request.graphql").read_text(encoding="utf-8")
EXPECTED = STORY / "expected"


@dataclass(frozen=True)
class Asker:
    """Who asks, to what end, about whom; the name is the name of the expected file."""

    name: str
    persona: str
    purpose: str | None = None
    subject: str = "penalised"


ASKERS = (
    Asker("public", "public"),
    Asker("developer", "developer"),
    Asker("permit-officer-without-purpose", "permit-officer"),
    Asker("permit-officer", "permit-officer", "ADMINISTRATIVE_PERMIT"),
    Asker("permit-officer-as-a-lender", "permit-officer", "CREDIT_GRANTING"),
    Asker("bank", "bank", "CREDIT_GRANTING"),
    Asker("bank-without-purpose", "bank"),
    Asker("auditor", "auditor", "AUDITING"),
    Asker("subject-about-itself", "subject", subject="clean"),
    Asker("subject-about-another", "subject"),
    Asker("public-about-the-subject", "public", subject="clean"),
    Asker("permit-officer-about-a-person", "permit-officer", "ADMINISTRATIVE_PERMIT", "individual-business"),
    Asker("public-about-a-defaulter", "public", subject="defaulter"),
    Asker("bank-about-arrears", "bank", "CREDIT_GRANTING", "arrears"),
)


def ask(gateway: Gateway, stage: Stage, asker: Asker) -> Reply:
    """The question, as this asker puts it."""
    return gateway.ask(QUESTION, asker.persona, purpose=asker.purpose, code=stage.named[asker.subject])


def written(reply: Reply) -> str:
    """As it stands in a file of expected answers."""
    return json.dumps(normalised(reply), ensure_ascii=False, indent=1) + "\n"


def expected(name: str) -> dict[str, Any]:
    """The expected answer of an asker."""
    answer: dict[str, Any] = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    return answer


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_the_answer_is_the_expected_one(gateway, stage, asker):
    reply = ask(gateway, stage, asker)
    assert normalised(reply) == expected(asker.name)


def test_every_refusal_names_code_item_and_article(gateway, stage):
    for asker in ASKERS:
        for error in ask(gateway, stage, asker).errors:
            extensions = error["extensions"]
            assert extensions["code"] in {"CALLER_NOT_AUTHORISED", "PURPOSE_REQUIRED", "PURPOSE_NOT_ALLOWED"}
            assert extensions["catalogItem"]
            assert extensions["article"].partition(" ")[0] in {"TJ", "HL"}
            assert extensions["help"]


def test_the_answers_of_different_callers_differ():
    """All but those whom the law treats alike."""
    answers = {asker.name: json.dumps(expected(asker.name)) for asker in ASKERS}
    assert answers["public"] == answers["developer"] == answers["subject-about-another"]
    told_apart = set(answers) - {"developer", "subject-about-another"}
    assert len({answers[name] for name in told_apart}) == len(told_apart)


def test_the_purpose_may_stand_in_the_document_as_well(gateway, stage):
    stated = QUESTION.replace(
        "($code: CreditCode!)", '($code: CreditCode!) @inquiry(purpose: ADMINISTRATIVE_PERMIT, matter: "食品经营许可")'
    )
    reply = gateway.ask(stated, "permit-officer", code=stage.named["penalised"])
    assert normalised(reply) == expected("permit-officer")


def test_everybody_is_described_what_its_class_may_ask(gateway):
    question = '{ __type(name: "LegalPerson") { fields { name } } }'
    offered = {
        persona: {one["name"] for one in gateway.ask(question, persona).data["__type"]["fields"]}
        for persona in ("public", "developer", "permit-officer", "subject")
    }
    assert offered["public"] == offered["developer"] < offered["permit-officer"] <= offered["subject"]
    assert "paidInCapital" in offered["permit-officer"] - offered["public"]
