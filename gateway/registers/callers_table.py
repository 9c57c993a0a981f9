"""The tables of organisations, clients and officers, of their epoch, and of who changed what when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Boolean, Integer, MetaData, Table, Text
from sqlmodel import Field, SQLModel

from gateway.registers.callers_book import Kind
from gateway.registers.utc_time import UtcDateTime

CALLERS: Final = MetaData()
"""Apart from the other registers', so that none creates another's tables."""


def _text(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class OrganisationRow(SQLModel, table=True):
    """One organisation; lists are JSON in order."""

    __tablename__: ClassVar[str] = "caller_organisation"
    metadata = CALLERS

    organisation_id: str = _text(primary_key=True)
    name: str = _text()
    caller_class: str = _text()
    jurisdiction: str = _text()
    level: str = _text()
    designated: str = _text()
    case_reference_for: str = _text()
    agreements: str = _text()
    is_active: bool = Field(sa_type=Boolean)


class ClientRow(SQLModel, table=True):
    """One client; lists are JSON in order."""

    __tablename__: ClassVar[str] = "caller_client"
    metadata = CALLERS

    client_id: str = _text(primary_key=True)
    organisation_id: str = _text()
    subject: str | None = _text(default=None)
    issuer: str = _text()
    scopes: str = _text()
    grants: str = _text()
    redirect_uris: str = _text()
    keys: str = _text()
    certificate: str = _text()
    binding: str = _text()
    is_active: bool = Field(sa_type=Boolean)


class OfficerRow(SQLModel, table=True):
    """One officer; `items` is a JSON list in order."""

    __tablename__: ClassVar[str] = "caller_officer"
    metadata = CALLERS

    organisation_id: str = _text(primary_key=True)
    officer_id: str = _text(primary_key=True)
    items: str = _text()
    is_active: bool = Field(sa_type=Boolean)


class EpochRow(SQLModel, table=True):
    """The one row that each change of the tables above raises."""

    __tablename__: ClassVar[str] = "caller_epoch"
    metadata = CALLERS

    id: int = Field(primary_key=True, sa_type=Integer)
    epoch: int = Field(sa_type=BigInteger)


class ChangeRow(SQLModel, table=True):
    """One change, for ever."""

    __tablename__: ClassVar[str] = "caller_change"
    metadata = CALLERS

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    at: datetime = Field(sa_type=UtcDateTime)
    what: str = _text()
    identity: str = _text()
    who: str = _text()


EPOCH: Final = CALLERS.tables["caller_epoch"]
"""One row; `EPOCH.c.epoch` is the number of the register's state."""
CHANGES: Final = CALLERS.tables["caller_change"]
TABLES: Final[Mapping[Kind, Table]] = {kind: CALLERS.tables[f"caller_{kind}"] for kind in Kind}

_FIRST: Final = "INSERT INTO caller_epoch (id, epoch) VALUES (1, 0) ON CONFLICT DO NOTHING"
_REFUSAL: Final = "the history of callers is append-only"
PREPARED: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (
        _FIRST,
        *(
            f"""CREATE TRIGGER IF NOT EXISTS caller_change_no_{verb.lower()} BEFORE {verb} ON caller_change
                BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""
            for verb in ("UPDATE", "DELETE")
        ),
        # INSERT OR REPLACE deletes without asking the triggers above
        f"""CREATE TRIGGER IF NOT EXISTS caller_change_no_replace BEFORE INSERT ON caller_change
            WHEN EXISTS (SELECT 1 FROM caller_change WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608 - constant text
    ),
    "postgresql": (
        _FIRST,
        f"""CREATE OR REPLACE FUNCTION caller_change_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE OR REPLACE TRIGGER caller_change_no_change BEFORE UPDATE OR DELETE ON caller_change
           FOR EACH ROW EXECUTE FUNCTION caller_change_append_only()""",
        """CREATE OR REPLACE TRIGGER caller_change_no_truncate BEFORE TRUNCATE ON caller_change
           FOR EACH STATEMENT EXECUTE FUNCTION caller_change_append_only()""",
    ),
}
"""The epoch's row and the triggers of the history, by dialect; run again they change nothing."""
