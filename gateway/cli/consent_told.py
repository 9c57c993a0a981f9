"""Consents as people and programs read them in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from gateway.cli.values import safe
from gateway.registers.consents_entry import NOTICE_SHOWN, SHANGHAI, ConsentActed, ConsentFile


def line_of_consent(file: ConsentFile, now: datetime) -> str:
    """One line about a consent: its id, where it stands, to whom, for what and until when."""
    terms, granted = file.terms, file.granted
    form = "written" if terms.is_written else "not written"
    if granted is not None and terms.notice and granted.evidence.get(NOTICE_SHOWN) == terms.notice:
        form += ", warned before"
    client = f" (client {terms.client_id})" if terms.client_id else ""
    parts = [
        f"consent {file.consent_id} {file.state_at(now).value} to {terms.organisation}{client}",
        f"{form}, {span(terms.valid_from, terms.ends_on)}",
    ]
    if terms.frequency is not None:
        parts.append(f"{terms.frequency.times} per {terms.frequency.per}")
    what = f"{', '.join(sorted(terms.items))} for {', '.join(sorted(terms.purposes))}"
    return safe(f"{'; '.join(parts)}: {what}")


def json_of_consent(file: ConsentFile, now: datetime) -> dict[str, Any]:
    """A consent for programs."""
    terms = file.terms
    return {
        "id": file.consent_id,
        "state": file.state_at(now),
        "subject": str(terms.subject),
        "organisation": terms.organisation,
        "clientId": terms.client_id or None,
        "items": sorted(terms.items),
        "purposes": sorted(terms.purposes),
        "validFrom": terms.valid_from,
        "endsOn": terms.ends_on,
        "dataFrom": terms.data_from,
        "dataTo": terms.data_to,
        "frequency": {"times": terms.frequency.times, "per": terms.frequency.per} if terms.frequency else None,
        "isWritten": terms.is_written,
        "notice": terms.notice or None,
        "replaces": terms.replaces or None,
        "requestedAt": file.asked_at,
        "answerBy": file.answer_by,
        "acts": [_act_json(acted) for acted in file.acts],
    }


def chain_of(file: ConsentFile) -> Iterator[str]:
    """One line for each signed statement, first to last."""
    terms = file.terms
    asked = f"asked for by {file.asked_by}" if file.asked_by else "filed by the operator"
    yield safe(f"0 terms    {_minute(file.asked_at)}  {asked}, for {file.grantee_name or terms.organisation}")
    for number, acted in enumerate(file.acts, start=1):
        evidence = ", ".join(f"{name} {value}" for name, value in sorted(acted.evidence.items()))
        yield safe(f"{number} {acted.act.value:<8} {_minute(acted.at)}  by the {acted.by.value}{_behind(evidence)}")


def span(begins: date, ends: date | None) -> str:
    """From one day to another, or without an end."""
    return f"{begins} to {ends}" if ends else f"since {begins}"


def _behind(text: str) -> str:
    return f"; {text}" if text else ""


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _act_json(acted: ConsentActed) -> dict[str, Any]:
    return {"act": acted.act, "by": acted.by, "at": acted.at, "evidence": dict(acted.evidence)}
