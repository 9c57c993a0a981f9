"""A corridor for each test of this room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.corridor import Corridor, open_corridor


@pytest.fixture
async def corridor(tmp_path: Path) -> AsyncIterator[Corridor]:
    """A house with four agencies that hold nothing yet."""
    async with open_corridor(tmp_path) as opened:
        yield opened
