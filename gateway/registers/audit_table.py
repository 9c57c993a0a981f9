"""The table of the record, and the triggers that keep it append-only in either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Integer, Text
from sqlmodel import Field, SQLModel

from gateway.registers.utc_time import UtcDateTime


def _text(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class AuditRow(SQLModel, table=True):
    """One request. JSON columns are text, so that what was written can be read byte for byte."""

    __tablename__: ClassVar[str] = "audit"

    id: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
    )
    request_id: str = _text(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    client_id: str = _text()
    organisation: str = _text()
    caller_class: str = _text()
    jurisdiction: str = _text()
    purpose: str | None = _text(default=None)
    matter: str | None = _text(default=None)
    case_reference: str | None = _text(default=None)
    catalog_edition: str = _text()
    operation_digest: str = _text()
    body_digest: str = _text()
    status: int
    fault_code: str | None = _text(default=None)
    subjects: str = _text()
    verdicts: str = _text()
    sources: str = _text()


_REFUSAL: Final = "the record is append-only"

APPEND_ONLY: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (
        f"""CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        # INSERT OR REPLACE deletes without asking the trigger above
        f"""CREATE TRIGGER IF NOT EXISTS audit_no_replace BEFORE INSERT ON audit
            WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608 - constant text
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
           FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
        """CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
           FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
    ),
}
"""Statements by dialect name; run again they change nothing."""
