"""What a client has in hand: one response that arrived in full, and the receipt for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

_PUT_IN: Final = b',"extensions":{"receipt":"%b"}}'


@dataclass(frozen=True, slots=True)
class Received:
    """One response, byte for byte, and the bytes that it answers.

    Shape:   `receipt` is that of the head, "" where there is none; so is `retry_after`
    """

    door: str
    """Address of the gateway that was asked."""
    sent: bytes
    status: int
    body: bytes
    request_id: str
    receipt: str
    retry_after: str

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        """Of its errors, in their order."""
        return [error["extensions"]["code"] for error in self.told.get("errors", ())]

    @property
    def has_data(self) -> bool:
        """Whether it tells anything beside errors."""
        return self.told.get("data") is not None

    @property
    def carries_its_receipt(self) -> bool:
        """Whether the receipt of the head stands in the body as well, where it belongs."""
        return self.body.endswith(_PUT_IN % self.receipt.encode("ascii"))
