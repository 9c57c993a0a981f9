"""Consents for tests: keys that are made once, small terms, and papers that are really signed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key

from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.consent_statements import canonical
from gateway.identity.keys import SigningKey
from gateway.registers.consents_entry import ConsentFile, PaperFault, Party
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentTerms
from tests.builders import NOW, SOME_CODE, TODAY

ISSUER = "https://gateway.example"
CONSENT_ID = "a-consent-of-the-tests"
TERMS = ConsentTerms(
    subject=SOME_CODE,
    organisation="bank",
    items=frozenset({"SUP-TX1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    valid_from=TODAY,
    ends_on=date(2026, 12, 31),
)


@dataclass(frozen=True)
class HeldKeys:
    """Keys by their names; the first one signs."""

    held: tuple[SigningKey, ...]

    @property
    def sign_with(self) -> SigningKey:
        return self.held[0]

    def find(self, kid: str) -> Key | None:
        return next((key for key in self.held if key.kid == kid), None)


@cache
def a_key(kid: str = "first") -> SigningKey:
    """A key of this name, the same one each time."""
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": kid})


def the_papers(*kids: str, issuer: str = ISSUER) -> ConsentPapers:
    """Papers signed by the first of these keys; all of them are believed."""
    return ConsentPapers(HeldKeys(tuple(a_key(kid) for kid in kids or ("first",))), issuer)


def asked(papers: ConsentPapers, consent_id: str = CONSENT_ID, *, now: datetime = NOW, **terms: Any) -> ConsentFile:
    """A consent that was asked for and not answered."""
    draft = ConsentFile(
        consent_id, replace(TERMS, **terms), now, now + timedelta(days=7), grantee_name="第一银行", asked_by="bank-web"
    )
    return papers.read([papers.artefact(draft)])


def acted(
    papers: ConsentPapers,
    file: ConsentFile,
    *acts: ConsentAct,
    now: datetime = NOW,
    evidence: Mapping[str, str] | None = None,
) -> ConsentFile:
    """The same after the subject's acts."""
    for act in acts:
        statement = papers.act(file, act, by=Party.SUBJECT, evidence=evidence or {}, now=now)
        file = papers.read([*file.statements, statement])
    return file


def payload_of(statement: str) -> dict[str, object]:
    part = statement.split(".")[1]
    found = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(found, dict)
    return found


def signed(payload: object, header: dict[str, object] | None = None, kid: str = "first") -> str:
    """A statement that somebody with this key has signed, whatever it says."""
    told = {"alg": "ES256", "kid": kid, "typ": "consent+jwt"} | (header or {})
    text = payload if isinstance(payload, bytes) else canonical(payload)  # type: ignore[arg-type]
    return jws.serialize_compact(told, text, a_key(kid), algorithms=["ES256"])


def assert_refused(*statements: str, papers: ConsentPapers | None = None) -> None:
    with pytest.raises(PaperFault):
        (papers or the_papers()).read(statements)
