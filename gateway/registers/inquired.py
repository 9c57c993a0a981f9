"""An entry of the log as an inquiry about one subject: what lists choose by, and the rest as it was written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from gateway.registers.engine import RegisterFault
from gateway.registers.log_entry import LoggedEntry

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Inquired:
    """One request that was about the subject.

    Shape:   `at` is aware, Asia/Shanghai; `told` is the whole entry as JSON says it
    """

    position: int
    request_id: str
    at: datetime
    places: frozenset[int]
    """Where the subject stands among the entry's subjects, by which its verdicts count them."""
    told: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The calendar day of the request."""
        return self.at.date()

    @property
    def caller_class(self) -> str:
        """Of whoever asked."""
        return str(self.told["caller"]["class"])

    @property
    def organisation(self) -> str:
        """Id of the organisation that asked; "" for the public and for subjects themselves."""
        return str(self.told["caller"]["organisation"])

    @property
    def client(self) -> str:
        """Id of the system that asked; "" for the public."""
        return str(self.told["caller"]["client"])

    @property
    def purpose(self) -> str | None:
        """As it was stated."""
        return self.told.get("purpose")

    @property
    def case(self) -> str | None:
        """The case reference as the log has it. Nobody outside is told of it."""
        return self.told.get("case")


def inquired(entry: LoggedEntry, digests: Collection[str]) -> Inquired:
    """Read an entry about a subject that goes by these digests.

    Errors:  RegisterFault if it is not in the form that the seal writes
    """
    try:
        told = orjson.loads(entry.text)
        at = datetime.fromisoformat(told["at"]).astimezone(_SHANGHAI)
        places = frozenset(place for place, digest in enumerate(told["subjects"]) if digest in digests)
        read = Inquired(entry.position, entry.request_id, at, places, told)
        read.caller_class, read.organisation, read.client  # noqa: B018 - an entry without them is none
    except (ValueError, KeyError, TypeError) as fault:
        raise RegisterFault(f"the log's entry {entry.position} cannot be read") from fault
    return read
