"""The courts' envelope: a JSON body encrypted with SM4, a header that signs it with SM3.

Both ways the token is the hex of SM3(appKey + timestamp + signKey + JSON text before encryption); the
text is encrypted with SM4-CBC under a fresh initial vector, which stands in front, all in base64.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from connectors.transport.wire import AgencyRefusal, MalformedAnswer

SUCCESS: Final = "0000"
REFUSALS: Final[dict[str, tuple[str, float | None]]] = {
    "1001": ("our signature was refused", None),
    "1002": ("our clock is outside the courts' window", None),
    "1003": ("our message could not be decrypted", None),
    "1004": ("our application key is not known", None),
    "4290": ("too many calls", 1.0),
    "4291": ("the daily quota is used up", None),
    "5000": ("internal trouble", None),
    "5001": ("the lists are being renewed", 60.0),
}
"""Codes that mean "not now" or "not you", in our own words, with the seconds to wait if known."""
CLOCK_WINDOW: Final = timedelta(minutes=5)
_BLOCK: Final = 16
_SM3: Final = hashes.SM3()


@dataclass(frozen=True, slots=True)
class Posting:
    """One message on its way: when it was written and what the answer has to repeat."""

    written_at: datetime
    request_id: str

    @property
    def timestamp(self) -> str:
        """Epoch milliseconds."""
        return str(int(self.written_at.timestamp() * 1000))


class Envelope:
    """Seals our messages and opens the courts' answers; keys are prepared once."""

    __slots__ = ("_app_key", "_key", "_sign_key")

    def __init__(self, app_key: str, sign_key: str, *, sm4_key: str) -> None:
        """`sm4_key` is 32 hexadecimal digits; raises ValueError for anything else, without repeating it."""
        try:
            self._key = SM4(bytes.fromhex(sm4_key))
        except ValueError:
            raise ValueError("the SM4 key must be 32 hexadecimal digits") from None
        self._app_key = app_key
        self._sign_key = sign_key.encode()

    def seal(self, body: object, posting: Posting) -> bytes:
        """The whole message for `body`."""
        text = orjson.dumps(body)
        timestamp = posting.timestamp
        header = {
            "appKey": self._app_key,
            "timestamp": timestamp,
            "token": self._token(timestamp, text),
            "signType": "SM3",
            "requestId": posting.request_id,
            "encryption": "SM4",
        }
        return orjson.dumps({"requestHeader": header, "requestBody": self._encrypt(text)})

    def open(self, content: bytes, posting: Posting) -> dict[str, Any]:
        """The data inside the answer to `posting`, checked and decrypted.

        Errors:  AgencyRefusal for a known code other than success; MalformedAnswer for everything that
                 is not a whole answer to this very message, signed with our key.
        """
        answer = _members(content, "the answer")
        code = answer.get("code")
        if code != SUCCESS:
            if not isinstance(code, str) or code not in REFUSALS:
                raise MalformedAnswer("the answer has an unknown code")
            cause, retry_after_s = REFUSALS[code]
            raise AgencyRefusal(cause, retry_after_s=retry_after_s)
        header, data = answer.get("responseHeader"), answer.get("data")
        if not isinstance(header, dict) or not isinstance(data, str):
            raise MalformedAnswer("the answer lacks its header or its data")
        timestamp, token = header.get("timestamp"), header.get("token")
        if not isinstance(timestamp, str) or not isinstance(token, str):
            raise MalformedAnswer("the answer is not signed")
        text = self._decrypt(data)
        if not hmac.compare_digest(self._token(timestamp, text).encode(), token.lower().encode()):
            raise MalformedAnswer("the signature does not fit the answer")
        if header.get("requestId") != posting.request_id:
            raise MalformedAnswer("the answer belongs to another request")
        if not _is_near(timestamp, posting.written_at):
            raise MalformedAnswer("the answer was written at another time")
        return _members(text, "the data")

    def _token(self, timestamp: str, text: bytes) -> str:
        """Lower-case hexadecimal digits."""
        digest = hashes.Hash(_SM3)
        digest.update(b"".join((self._app_key.encode(), timestamp.encode(), self._sign_key, text)))
        return digest.finalize().hex()

    def _encrypt(self, text: bytes) -> str:
        pad = _BLOCK - len(text) % _BLOCK
        start = secrets.token_bytes(_BLOCK)
        sealing = Cipher(self._key, modes.CBC(start)).encryptor()
        return b64encode(start + sealing.update(text + bytes((pad,)) * pad) + sealing.finalize()).decode()

    def _decrypt(self, data: str) -> bytes:
        """Raises MalformedAnswer for text that was not encrypted with our key."""
        try:
            sealed = b64decode(data, validate=True)
        except ValueError:
            raise MalformedAnswer("the data is not base64") from None
        if len(sealed) < 2 * _BLOCK or len(sealed) % _BLOCK:
            raise MalformedAnswer("the data is cut short")
        opening = Cipher(self._key, modes.CBC(sealed[:_BLOCK])).decryptor()
        padded = opening.update(sealed[_BLOCK:]) + opening.finalize()
        pad = padded[-1]
        if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes((pad,)) * pad:
            raise MalformedAnswer("the data cannot be decrypted")
        return padded[:-pad]


def _members(text: bytes, what: str) -> dict[str, Any]:
    """The JSON object in `text`; raises MalformedAnswer, which names `what` and never quotes it."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise MalformedAnswer(f"{what} is not JSON") from None
    if not isinstance(value, dict):
        raise MalformedAnswer(f"{what} is not a JSON object")
    return value


def _is_near(timestamp: str, moment: datetime) -> bool:
    """Whether epoch milliseconds lie within the clock window around `moment`."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 15):
        return False
    return abs(int(timestamp) / 1000 - moment.timestamp()) <= CLOCK_WINDOW.total_seconds()
