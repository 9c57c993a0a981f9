"""The simulated courts' side of the envelope: SM3 token, SM4-CBC body, clock window.

Message: `{"requestHeader": {appKey, timestamp, token, signType: "SM3", requestId, encryption: "SM4"},
"requestBody": base64(IV + SM4-CBC)}`; token = SM3(appKey + timestamp + signKey + body JSON) in hex.
Answer: `{"responseHeader": {…}, "code": "0000", "msg", "data"}`, signed and encrypted alike.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

WINDOW_MS = 5 * 60 * 1000
_PADDING = padding.PKCS7(128)


class Refusal(Exception):
    """The courts' service refuses with a code in the body and words in Chinese; the HTTP status stays 200."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that was let in."""

    request_id: str
    body: Mapping[str, object]


class Seal:
    """One application's keys at the service."""

    def __init__(self, credentials: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self._app_key = credentials["app_key"]
        self._sign_key = credentials["sign_key"]
        self._sm4 = SM4(bytes.fromhex(credentials["sm4_key"]))
        self._clock = clock

    def open(self, content: bytes) -> Opened:
        """The body of a message that is signed, fresh and decryptable; raises Refusal."""
        try:
            message = orjson.loads(content)
            header, sealed = message["requestHeader"], message["requestBody"]
            app_key, timestamp, token = (str(header[name]) for name in ("appKey", "timestamp", "token"))
            request_id = str(header["requestId"])
            schemes = (header["signType"], header["encryption"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise Refusal("2001", "请求报文格式错误") from None
        if schemes != ("SM3", "SM4"):
            raise Refusal("2001", "签名或加密方式不支持")
        if app_key != self._app_key:
            raise Refusal("1004", "appKey不存在")
        if not timestamp.isdecimal() or abs(int(timestamp) - self._now_ms()) > WINDOW_MS:
            raise Refusal("1002", "时间戳超出允许范围")
        text = self._decrypt(str(sealed))
        if self._token(timestamp, text) != token:
            raise Refusal("1001", "签名验证失败")
        body = orjson.loads(text)
        if not isinstance(body, dict):
            raise Refusal("2001", "请求报文格式错误")
        return Opened(request_id, body)

    def answer(self, request_id: str, data: object) -> bytes:
        """A successful answer."""
        text = orjson.dumps(data)
        return self._write(request_id, ("0000", "成功"), text=text, data=self._encrypt(text))

    def refuse(self, request_id: str, refusal: Refusal) -> bytes:
        """A refusal; it has no data and is signed over none."""
        return self._write(request_id, (refusal.code, refusal.words), text=b"", data=None)

    def _write(self, request_id: str, verdict: tuple[str, str], *, text: bytes, data: str | None) -> bytes:
        timestamp = str(self._now_ms())
        header = {
            "appKey": self._app_key,
            "timestamp": timestamp,
            "token": self._token(timestamp, text),
            "signType": "SM3",
            "requestId": request_id,
            "encryption": "SM4",
        }
        return orjson.dumps({"responseHeader": header, "code": verdict[0], "msg": verdict[1], "data": data})

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)

    def _token(self, timestamp: str, text: bytes) -> str:
        digest = hashes.Hash(hashes.SM3())
        digest.update(f"{self._app_key}{timestamp}{self._sign_key}".encode() + text)
        return digest.finalize().hex()

    def _encrypt(self, text: bytes) -> str:
        start = os.urandom(16)
        pad = _PADDING.padder()
        cipher = Cipher(self._sm4, modes.CBC(start)).encryptor()
        return base64.b64encode(start + cipher.update(pad.update(text) + pad.finalize()) + cipher.finalize()).decode()

    def _decrypt(self, sealed: str) -> bytes:
        try:
            raw = base64.b64decode(sealed, validate=True)
            cipher = Cipher(self._sm4, modes.CBC(raw[:16])).decryptor()
            bare = _PADDING.unpadder()
            text = bare.update(cipher.update(raw[16:]) + cipher.finalize()) + bare.finalize()
            orjson.loads(text)
        except ValueError:
            raise Refusal("1003", "报文解密失败") from None
        return text
