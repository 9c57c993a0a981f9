"""Scalars at the edge of the graph, and the two small values built of them: money and periods.

Facts arrive here in the form in which they leave (see `schema.vocabulary.records`), so serialising
only checks that a text is a text; nothing is computed or reformatted.
"""

from __future__ import annotations

from typing import Any, NewType

import strawberry
from graphql import GraphQLError, StringValueNode, ValueNode
from strawberry import field
from strawberry.types.scalar import ScalarDefinition

CreditCode = NewType("CreditCode", str)
Date = NewType("Date", str)
DateTime = NewType("DateTime", str)
Decimal = NewType("Decimal", str)
CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
IndustryCode = NewType("IndustryCode", str)
EntityTypeCode = NewType("EntityTypeCode", str)

_DESCRIPTIONS = {
    Date: "A calendar day, `YYYY-MM-DD` (GB/T 7408). Where only the year may be known it is written `YYYY` (日期).",
    DateTime: "A moment in time, ISO 8601 with offset (时间).",
    Decimal: "A decimal number as text, so that no digit is lost (十进制数).",
    CurrencyCode: "A currency by its three letters, `CNY` (GB/T 12406) (币种).",
    CountryCode: "A country or region by its code (GB/T 2659) (国家和地区代码).",
    IndustryCode: "A branch of the national economy by its code (GB/T 4754) (国民经济行业代码).",
    EntityTypeCode: "A type of market entity as registered, code or name (GB/T 12402) (市场主体类型).",
}
_CREDIT_CODE = (
    "A unified social credit code, 18 characters (GB 32100). Blanks around it and lower case are forgiven "
    "(统一社会信用代码)."
)


def read_credit_code(value: Any) -> str:
    """Strip and upper-case a code; whether it is a true one is asked later, for each position.

    A wrong code among a hundred must not fail the other ninety-nine, and a coercion error would fail
    the whole request. So any text passes here and the pipeline answers a wrong one with a coded error
    in its own place; only what is not a text at all is malformed.

    Errors:  GraphQLError for anything but a text; the message never repeats the value
    """
    return _text("CreditCode", value).strip().upper()


def scalar_map() -> dict[object, ScalarDefinition]:
    """What Strawberry must know to turn the names above into scalars."""
    plain: dict[object, ScalarDefinition] = {
        kind: _text_scalar(kind.__name__, text) for kind, text in _DESCRIPTIONS.items()
    }
    return plain | {CreditCode: _text_scalar("CreditCode", _CREDIT_CODE, read=read_credit_code)}


def _text_scalar(name: str, description: str, *, read: Any = None) -> ScalarDefinition:
    def check(value: Any) -> str:
        return _text(name, value)

    def read_value(value: Any) -> str:
        return str((read or check)(value))

    def read_literal(node: ValueNode, _variables: Any = None) -> str:
        # An unquoted word or a number is not a text, although its node has one.
        return read_value(node.value if isinstance(node, StringValueNode) else None)

    return strawberry.scalar(
        name=name, description=description, serialize=check, parse_value=read_value, parse_literal=read_literal
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError(f"{name} is written as a text.")
    return value


@strawberry.type(
    description="An amount of money. Either `amount` or, where only that may be known, `band` is set (金额)."
)
class Money:
    """Shape: {"amount": "1200000.00", "currency": "CNY"} or {"amount": None, "currency": …, "band": …}."""

    amount: Decimal | None = field(description="Amount in units of the currency, two decimals (金额).")
    currency: CurrencyCode | None = field(description="Currency (币种).")
    band: str | None = field(
        description="Band in which the amount lies, where the amount itself is not shown (金额区间)."
    )


@strawberry.type(description="A stretch of calendar days, both ends included; an open end is null (期限).")
class Period:
    """Shape: {"from": date, "to": date}."""

    from_: Date | None = field(name="from", description="First day (起始日期).")
    to: Date | None = field(description="Last day; null where the end is open (截止日期).")
