"""What a caller may see and why: the answer to `explainAccess`."""

from __future__ import annotations

import strawberry
from strawberry import field

import schema.graph.code_lists  # noqa: F401 - names the enums below to Strawberry
from schema.vocabulary.access import AccessEffect, Missing
from schema.vocabulary.caller import Purpose


@strawberry.type(description="One reason that stands against showing a field as it is (一项理由).")
class AccessFinding:
    """Each with its article."""

    effect: AccessEffect | None = field(description="What this reason alone would do (效果).")
    code: str | None = field(description="Stable code of the reason (原因代码).")
    rule: str | None = field(description="Rule that found it (规则).")
    article: str | None = field(description="Article that it rests on, as in `TJ 19` (依据条款).")
    help: str | None = field(description="What the caller could do about it (办理建议).")


@strawberry.type(description="A rule that may keep a record back, if there is one (对记录的规则).")
class RecordRule:
    """The same for every subject of a kind."""

    rule: str | None = field(description="Name of the rule (规则).")
    article: str | None = field(description="Article that it rests on (依据条款).")


@strawberry.type(
    description="What this caller may see of one field and why, whether there is a record or not (查询权限说明)."
)
class AccessDecision:
    """Inert like the rest."""

    field_: str | None = field(name="field", description="The field, as asked for (字段).")
    effect: AccessEffect | None = field(description="Shown, desensitised or withheld (结果).")
    code: str | None = field(description="Reason of the strictest finding; null where the field is shown (原因代码).")
    rule: str | None = field(description="Rule that found it (规则).")
    article: str | None = field(description="Article that it rests on (依据条款).")
    catalog_item: str | None = field(description="Catalog item that lists the field (目录事项).")
    mask: str | None = field(description="How the value is desensitised, M1 to M8; null where it is not (脱敏方式).")
    missing: list[Missing] | None = field(description="Everything that is missing for the field (缺少的条件).")
    purposes: list[Purpose] | None = field(description="Purposes that would do, where one is missing (可用查询事项).")
    help: str | None = field(description="How to get what is missing (办理建议).")
    findings: list[AccessFinding] | None = field(description="Every reason, strictest first (全部理由).")
    may_be_kept_back_by: list[RecordRule] | None = field(
        description="Rules that may still keep a record back once it is looked at (记录层面的规则)."
    )
