"""Reads a file of consents and marks: every fault with its line, and nothing is taken from a file that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gateway.cli.filed_consents import ToldConsent, day_of, read_consent, subject_of
from gateway.registers.standing_entry import FiledMark
from policies.evidence import Mark, RecordMark
from schema.catalog.data_file import DataFile
from schema.vocabulary.records import RecordKind

_MARK_KEYS: Final = frozenset({"subject", "mark", "kind", "key", "since", "until"})
_BRACKETS: Final = str.maketrans(dict.fromkeys("（【〔［[﹝", "(") | dict.fromkeys("）】〕］]﹞", ")"))


@dataclass(slots=True)
class StandingFile:
    """What a file holds; whoever uses it looks at `data.faults` before."""

    data: DataFile
    consents: list[ToldConsent] = field(default_factory=list)
    marks: list[FiledMark] = field(default_factory=list)


def read_standing(data: DataFile, code_exceptions: frozenset[str] = frozenset()) -> StandingFile:
    """The `[[consent]]` and `[[mark]]` tables of a file, by the forms of their values alone."""
    tree, read = data.parse(), StandingFile(data)
    data.take(tree, frozenset({"consent", "mark"}), "")
    part, known = data.parts("consent"), set[object]()
    for number, raw in enumerate(data.tables(tree, "consent")):
        at, before = part(number), len(data.faults)
        told = read_consent(at, raw, code_exceptions)
        if told is not None and len(data.faults) == before:
            _once(at, "consent", told.identity, known)
            read.consents.append(told)
    part, known = data.parts("mark"), set()
    for number, raw in enumerate(data.tables(tree, "mark")):
        at, before = part(number), len(data.faults)
        mark = _mark(at, raw, code_exceptions)
        if mark is not None and len(data.faults) == before:
            _once(at, "mark", mark.identity, known)
            read.marks.append(mark)
    return read


def _once(part: DataFile, name: str, identity: object, known: set[object]) -> None:
    if identity in known:
        part.complain(f"this {name} stands in the file twice")
    known.add(identity)


def _mark(part: DataFile, raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> FiledMark | None:
    part.take(raw, _MARK_KEYS, "")
    subject = subject_of(part, raw, code_exceptions)
    below = replace(part, start=max(part.start, part.text.find("]]", part.start)))  # the header is a `mark`, too
    mark = below.convert(Mark, raw.get("mark"), what="mark", key="mark")
    kind = part.convert(RecordKind, raw.get("kind"), what="kind of record", key="kind")
    key = part.text_of(raw, "key") if "key" in raw else ""
    since, until = (day_of(part, raw, name) for name in ("since", "until"))
    if "since" not in raw:
        part.complain("a mark says from when it stands: `since`")
    if since is not None and until is not None and until < since:
        part.complain("`until` lies before `since`", key="until")
    if subject is None or mark is None or kind is None or since is None:
        return None
    return FiledMark(subject, RecordMark(mark, kind, _as_compared(key), since, until))


def _as_compared(key: str) -> str:
    """A record's key as agencies' keys are compared: half-width brackets, no blanks; letters as the record has them."""
    return "".join(key.translate(_BRACKETS).split())
