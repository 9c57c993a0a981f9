"""The table of marks, and the one statement that reads everything our books hold for requests of a moment.

Each part of the statement brings rows of the same columns: `what` it is, whom it is about (`key`), and its facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar, Final

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    Date,
    Delete,
    Integer,
    MetaData,
    Row,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlmodel import Field, SQLModel

from gateway.registers.callers_table import EPOCH
from gateway.registers.consents_table import CONSENT_STATEMENTS, CONSENT_USES
from gateway.registers.slips import REVOKED
from gateway.registers.standing_entry import FiledMark
from policies.evidence import Mark, RecordMark
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind

STANDING: Final = MetaData()
"""Apart from the record's, so that neither creates the other's tables."""


def _text(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class MarkRow(SQLModel, table=True):
    """One mark."""

    __tablename__: ClassVar[str] = "record_mark"
    metadata = STANDING

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    subject: str = _text(index=True)
    mark: str = _text()
    kind: str = _text()
    key: str = _text()
    since: date = Field(sa_type=Date)
    until: date | None = Field(default=None, sa_type=Date)


MARKS: Final = STANDING.tables["record_mark"]


def reading(dialect: str) -> CompoundSelect[Any]:
    """Marks of all `:subjects`; statements and uses of all `:consents`; which of `:names` are revoked; the epoch."""
    statements = CONSENT_STATEMENTS.c
    return union_all(
        _marks().where(_among(MARKS.c.subject, "subjects", dialect)),
        _row("consent", key=statements.consent_id, number=statements.number, first=statements.statement).where(
            _among(statements.consent_id, "consents", dialect)
        ),
        _row("use", key=CONSENT_USES.c.consent_id, number=CONSENT_USES.c.used, first=CONSENT_USES.c.span).where(
            _among(CONSENT_USES.c.consent_id, "consents", dialect)
        ),
        _row("revoked", key=REVOKED.c.name).where(_among(REVOKED.c.name, "names", dialect)),
        _row("epoch", number=EPOCH.c.epoch),
    )


def reading_marks() -> Select[Any]:
    """Every mark of `:subject`, in the order in which it was filed."""
    return _marks().where(MARKS.c.subject == bindparam("subject", type_=Text)).order_by(MARKS.c.id)


def listed(values: Collection[str], dialect: str) -> str | list[str]:
    """A list as this database takes it in one parameter."""
    return orjson.dumps([*values]).decode() if dialect == "sqlite" else [*values]


def mark_of(row: Row[Any]) -> FiledMark:
    """A row of either statement as a value; raises ValueError for what no version of this house has written."""
    mark = RecordMark(Mark(row.third), RecordKind(row.first), row.second, row.begins, row.ends)
    return FiledMark(SubjectId(row.key), mark)


def columns_of(entry: FiledMark) -> dict[str, Any]:
    """An entry as values by column."""
    mark = entry.mark
    named = {"mark": mark.mark.value, "kind": mark.kind.value, "key": mark.key}
    return {"subject": str(entry.subject), **named, "since": mark.since, "until": mark.until}


def removing(entry: FiledMark) -> Delete:
    """Removes what was filed before under the identity of this entry."""
    columns = columns_of(entry)
    names = ("subject", "mark", "kind", "key", "since")
    return delete(MARKS).where(*(MARKS.c[name] == columns[name] for name in names))


def _marks() -> Select[Any]:
    marks = MARKS.c
    named = {"first": marks.kind, "second": marks.key, "third": marks.mark}
    return _row("mark", key=marks.subject, number=marks.id, **named, begins=marks.since, ends=marks.until)


def _row(what: str, **facts: ColumnElement[Any]) -> Select[Any]:
    """A part of the statement: columns of the same kinds in the same order, empty where it has nothing to say."""
    columns = (facts.get(name, empty).label(name) for name, empty in _EMPTY.items())
    return select(literal(what, Text).label("what"), *columns)


_EMPTY: Final[Mapping[str, ColumnElement[Any]]] = {
    "key": literal("", Text),
    "number": literal(0, BigInteger),
    "first": literal("", Text),
    "second": literal("", Text),
    "third": literal("", Text),
    "begins": cast(null(), Date),
    "ends": cast(null(), Date),
}


def _among(column: Column[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column is in a list that is one parameter: the statement stays the same however long the list."""
    if dialect == "sqlite":
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(bindparam(name, type_=ARRAY(Text)))
