"""What must hold of every gateway of the journeys when it closes: its record is whole, and nothing has leaked."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import httpx

from tests.journeys.stage import Gateway, Stage

NAMES_IN_VOLUME = 40
"""Subjects whose names and persons are looked for, besides the hand-made ones."""


def check_gateway(stage: Stage, gateway: Gateway, rows: list[dict[str, Any]] | None = None) -> None:
    """One row for each sealed answer and no other row; no code, name, number or token in rows, logs or `/readyz`."""
    rows = rows_of(gateway) if rows is None else rows
    sealed = Counter(reply.headers["x-request-id"] for reply in gateway.replies if reply.is_sealed)
    assert Counter(row["request_id"] for row in rows) == sealed
    ready = httpx.get(f"{gateway.url}/readyz", trust_env=False).text
    texts = {
        "the record": json.dumps(rows, ensure_ascii=False, default=str),
        "the log": "\n".join(stage.overheard.lines),
        "readiness": ready,
    }
    words = secrets_of(stage)
    for where, text in texts.items():
        for kind, found in leaks(text, words, gateway):
            raise AssertionError(f"{kind} in {where}: {found}")


def rows_of(gateway: Gateway) -> list[dict[str, Any]]:
    """The whole record, from the SQLite file itself."""
    path = gateway.files.settings.database.url.get_secret_value().partition("///")[2]
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM audit ORDER BY id")]


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
_JWT = re.compile(r"eyJ[\w-]{8,}")


def leaks(text: str, words: frozenset[str], gateway: Gateway) -> list[tuple[str, str]]:
    """What must not stand in a text and does, as kind and finding."""
    found = [("a subject's code", hit) for hit in _CODE.findall(text)]
    found += [("an identity number", hit) for hit in _IDENTITY.findall(text)]
    found += [("a token", hit) for hit in _JWT.findall(text)]
    found += [("a name", word) for word in words if word in text]
    found += [("a secret", secret) for secret in gateway.files.secrets.values() if secret in text]
    return found
