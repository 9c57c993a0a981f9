"""Where a document begins: one subject, several, a search by name; and the directive that states a purpose."""

from __future__ import annotations

from typing import Annotated

import strawberry
from graphql import DirectiveLocation
from strawberry import UNSET, argument, field

from schema.graph.access import AccessDecision
from schema.graph.arguments import Argument, asked
from schema.graph.scalars import CreditCode
from schema.graph.subject import CreditSubject
from schema.vocabulary.caller import Purpose


@strawberry.type(description="Where a page of a search ends (分页信息).")
class PageInfo:
    """Cursors are opaque and bound to the caller."""

    has_next_page: bool | None = field(description="Whether more subjects follow (是否有下一页).")
    end_cursor: str | None = field(description="Cursor of the last subject of this page (末尾游标).")


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


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    description="States for what an operation asks; without it the caller asks as the public does (查询事项声明).",
)
def inquiry(
    purpose: Annotated[Purpose, argument(description="Purpose that the law names (查询事项).")],
    matter: Annotated[str | None, argument(description="Designated matter of the caller's unit (具体事项).")] = UNSET,
    case_reference: Annotated[str | None, argument(description="File that the inquiry belongs to (案件编号).")] = UNSET,
) -> None:
    """Inert: read from the document before anything is executed."""
