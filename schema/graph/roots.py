"""Where a document begins: subjects, a search by name, consents; and the directive that states a purpose."""

from __future__ import annotations

from typing import Annotated

import strawberry
from graphql import DirectiveLocation
from strawberry import UNSET, argument, field

from schema.graph.access import AccessDecision
from schema.graph.alerts import AlertConnection, LogHead
from schema.graph.arguments import Argument, asked
from schema.graph.consents import ConsentEdge, ConsentGrant
from schema.graph.pages import PageInfo
from schema.graph.scalars import CreditCode, Date
from schema.graph.subject import CreditSubject
from schema.vocabulary.alerts import AlertRule
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentState


@strawberry.type(description="One subject found by a search (搜索结果).")
class SubjectEdge:
    """A subject and its place in the search."""

    cursor: str | None = field(description="Place of this subject in the search (游标).")
    node: CreditSubject | None = field(description="The subject (信用主体).")


@strawberry.type(description="Subjects found by a search, a page at a time (搜索结果列表).")
class SubjectConnection:
    """A page."""

    edges: list[SubjectEdge] | None = field(description="Subjects of this page, in a stable order (本页结果).")
    page_info: PageInfo | None = field(description="Where this page ends (分页信息).")
    total_count: int | None = field(description="How many subjects the search finds in all (结果总数).")


@strawberry.type(description="Consents, a page at a time (授权列表).")
class ConsentConnection:
    """A page; one may be short, or empty, although more follow."""

    edges: list[ConsentEdge] | None = field(description="Consents of this page, the latest request first (本页结果).")
    page_info: PageInfo | None = field(description="Where this page ends (分页信息).")


@strawberry.type(description="Questions about credit subjects (查询).")
class Query:
    """Inert: each answer is read from the released tree by its response key."""

    subject: CreditSubject | None = asked(
        "One credit subject by its code; null with an error where the code is wrong (按代码查询).",
        Argument("code", CreditCode, "Unified social credit code (统一社会信用代码)."),
    )
    subjects: list[CreditSubject | None] | None = asked(
        "Several subjects, in the order of the codes; a wrong code is null in its place (批量查询).",
        Argument("codes", list[CreditCode], "Unified social credit codes, at most 100 (统一社会信用代码列表)."),
    )
    search_subjects: SubjectConnection | None = asked(
        "Subjects whose registered name contains a text (按名称搜索).",
        Argument("name", str, "Part of the registered name (名称)."),
        Argument("first", int, "How many subjects at most on one page (每页数量)."),
        Argument("after", str | None, "Cursor after which the page starts (起始游标)."),
    )
    explain_access: list[AccessDecision] | None = asked(
        "What the caller may see of a subject and why, from the law alone: no agency is asked (查询权限说明).",
        Argument("subject", CreditCode, "Unified social credit code (统一社会信用代码)."),
        Argument(
            "fields",
            list[str],
            "Fields as `TaxArrears.arrearsBalance`, at most 100; a person's as "
            "`LegalPerson.legalRepresentative>PersonRef.name` (字段).",
        ),
        Argument("purpose", Purpose | None, "Purpose to suppose instead of the one that is stated (查询事项)."),
    )
    consents: ConsentConnection | None = asked(
        "The caller's own consents: those that it gave, or that were given to it; nobody else's (授权查询).",
        Argument("state", ConsentState | None, "Only those that stand like this; without it all (授权状态)."),
        Argument("first", int, "How many consents at most on one page (每页数量)."),
        Argument("after", str | None, "Cursor after which the page starts (起始游标)."),
    )
    alerts: AlertConnection | None = asked(
        "Callers to look at again; told to supervisors, auditors and the operator (预警查询).",
        Argument("first", int, "How many alerts at most on one page (每页数量)."),
        Argument("after", str | None, "Cursor after which the page starts (起始游标)."),
        Argument("rule", AlertRule | None, "Only those of this rule (预警规则)."),
        Argument("organisation", str | None, "Only those about this organisation, by its id (机构标识)."),
        Argument("from", Date | None, "Only those that ended on this day or a later one (起始日期)."),
        Argument("to", Date | None, "Only those that ended on this day or an earlier one (截止日期)."),
    )
    log_head: LogHead | None = field(
        description="How far the log of requests has come; told to supervisors, auditors and the operator (日志状态)."
    )


_CONSENT_ID = Argument("id", strawberry.ID, "Id of the consent (授权编号).")


@strawberry.type(
    description="What a caller may do with its consents; each act is signed and none is taken back (操作)."
)
class Mutation:
    """Inert like the questions; carried out in the order of the document, and by POST alone."""

    grant_consent: ConsentGrant | None = asked(
        "The subject gives a consent that it was asked for (同意授权).",
        _CONSENT_ID,
        Argument(
            "notice_read",
            bool | None,
            "Whether the subject was shown the notice of adverse consequences, where one goes with it (已阅读告知).",
        ),
    )
    reject_consent: ConsentGrant | None = asked(
        "The subject declines a consent that it was asked for (拒绝授权).", _CONSENT_ID
    )
    pause_consent: ConsentGrant | None = asked("The subject lets a consent rest (暂停授权).", _CONSENT_ID)
    resume_consent: ConsentGrant | None = asked("The subject ends the rest of a consent (恢复授权).", _CONSENT_ID)
    revoke_consent: ConsentGrant | None = asked(
        "The subject takes a consent back, or the grantee gives it back; for good (撤回授权).", _CONSENT_ID
    )


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    description="States for what an operation asks; without it the caller asks as the public does (查询事项声明).",
)
def inquiry(
    purpose: Annotated[Purpose, argument(description="Purpose that the law names (查询事项).")],
    matter: Annotated[str | None, argument(description="Designated matter of the caller's unit (具体事项).")] = UNSET,
    case_reference: Annotated[str | None, argument(description="File that the inquiry belongs to (案件编号).")] = UNSET,
    workflow: Annotated[str | None, argument(description="Process of the caller's unit that asks (业务流程).")] = UNSET,
) -> None:
    """Inert: read from the document before anything is executed."""
