"""What whoever watches the watchers is told: alerts about callers, and how far the log has come; never a subject."""

from __future__ import annotations

import strawberry
from strawberry import field

import schema.graph.code_lists  # noqa: F401 - names the enums below to Strawberry
from schema.graph.pages import PageInfo
from schema.graph.scalars import DateTime
from schema.vocabulary.alerts import AlertRule


@strawberry.type(description="Somebody to look at again, by a rule over the log of requests (预警).")
class Alert:
    """Whom, when, and on which entries of the log it rests."""

    id: strawberry.ID | None = field(description="Id of the alert and of its own entry in the log (预警编号).")
    rule: AlertRule | None = field(description="The rule that raised it (预警规则).")
    article: str | None = field(description="The article that the rule serves, or the house rule (法律依据).")
    organisation: str | None = field(
        description="Id of the organisation; null for the public and for subjects themselves (机构标识)."
    )
    client: str | None = field(description="Id of the system; null for an officer (客户端标识).")
    officer: str | None = field(
        description="The officer by the organisation's own id, never a name; null for a system (经办人标识)."
    )
    begins: DateTime | None = field(description="Hour of the first request that counts (起始时间).")
    ends: DateTime | None = field(description="Hour of the request that raised it (结束时间).")
    count: int | None = field(description="How many subjects or requests were counted (计数).")
    first_position: int | None = field(description="Position in the log of the first entry that counts (起始位置).")
    last_position: int | None = field(description="Position in the log of the entry that raised it (结束位置).")
    raised_at: DateTime | None = field(description="When it was raised (预警时间).")
    position: int | None = field(
        description="Position in the log of its own entry; null if that was dropped with its segment (日志位置)."
    )


@strawberry.type(description="One alert of a page (预警条目).")
class AlertEdge:
    """An alert and its place."""

    cursor: str | None = field(description="Place of this alert in the list (游标).")
    node: Alert | None = field(description="The alert (预警).")


@strawberry.type(description="Alerts, a page at a time (预警列表).")
class AlertConnection:
    """A page."""

    edges: list[AlertEdge] | None = field(description="Alerts of this page, the latest first (本页结果).")
    page_info: PageInfo | None = field(description="Where this page ends (分页信息).")


@strawberry.type(description="How far the log of requests has come, to be kept outside the gateway (日志状态).")
class LogHead:
    """Whoever keeps the checkpoint can show later if the log was changed (RFC 9162 §4.10)."""

    log_id: str | None = field(description="Id of the log; another one is another log (日志标识).")
    position: int | None = field(description="Position of the last entry, from 1; 0 before the first (末尾位置).")
    root: str | None = field(
        description="Root of the open segment's tree, SHA-256 in base64url (RFC 9162 §2.1.1) (默克尔树根)."
    )
    checkpoint: str | None = field(
        description="The latest signed statement of how far the log has come, JWS compact: `checkpoint+jwt`, or "
        "`closing+jwt` where a segment was closed since; null before the first (签名检查点)."
    )
