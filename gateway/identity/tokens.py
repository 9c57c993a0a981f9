"""Access tokens: a bearer text becomes a caller, or is refused; there is nothing in between.

Source: RFC 9068 (JWT profile for access tokens), RFC 8725 (JWT best current practices).
"""

from __future__ import annotations

import base64
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from gateway.identity.keys import ALGORITHMS, algorithm_of
from schema.vocabulary.caller import Caller, CallerClass, Purpose
from schema.vocabulary.identifiers import InvalidCode, SubjectId

CALLER_CLAIM: Final = "credit_caller"
"""Private claim: `{"class", "organisation", "jurisdiction", "subject", "designated", "officer_items"}`, all but the
first two where they apply; the last two are lists: names of purposes, codes of catalog items or `*`."""
ITEM_CODE: Final = re.compile(r"\*|[A-Z0-9][A-Z0-9-]{0,31}")
"""The code of a catalog item, or `*` for all of the unit's."""

_DIVISION_CODE: Final = re.compile(r"[0-9]{6}")
"""GB/T 2260."""
_CALLER_LISTS: Final = ("designated", "officer_items")
_CALLER_KEYS: Final = frozenset({"class", "organisation", "jurisdiction", "subject", *_CALLER_LISTS})
_HEADER_KEYS: Final = frozenset({"alg", "kid", "typ"})
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_LONGEST_TEXT: Final = 200


