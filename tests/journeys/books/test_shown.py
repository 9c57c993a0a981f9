"""What a caller was shown over HTTP is what the log says, leaf by leaf, for two hundred random checks by everybody."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from typing import Any

import orjson

from tests.documents import document_text
from tests.journeys.books.permit_checks import PermitCheck, permit_checks
from tests.journeys.books.trouble import file_of
from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage
from tests.laws.record import in_log, in_response

CHECKS = 200


def entries_of(gateway: Gateway) -> dict[str, Any]:
    """Every entry of the log by its request, from the file itself."""
    with closing(sqlite3.connect(file_of(gateway.files.settings.database.url.get_secret_value()))) as opened:
        return {name: orjson.loads(text) for name, text in opened.execute("SELECT request_id, text FROM log_entry")}


def shown_in(check: PermitCheck, data: Any) -> Counter[frozenset[str]]:
    """What each subject's part of a response shows, but for those of which it shows nothing."""
    parts = data[check.root.alias]
    there = [part for part in (parts if isinstance(parts, list) else [parts]) if part is not None]
    return _each(in_response([check.root], {check.root.alias: there}))


def _each(shown: Mapping[str, set[str]]) -> Counter[frozenset[str]]:
    return Counter(frozenset(leaves) for leaves in shown.values() if leaves)


def test_what_was_shown_is_what_the_log_says(keeping: Gateway, stage: Stage) -> None:
    codes = [*stage.named.values(), *stage.sandbox.world.codes[:40]]
    checks = [*islice(permit_checks(codes, random.Random(5)), CHECKS)]
    replies = [keeping.ask(document_text(one.root), one.persona, purpose=one.purpose) for one in checks]
    entries = entries_of(keeping)
    seen: Counter[str] = Counter()
    for check, reply in zip(checks, replies, strict=True):
        assert reply.status == 200, reply.text
        shown = shown_in(check, reply.data)
        assert shown == _each(in_log(entries[reply.headers["x-request-id"]])), check
        seen.update(leaf for leaves in shown for leaf in leaves)
    assert len(seen) > 100  # of nearly everything that there is something was shown
