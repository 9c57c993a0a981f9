"""Inquiries on the graph: who has looked at a subject, when, to what end and by what right; told to the subject."""

from __future__ import annotations

import strawberry
from strawberry import field

import schema.graph.code_lists  # noqa: F401 - names the enums below to Strawberry
from schema.graph.pages import PageInfo
from schema.graph.scalars import DateTime
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.inquiries import InquiryAbout, InquiryOutcome


@strawberry.type(description="The organisation that has asked (查询机构).")
class InquiryOrganisation:
    """An organisation, never a person."""

    id: strawberry.ID | None = field(description="The organisation's id here (机构标识).")
    name: str | None = field(description="Its name; null if it is registered no longer (机构名称).")


@strawberry.type(description="A catalog item of which something was shown (已展示事项).")
class InquiryItem:
    """Names are those of the edition in force."""

    code: str | None = field(description="Code of the catalog item; null if the catalog no longer lists it (目录编码).")
    name: str | None = field(
        description="Its name in English; the field's own if the catalog no longer lists it (英文名称)."
    )
    chinese_name: str | None = field(description="Its name; null if the catalog no longer lists it (目录名称).")


@strawberry.type(description="One inquiry about the subject, as the log of requests has it (查询记录).")
class SubjectInquiry:
    """Told to the subject and to the operator; never the officer behind it, nor the file that it belongs to."""

    id: strawberry.ID | None = field(
        description="Id of the request: the `jti` of the receipt that was given for it (查询编号)."
    )
    at: DateTime | None = field(description="When it was asked (查询时间).")
    organisation: InquiryOrganisation | None = field(
        description="Who asked; null for the public and for the subject itself (查询机构)."
    )
    caller_class: CallerClass | None = field(description="Class of whoever asked (查询主体类别).")
    purpose: Purpose | None = field(description="To what end, as it was stated; null where nothing was (查询事项).")
    matter: str | None = field(description="The matter that was stated, without numbers and persons in it (具体事项).")
    about: list[InquiryAbout] | None = field(description="What it was about (查询内容).")
    outcome: InquiryOutcome | None = field(description="What became of it (查询结果).")
    items: list[InquiryItem] | None = field(description="Of what something was shown, by catalog item (已展示事项).")
    legal_basis: list[str] | None = field(
        description="Articles by which it was shown: those of the items and that of the purpose (法律依据)."
    )
    consents: list[strawberry.ID] | None = field(
        description="Ids of the subject's consents that it rested on; empty where the law was enough (所依据的授权)."
    )


@strawberry.type(description="One inquiry of a page (查询记录条目).")
class InquiryEdge:
    """An inquiry and its place."""

    cursor: str | None = field(description="Place of this inquiry in the list (游标).")
    node: SubjectInquiry | None = field(description="The inquiry (查询记录).")


@strawberry.type(description="Inquiries about the subject, a page at a time (查询记录列表).")
class InquiryConnection:
    """A page."""

    edges: list[InquiryEdge] | None = field(description="Inquiries of this page, the latest first (本页结果).")
    page_info: PageInfo | None = field(description="Where this page ends (分页信息).")
    total_count: int | None = field(description="How many inquiries all pages hold together (记录总数).")
