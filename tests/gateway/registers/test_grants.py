"""What a gateway's own role may do: every table of ours is spoken of, and nothing that is signed can be changed."""

from __future__ import annotations

import re

from gateway.registers.accounts import AccountRow
from gateway.registers.alerts_table import ALERTS, WATCH
from gateway.registers.callers_table import CALLERS
from gateway.registers.consents_table import SIGNED_CONSENTS
from gateway.registers.grants import gateway_grants
from gateway.registers.log_table import ENTRIES
from gateway.registers.slips import SLIPS
from gateway.registers.standing_table import STANDING
from gateway.registers.subject_keys import _KEYS
from gateway.registers.withholding_table import WITHHOLDINGS

STATEMENTS = gateway_grants('gate"way')


def granted() -> dict[str, set[str]]:
    """Rights by table."""
    found: dict[str, set[str]] = {}
    for statement in STATEMENTS:
        told = re.fullmatch(r'GRANT ([A-Z, ]+) ON ([\w, ]+) TO "gate""way"', statement)
        if told is not None and "SCHEMA" not in statement:
            for table in told[2].split(", "):
                found.setdefault(table, set()).update(told[1].split(", "))
    return found


def test_every_table_is_spoken_of():
    metadata = (ENTRIES, ALERTS, WATCH, SLIPS, WITHHOLDINGS, _KEYS)
    ours = {str(name) for one in (CALLERS, SIGNED_CONSENTS, STANDING) for name in one.tables}
    ours |= {str(name) for table in metadata for name in table.metadata.tables} | {str(AccountRow.__tablename__)}
    assert granted().keys() == ours


def test_nothing_that_is_signed_can_be_changed_and_nobody_is_registered_by_a_gateway():
    rights = granted()
    for table in ("log_entry", "log_subject", "log_checkpoint", "log_segment", "consent_statement", "alert"):
        assert rights[table] == {"SELECT", "INSERT"}
    for table in ("caller_client", "caller_organisation", "caller_officer", "caller_epoch", "subject_account"):
        assert rights[table] == {"SELECT"}


def test_what_a_role_had_before_is_taken_back():
    taken = [statement for statement in STATEMENTS if statement.startswith("REVOKE ALL ON")]
    assert all(statement.endswith('FROM PUBLIC, "gate""way"') for statement in taken)
    assert {table for one in taken for table in one[14:].partition(" FROM ")[0].split(", ")} == granted().keys()
