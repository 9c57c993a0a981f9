"""Kinds of value that a setting may have: durations and sizes with their unit, secrets that never print."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    model_validator,
)

_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Final = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_NUMBER_AND_UNIT: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) ?([A-Za-z]{1,3})", re.ASCII)


class Section(BaseModel):
    """A part of the tree; a part that is not mentioned is built from its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _open_every_section(cls, given: object) -> object:
        return with_sections(cls, given)


def with_sections(kind: type[BaseModel], given: object) -> object:
    """A section left out becomes an empty one, so that what is missing inside it is named."""
    if not isinstance(given, dict):
        return given
    fields = kind.model_fields.items()
    sections = [
        name for name, field in fields if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    ]
    return {name: {} for name in sections} | given


class SecretUrl(SecretStr):
    """A URL that may hold a password; prints without it and without its query."""

    def _display(self) -> str:
        scheme, _, rest = self._secret_value.partition("://")
        account, at, place = rest.rpartition("@")
        name, colon, _ = account.partition(":")
        hidden = ":**********" if colon else ""
        return f"{scheme}://{name}{hidden}{at}{place.partition('?')[0]}"


def duration_text(duration: timedelta) -> str:
    """A duration as it would be written in the file: the largest unit that leaves a whole number."""
    microseconds = duration // timedelta(microseconds=1)
    for unit, seconds in reversed(_SECONDS.items()):
        size = round(seconds * 1_000_000)
        if microseconds and microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds}us" if microseconds else "0s"


def size_text(size: int) -> str:
    """A size as it would be written in the file: the largest unit that leaves a whole number."""
    unit, factor = next((unit, factor) for unit, factor in reversed(_BYTES.items()) if size % factor == 0)
    return f"{size // factor}{unit}"


def _read_duration(value: object) -> timedelta:
    """`250ms`, `2s`, `1.5min`; longer than zero. A bare number is refused, because nobody knows its unit."""
    duration = _read_term(value)
    if not duration:
        raise ValueError("write a duration longer than zero with its unit, for example `250ms`, `2s`, `10min`, `1h`")
    return duration


def _read_term(value: object) -> timedelta:
    """Like a duration, but may be zero: `0s`."""
    number, unit = _number_and_unit(value)
    if unit not in _SECONDS:
        raise ValueError("write a duration with its unit, for example `250ms`, `2s`, `10min`, `1h`")
    return timedelta(seconds=number * _SECONDS[unit])


def _read_size(value: object) -> int:
    """`512B`, `64KiB`, `1MiB`; more than zero. A bare number in the file is refused, because nobody knows its unit."""
    number, unit = _number_and_unit(value)
    if unit not in _BYTES or number <= 0:
        raise ValueError("write a size above zero with its unit, for example `512B`, `64KiB`, `1MiB`")
    return int(number * _BYTES[unit])


def _number_and_unit(value: object) -> tuple[float, str]:
    match = _NUMBER_AND_UNIT.fullmatch(value.strip()) if isinstance(value, str) else None
    return (float(match[1]), match[2]) if match else (0.0, "")


def _read_list(value: object) -> object:
    """The environment has no lists, so there a comma separates."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _read_web_address(value: object) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write an address that begins with http:// or https://")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("write the address without account, query or fragment")
    return parts.geturl().rstrip("/")


def _check_key(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isascii():
        raise ValueError("write a key in ASCII characters, 32 to 64 of them")
    return value


def _check_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ValueError("write networks as `10.0.0.0/8` or single addresses") from None
    return networks


def _as_text(value: Any) -> str:
    return duration_text(value)


Duration = Annotated[timedelta, BeforeValidator(_read_duration), PlainSerializer(_as_text)]
Term = Annotated[timedelta, BeforeValidator(_read_term), PlainSerializer(_as_text)]
"""A duration that may be zero."""
Size = Annotated[int, BeforeValidator(_read_size), PlainSerializer(size_text)]
Count = Annotated[int, Field(gt=0)]
TextList = Annotated[tuple[str, ...], BeforeValidator(_read_list)]
Networks = Annotated[TextList, AfterValidator(_check_networks)]
WebAddress = Annotated[str, BeforeValidator(_read_web_address)]
Locator = Annotated[SecretUrl, PlainSerializer(str)]
"""Where a database or cache is; shown without its password."""
KeySecret = Annotated[SecretStr, Field(min_length=32, max_length=64), AfterValidator(_check_key)]
"""A key of 32 to 64 ASCII characters: no keyed hash here takes more bytes."""
