"""What a gateway's own role in PostgreSQL may do, register by register: no more than its requests need.

The log is only added to, consents are only added to, callers, accounts, marks and withholdings are only read: these are
changed by commands, which run as the tables' owner or as a role of the operator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.registers.accounts import AccountRow
from gateway.registers.alerts_table import alert_grants_sql
from gateway.registers.callers_table import CALLERS
from gateway.registers.consents_table import CONSENT_STATEMENTS, CONSENT_USES
from gateway.registers.log_table import grants_sql
from gateway.registers.slips import REVOKED, SLIPS
from gateway.registers.standing_table import MARKS
from gateway.registers.withholding_table import WITHHOLDINGS

_READ: Final = "SELECT"
_RIGHTS: Final[Mapping[str, str]] = {
    **dict.fromkeys((str(name) for name in CALLERS.tables), _READ),
    AccountRow.__tablename__: _READ,
    MARKS.name: _READ,
    WITHHOLDINGS.name: _READ,
    CONSENT_STATEMENTS.name: "SELECT, INSERT",
    CONSENT_USES.name: "SELECT, INSERT, UPDATE",
    SLIPS.name: "SELECT, INSERT, UPDATE, DELETE",
    REVOKED.name: "SELECT, INSERT, UPDATE, DELETE",
}


def gateway_grants(role: str) -> Sequence[str]:
    """Statements for the tables' owner, after the tables are there; what the role had before is taken back first."""
    name = '"' + role.replace('"', '""') + '"'
    return (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON {', '.join(_RIGHTS)} FROM PUBLIC, {name}",
        *(f"GRANT {rights} ON {table} TO {name}" for table, rights in _RIGHTS.items()),
        *grants_sql(role),
        *alert_grants_sql(role),
    )
