"""The courts' envelope: published vectors, and every way in which an answer can be wrong."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta

import orjson
import pytest

from connectors.courts.envelope import REFUSALS, Envelope, Posting
from connectors.transport.wire import AgencyRefusal, MalformedAnswer

SM4_KEY = "0123456789abcdeffedcba9876543210"
SM4_SEALED = bytes.fromhex("681edf34d206965e86b3e94f536e4246")
HOUR = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
POSTING = Posting(HOUR, "CG/test-1")


def envelope(sign_key="sign") -> Envelope:
    return Envelope("app", sign_key, sm4_key=SM4_KEY)


def answer(data=b'{"total":"0"}', *, code="0000", at=HOUR, request_id="CG/test-1", **changes) -> bytes:
    """An answer as the courts would write it; our own side of the seal has the same keys."""
    timestamp = Posting(at, "").timestamp
    own = envelope()
    header = {"timestamp": timestamp, "token": own._token(timestamp, data), "requestId": request_id}
    whole = {"responseHeader": header, "code": code, "msg": "成功", "data": own._encrypt(data)}
    return orjson.dumps(whole | changes)


def test_sm3_vector_of_the_standard():
    assert Envelope("a", "c", sm4_key=SM4_KEY)._token("b", b"") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_sm4_vector_of_the_standard():
    """One CBC block: the initial vector is chosen so that the standard's block reads `ok` and its padding."""
    wanted = b"ok" + bytes((14,)) * 14
    start = bytes(a ^ b for a, b in zip(bytes.fromhex(SM4_KEY), wanted, strict=True))
    assert envelope()._decrypt(b64encode(start + SM4_SEALED).decode()) == b"ok"


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 4096])
def test_what_is_encrypted_can_be_decrypted(length):
    assert envelope()._decrypt(envelope()._encrypt(b"x" * length)) == b"x" * length


def test_message_has_the_header_and_hides_its_body():
    message = orjson.loads(envelope().seal({"cardNum": "XNXN00021"}, POSTING))
    header = message["requestHeader"]
    assert header.keys() == {"appKey", "timestamp", "token", "signType", "requestId", "encryption"}
    assert (header["signType"], header["encryption"], header["timestamp"]) == ("SM3", "SM4", "1780279200000")
    assert "XNXN" not in message["requestBody"]
    text = envelope()._decrypt(message["requestBody"])
    assert orjson.loads(text) == {"cardNum": "XNXN00021"}
    assert header["token"] == envelope()._token(header["timestamp"], text)


def test_the_same_message_is_never_the_same_bytes():
    assert envelope().seal({}, POSTING) != envelope().seal({}, POSTING)


def test_good_answer():
    assert envelope().open(answer(), POSTING) == {"total": "0"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<html></html>", "not JSON"),
        (answer()[:100], "not JSON"),
        (b"[]", "not a JSON object"),
        (answer(code="7777"), "unknown code"),
        (answer(code=0), "unknown code"),
        (answer(data=b"[]"), "not a JSON object"),
        (answer(data=b"{"), "the data is not JSON"),
        (answer(responseHeader=None), "lacks its header"),
        (orjson.dumps({"code": "0000", "data": None, "responseHeader": {}}), "lacks its header or its data"),
        (answer(responseHeader={"requestId": "CG/test-1"}), "not signed"),
        (answer(responseHeader={"timestamp": "1780279200000", "token": "0" * 64}), "signature does not fit"),
        (answer(responseHeader={"timestamp": "1780279200000", "token": "签"}), "signature does not fit"),
        (answer(request_id="CG/test-2"), "another request"),
        (answer(at=HOUR + timedelta(minutes=6)), "another time"),
        (answer(at=HOUR - timedelta(minutes=6)), "another time"),
        (orjson.dumps({**orjson.loads(answer()), "data": "!"}), "not base64"),
        (orjson.dumps({**orjson.loads(answer()), "data": "AAAA"}), "cut short"),
        (orjson.dumps({**orjson.loads(answer()), "data": b64encode(bytes(64)).decode()}), "cannot be decrypted"),
    ],
)
def test_answers_that_are_not_believed(content, complaint):
    with pytest.raises(MalformedAnswer, match=complaint):
        envelope().open(content, POSTING)


def test_answer_signed_with_another_key():
    with pytest.raises(MalformedAnswer, match="signature does not fit"):
        envelope("other").open(answer(), POSTING)


@pytest.mark.parametrize("code", REFUSALS)
def test_refusals_in_our_own_words(code):
    content = orjson.dumps({"code": code, "msg": "江湖机密", "data": None, "responseHeader": {}})
    with pytest.raises(AgencyRefusal) as refusal:
        envelope().open(content, POSTING)
    assert "江湖" not in str(refusal.value)
    assert refusal.value.retry_after_s == REFUSALS[code][1]


@pytest.mark.parametrize("key", ["", "00", "zz" * 16, "0" * 64])
def test_wrong_keys_are_refused_without_being_repeated(key):
    with pytest.raises(ValueError, match="32 hexadecimal digits") as refusal:
        Envelope("app", "sign", sm4_key=key)
    assert not key or key not in str(refusal.value)
