"""What roots about consents ask, as their arguments say it, and the scopes without which they are not answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schema.vocabulary.consents import ConsentAct, ConsentState

READ_CONSENTS: Final = "consents:read"
"""The token scope for seeing one's consents."""
MANAGE_CONSENTS: Final = "consents:manage"
"""The token scope for acting on them."""
_ACTS: Final = {
    "grantConsent": ConsentAct.GRANT,
    "rejectConsent": ConsentAct.REJECT,
    "pauseConsent": ConsentAct.PAUSE,
    "resumeConsent": ConsentAct.RESUME,
    "revokeConsent": ConsentAct.REVOKE,
}


@dataclass(frozen=True, slots=True)
class ConsentQuery:
    """A page of the caller's own consents, as asked for."""

    first: int
    after: str | None
    state: ConsentState | None
    """None: however they stand."""


@dataclass(frozen=True, slots=True)
class ConsentCommand:
    """An act on one consent, as asked for."""

    act: ConsentAct
    consent_id: str
    """As the caller wrote it."""
    notice_read: bool = False


def read_consent_command(field: str, arguments: Mapping[str, Any]) -> ConsentCommand:
    """The arguments of one of the mutations."""
    return ConsentCommand(_ACTS[field], arguments["id"], arguments.get("noticeRead") is True)
