"""Where a record comes from: agency, hour, freshness, and who disagrees."""

from __future__ import annotations

import strawberry
from strawberry import field

from schema.graph.code_lists import Freshness
from schema.graph.scalars import DateTime
from schema.vocabulary.identifiers import AgencyId


@strawberry.type(description="A fact on which another agency says something else (数据不一致).")
class Disagreement:
    """Names the field and the agency, never the other value."""

    field_: str | None = field(name="field", description="Name of the field (字段).")
    agency: AgencyId | None = field(description="Agency whose word differs from the one served (不一致的单位).")


@strawberry.type(description="Where a record comes from and how new it is (数据来源).")
class Provenance:
    """One for each record."""

    agency: AgencyId | None = field(description="Agency whose word is served (信息提供单位).")
    as_of: DateTime | None = field(description="When the agency last stated the record (数据时间).")
    freshness: Freshness | None = field(description="Whether the record is as new as its item demands (时效状态).")
    from_cache: bool | None = field(
        description="Whether an earlier answer of the agency was used again (是否来自缓存)."
    )
    objection_marker: bool | None = field(
        description="Whether the subject objects to the record (异议标注): Tianjin Art. 41 and its like."
    )
    disagreements: list[Disagreement] | None = field(description="Facts on which another agency differs (数据不一致).")
