"""The ways in which a request can fail, and what a caller may read about each.

    Exception
    ├── ClientFault      the request is at fault; its text is safe to show
    │   ├── Unauthenticated   with the challenges for `WWW-Authenticate`
    │   ├── InsufficientScope likewise
    │   └── QuotaExceeded     with the seconds for `Retry-After`
    └── GatewayFault     the house is at fault; its text is never shown

What the law withholds and what an agency could not say are values (`Problem`), not exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from schema.vocabulary.reasons import ReasonCode


class FaultCode(StrEnum):
    """Stable codes for what is not a judgement."""

    # the request is at fault
    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    TOO_SLOW = "TOO_SLOW"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    CROSS_SITE = "CROSS_SITE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    SYNTAX = "SYNTAX"
    INVALID_DOCUMENT = "INVALID_DOCUMENT"
    INVALID_VARIABLES = "INVALID_VARIABLES"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    OPERATION_UNKNOWN = "OPERATION_UNKNOWN"
    SCOPE_REQUIRED = "SCOPE_REQUIRED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    ENUMERATION_STOPPED = "ENUMERATION_STOPPED"
    INTROSPECTION_REFUSED = "INTROSPECTION_REFUSED"
    CASE_REFERENCE_REQUIRED = "CASE_REFERENCE_REQUIRED"
    PURPOSE_UNKNOWN = "PURPOSE_UNKNOWN"
    INQUIRY_CONTRADICTORY = "INQUIRY_CONTRADICTORY"
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    TOO_MANY_SUBJECTS = "TOO_MANY_SUBJECTS"
    TOO_COSTLY = "TOO_COSTLY"
    LIST_TOO_LONG = "LIST_TOO_LONG"
    # nobody is there to be told
    CALLER_LEFT = "CALLER_LEFT"
    # one field is at fault, the rest stays
    INVALID_CREDIT_CODE = "INVALID_CREDIT_CODE"
    INVALID_CURSOR = "INVALID_CURSOR"
    SUBJECT_NOT_COVERED = "SUBJECT_NOT_COVERED"
    CONSENT_NOT_FOUND = "CONSENT_NOT_FOUND"
    CONSENT_STATE = "CONSENT_STATE"
    CONSENT_ACT = "CONSENT_ACT"
    CONSENT_NOTICE = "CONSENT_NOTICE"
    # the agency could not say
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    SOURCE_UNREADABLE = "SOURCE_UNREADABLE"
    # the house is at fault
    AUDIT_UNWRITABLE = "AUDIT_UNWRITABLE"
    REGISTER_UNREADABLE = "REGISTER_UNREADABLE"
    ISSUER_UNREACHABLE = "ISSUER_UNREACHABLE"
    INTERNAL = "INTERNAL"


_STATUS = {
    FaultCode.CALLER_LEFT: 499,
    FaultCode.TOO_LARGE: 413,
    FaultCode.TOO_SLOW: 408,
    FaultCode.UNSUPPORTED_MEDIA_TYPE: 415,
    FaultCode.NOT_ACCEPTABLE: 406,
    FaultCode.METHOD_NOT_ALLOWED: 405,
    FaultCode.CROSS_SITE: 403,
    FaultCode.UNAUTHENTICATED: 401,
    FaultCode.SCOPE_REQUIRED: 403,
    FaultCode.QUOTA_EXCEEDED: 429,
    FaultCode.ENUMERATION_STOPPED: 429,
    FaultCode.INTROSPECTION_REFUSED: 403,
    FaultCode.AUDIT_UNWRITABLE: 503,
    FaultCode.REGISTER_UNREADABLE: 503,
    FaultCode.ISSUER_UNREACHABLE: 503,
    FaultCode.INTERNAL: 500,
}


def status_of(code: FaultCode) -> int:
    """The HTTP status for a request that failed as a whole; 400 unless the table says otherwise."""
    return _STATUS.get(code, 400)


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of `errors` in a response (GraphQL specification §7.1.2)."""

    code: FaultCode | ReasonCode
    message: str
    path: tuple[str | int, ...] = ()
    """Response keys from the root; positions in lists of records are left out, because what is said holds
    for every record alike. Positions in `subjects` are given where only some subjects are meant."""
    help: str = ""
    locations: Sequence[Mapping[str, int]] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The entry as it leaves."""
        extensions = {**self.details, "code": self.code.value}
        if self.help:
            extensions["help"] = self.help
        entry: dict[str, Any] = {"message": self.message}
        if self.locations:
            entry["locations"] = self.locations
        if self.path:
            entry["path"] = self.path
        entry["extensions"] = extensions
        return entry


class ClientFault(Exception):
    """The request as a whole cannot be served, and the caller can do something about it."""

    def __init__(
        self,
        code: FaultCode,
        message: str,
        *,
        advice: str = "",
        problems: Sequence[Problem] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
        """Whole seconds after which the same request may be served (`Retry-After`, RFC 9110 §10.2.3), if time helps."""
        self.problems = tuple(problems) or (Problem(code, message, help=advice),)

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """What the answer's head says besides; a name may stand there more than once."""
        return () if self.retry_after_s is None else (("Retry-After", str(self.retry_after_s)),)


class Unauthenticated(ClientFault):
    """What is presented cannot be accepted (RFC 6750 §3.1, RFC 9449 §7.1); never served as the public instead.

    Shape:   `challenges` for `WWW-Authenticate`, the most fitting first; `headers` come beside them
    """

    def __init__(self, message: str, *, challenges: Sequence[str], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(FaultCode.UNAUTHENTICATED, message, advice="ask the token endpoint for a new access token")
        self.challenges = tuple(challenges)
        self._others = tuple((headers or {}).items())

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """The challenges, and whatever the next attempt has to repeat."""
        return *(("WWW-Authenticate", challenge) for challenge in self.challenges), *self._others


class InsufficientScope(ClientFault):
    """The token is good and reaches less than was asked (RFC 6750 §3.1); `scopes` is the smallest set that suffices."""

    def __init__(self, scopes: Sequence[str]) -> None:
        self.scopes = tuple(sorted(scopes))
        wanted = " ".join(self.scopes)
        advice = f"ask the token endpoint for a token with scope `{wanted}`"
        message = "the token does not hold the scope for this"
        super().__init__(FaultCode.SCOPE_REQUIRED, message, advice=advice)
        told = f'error="insufficient_scope", error_description="{message}", scope="{wanted}"'
        self.challenges = f"Bearer {told}", f"DPoP {told}"

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """The challenge, once for each scheme."""
        return tuple(("WWW-Authenticate", challenge) for challenge in self.challenges)


class QuotaExceeded(ClientFault):
    """The caller has asked too much, or too blindly (RFC 6585 §4); `retry_after_s` says when it may come again."""

    def __init__(self, code: FaultCode, message: str, *, advice: str, retry_after_s: int) -> None:
        super().__init__(code, message, advice=advice, retry_after_s=retry_after_s)


class GatewayFault(Exception):
    """The house is broken; callers see the code and the request id only."""

    def __init__(self, code: FaultCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
