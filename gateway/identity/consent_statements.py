"""What the statements of a consent say, as JSON and back; every member is named for what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import orjson

from gateway.registers.consents_entry import ConsentActed, ConsentFile, PaperFault, Party
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentTerms, Frequency, Per
from schema.vocabulary.identifiers import SubjectId

Payload: TypeAlias = Mapping[str, Any]

_COMMON_KEYS: Final = frozenset({"issuer", "consent_id", "number", "stated_at"})
_ARTEFACT_KEYS: Final = _COMMON_KEYS | {
    *("answer_by", "asked_by_client", "subject", "grantee", "items", "purposes", "valid_from", "ends_on"),
    *("data_from", "data_to", "frequency", "is_written", "notice", "replaces"),
}
_ACT_KEYS: Final = _COMMON_KEYS | {"act", "by", "evidence", "previous_sha256"}
_GRANTEE_KEYS: Final = frozenset({"organisation", "name", "client_id"})


@dataclass(frozen=True, slots=True)
class ActStated:
    """What a statement of an act says."""

    consent_id: str
    number: int
    acted: ConsentActed
    previous_sha256: str
    """Digest of the statement before it, base64url."""


Stated: TypeAlias = ConsentFile | ActStated
"""The artefact, as a consent that nothing has been done with, or an act."""


def canonical(payload: Payload) -> bytes:
    """The one form in which a statement is signed."""
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)


def artefact_payload(file: ConsentFile, issuer: str) -> Payload:
    """What the artefact of a consent says: its terms, by whom and by when they are to be answered."""
    terms = file.terms
    frequency = terms.frequency
    return {
        **_common(issuer, file.consent_id, number=0, at=file.asked_at),
        "answer_by": _moment_text(file.answer_by),
        "asked_by_client": file.asked_by,
        "subject": str(terms.subject),
        "grantee": {"organisation": terms.organisation, "name": file.grantee_name, "client_id": terms.client_id},
        "items": sorted(terms.items),
        "purposes": sorted(purpose.value for purpose in terms.purposes),
        "valid_from": terms.valid_from.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "data_from": terms.data_from and terms.data_from.isoformat(),
        "data_to": terms.data_to and terms.data_to.isoformat(),
        "frequency": frequency and {"times": frequency.times, "per": frequency.per.value},
        "is_written": terms.is_written,
        "notice": terms.notice,
        "replaces": terms.replaces,
    }


def act_payload(stated: ActStated, issuer: str) -> Payload:
    """What the statement of an act says."""
    acted = stated.acted
    return {
        **_common(issuer, stated.consent_id, number=stated.number, at=acted.at),
        "act": acted.act.value,
        "by": acted.by.value,
        "evidence": dict(acted.evidence),
        "previous_sha256": stated.previous_sha256,
    }


def stated_by(payload: Payload, issuer: str) -> Stated:
    """What a statement says, once its signature is believed.

    Errors:  PaperFault for anything that this house would not have written
    """
    try:
        if payload.get("issuer") != issuer:
            raise PaperFault("a statement of a consent has another issuer")
        if payload.keys() == _ARTEFACT_KEYS and payload["number"] == 0:
            return _artefact(payload)
        if payload.keys() == _ACT_KEYS and payload["number"] > 0:
            return _act(payload)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PaperFault("a statement of a consent can't be read") from error
    raise PaperFault("a statement of a consent is neither an artefact nor an act")


def _common(issuer: str, consent_id: str, *, number: int, at: datetime) -> dict[str, Any]:
    return {"issuer": issuer, "consent_id": consent_id, "number": number, "stated_at": _moment_text(at)}


def _artefact(payload: Payload) -> ConsentFile:
    grantee = payload["grantee"]
    if grantee.keys() != _GRANTEE_KEYS:
        raise PaperFault("a statement of a consent can't be read")
    texts = (payload["consent_id"], payload["asked_by_client"], payload["subject"], payload["notice"])
    if not all(isinstance(one, str) for one in (*texts, payload["replaces"], *grantee.values(), *payload["items"])):
        raise PaperFault("a statement of a consent can't be read")
    frequency = payload["frequency"]
    terms = ConsentTerms(
        subject=SubjectId(payload["subject"]),
        organisation=grantee["organisation"],
        items=frozenset(payload["items"]),
        purposes=frozenset(Purpose(one) for one in payload["purposes"]),
        valid_from=date.fromisoformat(payload["valid_from"]),
        ends_on=date.fromisoformat(payload["ends_on"]),
        client_id=grantee["client_id"],
        data_from=_day(payload["data_from"]),
        data_to=_day(payload["data_to"]),
        frequency=None if frequency is None else Frequency(int(frequency["times"]), Per(frequency["per"])),
        is_written=payload["is_written"] is True,
        notice=payload["notice"],
        replaces=payload["replaces"],
    )
    return ConsentFile(
        consent_id=payload["consent_id"],
        terms=terms,
        asked_at=_moment(payload["stated_at"]),
        answer_by=_moment(payload["answer_by"]),
        grantee_name=grantee["name"],
        asked_by=payload["asked_by_client"],
    )


def _act(payload: Payload) -> ActStated:
    evidence = payload["evidence"]
    if not all(isinstance(one, str) for pair in evidence.items() for one in pair):
        raise PaperFault("a statement of a consent can't be read")
    acted = ConsentActed(
        act=ConsentAct(payload["act"]),
        by=Party(payload["by"]),
        at=_moment(payload["stated_at"]),
        evidence=MappingProxyType(evidence),
    )
    return ActStated(payload["consent_id"], payload["number"], acted, payload["previous_sha256"])


def _moment_text(moment: datetime) -> str:
    """UTC, so that one moment is one text; raises ValueError for a moment without its zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a statement needs its zone")
    return moment.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment in a statement needs its zone")
    return moment


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
