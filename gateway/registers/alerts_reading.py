"""An entry of the log as the rules of alerts look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from gateway.registers.engine import RegisterFault
from gateway.registers.log_entry import LoggedEntry
from policies.logged import Logged
from policies.logged_verdicts import read
from schema.vocabulary.reasons import ReasonCode

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_WITHHELD: Final = "WITHHOLD "
_USED_UP: Final = f"{_WITHHELD}{ReasonCode.CONSENT_USED_UP.value} "


def logged_of(entry: LoggedEntry) -> Logged | None:
    """What the rules look at; None for an entry that is no request's.

    Errors:  RegisterFault for one that is not in the form that the seal writes
    """
    try:
        told = orjson.loads(entry.text)
        return _logged(entry.position, told) if "kind" not in told else None
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RegisterFault(f"the log's entry {entry.position} cannot be read") from fault


def _logged(position: int, told: Mapping[str, Any]) -> Logged:
    caller = told["caller"]
    judged = [*_judged(told["verdicts"])]
    withheld = [verdict for verdict in judged if verdict.startswith(_WITHHELD)]
    return Logged(
        position,
        datetime.fromisoformat(told["at"]).astimezone(_SHANGHAI),
        caller["organisation"],
        caller["client"],
        caller["officer"],
        subjects=frozenset(told["subjects"]),
        states_purpose=told["purpose"] is not None,
        names_case=bool(told["case"]),
        fault=told["fault"] or "",
        asked=len(judged),
        withheld=len(withheld),
        is_used_up=any(verdict.startswith(_USED_UP) for verdict in withheld),
    )


def _judged(verdicts: list[Mapping[str, Any]]) -> Iterator[str]:
    """Verdicts on what was asked for; what was only explained was looked at by nobody."""
    for one in verdicts:
        if "decided" in one and not one.get("explained"):
            yield from (words for _, words in read(one["decided"]))
