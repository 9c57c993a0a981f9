"""Decision tables as a lawyer writes them (TOML), read into cases; every fault is told at once with file and line.

One jurisdiction a file, one `[[case]]` a question: caller, subject, field, day, consents and marks on our books, the
record that an agency holds, and what the law answers by which article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from gateway.cli.decision_case import CallerStated, DecisionCase, RecordStated
from gateway.cli.decision_expected import EXPECT_KEYS, cited_fault, read_expected
from gateway.pipeline.gather import READ_SCOPE
from policies.evidence import Consent, Mark, RecordMark, Standing
from policies.question import DemandedField
from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.jurisdiction import Regulation
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectKind
from schema.vocabulary.records import Fact, RecordKind

Kind = TypeVar("Kind")

NEVER: Final = "never"
"""What stands for the last day of a consent without end."""
_PERSON: Final = "PersonRef."
_NEEDED: Final = ("id", "note", "article", "caller", "subject", "field", "as_of", "expect")
_RECORD: Final = ("record_agency", "record_key", "not_public", "unreadable", "is_natural_person", "is_displayed")
_KNOWN: Final = frozenset({*_NEEDED, *_RECORD, "below", "consents", "marks", "record"})
_CALLER: Final = frozenset({"class", "purpose", "scopes", "designated", "items", "agreed", "division", "matter"})
_CONSENT: Final = frozenset(
    {
        *("items", "purposes", "given", "ends", "written", "warned", "withdrawn"),
        *("paused", "used_up", "data_from", "data_to"),
    }
)
_MARK: Final = frozenset({"mark", "kind", "key", "since", "until"})


def read_decision_file(path: Path, regulations: Mapping[str, Regulation]) -> tuple[DecisionCase, ...]:
    """The cases of one file in their order.

    Errors:  CatalogFault with every fault, one `file:line: sentence` each
    """
    reader = DataFile.of(path.name, path.read_bytes())
    table = {} if reader.faults else reader.parse()
    if reader.faults:
        raise CatalogFault(reader.faults)
    reader.take(table, frozenset({"jurisdiction", "case"}), "")
    jurisdiction = reader.text_of(table, "jurisdiction")
    if jurisdiction and jurisdiction not in regulations:
        reader.complain(f"`{jurisdiction}` is no jurisdiction", key="jurisdiction")
    part, seen, cases = reader.parts("case"), set[str](), []
    rows = reader.tables(table, "case")
    if not rows:
        reader.complain("the file has no case")
    for number, raw in enumerate(rows):
        one = _Reader(part(number), raw, jurisdiction, regulations)
        case = one.read()
        if one.code in seen:
            one.complain(f"`{one.code}` stands twice", "id")
        seen.add(one.code)
        cases.append(case)
    if reader.faults:
        raise CatalogFault(dict.fromkeys(reader.faults))
    return tuple(case for case in cases if case is not None)


class _Reader:
    """One case being read."""

    def __init__(
        self, view: DataFile, raw: Mapping[str, Any], jurisdiction: str, regulations: Mapping[str, Regulation]
    ) -> None:
        self._view = view
        self._raw = raw
        self._jurisdiction = jurisdiction
        self._regulations = regulations
        self.code = str(raw.get("id", ""))

    def complain(self, what: str, key: str) -> None:
        """Note a fault at the line of a key of the case."""
        self._view.complain(f"case `{self.code}`: {what}", key=key)

    def read(self) -> DecisionCase | None:
        """The case; None if it has faults."""
        before = len(self._view.faults)
        raw = self._raw
        for key in sorted(raw.keys() - _KNOWN):
            self.complain(f"unknown key `{key}`", key)
        for key in _NEEDED:
            if key not in raw:
                self.complain(f"`{key}` is missing", "id")
        if not self.code.startswith(f"{self._jurisdiction}-"):
            self.complain("the id begins with the jurisdiction", "id")
        subject = self._table("subject", frozenset({"kind", "own", "division"}))
        caller = self._caller()
        kind = self._enum(SubjectKind, subject.get("kind"), "subject", "kind of subject")
        field, day = self._field(), self._day(raw.get("as_of"), "as_of")
        expect = self._table("expect", EXPECT_KEYS)
        expected = read_expected(
            expect,
            has_record="record" in raw,
            regulations=self._regulations,
            complain=lambda what: self.complain(what, "expect"),
        )
        record = self._record()
        standing = Standing(frozenset(self._consents()), marks=frozenset(self._marks(field)))
        if subject.get("own") and caller is not None and caller.caller_class is not CallerClass.SUBJECT_SELF:
            self.complain("only SUBJECT_SELF asks about itself", "subject")
        article = str(raw.get("article", ""))
        fault = cited_fault(article, self._regulations) if article else ""
        if fault:
            self.complain(fault, "article")
        if len(self._view.faults) > before:
            return None
        assert caller and kind and field and day and expected  # noqa: PT018 - whatever is missing has a fault
        return DecisionCase(
            code=self.code,
            jurisdiction=self._jurisdiction,
            note=str(raw["note"]),
            article=article,
            caller=caller,
            subject_kind=kind,
            is_own=bool(subject.get("own", False)),
            subject_division=str(subject.get("division", "")),
            field=field,
            as_of=day,
            standing=standing,
            record=record,
            expected=expected,
            value=_plain(expect.get("value")),
            has_value="value" in expect,
        )

    def _table(self, key: str, known: frozenset[str]) -> Mapping[str, Any]:
        given = self._raw.get(key, {})
        if not isinstance(given, dict):
            self.complain(f"`{key}` must be a table", key)
            return {}
        self._unknown(given, key, known)
        return given

    def _unknown(self, given: Mapping[str, Any], key: str, known: frozenset[str]) -> None:
        for name in sorted(given.keys() - known):
            self.complain(f"`{key}` knows no `{name}`", key)
        division = given.get("division", "000000")
        if not (isinstance(division, str) and len(division) == 6 and division.isdecimal()):
            self.complain("`division` must be six digits (GB/T 2260)", key)

    def _enum(self, kind: Callable[[str], Kind], value: object, key: str, what: str) -> Kind | None:
        try:
            if isinstance(value, str):
                return kind(value)
        except ValueError:
            pass
        self.complain(f"`{value}` is not a valid {what}", key)
        return None

    def _enums(self, kind: Callable[[str], Kind], values: object, key: str, what: str) -> frozenset[Kind]:
        if not isinstance(values, list):
            self.complain(f"a list of {what}s is needed", key)
            return frozenset()
        made = (self._enum(kind, value, key, what) for value in values)
        return frozenset(one for one in made if one is not None)

    def _day(self, value: object, key: str) -> date | None:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.complain(f"`{value}` is not a day", key)
        return None

    def _caller(self) -> CallerStated | None:
        given = self._table("caller", _CALLER)
        caller_class = self._enum(CallerClass, given.get("class"), "caller", "caller class")
        purpose = None
        if "purpose" in given:
            purpose = self._enum(Purpose, given["purpose"], "caller", "purpose")
        ordinary = [] if caller_class is CallerClass.PUBLIC else [READ_SCOPE]
        everything = [] if caller_class is CallerClass.PUBLIC else list(Purpose)
        if caller_class is None:
            return None
        if caller_class is CallerClass.PUBLIC and given.keys() - {"class", "purpose", "matter"}:
            self.complain("the public has no token", "caller")
        return CallerStated(
            caller_class,
            purpose,
            scopes=self._enums(str, given.get("scopes", ordinary), "caller", "scope"),
            designated=self._enums(Purpose, given.get("designated", everything), "caller", "purpose"),
            items=self._enums(str, given.get("items", ["*"] if ordinary else []), "caller", "item"),
            agreed=self._enums(str, given.get("agreed", ["*"]), "caller", "item"),
            division=str(given.get("division", "")),
            matter=given.get("matter"),
        )

    def _field(self) -> DemandedField | None:
        name, below = self._raw.get("field"), self._raw.get("below")
        for key, value in (("field", name), ("below", below)):
            if value is not None and not (isinstance(value, str) and value.count(".") == 1):
                self.complain(f"`{key}` is written `Type.field`", key)
                return None
        if not isinstance(name, str):
            return None
        if name.startswith(_PERSON) != (below is not None):
            self.complain("a field of a person, and no other, says `below` which field the person hangs", "field")
        return DemandedField(FieldCoordinate(name), FieldCoordinate(below) if below is not None else None)

    def _consents(self) -> Iterator[Consent]:
        for given in self._listed("consents", _CONSENT):
            given_on = self._day(given.get("given"), "consents")
            ends = given.get("ends")
            ends_on = None if ends == NEVER else self._day(ends, "consents")
            withdrawn = self._day(given["withdrawn"], "consents") if "withdrawn" in given else None
            items = self._enums(str, given.get("items"), "consents", "item")
            purposes = self._enums(Purpose, given.get("purposes"), "consents", "purpose")
            if given_on is not None:
                yield Consent(
                    items,
                    purposes,
                    given_on,
                    ends_on,
                    is_written=bool(given.get("written", False)),
                    was_warned=bool(given.get("warned", False)),
                    withdrawn_on=withdrawn,
                    is_paused=bool(given.get("paused", False)),
                    is_used_up=bool(given.get("used_up", False)),
                    data_from=self._day(given["data_from"], "consents") if "data_from" in given else None,
                    data_to=self._day(given["data_to"], "consents") if "data_to" in given else None,
                )

    def _marks(self, field: DemandedField | None) -> Iterator[RecordMark]:
        about = (field.below or field.coordinate).partition(".")[0] if field is not None else ""
        for given in self._listed("marks", _MARK):
            mark = self._enum(Mark, given.get("mark"), "marks", "mark")
            kind = self._enum(RecordKind, given.get("kind", about), "marks", "kind of record")
            since = self._day(given.get("since"), "marks")
            until = self._day(given["until"], "marks") if "until" in given else None
            if mark is not None and kind is not None and since is not None:
                yield RecordMark(mark, kind, str(given.get("key", "")), since, until)

    def _listed(self, key: str, known: frozenset[str]) -> Iterator[Mapping[str, Any]]:
        given = self._raw.get(key, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self.complain(f"`{key}` must be a list of tables", key)
            return
        for one in given:
            self._unknown(one, key, known)
            yield one

    def _record(self) -> RecordStated | None:
        raw = self._raw
        if "record" not in raw:
            for key in _RECORD:
                if key in raw:
                    self.complain(f"`{key}` is of a record, and the case has none", key)
            return None
        facts = raw["record"]
        if not isinstance(facts, dict):
            self.complain("`record` must be a table", "record")
            return None
        agency = None
        if "record_agency" in raw:
            agency = self._enum(AgencyId, raw["record_agency"], "record_agency", "agency")
        return RecordStated(
            {name: _plain(fact) for name, fact in facts.items()},
            agency,
            key=str(raw.get("record_key", "")),
            not_public=self._enums(str, raw.get("not_public", []), "not_public", "fact"),
            unreadable=self._enums(str, raw.get("unreadable", []), "unreadable", "fact"),
            is_natural_person=bool(raw.get("is_natural_person", False)),
            is_displayed=bool(raw.get("is_displayed", True)),
        )


def _plain(fact: Any) -> Fact:
    """A fact as connectors bring it: a day as text."""
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, list):
        return [_plain(one) for one in fact]
    if isinstance(fact, dict):
        return {name: _plain(one) for name, one in fact.items()}
    return fact  # type: ignore[no-any-return]  # TOML holds nothing else that a fact may be
