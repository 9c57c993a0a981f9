"""SQL for the exchange tables: current rows of subjects, and the search by registered name.

Statements are built once per table and set of columns and kept; only values change from errand to errand.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from connectors.market_regulation.tables import BASE, FLAG, NODE, SEQUENCE, SUBJECT, SWITCH, UPDATED, ExchangeTable
from connectors.transport.statements import Statement

CODES: Final = "codes"
_RANK: Final = "RECENCY"
_ESCAPE: Final = "!"


@lru_cache(maxsize=1024)
def current_rows(table: ExchangeTable, columns: frozenset[str]) -> Statement:
    """The current rows of up to 100 subjects, with `columns` and the bookkeeping that makes a row usable.

    Binds:   `codes`
    Shape:   columns of the answer: SUBJECT_CODE, 更新时间, 增删改标志, 交换开关, then `columns` by name
    """
    rows = table.selectable()
    known, code = _reached(table, rows)
    wanted = sorted(columns)
    checked = [FLAG, SWITCH, *([table.only[0]] if table.only else []), *([BASE.code_column] if table is BASE else [])]
    newest_first = sa.func.row_number().over(
        partition_by=[code, *(rows.c[name] for name in table.identity)],
        order_by=[rows.c[UPDATED].desc(), rows.c[SEQUENCE].desc()],
    )
    inner = sa.select(
        code.label(SUBJECT),
        rows.c[UPDATED],
        *(rows.c[name].label(f"S_{name}") for name in checked),
        *(rows.c[name].label(f"C_{name}") for name in wanted),
        newest_first.label(_RANK),
    ).select_from(known)
    if table.code_column and table is not BASE:
        inner = inner.where(code.in_(_codes()))
    ranked = inner.subquery("RANKED").c
    current = [ranked[_RANK] == sa.literal_column("1"), *_is_shared(ranked[f"S_{FLAG}"], ranked[f"S_{SWITCH}"])]
    if table.only is not None:
        current.append(ranked[f"S_{table.only[0]}"] == _literal(table.only[1]))
    if table is BASE:
        current.append(ranked[f"S_{BASE.code_column}"] == ranked[SUBJECT])
    select = sa.select(
        ranked[SUBJECT],
        ranked[UPDATED],
        *(ranked[f"S_{name}"].label(name) for name in (FLAG, SWITCH)),
        *(ranked[f"C_{name}"].label(name) for name in wanted),
    ).where(*current)
    asked = (table.code_column or "PRIPID", UPDATED, *checked, *wanted)
    return Statement(select, [f"{table.name}.{name}" for name in dict.fromkeys(asked)])


@lru_cache(maxsize=2)
def page_of_names(*, after: bool) -> Statement:
    """One page of current registrations whose name holds a text, by name and then code.

    Binds:   `pattern` (see `name_pattern`), `size`; with `after` also `name` and `code` of the last entry before it
    """
    found = _named()
    if after:
        last_name, last_code = sa.bindparam("name", type_=sa.String), sa.bindparam("code", type_=sa.String)
        found = found.where(
            sa.or_(_name_of(found) > last_name, sa.and_(_name_of(found) == last_name, _code_of(found) > last_code))
        )
    select = found.order_by(sa.text("1"), sa.text("2")).limit(sa.bindparam("size", type_=sa.Integer))
    return Statement(select, _NAMED_COLUMNS)


@lru_cache(maxsize=1)
def count_of_names() -> Statement:
    """How many current registrations have a name that holds a text. Binds: `pattern`."""
    found = _named().subquery("FOUND")
    return Statement(sa.select(sa.func.count(found.c.UNISCID).label("TOTAL")), _NAMED_COLUMNS)


def name_pattern(text: str) -> str:
    """The LIKE pattern for a text inside a name: half-width brackets, small letters, no wildcards of the caller."""
    plain = text.strip().replace("（", "(").replace("）", ")").lower()
    for special in (_ESCAPE, "%", "_"):
        plain = plain.replace(special, _ESCAPE + special)
    return f"%{plain}%"


_NAMED_COLUMNS: Final = tuple(
    f"{BASE.name}.{name}" for name in ("ENTNAME", "UNISCID", NODE, "PRIPID", UPDATED, SEQUENCE, FLAG, SWITCH)
)


def _named() -> sa.Select[Any]:
    """Name and code of each current row whose name matches; a row is current if no newer one stands beside it."""
    rows, newer = BASE.selectable().alias("R"), BASE.selectable().alias("N")
    plain = sa.func.lower(sa.func.replace(sa.func.replace(rows.c.ENTNAME, "（", "("), "）", ")"))
    outdated = sa.exists(sa.literal_column("1")).where(
        *(newer.c[name] == rows.c[name] for name in BASE.identity),
        sa.or_(
            newer.c[UPDATED] > rows.c[UPDATED],
            sa.and_(newer.c[UPDATED] == rows.c[UPDATED], newer.c[SEQUENCE] > rows.c[SEQUENCE]),
        ),
    )
    return (
        sa.select(rows.c.ENTNAME, rows.c.UNISCID)
        .distinct()
        .where(
            plain.like(sa.bindparam("pattern", type_=sa.String), escape=_ESCAPE),
            rows.c.UNISCID.is_not(None),
            ~outdated,
            *_is_shared(rows.c[FLAG], rows.c[SWITCH]),
        )
    )


def _name_of(select: sa.Select[Any]) -> sa.ColumnElement[Any]:
    return select.selected_columns[0]


def _code_of(select: sa.Select[Any]) -> sa.ColumnElement[Any]:
    return select.selected_columns[1]


def _reached(table: ExchangeTable, rows: sa.TableClause) -> tuple[sa.FromClause, sa.ColumnElement[Any]]:
    """How rows are reached from codes: by their own column, or through the registration's node and PRIPID.

    The registrations themselves go the second way too: a registration that has another code by now is
    found by its old code, and then seen not to be current.
    """
    if table.code_column and table is not BASE:
        return rows, rows.c[table.code_column]
    base = BASE.selectable().alias("B")
    held = sa.select(base.c[NODE], base.c.PRIPID, base.c.UNISCID).distinct().where(base.c.UNISCID.in_(_codes()))
    known = held.subquery("KNOWN")
    return rows.join(known, sa.and_(rows.c[NODE] == known.c[NODE], rows.c.PRIPID == known.c.PRIPID)), known.c.UNISCID


def _is_shared(flag: sa.ColumnElement[Any], switch: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    """Neither deleted nor switched off; any other value is left for the reader to complain about."""
    nothing: sa.ColumnElement[str] = sa.literal_column("''")
    return [sa.func.coalesce(flag, nothing) != _literal("D"), sa.func.coalesce(switch, nothing) != _literal("0")]


def _codes() -> sa.BindParameter[Any]:
    return sa.bindparam(CODES, expanding=True, type_=sa.String)


def _literal(text: str) -> sa.ColumnElement[str]:
    """A constant of ours, in the statement's text so that plans can use it."""
    return sa.literal_column(f"'{text}'", sa.String)
