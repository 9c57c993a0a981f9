"""The tables of consents: signed statements, which nobody changes, and how often each consent has been used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Integer, MetaData, Text
from sqlmodel import Field, SQLModel

from gateway.registers.utc_time import UtcDateTime

SIGNED_CONSENTS: Final = MetaData()
"""Apart from the other registers', so that none creates another's tables."""


def _text(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class ConsentStatementRow(SQLModel, table=True):
    """One signed statement; of two processes that act at once, the primary key lets one win."""

    __tablename__: ClassVar[str] = "consent_statement"
    metadata = SIGNED_CONSENTS

    consent_id: str = _text(primary_key=True)
    number: int = Field(primary_key=True, sa_type=Integer)
    subject: str = _text(index=True)
    organisation: str = _text(index=True)
    client_id: str = _text()
    statement: str = _text()
    at: datetime = Field(sa_type=UtcDateTime)


class ConsentUseRow(SQLModel, table=True):
    """How often a consent was used in one span (`Frequency.span`)."""

    __tablename__: ClassVar[str] = "consent_use"
    metadata = SIGNED_CONSENTS

    consent_id: str = _text(primary_key=True)
    span: str = _text(primary_key=True)
    used: int = Field(sa_type=Integer)


CONSENT_STATEMENTS: Final = SIGNED_CONSENTS.tables["consent_statement"]
CONSENT_USES: Final = SIGNED_CONSENTS.tables["consent_use"]

_REFUSAL: Final = "statements of consents are append-only"

APPEND_ONLY: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (
        f"""CREATE TRIGGER IF NOT EXISTS consent_statement_no_update BEFORE UPDATE ON consent_statement
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS consent_statement_no_delete BEFORE DELETE ON consent_statement
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        # INSERT OR REPLACE deletes without asking the trigger above
        f"""CREATE TRIGGER IF NOT EXISTS consent_statement_no_replace BEFORE INSERT ON consent_statement
            WHEN EXISTS (SELECT 1 FROM consent_statement WHERE consent_id = NEW.consent_id AND number = NEW.number)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608 - constant text
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION consent_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE OR REPLACE TRIGGER consent_statement_no_change BEFORE UPDATE OR DELETE ON consent_statement
           FOR EACH ROW EXECUTE FUNCTION consent_statement_append_only()""",
        """CREATE OR REPLACE TRIGGER consent_statement_no_truncate BEFORE TRUNCATE ON consent_statement
           FOR EACH STATEMENT EXECUTE FUNCTION consent_statement_append_only()""",
    ),
}
"""Statements by dialect name; run again they change nothing."""
