"""Reads a file of organisations, clients and officers: every fault with its line, nothing taken from a faulty file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

import orjson

from gateway.identity.caller_checks import public_key_faults, with_key_names
from gateway.registers.callers_book import CallerBook
from gateway.registers.callers_check import wrong_among
from gateway.registers.callers_entry import Binding, Client, Grant, Level, Officer, Organisation, Registered
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import InvalidCode, SubjectId

Choice = TypeVar("Choice", bound=StrEnum)

_ORGANISATION_KEYS: Final = frozenset(
    {
        *("organisation_id", "name", "class", "jurisdiction", "level", "designated", "case_reference_for"),
        *("agreements", "is_active"),
    }
)
_CLIENT_KEYS: Final = frozenset(
    {
        *("client_id", "organisation_id", "subject", "issuer", "scopes", "grants", "redirect_uris", "keys"),
        *("certificate", "binding", "is_active"),
    }
)
_OFFICER_KEYS: Final = frozenset({"organisation_id", "officer_id", "items", "is_active"})


@dataclass(slots=True)
class CallersFile:
    """What a file holds; whoever uses it looks at `data.faults` before."""

    data: DataFile
    entries: list[Registered] = field(default_factory=list)
    parts: list[DataFile] = field(default_factory=list)
    """Where each entry stands."""
    unread: list[Organisation] = field(default_factory=list)
    """In the place of organisations that have a fault, so that nobody is blamed for belonging to them."""

    def check_against(self, book: CallerBook) -> None:
        """Complain of everything that could not be put into this book."""
        found = wrong_among(self.entries, book.with_entries(self.unread), check_keys=public_key_faults)
        places = {id(entry): part for entry, part in zip(self.entries, self.parts, strict=True)}
        for wrong in found:
            places[id(wrong.entry)].complain(wrong.sentence, key=wrong.key)


def read_callers(data: DataFile, code_exceptions: frozenset[str] = frozenset()) -> CallersFile:
    """The `[[organisation]]`, `[[client]]` and `[[officer]]` tables of a file, by the forms of their values alone."""
    tree, read = data.parse(), CallersFile(data)
    data.take(tree, frozenset({"organisation", "client", "officer"}), "")
    readers: Mapping[str, Callable[[DataFile, Mapping[str, Any]], Registered]] = {
        "organisation": _organisation,
        "client": lambda part, raw: _client(part, raw, code_exceptions=code_exceptions),
        "officer": _officer,
    }
    for name, reader in readers.items():
        part = data.parts(name)
        for number, raw in enumerate(data.tables(tree, name)):
            at, before = part(number), len(data.faults)
            entry = reader(at, raw)
            if len(data.faults) == before:
                read.entries.append(entry)
                read.parts.append(at)
            elif isinstance(entry, Organisation):
                read.unread.append(entry)
    return read


def _organisation(part: DataFile, raw: Mapping[str, Any]) -> Organisation:
    part.take(raw, _ORGANISATION_KEYS, "")
    caller_class = part.convert(CallerClass, raw.get("class"), what="class of caller", key="class")
    agreements = part.table(raw, "agreements")
    return Organisation(
        part.text_of(raw, "organisation_id"),
        part.text_of(raw, "name"),
        caller_class or CallerClass.PUBLIC,
        jurisdiction=_text(part, raw, key="jurisdiction"),
        level=_one_of(part, raw, key="level", otherwise=Level.NONE),
        designated=frozenset(part.listed(raw, "designated", Purpose, what="purpose")),
        case_reference_for=frozenset(part.listed(raw, "case_reference_for", Purpose, what="purpose")),
        agreements={number: frozenset(part.listed(agreements, number, str, what="item")) for number in agreements},
        is_active=_is_active(part, raw),
    )


def _client(part: DataFile, raw: Mapping[str, Any], *, code_exceptions: frozenset[str]) -> Client:
    part.take(raw, _CLIENT_KEYS, "")
    grants = part.listed(raw, "grants", Grant, what="grant")
    return Client(
        part.text_of(raw, "client_id"),
        _text(part, raw, key="organisation_id"),
        _subject(part, raw, code_exceptions=code_exceptions),
        issuer=_text(part, raw, key="issuer"),
        scopes=frozenset(part.listed(raw, "scopes", str, what="scope")),
        grants=frozenset(grants) or frozenset({Grant.CLIENT_CREDENTIALS}),
        redirect_uris=part.listed(raw, "redirect_uris", str, what="address"),
        keys=_keys(part, raw),
        certificate=_text(part, raw, key="certificate"),
        binding=_one_of(part, raw, key="binding", otherwise=Binding.DPOP),
        is_active=_is_active(part, raw),
    )


def _officer(part: DataFile, raw: Mapping[str, Any]) -> Officer:
    part.take(raw, _OFFICER_KEYS, "")
    return Officer(
        part.text_of(raw, "organisation_id"),
        part.text_of(raw, "officer_id"),
        frozenset(part.listed(raw, "items", str, what="item")),
        is_active=_is_active(part, raw),
    )


def _text(part: DataFile, raw: Mapping[str, Any], *, key: str) -> str:
    return part.text_of(raw, key) if key in raw else ""


def _one_of(part: DataFile, raw: Mapping[str, Any], *, key: str, otherwise: Choice) -> Choice:
    found = part.convert(type(otherwise), raw[key], what=key, key=key) if key in raw else None
    return otherwise if found is None else found


def _is_active(part: DataFile, raw: Mapping[str, Any]) -> bool:
    value = raw.get("is_active", True)
    if not isinstance(value, bool):
        part.complain("`is_active` must be true or false", key="is_active")
    return value is not False


def _keys(part: DataFile, raw: Mapping[str, Any]) -> str:
    """The list of JWKs as the register keeps it; what is wrong with the keys themselves is not said twice."""
    if "keys" not in raw:
        return ""
    try:
        keys = orjson.dumps({"keys": part.tables(raw, "keys")}).decode()
    except TypeError:  # TOML has numbers that JSON has not
        part.complain("`keys` is a list of public keys, each a table as JWK names its members", key="keys")
        return ""
    for fault in public_key_faults(keys):
        part.complain(fault, key="keys")
        return ""
    return with_key_names(keys)


def _subject(part: DataFile, raw: Mapping[str, Any], *, code_exceptions: frozenset[str]) -> SubjectId | None:
    """The code itself is not repeated where it is wrong: it may be somebody's."""
    code = raw.get("subject")
    if code is None:
        return None
    try:
        if isinstance(code, str):
            return SubjectId.parse(code, code_exceptions)
    except InvalidCode as fault:
        part.complain(f"`subject`: {fault}", key="subject")
        return None
    part.complain("`subject` must be a unified social credit code", key="subject")
    return None
