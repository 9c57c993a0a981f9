"""Reads a file of consents and marks: every fault with its line, and nothing is taken from a file that has one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from gateway.registers.standing_entry import Filed, FiledConsent, FiledMark
from policies.evidence import Consent, Mark, RecordMark
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind

_CONSENT_KEYS: Final = frozenset(
    {
        *("subject", "organisation", "client_id", "items", "purposes"),
        *("given_on", "ends_on", "withdrawn_on", "is_written", "was_warned"),
    }
)
_MARK_KEYS: Final = frozenset({"subject", "mark", "kind", "key", "since", "until"})
_ITEM_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_LONGEST_GRANTEE: Final = 200
_BRACKETS: Final = str.maketrans(dict.fromkeys("（【〔［[﹝", "(") | dict.fromkeys("）】〕］]﹞", ")"))


def read_standing(file: DataFile, code_exceptions: frozenset[str] = frozenset()) -> Sequence[Filed]:
    """The `[[consent]]` and `[[mark]]` tables of a file; whoever calls looks at `file.faults` before using them."""
    tree = file.parse()
    file.take(tree, frozenset({"consent", "mark"}), "")
    entries: list[Filed] = []
    readers: Mapping[str, Callable[[DataFile, Mapping[str, Any], frozenset[str]], Filed | None]] = {
        "consent": _consent,
        "mark": _mark,
    }
    for name, read in readers.items():
        part = file.parts(name)
        for number, raw in enumerate(file.tables(tree, name)):
            at, before = part(number), len(file.faults)
            entry = read(at, raw, code_exceptions)
            if entry is None or len(file.faults) > before:
                continue
            entries.append(entry)
            if Counter(one.identity for one in entries)[entry.identity] > 1:
                at.complain(f"this {name} stands in the file twice")
    return entries


def _consent(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> FiledConsent | None:
    part.take(raw, _CONSENT_KEYS, "")
    subject = _subject(part, raw, code_exceptions)
    organisation, client_id = (_grantee(part, raw, key) for key in ("organisation", "client_id"))
    if ("organisation" in raw) == ("client_id" in raw):
        part.complain("a consent is given to one: state `organisation` or `client_id`")
    items = part.listed(raw, "items", _item, what="code of a catalog item")
    purposes = part.listed(raw, "purposes", Purpose, what="purpose")
    for key in ("items", "purposes"):
        if raw.get(key, []) == []:
            part.complain(f"a consent names its {key}", key=key)
    given_on, ends_on, withdrawn_on = (_day(part, raw, key) for key in ("given_on", "ends_on", "withdrawn_on"))
    if "ends_on" not in raw:
        part.complain("a consent without `ends_on` is void (Heilongjiang Art. 36(1))")
    is_written, was_warned = (_yes(part, raw, key) for key in ("is_written", "was_warned"))
    if subject is None or given_on is None:
        if "given_on" not in raw:
            part.complain("a consent says when it was given: `given_on`")
        return None
    for key, day in (("ends_on", ends_on), ("withdrawn_on", withdrawn_on)):
        if day is not None and day < given_on:
            part.complain(f"`{key}` lies before `given_on`", key=key)
    consent = Consent(
        frozenset(items), frozenset(purposes), given_on, ends_on, is_written, was_warned, withdrawn_on=withdrawn_on
    )
    return FiledConsent(subject, consent, organisation, client_id)


def _mark(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> FiledMark | None:
    part.take(raw, _MARK_KEYS, "")
    subject = _subject(part, raw, code_exceptions)
    below = replace(part, start=max(part.start, part.text.find("]]", part.start)))  # the header is a `mark`, too
    mark = below.convert(Mark, raw.get("mark"), what="mark", key="mark")
    kind = part.convert(RecordKind, raw.get("kind"), what="kind of record", key="kind")
    key = part.text_of(raw, "key") if "key" in raw else ""
    since, until = (_day(part, raw, name) for name in ("since", "until"))
    if "since" not in raw:
        part.complain("a mark says from when it stands: `since`")
    if since is not None and until is not None and until < since:
        part.complain("`until` lies before `since`", key="until")
    if subject is None or mark is None or kind is None or since is None:
        return None
    return FiledMark(subject, RecordMark(mark, kind, _as_compared(key), since, until))


def _subject(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> SubjectId | None:
    """The code itself is not repeated where it is wrong: it may be somebody's."""
    code = raw.get("subject")
    try:
        if isinstance(code, str):
            return SubjectId.parse(code, code_exceptions)
    except ValueError as fault:
        part.complain(f"`subject`: {fault}", key="subject")
        return None
    part.complain("`subject` must be a unified social credit code", key="subject")
    return None


def _grantee(part: DataFile, raw: Mapping[str, Any], key: str) -> str:
    name = part.text_of(raw, key) if key in raw else ""
    if len(name) > _LONGEST_GRANTEE:
        part.complain(f"`{key}` is longer than {_LONGEST_GRANTEE} characters", key=key)
    return name


def _day(part: DataFile, raw: Mapping[str, Any], key: str) -> date | None:
    value = raw.get(key)
    if value is None or type(value) is date:  # a time of day is a date, too, for isinstance
        return value
    part.complain(f"`{key}` must be a date", key=key)
    return None


def _yes(part: DataFile, raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        part.complain(f"`{key}` must be true or false", key=key)
    return value is True


def _item(code: str) -> str:
    if not _ITEM_CODE.fullmatch(code):
        raise ValueError
    return code


def _as_compared(key: str) -> str:
    """A record's key as agencies' keys are compared: half-width brackets, no blanks; letters as the record has them."""
    return "".join(key.translate(_BRACKETS).split())
