"""Everything that is told of a consent is what its statements say, and the graph has a field for each."""

from __future__ import annotations

from datetime import date, timedelta

from graphql import GraphQLObjectType, get_named_type

from gateway.pipeline.consent_facts import consent_facts, item_names
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, Frequency, Per
from tests.builders import NOW, SOME_CODE, TODAY, tianjin
from tests.consent_builders import CONSENT_ID, acted, asked, the_papers
from tests.corridor import the_core

NAMES = item_names(tianjin())


def keys_of(type_name: str) -> dict[str, str]:
    kind = the_core().type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    return {name: get_named_type(made.type).name for name, made in kind.fields.items()}


def test_a_whole_consent() -> None:
    papers = the_papers()
    file = asked(
        papers,
        items=frozenset({"SUP-TX1", "NB01-1", "GONE-1"}),
        purposes=frozenset({Purpose.TENDERING, Purpose.CREDIT_GRANTING}),
        client_id="cards",
        data_from=date(2025, 1, 1),
        data_to=date(2025, 12, 31),
        frequency=Frequency(3, Per.MONTH),
        is_written=True,
        notice="a-notice",
        replaces="an-earlier-consent",
    )
    given = acted(papers, file, ConsentAct.GRANT, ConsentAct.REVOKE)
    hour = NOW.isoformat()
    assert consent_facts(given, NAMES, NOW) == {
        "id": CONSENT_ID,
        "state": "REVOKED",
        "subject": str(SOME_CODE),
        "grantee": {"organisation": "bank", "name": "第一银行", "client": "cards"},
        "items": [
            {"code": "GONE-1", "name": None, "chineseName": None},
            *({"code": code, "name": NAMES[code][0], "chineseName": NAMES[code][1]} for code in ("NB01-1", "SUP-TX1")),
        ],
        "purposes": ["CREDIT_GRANTING", "TENDERING"],
        "validFrom": TODAY.isoformat(),
        "endsOn": "2026-12-31",
        "dataFrom": "2025-01-01",
        "dataTo": "2025-12-31",
        "frequency": {"times": 3, "per": "MONTH"},
        "isWritten": True,
        "notice": "a-notice",
        "replaces": "an-earlier-consent",
        "requestedAt": hour,
        "answerBy": (NOW + timedelta(days=7)).isoformat(),
        "grantedAt": hour,
        "endedAt": hour,
        "acts": [{"act": act, "at": hour, "by": "subject"} for act in ("GRANT", "REVOKE")],
        "signed": list(given.statements),
    }


def test_what_was_not_agreed_is_null() -> None:
    facts = consent_facts(asked(the_papers()), NAMES, NOW)
    absent = {name for name, value in facts.items() if value is None}
    assert absent == {"dataFrom", "dataTo", "frequency", "notice", "replaces", "grantedAt", "endedAt"}
    assert (facts["grantee"]["client"], facts["acts"], facts["isWritten"]) == (None, [], False)


def test_each_fact_has_its_field() -> None:
    facts = consent_facts(asked(the_papers(), frequency=Frequency(1, Per.DAY)), NAMES, NOW)
    assert list(keys_of("ConsentGrant")) == list(facts)
    assert list(keys_of("ConsentGrantee")) == list(facts["grantee"])
    assert list(keys_of("ConsentItem")) == list(facts["items"][0])
    assert list(keys_of("ConsentFrequency")) == list(facts["frequency"])
