"""The tables of the log, what keeps them append-only in either database, and what a role has to be allowed.

Entries go only with their whole segment: once that is marked as dropped, which on PostgreSQL the tables' owner alone
can do, the triggers let its entries be deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text

from gateway.registers.utc_time import UtcDateTime

LOG: Final = MetaData()
_POSITION: Final = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, _POSITION, nullable=False, autoincrement=False, **options)


ENTRIES: Final = Table(
    "log_entry",
    LOG,
    _number("position", primary_key=True),
    _number("segment"),
    _number("idx"),
    _text("request_id", index=True),
    _text("text"),
    _text("receipt"),  # but for the signature, which is one for many
    _number("signed"),  # position of the first entry under that signature
    Column("signature", Text),  # which stands there
)
SUBJECTS: Final = Table(
    "log_subject",
    LOG,
    _text("subject", primary_key=True),
    _number("position", primary_key=True),
    sqlite_with_rowid=False,
)
CHECKPOINTS: Final = Table(
    "log_checkpoint", LOG, _number("position", primary_key=True), _number("segment"), _text("statement")
)
SEGMENTS: Final = Table(
    "log_segment",
    LOG,
    _number("segment", primary_key=True),
    _number("first"),
    _number("size"),
    _text("closing"),
    Column("dropped_at", UtcDateTime),
)
HEAD: Final = Table(
    "log_head",
    LOG,
    _number("one", primary_key=True),
    _text("log_id"),
    _number("position"),
    _number("segment"),
    _number("first"),
    _number("size"),
    Column("peaks", LargeBinary, nullable=False),
    _text("month"),
    _text("previous"),
    _number("checkpoint"),
    CheckConstraint("one = 1"),
)

_REFUSAL: Final = "the log is append-only"
_FOLLOWS: Final = """NEW.one = OLD.one AND NEW.log_id = OLD.log_id AND NEW.position >= OLD.position
    AND NEW.segment >= OLD.segment AND NEW.checkpoint >= OLD.checkpoint"""
"""A head may only go forward."""
_DROPS: Final = """OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL AND NEW.segment = OLD.segment
    AND NEW.first = OLD.first AND NEW.size = OLD.size AND NEW.closing = OLD.closing"""
_ENTRY_DROPPED: Final = "SELECT 1 FROM log_segment WHERE segment = OLD.segment AND dropped_at IS NOT NULL"
_SUBJECT_DROPPED: Final = """SELECT 1 FROM log_segment
    WHERE dropped_at IS NOT NULL AND OLD.position BETWEEN first AND first + size - 1"""


def _sqlite() -> Mapping[str, str]:
    def refuse(name: str, when: str, condition: str = "") -> tuple[str, str]:
        table = "_".join(name.split("_")[:2])
        return name, (
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when} ON {table} {condition and f'WHEN {condition}'} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )

    return dict(
        (
            refuse("log_entry_no_update", "UPDATE"),
            refuse("log_entry_no_delete", "DELETE", f"NOT EXISTS ({_ENTRY_DROPPED})"),
            refuse("log_subject_no_update", "UPDATE"),
            refuse("log_subject_no_delete", "DELETE", f"NOT EXISTS ({_SUBJECT_DROPPED})"),
            refuse("log_checkpoint_no_update", "UPDATE"),
            refuse("log_checkpoint_no_delete", "DELETE"),
            refuse("log_segment_no_update", "UPDATE", f"NOT ({_DROPS})"),
            refuse("log_segment_no_delete", "DELETE"),
            refuse("log_head_no_return", "UPDATE", f"NOT ({_FOLLOWS})"),
            refuse("log_head_no_delete", "DELETE"),
            # INSERT OR REPLACE deletes without asking the triggers above; of a subject it can only put back the same
            *(
                refuse(f"{table}_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")  # noqa: S608 - our own tables
                for table, same in (
                    ("log_entry", "position = NEW.position"),
                    ("log_checkpoint", "position = NEW.position"),
                    ("log_segment", "segment = NEW.segment"),
                    ("log_head", "one = NEW.one"),
                )
            ),
        )
    )


def _function(name: str, condition: str) -> str:
    """A function for triggers that refuses unless the condition holds."""
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {condition} THEN IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF; END IF;
        RAISE EXCEPTION '{_REFUSAL}'; END $$"""


POSTGRESQL_FUNCTIONS: Final[Sequence[str]] = (
    _function("log_append_only", "FALSE"),
    _function("log_entry_may_go", f"EXISTS ({_ENTRY_DROPPED})"),
    _function("log_subject_may_go", f"EXISTS ({_SUBJECT_DROPPED})"),
    _function("log_segment_drops", _DROPS),
    _function("log_head_follows", _FOLLOWS),
)


def _postgresql() -> Mapping[str, str]:
    def ask(name: str, when: str, function: str = "log_append_only") -> tuple[str, str]:
        table = "_".join(name.split("_")[:2])
        each = "STATEMENT" if when == "TRUNCATE" else "ROW"
        return name, (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        )

    return dict(
        (
            ask("log_entry_no_update", "UPDATE"),
            ask("log_entry_no_delete", "DELETE", "log_entry_may_go"),
            ask("log_subject_no_update", "UPDATE"),
            ask("log_subject_no_delete", "DELETE", "log_subject_may_go"),
            ask("log_checkpoint_no_change", "UPDATE OR DELETE"),
            ask("log_segment_no_update", "UPDATE", "log_segment_drops"),
            ask("log_segment_no_delete", "DELETE"),
            ask("log_head_no_return", "UPDATE", "log_head_follows"),
            ask("log_head_no_delete", "DELETE"),
            *(ask(f"{table.name}_no_truncate", "TRUNCATE") for table in LOG.sorted_tables),
        )
    )


TRIGGERS: Final[Mapping[str, Mapping[str, str]]] = {"sqlite": _sqlite(), "postgresql": _postgresql()}
"""By dialect and name."""


def grants_sql(role: str) -> Sequence[str]:
    """Statements by which a PostgreSQL role may write and read the log and change nothing in it.

    To be run by the owner of the tables, who is another role. A role that may do more loses that.
    """
    name = '"' + role.replace('"', '""') + '"'
    added = "log_entry, log_subject, log_checkpoint, log_segment, subject_key"
    return (
        f"REVOKE ALL ON {added}, log_head FROM PUBLIC, {name}",
        f"GRANT SELECT, INSERT ON {added} TO {name}",
        f"GRANT SELECT, UPDATE ON log_head TO {name}",
    )
