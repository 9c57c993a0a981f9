"""Desks for tests: a small register of callers, rules as they ship, and the catalog of a region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import Party
from gateway.rights.consents import Actor, ConsentDesk, DeskRules
from gateway.setting_identity import Consents
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.builders import SOME_CODE, the_catalog
from tests.consent_builders import the_papers

OTHER_CODE = SubjectId("91310000132260250X")
ORGANISATIONS = {
    "bank": Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION),
    "other": Organisation("other", "第二银行", CallerClass.FINANCIAL_INSTITUTION),
    "narrow": Organisation(
        "narrow", "第三银行", CallerClass.FINANCIAL_INSTITUTION, agreements={"2026-1": frozenset({"NB01-1"})}
    ),
    "lawyer": Organisation("lawyer", "律师事务所", CallerClass.AUTHORISED_PARTY),
}
BANK, OTHER_BANK = Client("bank-web", "bank"), Client("other-web", "other")
SUBJECT, STRANGER = Actor(Party.SUBJECT, SOME_CODE), Actor(Party.SUBJECT, OTHER_CODE)
GRANTEE, OTHER_GRANTEE = Actor(Party.GRANTEE, "bank"), Actor(Party.GRANTEE, "other")
OPERATOR = Actor(Party.OPERATOR)
DETAIL: Mapping[str, Any] = {
    "type": "credit_information",
    "subject": str(SOME_CODE),
    "items": ["SUP-TX1"],
    "purposes": ["CREDIT_GRANTING"],
    "valid_until": "2026-12-31",
}


class KnownCallers:
    """The register of callers, as far as consents need it."""

    def organisation(self, organisation_id: str) -> Organisation | None:
        return ORGANISATIONS.get(organisation_id)


def a_desk(register: ConsentRegister, region: str = "TJ", **settings: Any) -> ConsentDesk:
    """A desk with papers of its own, as each process has them."""
    rules = DeskRules(Consents(**settings))
    return ConsentDesk(register, the_papers(), KnownCallers(), lambda: the_catalog(region), rules)


def detail(**changes: Any) -> Sequence[Mapping[str, Any]]:
    """Authorization details that ask for one consent."""
    return [{**DETAIL, **changes}]


def named(*ids: str) -> Sequence[Mapping[str, Any]]:
    """Authorization details that name consents."""
    return [{"type": "credit_information", "consent_id": one} for one in ids]
