"""Exports of logs as the gateway writes them, made with real keys and without the gateway's writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.verifier.base64url import decoded, encoded
from gateway.verifier.merkle import Frontier, inclusion_path, leaf_hash

ISSUER = "https://gateway.example"
SALT = bytes(range(16))
_ES256 = ec.ECDSA(SHA256())


class LogKey:
    """A key of a log, ES256; the same `kid` may be given to a stranger's."""

    def __init__(self, kid: str = "log-key") -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())
        self._headers: dict[str, str] = {}

    def jwk(self) -> Mapping[str, str]:
        numbers = self.private.public_key().public_numbers()
        x, y = (encoded(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid, "use": "sig", "alg": "ES256"}

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        return self.sign_raw({"alg": "ES256", "kid": self.kid, "typ": typ}, orjson.dumps(claims))

    def sign_raw(self, header: Mapping[str, Any], payload: bytes) -> str:
        signed = f"{encoded(orjson.dumps(header))}.{encoded(payload)}"
        r, s = decode_dss_signature(self.private.sign(signed.encode(), _ES256))
        return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def key_set(*keys: LogKey) -> bytes:
    """A JWK set of public halves."""
    return orjson.dumps({"keys": [key.jwk() for key in keys]})


@dataclass(frozen=True, slots=True)
class Exported:
    """One line of an export, and the last position that stands up to it."""

    last: int
    told: Mapping[str, Any]


class LogBuilder:
    """A log that grows entry by entry; writes checkpoints and closes segments when told."""

    def __init__(self, key: LogKey | None = None, log: str = "a-log") -> None:
        self.key = key or LogKey()
        self.log = log
        self.lines: list[Exported] = []
        self.position, self.segment, self.first, self.previous = 0, 1, 1, ""
        self.tree = Frontier()
        self._closed = False

    def append(self, text: str, *, request: bytes = b"{}", response: bytes = b"{}") -> str:
        """One entry more, committed alone; its receipt as the caller gets it."""
        return self.append_all(text, request=request, response=response)[0]

    def append_all(self, *texts: str, request: bytes = b"{}", response: bytes = b"{}") -> Sequence[str]:
        """Entries that were committed together; their receipts."""
        if self._closed:
            self.segment, self.first, self._closed, self.tree = self.segment + 1, self.position + 1, False, Frontier()
        leaves = [leaf_hash(text.encode()) for text in texts]
        contents = [
            orjson.dumps(
                {
                    "iat": 1_790_000_000,
                    "jti": f"request-{position}",
                    "req": _salted(request),
                    "res": _salted(response),
                    "cat": "TJ-2026-1",
                    "leaf": encoded(leaf),
                }
            )
            for position, leaf in enumerate(leaves, start=self.position + 1)
        ]
        claimed = [leaf_hash(content) for content in contents]
        place = {"pos": self.position + 1, "seg": self.segment, "idx": self.tree.size}
        together = {"iss": ISSUER, "log": self.log, **place, "size": len(texts), "root": encoded(_root(claimed))}
        statement = self.key.sign("receipts+jwt", together)
        receipts = []
        for number, (text, leaf, content) in enumerate(zip(texts, leaves, contents, strict=True)):
            self.position += 1
            path = encoded(b"".join(inclusion_path(claimed, number)))
            receipt = f"{statement}~{encoded(content)}~{number}~{path}"
            place = {"pos": self.position, "seg": self.segment, "idx": self.tree.size}
            self.tree.append(leaf)
            self._line({"entry": {**place, "text": text, "receipt": receipt}})
            receipts.append(f"{receipt}~{encoded(SALT)}")
        return receipts

    def checkpoint(self) -> str:
        """A checkpoint over all entries of the segment so far."""
        statement = self.key.sign("checkpoint+jwt", self.covering())
        self._line({"checkpoint": statement})
        return statement

    def close(self) -> str:
        """The closing of the segment; the next entry begins another."""
        statement = self.key.sign("closing+jwt", self.covering())
        self._line({"closing": statement})
        self.previous, self._closed = encoded(sha256(statement.encode()).digest()), True
        return statement

    def covering(self) -> dict[str, Any]:
        """The claims of a checkpoint here."""
        return {
            "iss": ISSUER,
            "iat": 1_790_000_060,
            "log": self.log,
            "seg": self.segment,
            "first": self.first,
            "size": self.tree.size,
            "root": encoded(self.tree.root()),
            "previous": self.previous,
        }

    def drop(self, segment: int) -> None:
        """Delete the entries of a closed segment, with its checkpoints."""
        kept: list[Exported] = []
        for line in self.lines:
            belongs = _segment_of(line.told)
            if "closing" in line.told and belongs == segment:
                kept.append(Exported(line.last, {"dropped": {"seg": segment}}))
            elif belongs == segment:
                continue
            kept.append(line)
        self.lines = kept

    def export(self, *, after: int = 0, up_to: int | None = None) -> list[bytes]:
        """The lines of an export of the positions after one, up to another."""
        end = self.position if up_to is None else up_to
        told = [line.told for line in self.lines if after < line.last <= end]
        head = {"log": self.log, "exported_from": after, "keys": orjson.loads(key_set(self.key))}
        count = sum("entry" in one for one in told)
        return [line_of(one) for one in (head, *told, {"end": {"next": end, "entries": count}})]

    def _line(self, told: Mapping[str, Any]) -> None:
        self.lines.append(Exported(self.position, told))


def line_of(told: Mapping[str, Any]) -> bytes:
    """One line as the export writes it."""
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def told_in(line: bytes) -> Any:
    """What a line says."""
    return orjson.loads(line)


def a_log(*sizes: int, key: LogKey | None = None, every: int = 3, tail: int = 0, log: str = "a-log") -> LogBuilder:
    """Closed segments of these sizes with a checkpoint at every so many entries, then an open one of `tail` entries."""
    made = LogBuilder(key, log)
    for size in sizes:
        _fill(made, size, every)
        made.close()
    _fill(made, tail, every)
    return made


def written(folder: Path, lines: Iterable[bytes], name: str = "export.jsonl") -> Path:
    """A file of these lines."""
    path = folder / name
    path.write_bytes(b"".join(lines))
    return path


def opened(statement: str) -> dict[str, Any]:
    """The claims of a statement, unverified."""
    payload = statement.split(".")[1]
    claims: dict[str, Any] = orjson.loads(decoded(payload))
    return claims


def with_claims(statement: str, **changed: Any) -> str:
    """The statement with other claims under its old signature."""
    header, _, signature = statement.split(".")
    return f"{header}.{encoded(orjson.dumps({**opened(statement), **changed}))}.{signature}"


def said_by(receipt: str) -> dict[str, Any]:
    """What a receipt itself claims, unverified."""
    claims: dict[str, Any] = orjson.loads(decoded(receipt.split("~")[1]))
    return claims


def with_said(receipt: str, **changed: Any) -> str:
    """The receipt with other claims, to which its path does not lead."""
    statement, _, *rest = receipt.split("~")
    return "~".join((statement, encoded(orjson.dumps({**said_by(receipt), **changed})), *rest))


def resigned(receipt: str, key: LogKey | None = None, *, place: Mapping[str, Any] | None = None, **changed: Any) -> str:
    """The receipt, without salt, with other claims and its path right, in a statement for itself alone.

    It is signed with this key, or stands under the old signature; `place` are other claims of the statement.
    """
    statement, _, number, *_ = receipt.split("~")
    content, old = orjson.dumps({**said_by(receipt), **changed}), opened(statement)
    told = {
        **old,
        "pos": old["pos"] + int(number),
        "idx": old["idx"] + int(number),
        "size": 1,
        "root": encoded(leaf_hash(content)),
        **(place or {}),
    }
    signed = key.sign("receipts+jwt", told) if key else with_claims(statement, **told)
    return f"{signed}~{encoded(content)}~0~"


def entries_in(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """Which lines are entries, with what they say."""
    for number, line in enumerate(lines):
        if "entry" in (told := told_in(line)):
            yield number, told["entry"]


def _fill(made: LogBuilder, size: int, every: int) -> None:
    """Entries in commits of one, two, and so on, up to each checkpoint."""
    told, width = 0, 1
    while told < size:
        count = min(width, size - told, every - told % every)
        made.append_all(*(f'{{"request":{made.position + number},"what":"某项"}}' for number in range(1, count + 1)))
        told, width = told + count, width + 1
        if told % every == 0:
            made.checkpoint()
            width = 1


def _root(leaves: Sequence[bytes]) -> bytes:
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _salted(content: bytes) -> str:
    return encoded(sha256(SALT + content).digest())


def _segment_of(told: Mapping[str, Any]) -> int:
    if "entry" in told:
        return int(told["entry"]["seg"])
    if "dropped" in told:
        return 0
    return int(opened(told.get("checkpoint") or told["closing"])["seg"])
