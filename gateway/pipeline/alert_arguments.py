"""What roots about the log itself ask: a page of alerts, or how far the log has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.faults import ClientFault, FaultCode
from gateway.pipeline.inquiry_arguments import read_day
from schema.vocabulary.alerts import AlertRule

READ_AUDIT: Final = "audit:read"
"""The token scope for them."""
ALERTS: Final = "alerts"
LOG_HEAD: Final = "logHead"


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A page of alerts, as asked for; days are of Asia/Shanghai, both ends included."""

    first: int
    after: str | None = None
    rule: AlertRule | None = None
    organisation: str | None = None
    """As the caller wrote it."""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """One of these roots, as asked for."""

    field: str
    page: AlertPage | None = None
    """None: the head of the log is asked for."""


def read_audit_query(field: str, arguments: Mapping[str, Any]) -> AuditQuery:
    """The arguments of one of these roots.

    Errors:  ClientFault INVALID_ARGUMENT
    """
    if field == LOG_HEAD:
        return AuditQuery(field)
    if arguments["first"] < 1:
        raise ClientFault(FaultCode.INVALID_ARGUMENT, "a page of alerts needs a `first` of at least 1")
    rule = arguments.get("rule")
    page = AlertPage(
        arguments["first"],
        arguments.get("after"),
        rule=AlertRule(getattr(rule, "value", rule)) if rule is not None else None,
        organisation=arguments.get("organisation"),
        from_day=read_day(arguments, "from"),
        to_day=read_day(arguments, "to"),
    )
    return AuditQuery(field, page)
