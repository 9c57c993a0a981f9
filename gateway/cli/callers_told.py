"""Organisations, clients and officers as people and programs read them; of keys the names alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from gateway.cli.values import safe
from gateway.registers.callers_entry import Client, Officer, Organisation, Registered
from schema.vocabulary.caller import ALL_ITEMS


def line_of(entry: Registered) -> str:
    """One line about an entry."""
    match entry:
        case Organisation():
            told = _organisation_line(entry)
        case Client():
            told = _client_line(entry)
        case Officer():
            told = f"{entry.organisation_id}/{entry.officer_id}  items {_words(entry.items) or 'none'}"
    return safe(told if entry.is_active else f"{told}  SUSPENDED")


def json_of(entry: Registered) -> dict[str, Any]:
    """An entry for programs."""
    match entry:
        case Organisation():
            return {
                "organisation": entry.organisation_id,
                "name": entry.name,
                "class": entry.caller_class,
                "jurisdiction": entry.jurisdiction or None,
                "level": entry.level,
                "designated": sorted(entry.designated),
                "caseReferenceFor": sorted(entry.case_reference_for),
                "agreements": {number: sorted(items) for number, items in entry.agreements.items()},
                "isActive": entry.is_active,
            }
        case Client():
            return {
                "client": entry.client_id,
                "organisation": entry.organisation_id or None,
                "subject": entry.subject,
                "issuer": entry.issuer or None,
                "scopes": sorted(entry.scopes),
                "grants": sorted(entry.grants),
                "redirectUris": list(entry.redirect_uris),
                "keys": _key_names(entry.keys),
                "certificate": entry.certificate or None,
                "binding": entry.binding,
                "isActive": entry.is_active,
            }
        case Officer():
            return {
                "organisation": entry.organisation_id,
                "officer": entry.officer_id,
                "items": sorted(entry.items),
                "isActive": entry.is_active,
            }


def _organisation_line(entry: Organisation) -> str:
    parts = [entry.organisation_id, entry.name, entry.caller_class.value]
    if entry.jurisdiction:
        parts.append(f"in {entry.jurisdiction}")
    if entry.designated:
        parts.append(f"designated {_words(entry.designated)}")
    if entry.case_reference_for:
        parts.append(f"names its case for {_words(entry.case_reference_for)}")
    if entry.items != ALL_ITEMS:
        parts.append(f"items {_words(entry.items) or 'none'}")
    return "  ".join(parts)


def _client_line(entry: Client) -> str:
    of = f"of {entry.organisation_id}" if entry.subject is None else "a subject's own"  # codes are not for screens
    proofs = [*(f"key {name}" for name in _key_names(entry.keys)), *(["certificate"] if entry.certificate else [])]
    parts = [entry.client_id, of]
    if entry.issuer:
        parts.append(f"by issuer {entry.issuer}")
    return "  ".join([*parts, f"scopes {_words(entry.scopes) or 'none'}", f"bound by {entry.binding}", *proofs])


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _key_names(keys: str) -> list[str]:
    return [str(key.get("kid", "")) for key in orjson.loads(keys)["keys"]] if keys else []
