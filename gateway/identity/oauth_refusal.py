"""The one way in which the authorization server says no: a coded error with a sentence of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from gateway.registers.engine import RegisterFault

_SENTENCES: Final[Mapping[str, str]] = {
    "invalid_request": "the request is malformed, lacks something or states something twice",
    "invalid_client": "the client is unknown, suspended, or does not prove who it is",
    "invalid_grant": "the code or refresh token is unknown, used up, ended, revoked or was given for something else",
    "unauthorized_client": "the client may not use this grant",
    "unsupported_grant_type": "the grants here are client_credentials, authorization_code and refresh_token",
    "unsupported_response_type": "the only response type here is code",
    "invalid_scope": "the client does not hold this scope",
    "invalid_authorization_details": "the authorization details cannot be granted as they stand",
    "invalid_dpop_proof": "the proof of possession is missing or does not hold",
    "use_dpop_nonce": "the proof of possession has to repeat the nonce of this answer",
    "slow_down": "the client has sent more requests in this minute than it may; go on after the time in Retry-After",
    "temporarily_unavailable": "the registers cannot be read or written now, so nothing is decided; try again later",
}
_STATUS: Final[Mapping[str, int]] = {"invalid_client": 401, "slow_down": 429, "temporarily_unavailable": 503}
_NOT_ALLOWED: Final = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")
"""Characters that an `error_description` may not have (RFC 6749 §5.2)."""


class OAuthRefused(Exception):
    """Nothing is given; `error` is of RFC 6749 §5.2 or a later one's, `description` is safe to show.

    Too many requests are answered with 429 (RFC 9126 §2.3) and the name that RFC 8628 §3.5 has for it.
    """

    def __init__(self, error: str, description: str = "", *, retry_after_s: int = 1) -> None:
        self.error = error if error in _SENTENCES else "invalid_request"
        self.description = _NOT_ALLOWED.sub("?", description) or _SENTENCES[self.error]
        self.status = _STATUS.get(self.error, 400)
        self.retry_after_s = retry_after_s
        """When it may be tried again, where that is a question of time."""
        super().__init__(self.description)


@contextmanager
def register_faults_refused() -> Iterator[None]:
    """Where the registers cannot be read or written, nothing is decided."""
    try:
        yield
    except RegisterFault as fault:
        raise OAuthRefused("temporarily_unavailable") from fault
