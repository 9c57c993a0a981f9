"""The fields by which a subject is told of inquiries about it, and how a page of them is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gateway.faults import ClientFault, FaultCode
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate

INQUIRIES: Final = FieldCoordinate("CreditSubject.inquiries")
INQUIRIES_EXPORT: Final = FieldCoordinate("CreditSubject.inquiriesExport")
TOLD_TO: Final = frozenset({CallerClass.SUBJECT_SELF, CallerClass.OPERATOR})
"""Classes of which somebody may be told; of whom, is asked for each subject."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class InquiryQuery:
    """A page of inquiries, as asked for; days are of Asia/Shanghai, both ends included."""

    first: int
    after: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def read_inquiry_query(arguments: Mapping[str, Any], largest: int) -> InquiryQuery:
    """The arguments of `CreditSubject.inquiries`.

    Errors:  ClientFault LIST_TOO_LONG, INVALID_ARGUMENT
    """
    first = arguments["first"]
    if first > largest:
        message = f"{first} entries of one list were asked for, the limit is {largest}"
        raise ClientFault(FaultCode.LIST_TOO_LONG, message, advice="ask in several requests")
    if first < 1:
        raise ClientFault(FaultCode.INVALID_ARGUMENT, "a page of inquiries needs a `first` of at least 1")
    return InquiryQuery(
        first, arguments.get("after"), first_day=read_day(arguments, "from"), last_day=read_day(arguments, "to")
    )


def read_day(arguments: Mapping[str, Any], name: str) -> date | None:
    """A calendar day; raises ClientFault INVALID_ARGUMENT for anything else."""
    text = arguments.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        message = f"`{name}` has to be a calendar day"
        raise ClientFault(FaultCode.INVALID_ARGUMENT, message, advice="write it as YYYY-MM-DD") from None
