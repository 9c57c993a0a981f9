"""Facts as people read them: money, periods, persons, code-list values; nothing a terminal could take as a command."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.cli.labels import Labels

NOTHING = "—"


def value_text(value: Any, type_name: str, labels: Labels) -> str:
    """One fact; "—" where there is none."""
    if value is None or value in ("", [], {}):
        return NOTHING
    match value:
        case bool():
            return "yes 是" if value else "no 否"
        case list():
            return "; ".join(value_text(one, type_name, labels) for one in value)
        case {"amount": amount, "currency": currency, **rest}:
            return _money(amount, currency, rest.get("band"))
        case {"from": first, "to": last}:
            return f"{safe(str(first or '…'))} – {safe(str(last or '…'))}"
        case Mapping():
            parts = (value_text(one, "", labels) for one in value.values() if one is not None)
            return ", ".join(parts) or NOTHING
        case _:
            return safe(str(labels.value(type_name, str(value))))


def safe(text: str) -> str:
    """The text without control and formatting characters, which could steer a terminal or turn words around."""
    return "".join(character if character.isprintable() else " " for character in text)


def _money(amount: Any, currency: Any, band: Any) -> str:
    if amount is None:
        return safe(f"{band} {currency or ''}".strip()) if band is not None else NOTHING
    try:
        return safe(f"{Decimal(str(amount)):,} {currency or ''}".strip())
    except InvalidOperation:
        return safe(str(amount))
