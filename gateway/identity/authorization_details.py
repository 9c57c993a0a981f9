"""Reads `authorization_details` (RFC 9396): a consent that is asked for, or one that exists already by its id."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, TypeVar

from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import Frequency, Per
from schema.vocabulary.identifiers import InvalidCode, SubjectId

DETAILS_TYPE: Final = "credit_information"
"""The one `type` of authorization details that is known here."""
CONSENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""The form that ids of consents have."""
MOST_DETAILS: Final = 20
MOST_ITEMS: Final = 300
LONGEST_TEXT: Final = 64 * 1024

_ASKED_KEYS: Final = frozenset(
    {
        *("type", "subject", "items", "purposes", "valid_until"),
        *("valid_from", "data_from", "data_to", "frequency", "replaces"),
    }
)
_ITEM_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_TIMES: Final = 1_000_000
_Read = TypeVar("_Read")


class DetailsRefused(Exception):
    """The authorization details cannot be granted as they stand (RFC 9396 §5, `invalid_authorization_details`).

    `description` is safe to show, names no subject, and has only the characters of RFC 6749 §5.2.
    """

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """What a client asks a subject for; days are calendar days, the last one included."""

    subject: SubjectId
    items: frozenset[str]
    purposes: frozenset[Purpose]
    valid_until: date
    valid_from: date | None = None
    """None: from the day on which it is asked for."""
    data_from: date | None = None
    data_to: date | None = None
    frequency: Frequency | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class NamedConsent:
    """A consent that exists already."""

    consent_id: str


Detail: TypeAlias = AskedConsent | NamedConsent


def details_of(text: str) -> Sequence[Mapping[str, Any]]:
    """The objects of the parameter's JSON text, unread; raises DetailsRefused for anything but a list of objects."""
    if len(text) > LONGEST_TEXT:
        raise DetailsRefused("the authorization details are too long")
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DetailsRefused("the authorization details are not JSON, or name a member twice") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DetailsRefused("the authorization details have to be a list of objects")
    return found


def read_details(
    details: Sequence[Mapping[str, Any]], code_exceptions: frozenset[str] = frozenset()
) -> tuple[Detail, ...]:
    """Each object as a value; what isn't known is refused, because it may have been meant to narrow what is asked for.

    Errors:  DetailsRefused
    """
    if not 0 < len(details) <= MOST_DETAILS:
        raise DetailsRefused(f"the authorization details have to name 1 to {MOST_DETAILS} consents")
    return tuple(_detail(one, code_exceptions) for one in details)


def _detail(raw: Mapping[str, Any], code_exceptions: frozenset[str]) -> Detail:
    if raw.get("type") != DETAILS_TYPE:
        raise DetailsRefused(f"authorization details of the type `{DETAILS_TYPE}` are known here and no others")
    if "consent_id" in raw:
        if raw.keys() != {"type", "consent_id"}:
            raise DetailsRefused("where `consent_id` names a consent, nothing else may be said of it")
        return NamedConsent(_consent_id(raw["consent_id"], "consent_id"))
    if not raw.keys() <= _ASKED_KEYS:
        raise DetailsRefused(f"authorization details may hold {', '.join(sorted(_ASKED_KEYS))} and nothing else")
    if "valid_until" not in raw:
        raise DetailsRefused("a consent without end is void (HL 36(1)); say until when it holds in `valid_until`")
    return AskedConsent(
        subject=_subject(raw.get("subject"), code_exceptions),
        items=_listed(raw.get("items"), "items", _item),
        purposes=_listed(raw.get("purposes"), "purposes", _purpose),
        valid_until=_day(raw["valid_until"], "valid_until"),
        **{name: _day(raw[name], name) for name in ("valid_from", "data_from", "data_to") if name in raw},
        frequency=_frequency(raw["frequency"]) if "frequency" in raw else None,
        replaces=_consent_id(raw["replaces"], "replaces") if "replaces" in raw else "",
    )


def _consent_id(value: object, name: str) -> str:
    """The id of a consent, as far as its form goes; raises DetailsRefused."""
    if not isinstance(value, str) or not CONSENT_ID.fullmatch(value):
        raise DetailsRefused(f"`{name}` has to be the id of a consent")
    return value


def _subject(value: object, code_exceptions: frozenset[str]) -> SubjectId:
    try:
        return SubjectId.parse(value if isinstance(value, str) else "", code_exceptions)
    except InvalidCode as error:
        raise DetailsRefused("`subject` has to be a unified social credit code") from error


def _listed(value: object, name: str, read: Callable[[str], _Read]) -> frozenset[_Read]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_ITEMS:
        raise DetailsRefused(f"`{name}` has to be a list of 1 to {MOST_ITEMS}")
    if not all(isinstance(one, str) for one in value):
        raise DetailsRefused(f"`{name}` has to be a list of texts")
    found = frozenset(read(one) for one in value)
    if len(found) != len(value):
        raise DetailsRefused(f"`{name}` names one twice")
    return found


def _item(text: str) -> str:
    if not _ITEM_CODE.fullmatch(text):
        raise DetailsRefused("`items` has to be a list of codes of catalog items")
    return text


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError as error:
        raise DetailsRefused("`purposes` names a purpose that the law does not know") from error


def _day(value: object, name: str) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise DetailsRefused(f"`{name}` has to be a day such as 2026-12-31")


def _frequency(value: object) -> Frequency:
    if isinstance(value, dict) and value.keys() == {"times", "per"}:
        times, per = value["times"], value["per"]
        if type(times) is int and 0 < times <= _MOST_TIMES and isinstance(per, str) and per in Per.__members__:
            return Frequency(times, Per(per))
    raise DetailsRefused(
        f"`frequency` has to hold `times`, from 1, and `per`, one of {', '.join(Per)}, and nothing else"
    )


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is named twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("not JSON")
