"""What every list that is read a page at a time has in common."""

from __future__ import annotations

import strawberry
from strawberry import field


@strawberry.type(description="Where a page of a list ends (分页信息).")
class PageInfo:
    """Cursors are opaque and bound to the caller."""

    has_next_page: bool | None = field(description="Whether more may follow (是否有下一页).")
    end_cursor: str | None = field(description="Cursor after which the next page starts (末尾游标).")
