"""Roots about the log itself: a page of alerts about callers, and how far the log has come.

Told to whoever supervises or audits, and to the operator; no subject has a part in it. That it was told is itself an
entry of the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from gateway.base64url import base64url_text
from gateway.faults import FaultCode, GatewayFault, Problem
from gateway.pipeline.admit import SHANGHAI
from gateway.pipeline.alert_arguments import AlertPage, AuditQuery
from gateway.pipeline.cursors import Cursors, InvalidCursor
from gateway.pipeline.project import project_record
from gateway.pipeline.selection import Selection
from gateway.registers.alerts_entry import AlertQuery, FiledAlert
from gateway.registers.engine import RegisterFault
from gateway.registers.log_entry import Head
from gateway.registers.log_latest import Statements, latest_statement
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.reasons import ReasonCode

TOLD_TO: Final = frozenset({CallerClass.SUPERVISOR_AUDITOR, CallerClass.OPERATOR})
_RULE: Final = "audit_access"
_ARTICLE: Final = "house rule"
_NUMBER_DIGITS: Final = 20
"""Every cursor is as long as any other."""
_DONE: Final = "DONE"


class Alerts(Protocol):
    """The register of alerts; `gateway.registers.alerts.AlertRegister`."""

    async def page(self, query: AlertQuery, *, before: int | None, first: int) -> Sequence[FiledAlert]: ...


class Log(Statements, Protocol):
    """The log, as far as its head is told; `gateway.registers.log_reader.LogReader`."""

    async def head(self) -> Head: ...


@dataclass(frozen=True, slots=True)
class AuditOffice:
    """What these roots need of the house."""

    alerts: Alerts
    log: Log
    cursors: Cursors


@dataclass(frozen=True, slots=True)
class AuditTold:
    """What one of these roots told."""

    field: str
    facts: Mapping[str, Any] | None
    """Keyed as the graph's fields are; None where nothing was told."""
    problems: tuple[Problem, ...] = ()

    @property
    def subjects(self) -> Sequence[SubjectId]:
        """Nobody."""
        return ()

    def answer(self, selection: Selection) -> dict[str, Any] | None:
        """In the shape that the document asks for."""
        return project_record(selection)(self.facts) if self.facts is not None else None

    def sealed(self) -> dict[str, Any]:
        """Plain facts for the log of requests."""
        outcome = self.problems[0].code.value if self.problems else _DONE
        return {"about": "audit", "field": self.field, "outcome": outcome}


async def tell_audit(query: AuditQuery, selection: Selection, caller: Caller, *, office: AuditOffice) -> AuditTold:
    """Answer one of these roots.

    Errors:  GatewayFault REGISTER_UNREADABLE
    """
    if caller.caller_class not in TOLD_TO:
        return AuditTold(query.field, None, (_refusal(selection),))
    try:
        if query.page is None:
            return AuditTold(query.field, await _head(office.log))
        return AuditTold(query.field, await _page(query.page, caller, office))
    except InvalidCursor:
        message = "the cursor is not one of this caller's for this list"
        problem = Problem(FaultCode.INVALID_CURSOR, message, path=selection.path, help="start from the first page")
        return AuditTold(query.field, None, (problem,))
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "alerts and the log cannot be read") from failure


def _refusal(selection: Selection) -> Problem:
    message = "alerts and the log are told to who supervises or audits, and to the operator"
    details = {"coordinate": selection.coordinate, "catalogItem": None, "article": _ARTICLE, "rule": _RULE}
    help_ = "ask the operator of the platform"
    return Problem(ReasonCode.CALLER_NOT_AUTHORISED, message, path=selection.path, help=help_, details=details)


async def _page(page: AlertPage, caller: Caller, office: AuditOffice) -> Mapping[str, Any]:
    wanted = AlertQuery(page.rule, page.organisation, from_day=page.from_day, to_day=page.to_day)
    chosen = (page.rule, page.organisation, page.from_day, page.to_day)
    listed = "\0".join(("alerts", *("" if one is None else f"={one}" for one in chosen)))  # no search has such a text
    before = int(office.cursors.open(page.after, caller, listed)) if page.after else None
    found = await office.alerts.page(wanted, before=before, first=page.first + 1)
    edges = [
        {"cursor": office.cursors.seal(f"{one.number:0{_NUMBER_DIGITS}}", caller, listed), "node": _facts(one)}
        for one in found[: page.first]
    ]
    end = edges[-1]["cursor"] if edges else page.after
    return {"edges": edges, "pageInfo": {"hasNextPage": len(found) > page.first, "endCursor": end}}


def _facts(filed: FiledAlert) -> Mapping[str, Any]:
    alert = filed.alert
    return {
        "id": filed.name,
        "rule": alert.rule.value,
        "article": str(alert.article),
        "organisation": alert.who.organisation or None,
        "client": alert.who.client or None,
        "officer": alert.who.officer or None,
        "begins": _moment(alert.begins),
        "ends": _moment(alert.ends),
        "count": alert.count,
        "firstPosition": alert.first,
        "lastPosition": alert.last,
        "raisedAt": _moment(filed.raised_at),
        "position": filed.position,
    }


async def _head(log: Log) -> Mapping[str, Any]:
    head = await log.head()
    return {
        "logId": head.log_id,
        "position": head.position,
        "root": base64url_text(head.root()),
        "checkpoint": await latest_statement(log, head),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()
