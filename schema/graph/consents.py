"""Consents on the graph: what a subject has agreed to, with whom, and what was done with it since."""

from __future__ import annotations

import strawberry
from strawberry import field

import schema.graph.code_lists  # noqa: F401 - names the enums below to Strawberry
from schema.graph.scalars import CreditCode, Date, DateTime
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentState, Per


@strawberry.type(description="Who may look by a consent (被授权方).")
class ConsentGrantee:
    """An organisation, never a person."""

    organisation: str | None = field(description="The organisation's id here (机构标识).")
    name: str | None = field(description="Its name as the subject was told it (机构名称).")
    client: str | None = field(
        description="The one client of the organisation that may use it; null for all of them (客户端标识)."
    )


@strawberry.type(description="A catalog item that a consent covers (授权事项).")
class ConsentItem:
    """Names are those of the edition in force."""

    code: str | None = field(description="Code of the catalog item (目录编码).")
    name: str | None = field(description="Its name in English; null if the catalog no longer lists it (英文名称).")
    chinese_name: str | None = field(description="Its name; null if the catalog no longer lists it (目录名称).")


@strawberry.type(description="How often the grantee may look (查询频次).")
class ConsentFrequency:
    """So many requests per span."""

    times: int | None = field(description="How many requests (次数).")
    per: Per | None = field(description="In which span they are counted (周期).")


@strawberry.type(description="One act on a consent; each is signed and none is taken back (授权操作).")
class ConsentActed:
    """Each act has its own statement in `signed`."""

    act: ConsentAct | None = field(description="What was done (操作).")
    at: DateTime | None = field(description="When it was done (操作时间).")
    by: str | None = field(description="Whose act it was: `subject`, `grantee`, `operator` or `gateway` (操作方).")


@strawberry.type(description="A subject's consent to being looked up, or a request for one (授权).")
class ConsentGrant:
    """Told to the subject and to the grantee, and to nobody else."""

    id: strawberry.ID | None = field(description="Id of the consent (授权编号).")
    state: ConsentState | None = field(description="Where it stands at this hour (授权状态).")
    subject: CreditCode | None = field(description="Code of the subject whose consent it is (信用主体代码).")
    grantee: ConsentGrantee | None = field(description="Who may look (被授权方).")
    items: list[ConsentItem] | None = field(description="What may be looked at, by catalog item (授权事项).")
    purposes: list[Purpose] | None = field(description="To what end (授权用途).")
    valid_from: Date | None = field(description="First day on which it may hold (有效期起).")
    ends_on: Date | None = field(description="Last day on which it holds; there is none without end (有效期止).")
    data_from: Date | None = field(
        description="Records of an earlier day are not covered; null: no bound (数据起始日期)."
    )
    data_to: Date | None = field(description="Records of a later day are not covered; null: no bound (数据截止日期).")
    frequency: ConsentFrequency | None = field(description="How often may be looked; null: no bound (查询频次).")
    is_written: bool | None = field(description="Whether it has the form of a written authorisation (是否书面授权).")
    notice: str | None = field(
        description="Name of the notice of adverse consequences that goes with it; null where the law wants none "
        "(不利后果告知)."
    )
    replaces: strawberry.ID | None = field(
        description="Id of the consent whose place it takes; null for none (所替代的授权)."
    )
    requested_at: DateTime | None = field(description="When it was asked for (申请时间).")
    answer_by: DateTime | None = field(description="Until when the subject may answer (答复期限).")
    granted_at: DateTime | None = field(description="When the subject gave it; null: it was never given (授权时间).")
    ended_at: DateTime | None = field(
        description="When an act ended it; null where none did, though its time may be over (终止时间)."
    )
    acts: list[ConsentActed] | None = field(description="Everything that was done with it, first to last (操作记录).")
    signed: list[str] | None = field(
        description="The signed statements, JWS compact: the terms, then one for each act, which names the one before "
        "it by its SHA-256. To be kept and checked against the gateway's public keys (签名原文)."
    )


@strawberry.type(description="One consent of a page (授权条目).")
class ConsentEdge:
    """A consent and its place."""

    cursor: str | None = field(description="Place of this consent in the list (游标).")
    node: ConsentGrant | None = field(description="The consent (授权).")
