"""What must hold of every gateway of the journeys when it closes: its log is whole, and nothing has leaked."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage
from tests.logged import a_row

NAMES_IN_VOLUME = 10
"""Subjects whose names and persons are looked for, besides the hand-made ones."""


def check_gateway(stage: Stage, gateway: Gateway) -> None:
    """One row for each sealed answer, others only of callers who left; no personal datum or token anywhere."""
    rows = rows_of(gateway)
    sealed = Counter(reply.headers["x-request-id"] for reply in gateway.replies if reply.is_sealed)
    answered = [row["request_id"] for row in rows if row["fault_code"] != "CALLER_LEFT"]
    assert Counter(answered) == sealed
    ready = httpx.get(f"{gateway.url}/readyz", trust_env=False).text
    texts = {
        "the record": json.dumps(rows, ensure_ascii=False, default=str),
        "the log": "\n".join(stage.overheard.lines),
        "the log of statements": _text_of(stage.sandbox.statement_log),
        "readiness": ready,
    }
    words = secrets_of(stage)
    for where, told in texts.items():
        for kind, found in leaks(told, words, gateway):
            raise AssertionError(f"{kind} in {where}: {found}")


def rows_of(gateway: Gateway) -> list[dict[str, Any]]:
    """The whole log, from the database itself: entries as flat rows, with the `text` that was written and what the
    receipt `says`."""
    return asyncio.run(_rows(gateway.files.settings.database.url.get_secret_value()))


async def _rows(url: str) -> list[dict[str, Any]]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            of_requests = "SELECT text, receipt FROM log_entry WHERE request_id NOT LIKE 'alert-%' ORDER BY position"
            found = await connection.execute(text(of_requests))
            return [{**a_row(written), "text": written, "says": _said(receipt)} for written, receipt in found]
    finally:
        await engine.dispose()


def _said(receipt: str) -> str:
    return base64.urlsafe_b64decode(receipt.split("~", maxsplit=1)[0] + "==").decode()


def secrets_of(stage: Stage) -> frozenset[str]:
    """Names of subjects and of the persons around them."""
    world = stage.sandbox.world
    subjects = [world._subjects[code] for code in (*world.named.values(), *world.codes[:NAMES_IN_VOLUME])]
    names = {subject.name for subject in subjects}
    for subject in subjects:
        person = subject.representative
        names |= {str(person[key]) for key in ("name", "identityDocumentNumber", "telephone") if person.get(key)}
    return frozenset(names)


_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{8}XNXN[0-9A-Z]{6}")
_IDENTITY = re.compile(r"(?<![0-9a-f])(?:0{6}|9{6})(?:19|20)\d{9}[\dX]")
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}")


def leaks(told: str, words: frozenset[str], gateway: Gateway) -> list[tuple[str, str]]:
    """What must not stand in a text and does, as kind and finding."""
    found = [("a subject's code", hit) for hit in _CODE.findall(told)]
    found += [("an identity number", hit) for hit in _IDENTITY.findall(told)]
    found += [("a token", hit) for hit in _JWT.findall(told)]
    found += [("a name", word) for word in words if word in told]
    found += [("a secret", secret) for secret in gateway.files.secrets if secret in told]
    return found


def _text_of(path: Path) -> str:
    """What a file holds; nothing if no statement has been sent yet."""
    return path.read_text(encoding="utf-8") if path.exists() else ""
