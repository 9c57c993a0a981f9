"""How organisations, clients and officers stand in their tables, and how they are read from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Delete, delete

from gateway.registers.callers_book import Kind, identity_of
from gateway.registers.callers_entry import Binding, Client, Grant, Level, Officer, Organisation, Registered
from gateway.registers.callers_table import TABLES
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectId


def removing(entry: Registered) -> Delete:
    """Removes what stood under the identity of this entry."""
    table, columns = TABLES[identity_of(entry).kind], columns_of(entry)
    return delete(table).where(*(column == columns[column.name] for column in table.primary_key))


def columns_of(entry: Registered) -> dict[str, Any]:
    """An entry as values by column."""
    match entry:
        case Organisation():
            return {
                "organisation_id": entry.organisation_id,
                "name": entry.name,
                "caller_class": entry.caller_class.value,
                "jurisdiction": entry.jurisdiction,
                "level": entry.level.value,
                "designated": _json(sorted(entry.designated)),
                "case_reference_for": _json(sorted(entry.case_reference_for)),
                "agreements": _json({number: sorted(items) for number, items in entry.agreements.items()}),
                "is_active": entry.is_active,
            }
        case Client():
            return {
                "client_id": entry.client_id,
                "organisation_id": entry.organisation_id,
                "subject": None if entry.subject is None else str(entry.subject),
                "issuer": entry.issuer,
                "scopes": _json(sorted(entry.scopes)),
                "grants": _json(sorted(entry.grants)),
                "redirect_uris": _json(entry.redirect_uris),
                "keys": entry.keys,
                "certificate": entry.certificate,
                "binding": entry.binding.value,
                "is_active": entry.is_active,
            }
        case Officer():
            return {
                "organisation_id": entry.organisation_id,
                "officer_id": entry.officer_id,
                "items": _json(sorted(entry.items)),
                "is_active": entry.is_active,
            }


def entry_of(kind: Kind, told: Mapping[str, Any]) -> Registered:
    """Values by column as an entry; raises ValueError for what no version of this house has written."""
    match kind:
        case Kind.ORGANISATION:
            return Organisation(
                told["organisation_id"],
                told["name"],
                CallerClass(told["caller_class"]),
                jurisdiction=told["jurisdiction"],
                level=Level(told["level"]),
                designated=frozenset(map(Purpose, orjson.loads(told["designated"]))),
                case_reference_for=frozenset(map(Purpose, orjson.loads(told["case_reference_for"]))),
                agreements={number: frozenset(items) for number, items in orjson.loads(told["agreements"]).items()},
                is_active=told["is_active"],
            )
        case Kind.CLIENT:
            return Client(
                told["client_id"],
                told["organisation_id"],
                None if told["subject"] is None else SubjectId(told["subject"]),
                issuer=told["issuer"],
                scopes=frozenset(orjson.loads(told["scopes"])),
                grants=frozenset(map(Grant, orjson.loads(told["grants"]))),
                redirect_uris=tuple(orjson.loads(told["redirect_uris"])),
                keys=told["keys"],
                certificate=told["certificate"],
                binding=Binding(told["binding"]),
                is_active=told["is_active"],
            )
        case Kind.OFFICER:
            return Officer(
                told["organisation_id"],
                told["officer_id"],
                items=frozenset(orjson.loads(told["items"])),
                is_active=told["is_active"],
            )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
