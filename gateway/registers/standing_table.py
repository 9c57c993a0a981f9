"""The tables of consents and marks, and the one statement that reads both."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Final

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    Date,
    Delete,
    Integer,
    MetaData,
    Row,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Field, SQLModel

from gateway.registers.standing_entry import Filed, FiledConsent, FiledMark
from policies.evidence import Consent, Mark, RecordMark
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind

STANDING: Final = MetaData()
"""Apart from the record's, so that neither creates the other's tables."""


def _text(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


def _number() -> Any:
    return Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))


class ConsentRow(SQLModel, table=True):
    """One consent; `items` and `purposes` are JSON lists in order, so that equal lists are equal texts."""

    __tablename__: ClassVar[str] = "consent"
    metadata = STANDING

    id: int | None = _number()
    subject: str = _text(index=True)
    organisation: str = _text()
    client_id: str = _text()
    items: str = _text()
    purposes: str = _text()
    given_on: date = Field(sa_type=Date)
    ends_on: date | None = Field(default=None, sa_type=Date)
    withdrawn_on: date | None = Field(default=None, sa_type=Date)
    is_written: bool = Field(sa_type=Boolean)
    was_warned: bool = Field(sa_type=Boolean)


class MarkRow(SQLModel, table=True):
    """One mark."""

    __tablename__: ClassVar[str] = "record_mark"
    metadata = STANDING

    id: int | None = _number()
    subject: str = _text(index=True)
    mark: str = _text()
    kind: str = _text()
    key: str = _text()
    since: date = Field(sa_type=Date)
    until: date | None = Field(default=None, sa_type=Date)


CONSENTS: Final = STANDING.tables["consent"]
MARKS: Final = STANDING.tables["record_mark"]


def reading(dialect: str) -> CompoundSelect[Any]:
    """Marks of all `:subjects`, and those consents of theirs that name one of `:organisations` or `:client_ids`."""
    of_grantee = or_(
        and_(CONSENTS.c.organisation != "", _among(CONSENTS.c.organisation, "organisations", dialect)),
        and_(CONSENTS.c.client_id != "", _among(CONSENTS.c.client_id, "client_ids", dialect)),
    )
    return _both(
        and_(_among(CONSENTS.c.subject, "subjects", dialect), of_grantee), _among(MARKS.c.subject, "subjects", dialect)
    )


def reading_one() -> CompoundSelect[Any]:
    """Everything about `:subject`, in the order in which it was filed."""
    subject = bindparam("subject", type_=Text)
    return _both(CONSENTS.c.subject == subject, MARKS.c.subject == subject).order_by("is_mark", "number")


def listed(values: Collection[str], dialect: str) -> str | list[str]:
    """A list as this database takes it in one parameter."""
    return orjson.dumps([*values]).decode() if dialect == "sqlite" else [*values]


def filed_of(row: Row[Any]) -> Filed:
    """A row of either statement as a value; raises ValueError for what no version of this house has written."""
    subject = SubjectId(row.subject)
    if row.is_mark:
        kind = RecordKind(row.first)
        return FiledMark(subject, RecordMark(Mark(row.mark), kind, row.second, row.begins, row.ends))
    consent = Consent(
        items=frozenset(orjson.loads(row.first)),
        purposes=frozenset(Purpose(name) for name in orjson.loads(row.second)),
        given_on=row.begins,
        ends_on=row.ends,
        is_written=row.is_written,
        was_warned=row.was_warned,
        withdrawn_on=row.withdrawn_on,
    )
    return FiledConsent(subject, consent, row.organisation, row.client_id)


def columns_of(entry: Filed) -> dict[str, Any]:
    """An entry as values by column."""
    if isinstance(entry, FiledMark):
        mark = entry.mark
        named = {"mark": mark.mark.value, "kind": mark.kind.value, "key": mark.key}
        return {"subject": str(entry.subject), **named, "since": mark.since, "until": mark.until}
    told = entry.consent
    return {
        "subject": str(entry.subject),
        "organisation": entry.organisation,
        "client_id": entry.client_id,
        "items": orjson.dumps(sorted(told.items)).decode(),
        "purposes": orjson.dumps(sorted(told.purposes)).decode(),
        "given_on": told.given_on,
        "ends_on": told.ends_on,
        "withdrawn_on": told.withdrawn_on,
        "is_written": told.is_written,
        "was_warned": told.was_warned,
    }


def removing(entry: Filed) -> Delete:
    """Removes what was filed before under the identity of this entry."""
    table, names = (
        (MARKS, ("subject", "mark", "kind", "key", "since"))
        if isinstance(entry, FiledMark)
        else (CONSENTS, ("subject", "organisation", "client_id", "items", "purposes", "given_on"))
    )
    columns = columns_of(entry)
    return delete(table).where(*(table.c[name] == columns[name] for name in names))


def _among(column: Column[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column is in a list that is one parameter: the statement stays the same however long the list."""
    if dialect == "sqlite":
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(bindparam(name, type_=ARRAY(Text)))


def _both(consents: ColumnElement[bool], marks: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Consents and marks in columns of the same kinds, told apart by `is_mark`."""
    nothing, no_day = literal("", Text), cast(null(), Date)
    of_consents = select(
        *(CONSENTS.c.id.label("number"), CONSENTS.c.subject, CONSENTS.c.organisation, CONSENTS.c.client_id),
        *(nothing.label("mark"), CONSENTS.c["items"].label("first"), CONSENTS.c.purposes.label("second")),
        *(CONSENTS.c.given_on.label("begins"), CONSENTS.c.ends_on.label("ends"), CONSENTS.c.withdrawn_on),
        *(CONSENTS.c.is_written, CONSENTS.c.was_warned, false().label("is_mark")),
    ).where(consents)
    of_marks = select(
        *(MARKS.c.id, MARKS.c.subject, nothing, nothing, MARKS.c.mark, MARKS.c.kind, MARKS.c.key),
        *(MARKS.c.since, MARKS.c.until, no_day, false(), false(), true()),
    ).where(marks)
    return union_all(of_consents, of_marks)
