"""The table of withholdings, to which is only added; of what stands there only the early end can be told later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Date, MetaData, Row, Table, Text

from gateway.registers.utc_time import UtcDateTime
from gateway.registers.withholding_entry import Selection, Withholding

WITHHOLDING: Final = MetaData()
"""Apart from other registers', so that none creates another's tables."""


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


WITHHOLDINGS: Final = Table(
    "inquiry_withholding",
    WITHHOLDING,
    _text("id", primary_key=True),
    _text("organisation"),
    _text("client"),
    _text("purpose"),
    _text("case_digest"),
    _text("subject_digest"),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("until", Date, nullable=False, index=True),
    _text("basis"),
    _text("filed_by"),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("lifted_at", UtcDateTime),
    _text("lifted_by"),
)

_REFUSAL: Final = "withholdings of inquiries are only added, and lifted once"
_SAME: Final = " AND ".join(
    f"NEW.{column.name} IS NOT DISTINCT FROM OLD.{column.name}"
    for column in WITHHOLDINGS.columns
    if not column.name.startswith("lifted")
)
_LIFTS: Final = f"{_SAME} AND OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL"
_SQLITE_LIFTS: Final = _LIFTS.replace("IS NOT DISTINCT FROM", "IS")

TRIGGERS: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (
        f"""CREATE TRIGGER IF NOT EXISTS inquiry_withholding_no_update BEFORE UPDATE ON inquiry_withholding
            WHEN NOT ({_SQLITE_LIFTS}) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS inquiry_withholding_no_delete BEFORE DELETE ON inquiry_withholding
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        # INSERT OR REPLACE deletes without asking the trigger above
        f"""CREATE TRIGGER IF NOT EXISTS inquiry_withholding_no_replace BEFORE INSERT ON inquiry_withholding
            WHEN EXISTS (SELECT 1 FROM inquiry_withholding WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608 - constant text
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION inquiry_withholding_lifts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'UPDATE' THEN IF {_LIFTS} THEN RETURN NEW; END IF; END IF;
            RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE OR REPLACE TRIGGER inquiry_withholding_no_change BEFORE UPDATE OR DELETE ON inquiry_withholding
           FOR EACH ROW EXECUTE FUNCTION inquiry_withholding_lifts()""",
        """CREATE OR REPLACE TRIGGER inquiry_withholding_no_truncate BEFORE TRUNCATE ON inquiry_withholding
           FOR EACH STATEMENT EXECUTE FUNCTION inquiry_withholding_lifts()""",
    ),
}
"""Statements by dialect name; run again they change nothing."""


def columns_of(one: Withholding) -> dict[str, Any]:
    """A withholding as values by column."""
    chosen = one.selection
    return {
        "id": one.withholding_id,
        "organisation": chosen.organisation,
        "client": chosen.client,
        "purpose": chosen.purpose,
        "case_digest": chosen.case,
        "subject_digest": chosen.subject,
        "first_day": chosen.first_day,
        "last_day": chosen.last_day,
        "until": one.until,
        "basis": one.basis,
        "filed_by": one.filed_by,
        "filed_at": one.filed_at,
        "lifted_at": one.lifted_at,
        "lifted_by": one.lifted_by,
    }


def withholding_of(row: Row[Any]) -> Withholding:
    """A row as a value."""
    chosen = Selection(
        row.organisation,
        client=row.client,
        purpose=row.purpose,
        case=row.case_digest,
        subject=row.subject_digest,
        first_day=row.first_day,
        last_day=row.last_day,
    )
    filed = {"filed_by": row.filed_by, "filed_at": row.filed_at}
    return Withholding(row.id, chosen, row.until, row.basis, **filed, lifted_at=row.lifted_at, lifted_by=row.lifted_by)
