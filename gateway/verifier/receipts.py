"""A receipt as a caller keeps it: what the gateway signed, and the salt that ties it to a request and a response."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from gateway.verifier.base64url import Base64Fault, decoded, encoded
from gateway.verifier.given import ReceiptReader
from gateway.verifier.jws import StatementFault
from gateway.verifier.keys import KeysByName
from gateway.verifier.report import Found

_SALT_BYTES: Final = 16
_TEXTS: Final = ("jti", "leaf", "req", "res", "cat")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, once its signature is checked.

    Units:   `given_at` in seconds since 1970 (UTC); digests are base64url as the receipt states them
    """

    signed: str
    """The receipt but for its salt, as the log has it."""
    salt: bytes
    issuer: str
    given_at: int
    request_id: str
    log: str
    position: int
    segment: int
    index: int
    leaf: str
    request: str
    response: str
    edition: str
    """Edition of the catalog by which the answer was judged."""

    @property
    def text(self) -> str:
        """The receipt as the caller got it."""
        return f"{self.signed}~{encoded(self.salt)}"


def read_receipt(text: str, keys: KeysByName) -> Receipt:
    """A receipt that is signed by a believed key.

    Errors:  Found
    """
    signed, tilde, salt_text = text.strip().rpartition("~")
    try:
        salt = decoded(salt_text)
    except Base64Fault as fault:
        raise Found("the receipt has a salt that cannot be read") from fault
    if not tilde or len(salt) != _SALT_BYTES:
        raise Found("the receipt does not end with a tilde and a salt of 16 bytes")
    try:
        given = ReceiptReader(keys).verified(signed)
    except StatementFault as fault:
        raise Found(f"the receipt {fault}") from fault
    claims, together = given.claims, given.together
    if not all(type(claims.get(name)) is str for name in _TEXTS) or type(claims.get("iat")) is not int:
        raise Found("the receipt has claims that are not those of a receipt")
    return Receipt(
        signed=signed,
        salt=salt,
        issuer=together.issuer,
        given_at=claims["iat"],
        request_id=claims["jti"],
        log=together.log,
        position=given.position,
        segment=together.segment,
        index=given.leaf_index,
        leaf=claims["leaf"],
        request=claims["req"],
        response=claims["res"],
        edition=claims["cat"],
    )


def hold_request(receipt: Receipt, body: bytes) -> None:
    """The bytes of the request have to be those that the receipt was given for; raises Found."""
    if _salted(receipt, body) != receipt.request:
        raise Found("this is not the request that the receipt was given for")


def hold_response(receipt: Receipt, body: bytes) -> None:
    """The bytes of the response, with the receipt in them or without, have to be those that left; raises Found."""
    if _salted(receipt, _without(receipt, body)) != receipt.response:
        raise Found("this is not the response that the receipt was given for")


def _salted(receipt: Receipt, body: bytes) -> str:
    return encoded(sha256(receipt.salt + body).digest())


def _without(receipt: Receipt, body: bytes) -> bytes:
    """The response as it was before the receipt was put into it."""
    put_in = b',"extensions":{"receipt":"' + receipt.text.encode("ascii") + b'"}}'
    return body[: -len(put_in)] + b"}" if body.endswith(put_in) else body