class TokenRefused(Exception):
    """The token is not believed. `error` is of RFC 6750 §3.1; `description` is safe to show and says no secret."""

    def __init__(self, description: str, *, error: str = "invalid_token") -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What a token has to say."""

    issuer: str
    audience: str
    leeway_s: float = 5.0
    longest: int = 8192
    """Characters; longer ones are refused unread."""
    remembered: int = 10_000
    """Verified tokens that are kept until they end."""
    code_exceptions: frozenset[str] = frozenset()
    """Codes that are accepted although their check character is wrong."""


class TokenVerifier:
    """Believes tokens of one issuer for one audience; a token seen before costs one digest."""

    def __init__(self, keys: KeySet, rules: TokenRules) -> None:
        self._rules = rules
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS)
        self._seen: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        self._keys = keys

    def replace_keys(self, keys: KeySet) -> None:
        """Believe these keys from now on; what was verified with others is forgotten."""
        self._keys = keys
        self._seen.clear()

    def verify(self, bearer: str, now: float) -> Caller:
        """The caller that the token names.

        Units:   `now` in seconds since 1970
        Errors:  TokenRefused
        """
        if len(bearer) > self._rules.longest or not bearer.isascii():
            raise TokenRefused("the token is too long or not a token")
        digest = blake2b(bearer.encode(), digest_size=32).digest()
        known = self._seen.get(digest)
        if known is not None:
            caller, ends = known
            if now < ends:
                self._seen.move_to_end(digest)
                return caller
            del self._seen[digest]
        caller, ends = self._verify_unseen(bearer, now)
        self._seen[digest] = caller, ends
        if len(self._seen) > self._rules.remembered:
            self._seen.popitem(last=False)
        return caller

    def _verify_unseen(self, bearer: str, now: float) -> tuple[Caller, float]:
        header = _header(bearer)
        key = next((key for key in self._keys.keys if key.kid == header["kid"]), None)
        if key is None or algorithm_of(key) != header["alg"]:
            raise TokenRefused("the token is signed with a key that is not known here")
        try:
            payload = jws.deserialize_compact(bearer, key, registry=self._registry).payload
        except (JoseError, ValueError) as error:
            raise TokenRefused("the token's signature does not fit") from error
        claims = _object(payload or b"", "the token's claims cannot be read")
        self._check(claims, now)
        caller = _caller(claims, self._rules.code_exceptions)
        return caller, float(claims["exp"]) + self._rules.leeway_s

    def _check(self, claims: dict[str, Any], now: float) -> None:
        essential: Any = {"essential": True}
        registry = JWTClaimsRegistry(
            now=lambda: now,  # type: ignore[arg-type, return-value]  # compared as a number only
            leeway=self._rules.leeway_s,  # type: ignore[arg-type]  # likewise
            iss={"essential": True, "value": self._rules.issuer},
            aud={"essential": True, "value": self._rules.audience},
            **dict.fromkeys(("exp", "iat", "sub", "jti", "client_id"), essential),
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError as error:
            raise TokenRefused("the token has expired") from error
        except MissingClaimError as error:
            raise TokenRefused("the token lacks a claim that RFC 9068 demands") from error
        except InvalidClaimError as error:
            raise TokenRefused(_WRONG_CLAIM.get(error.claim, "the token has a claim that does not hold")) from error
        except JoseError as error:
            raise TokenRefused("the token has a claim that does not hold") from error


_WRONG_CLAIM: Final[Mapping[str, str]] = {
    "iss": "the token comes from an issuer that is not believed here",
    "aud": "the token is meant for somebody else",
    "nbf": "the token is not valid yet",
    "iat": "the token is not valid yet",
}


def _header(bearer: str) -> dict[str, str]:
    """The protected header, read before any key is touched: only `alg`, `kid` and `typ`, all three.

    A key or an address of a key inside the token (`jwk`, `jku`, `x5u`), `crit`, `b64` and all else are refused.
    """
    parts = bearer.split(".")
    if len(parts) != 3:
        raise TokenRefused("this is not a signed token")
    try:
        text = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
    except ValueError as error:
        raise TokenRefused("the token's header cannot be read") from error
    header = _object(text, "the token's header cannot be read")
    if frozenset(header) != _HEADER_KEYS or not all(isinstance(value, str) for value in header.values()):
        raise TokenRefused("the token's header has to hold `alg`, `kid` and `typ` and nothing else")
    if header["alg"] not in ALGORITHMS:
        raise TokenRefused("the token is signed in a way that is not accepted")
    if header["typ"].lower() not in _TYPES:
        raise TokenRefused("the token is not an access token")
    return header


def _object(text: bytes, complaint: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise TokenRefused(complaint) from error
    if not isinstance(value, dict):
        raise TokenRefused(complaint)
    return value


def _caller(claims: Mapping[str, Any], code_exceptions: frozenset[str]) -> Caller:
    stated = claims.get(CALLER_CLAIM)
    scope = claims.get("scope", "")
    texts = (claims["client_id"], claims["sub"], scope)
    if not isinstance(stated, dict) or not stated.keys() <= _CALLER_KEYS:
        raise TokenRefused("the token does not say what kind of caller holds it")
    lists = [stated[key] for key in _CALLER_LISTS if key in stated]
    if not all(isinstance(one, list) for one in lists):
        raise TokenRefused("the token has a claim that does not hold")
    texts += tuple(value for key, value in stated.items() if key not in _CALLER_LISTS)
    texts += tuple(text for one in lists for text in one)
    if not all(isinstance(text, str) and len(text) <= _LONGEST_TEXT * 10 for text in texts):
        raise TokenRefused("the token has a claim that does not hold")
    try:
        caller_class = CallerClass(stated.get("class", ""))
    except ValueError as error:
        raise TokenRefused("the token names a kind of caller that is not known here") from error
    jurisdiction = stated.get("jurisdiction", "")
    if jurisdiction and not _DIVISION_CODE.fullmatch(jurisdiction):
        raise TokenRefused("the token names a jurisdiction that is not a division code")
    return Caller(
        caller_class=caller_class,
        client_id=claims["client_id"],
        organisation=stated.get("organisation", "")[:_LONGEST_TEXT],
        jurisdiction=jurisdiction,
        own_subject=_own_subject(stated.get("subject"), caller_class, code_exceptions),
        scopes=frozenset(scope.split()),
        designated=_designated(stated.get("designated", ())),
        officer_items=_officer_items(stated.get("officer_items", ())),
    )


def _designated(names: Sequence[str]) -> frozenset[Purpose]:
    try:
        return frozenset(Purpose(name) for name in names)
    except ValueError as error:
        raise TokenRefused("the token names a purpose that the law does not know") from error


def _officer_items(codes: Sequence[str]) -> frozenset[str]:
    if not all(ITEM_CODE.fullmatch(code) for code in codes):
        raise TokenRefused("the token names a catalog item by what is no code")
    return frozenset(codes)


def _own_subject(code: str | None, caller_class: CallerClass, code_exceptions: frozenset[str]) -> SubjectId | None:
    if (caller_class is CallerClass.SUBJECT_SELF) != (code is not None):
        raise TokenRefused("the token has to name a subject if its holder asks about itself, and only then")
    try:
        return None if code is None else SubjectId.parse(code, code_exceptions)
    except InvalidCode as error:
        raise TokenRefused("the token names a subject that does not exist") from error
