"""A log with inquiries in it, in the database of the settings that commands go by."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from gateway.cli.callers_acts import let_go
from gateway.pipeline.admit import hour
from gateway.settings import load_settings
from tests.builders import SOME_CODE
from tests.gateway.cli.standing_stage import EXAMPLE
from tests.inquiry_stage import Looked, open_books


def written(folder: Path, *looks: Looked) -> Sequence[str]:
    """Write these inquiries about a subject, each a day after the one before, the last one today."""
    asyncio.run(_write(folder, looks))
    return [one.name for one in reversed(looks)]


async def _write(folder: Path, looks: Sequence[Looked]) -> None:
    settings, before = load_settings(EXAMPLE), frozenset(threading.enumerate())
    secret = settings.audit.subject_key.get_secret_value().encode()
    async with open_books(settings.database.url.get_secret_value(), folder, secret) as books:
        for number, one in enumerate(looks, start=1):
            at = hour() - timedelta(days=len(looks) - number)
            await books.look(replace(one, at=at), SOME_CODE)
    await let_go(before)
