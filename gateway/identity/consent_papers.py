"""Signs what is said about consents, and believes only what is signed and hangs together.

A consent is a chain of statements, each a JWS of the type `consent+jwt`. The artefact comes first and says the terms;
each act holds the digest of the statement before it, so that none between can be changed, dropped or put elsewhere.
That the last ones are missing a chain can't tell; that nothing is deleted is the register's business.

Source: RFC 7515 (JWS), RFC 8725 (JWT best current practices).
"""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final, Generic, Protocol, TypeVar

from joserfc import jws
from joserfc.jwk import Key

from gateway.base64url import base64url_text
from gateway.identity.consent_statements import (
    ActStated,
    Payload,
    Stated,
    act_payload,
    artefact_payload,
    canonical,
    stated_by,
)
from gateway.identity.keys import ALGORITHMS, SigningKey, algorithm_of
from gateway.identity.signed_text import SignedText, SignedTextFault, read_header, verified_claims
from gateway.registers.consents_entry import ConsentActed, ConsentFile, PaperFault, Party
from schema.vocabulary.consents import ConsentAct, after

STATEMENT_TYPE: Final = "consent+jwt"
LONGEST_STATEMENT: Final = 64 * 1024
REMEMBERED: Final = 10_000
"""Verified chains and statements that are kept at most, of each."""

_HEADER_KEYS: Final = frozenset({"alg", "kid", "typ"})
_Value = TypeVar("_Value")


class Keys(Protocol):
    """The keys that sign and those that are believed."""

    @property
    def sign_with(self) -> SigningKey:
        """The key that signs now."""

    def find(self, kid: str) -> Key | None:
        """The key of this name; None for one that isn't believed."""


@dataclass(frozen=True, slots=True)
class _Verified:
    """A statement whose signature fits, and by which key."""

    stated: Stated
    kid: str
    key: Key


class ConsentPapers:
    """Signs and reads statements of one issuer; a chain that was read before costs a look."""

    def __init__(self, keys: Keys, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS)
        self._statements: _Memory[str, _Verified] = _Memory()
        self._chains: _Memory[tuple[str, ...], tuple[ConsentFile, tuple[_Verified, ...]]] = _Memory()

    def artefact(self, file: ConsentFile) -> str:
        """The statement that says the terms of a consent with which nothing has been done yet."""
        return self._sign(artefact_payload(file, self._issuer))

    def act(self, file: ConsentFile, act: ConsentAct, *, by: Party, evidence: Mapping[str, str], now: datetime) -> str:
        """The statement of an act that follows on all of the consent's others.

        Its time is never before theirs, though another process's clock may be ahead of ours.

        Errors:  PaperFault if the act can't follow
        """
        at = max(now, file.last_at)
        if after(file.state_at(at), act) is None:
            raise PaperFault("an act on a consent can't follow the one before it")
        acted = ConsentActed(act, Party(by), at, evidence)
        stated = ActStated(file.consent_id, len(file.statements), acted, digest_of(file.statements[-1]))
        return self._sign(act_payload(stated, self._issuer))

    def read(self, statements: Sequence[str]) -> ConsentFile:
        """The consent of which these are all statements, in their order.

        Errors:  PaperFault if anything is not signed by a key that is believed, or does not hang together
        """
        chain = tuple(statements)
        known = self._chains.get(chain)
        if known is not None and all(self._is_believed(one) for one in known[1]):
            return known[0]
        verified = tuple(self._verified(statement) for statement in chain)
        file = _linked(chain, [one.stated for one in verified])
        self._chains.put(chain, (file, verified))
        return file

    def _sign(self, payload: Payload) -> str:
        key = self._keys.sign_with
        header = {"alg": str(algorithm_of(key)), "kid": str(key.kid), "typ": STATEMENT_TYPE}
        return jws.serialize_compact(header, canonical(payload), key, registry=self._registry)

    def _verified(self, statement: str) -> _Verified:
        known = self._statements.get(statement)
        if known is not None and self._is_believed(known):
            return known
        try:
            signed = _read(statement)
            kid = str(signed.header["kid"])
            key = self._keys.find(kid)
            if not isinstance(key, SigningKey) or algorithm_of(key) != signed.header["alg"]:
                raise PaperFault("a statement of a consent is signed with a key that is not known here")
            payload = verified_claims(signed, key)
        except SignedTextFault as fault:
            raise PaperFault(f"a statement of a consent {fault}") from fault
        if base64url_text(canonical(payload)) != statement.split(".")[1]:
            raise PaperFault("a statement of a consent is not in its one form")
        verified = _Verified(stated_by(payload, self._issuer), kid, key)
        self._statements.put(statement, verified)
        return verified

    def _is_believed(self, verified: _Verified) -> bool:
        """Whether the key that fitted then is the one of its name still."""
        return self._keys.find(verified.kid) is verified.key


def digest_of(statement: str) -> str:
    """SHA-256 of a statement as it stands, base64url without padding."""
    return base64url_text(sha256(statement.encode()).digest())


def _read(statement: str) -> SignedText:
    """A statement with the header that ours have: `alg`, `kid` and `typ` and nothing else.

    Header and signature have to be written in the one way that base64url has, so that no other text says the same.
    """
    if len(statement) > LONGEST_STATEMENT:
        raise PaperFault("a statement of a consent is too long")
    signed = read_header(statement)
    header = signed.header
    if header.keys() != _HEADER_KEYS or header["typ"] != STATEMENT_TYPE or not isinstance(header["kid"], str):
        raise PaperFault("a statement of a consent has a header that is not accepted")
    for part in statement.split(".")[::2]:
        if base64url_text(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) != part:
            raise PaperFault("a statement of a consent is not in its one form")
    return signed


def _linked(chain: Sequence[str], stated: Sequence[Stated]) -> ConsentFile:
    """The consent, if the first statement is an artefact and each other one an act that may follow on all before it."""
    first = stated[0] if stated else None
    if not isinstance(first, ConsentFile):
        raise PaperFault("a consent has no artefact")
    file = replace(first, statements=(chain[0],))
    for number, one in enumerate(stated[1:], start=1):
        if not isinstance(one, ActStated) or (one.consent_id, one.number) != (file.consent_id, number):
            raise PaperFault("a statement stands in a place that is not its own")
        if one.previous_sha256 != digest_of(chain[number - 1]):
            raise PaperFault("a statement does not follow on the one before it")
        if one.acted.at < file.last_at or after(file.state_at(one.acted.at), one.acted.act) is None:
            raise PaperFault("an act on a consent can't follow the one before it")
        file = replace(file, acts=(*file.acts, one.acted), statements=(*file.statements, chain[number]))
    return file


_Key = TypeVar("_Key")


class _Memory(Generic[_Key, _Value]):
    """What was verified; the longest unused goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: _Key, value: _Value) -> None:
        self._kept[key] = value
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
