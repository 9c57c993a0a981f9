"""The tables of alerts, to which is only added, and of how far the log was looked through; what a role may do.

An alert can go only once the entries that it rests on were dropped with their segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, MetaData, Row, Table, Text, UniqueConstraint

from gateway.registers.alerts_entry import NAME_BEGINS, FiledAlert
from gateway.registers.utc_time import UtcDateTime
from schema.vocabulary.alerts import Alert, AlertRule, Watched
from schema.vocabulary.reasons import SourceArticle

ALERT_TABLES: Final = MetaData()
"""Apart from other registers', so that none creates another's tables."""
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, _NUMBER, nullable=False, autoincrement=False, **options)


ALERTS: Final = Table(
    "alert",
    ALERT_TABLES,
    _number("number", primary_key=True),
    _text("rule"),
    _text("organisation"),
    _text("client"),
    _text("officer"),
    _text("window"),
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False, index=True),
    _number("count"),
    _number("first"),
    _number("last"),
    _text("article"),
    Column("raised_at", UtcDateTime, nullable=False),
    UniqueConstraint("rule", "organisation", "client", "officer", "window", name="alert_once"),
)
WATCH: Final = Table(
    "alert_watch",
    ALERT_TABLES,
    _number("one", primary_key=True),
    _text("holder"),
    Column("until", UtcDateTime, nullable=False),
    _number("cursor"),
    _number("needed_after"),
    _number("announced"),
    CheckConstraint("one = 1"),
)

_REFUSAL: Final = "alerts are only added"
_DROPPED: Final = """EXISTS (SELECT 1 FROM log_segment
    WHERE dropped_at IS NOT NULL AND OLD.last BETWEEN first AND first + size - 1)"""
_FOLLOWS: Final = """NEW.one = OLD.one AND NEW.cursor >= OLD.cursor AND NEW.needed_after <= NEW.cursor
    AND NEW.announced >= OLD.announced"""
_FIRST: Final = """INSERT INTO alert_watch (one, holder, until, cursor, needed_after, announced)
    SELECT 1, '', {long_ago}, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM alert_watch)"""
# one entry of the log for each alert, however often its writer was broken off
_ONE_ENTRY: Final = f"""CREATE UNIQUE INDEX IF NOT EXISTS log_entry_one_alert ON log_entry (request_id)
    WHERE substr(request_id, 1, {len(NAME_BEGINS)}) = '{NAME_BEGINS}'"""


def _refuse(name: str, when: str, condition: str) -> str:
    table = "alert_watch" if name.startswith("alert_watch") else "alert"
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when} ON {table} {condition and f'WHEN {condition}'} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _ask(name: str, when: str, function: str) -> str:
    table = "alert_watch" if name.startswith("alert_watch") else "alert"
    each = "STATEMENT" if when == "TRUNCATE" else "ROW"
    return f"CREATE OR REPLACE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


_POSTGRESQL: Final[Mapping[str, tuple[str, str]]] = {
    "alert_no_update": ("UPDATE", "alert_stays"),
    "alert_no_delete": ("DELETE", "alert_may_go"),
    "alert_no_truncate": ("TRUNCATE", "alert_stays"),
    "alert_watch_no_return": ("UPDATE", "alert_watch_follows"),
    "alert_watch_no_delete": ("DELETE", "alert_stays"),
    "alert_watch_no_truncate": ("TRUNCATE", "alert_stays"),
}
"""Triggers by name: when they ask which function."""


def _function(name: str, condition: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {condition} THEN IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF; END IF;
        RAISE EXCEPTION '{_REFUSAL}'; END $$"""


STATEMENTS: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (
        _refuse("alert_no_update", "UPDATE", ""),
        _refuse("alert_no_delete", "DELETE", f"NOT {_DROPPED}"),
        _refuse("alert_watch_no_return", "UPDATE", f"NOT ({_FOLLOWS})"),
        _refuse("alert_watch_no_delete", "DELETE", ""),
        # INSERT OR REPLACE deletes without asking the triggers above
        _refuse("alert_no_replace", "INSERT", "EXISTS (SELECT 1 FROM alert WHERE number = NEW.number)"),
        _ONE_ENTRY,
        _FIRST.format(long_ago="'1970-01-01 00:00:00.000000'"),
    ),
    "postgresql": (
        _function("alert_stays", "FALSE"),
        _function("alert_may_go", _DROPPED),
        _function("alert_watch_follows", _FOLLOWS),
        *(_ask(name, when, function) for name, (when, function) in _POSTGRESQL.items()),
        _ONE_ENTRY,
        _FIRST.format(long_ago="TIMESTAMPTZ '1970-01-01 00:00:00Z'"),
    ),
}
"""By dialect; run again they change nothing."""
_TABLES: Final = "ARRAY[to_regclass('alert'), to_regclass('alert_watch')]::oid[]"
STANDING: Final = f"""SELECT to_regclass('log_entry_one_alert') IS NOT NULL AND {len(_POSTGRESQL)} = (
    SELECT count(*) FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgrelid = ANY ({_TABLES}))"""  # noqa: S608 - our own tables
"""Whether all of it is there, on PostgreSQL."""


def alert_grants_sql(role: str) -> Sequence[str]:
    """Statements by which a PostgreSQL role may raise alerts and read them, and change none; for the tables' owner."""
    name = '"' + role.replace('"', '""') + '"'
    return (
        f"REVOKE ALL ON alert, alert_watch FROM PUBLIC, {name}",
        f"GRANT SELECT, INSERT ON alert TO {name}",
        f"GRANT SELECT, UPDATE ON alert_watch TO {name}",
    )


def columns_of(filed: FiledAlert) -> dict[str, Any]:
    """An alert as values by column."""
    alert = filed.alert
    return {
        "number": filed.number,
        "rule": alert.rule.value,
        "organisation": alert.who.organisation,
        "client": alert.who.client,
        "officer": alert.who.officer,
        "window": alert.window,
        "begins": alert.begins,
        "ends": alert.ends,
        "count": alert.count,
        "first": alert.first,
        "last": alert.last,
        "article": str(alert.article),
        "raised_at": filed.raised_at,
    }


def alert_of(row: Row[Any], position: int | None = None) -> FiledAlert:
    """A row as a value; `position` of its own entry in the log."""
    told = row._mapping  # noqa: SLF001 - how SQLAlchemy gives a row by names, `count` among them
    alert = Alert(
        AlertRule(told["rule"]),
        Watched(told["organisation"], told["client"], told["officer"]),
        window=told["window"],
        begins=told["begins"].astimezone(SHANGHAI),
        ends=told["ends"].astimezone(SHANGHAI),
        count=told["count"],
        first=told["first"],
        last=told["last"],
        article=SourceArticle.parse(told["article"]),
    )
    return FiledAlert(told["number"], alert, told["raised_at"].astimezone(SHANGHAI), position)
