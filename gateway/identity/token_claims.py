"""What an access token says, read strictly: a known claim that is malformed refuses, an unknown one is passed over.

Source: RFC 9068 §2.2 and §4, RFC 7519 §4.1, RFC 9396 §9, RFC 8705 §3.1, RFC 9449 §6.1, RFC 7662 §2.2
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateway.identity.presented import TokenFacts
from gateway.identity.refusals import TokenRefused
from gateway.identity.trust import TokenRules, TrustedIssuer
from schema.vocabulary.identifiers import InvalidCode, SubjectId

CREDIT_INFORMATION: Final = "credit_information"
"""The type of authorisation details that is ours (RFC 9396 §2); others are another server's."""

_NEEDED: Final = ("iss", "aud", "exp", "iat", "sub", "jti", "client_id")
_LONGEST_TEXT: Final = 200
_LONGEST_SCOPE: Final = 2000
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_CONFIRMED_BY: Final = frozenset({"jkt", "x5t#S256"})
_MALFORMED: Final = "the token has a claim that does not hold"


def check_token(claims: Mapping[str, Any], trusted: TrustedIssuer, rules: TokenRules, *, now: float) -> None:
    """Whether a signed token (RFC 9068) may be believed at this moment.

    Errors:  TokenRefused
    """
    if any(claims.get(name) is None for name in _NEEDED):
        raise TokenRefused("the token lacks a claim that RFC 9068 demands")
    _check(claims, trusted, rules, now=now)


def check_answer(claims: Mapping[str, Any], trusted: TrustedIssuer, rules: TokenRules, *, now: float) -> None:
    """Whether what an issuer says of an opaque token (RFC 7662) lets it be believed at this moment.

    Errors:  TokenRefused
    """
    if claims.get("client_id") is None:
        raise TokenRefused("the issuer does not say who holds the token")
    kind = claims.get("token_type", "")
    if not isinstance(kind, str) or (kind.lower() == "dpop" and claims.get("cnf") is None):
        raise TokenRefused(_MALFORMED)
    _check(claims, trusted, rules, now=now)


def ends_at(claims: Mapping[str, Any], rules: TokenRules) -> float:
    """Seconds since 1970 at which checked claims end; infinite if they name no end."""
    return float(claims.get("exp", math.inf)) + rules.leeway_s


def facts_of(claims: Mapping[str, Any], issuer: str, code_exceptions: frozenset[str]) -> TokenFacts:
    """What checked claims say.

    Shape:   `issuer` is the name that the facts bear, "" for the built-in one
    Errors:  TokenRefused
    """
    bound = _details(claims.get("authorization_details"), code_exceptions)
    confirmed = _confirmed_by(claims.get("cnf"))
    return TokenFacts(
        issuer=issuer,
        client_id=_text(claims, "client_id"),
        token_id=_text(claims, "jti"),
        scopes=frozenset(_text(claims, "scope", longest=_LONGEST_SCOPE).split()),
        grant=_text(claims, "grant"),
        officer=_text(claims, "officer"),
        consents=frozenset(bound),
        bound_to=frozenset(bound.values()),
        key=confirmed.get("jkt", ""),
        certificate=confirmed.get("x5t#S256", ""),
    )


def _check(claims: Mapping[str, Any], trusted: TrustedIssuer, rules: TokenRules, *, now: float) -> None:
    """Issuer, audience and times as far as they are stated, and texts that may not be empty."""
    if claims.get("iss", trusted.issuer) != trusted.issuer:
        raise TokenRefused("the token comes from an issuer that is not believed here")
    if not _is_meant_for(claims.get("aud", trusted.audience), trusted.audience):
        raise TokenRefused("the token is meant for somebody else")
    if now >= _moment(claims, "exp", math.inf) + rules.leeway_s:
        raise TokenRefused("the token has expired")
    if max(_moment(claims, "nbf", -math.inf), _moment(claims, "iat", -math.inf)) > now + rules.leeway_s:
        raise TokenRefused("the token is not valid yet")
    if any(claims.get(name) == "" for name in ("sub", "jti", "client_id")):
        raise TokenRefused(_MALFORMED)
    _text(claims, "sub")


def _is_meant_for(stated: object, audience: str) -> bool:
    return stated == audience or (isinstance(stated, list) and audience in stated)


def _moment(claims: Mapping[str, Any], name: str, otherwise: float) -> float:
    """Seconds since 1970 (RFC 7519 NumericDate)."""
    if name not in claims:
        return otherwise
    stated = claims[name]
    if isinstance(stated, bool) or not isinstance(stated, (int, float)) or not math.isfinite(stated):
        raise TokenRefused(_MALFORMED)
    return float(stated)


def _text(claims: Mapping[str, Any], name: str, *, longest: int = _LONGEST_TEXT) -> str:
    stated = claims.get(name, "")
    if not isinstance(stated, str) or len(stated) > longest:
        raise TokenRefused(_MALFORMED)
    return stated


def _details(stated: object, code_exceptions: frozenset[str]) -> Mapping[str, SubjectId]:
    """The subject of each consent that the token carries, by the consent's id."""
    if stated is None:
        return {}
    if not isinstance(stated, list):
        raise TokenRefused(_MALFORMED)
    bound: dict[str, SubjectId] = {}
    for detail in _objects(stated):
        if detail["type"] == CREDIT_INFORMATION:
            consent_id, subject = detail.get("consent_id"), detail.get("subject")
            if not isinstance(consent_id, str) or not 0 < len(consent_id) <= _LONGEST_TEXT or consent_id in bound:
                raise TokenRefused("the token carries a consent without a name of its own")
            bound[consent_id] = _subject(subject, code_exceptions)
    return bound


def _objects(stated: Sequence[object]) -> Sequence[Mapping[str, Any]]:
    details = [one for one in stated if isinstance(one, dict) and isinstance(one.get("type"), str)]
    if len(details) != len(stated):
        raise TokenRefused(_MALFORMED)
    return details


def _subject(code: object, code_exceptions: frozenset[str]) -> SubjectId:
    try:
        return SubjectId.parse(code if isinstance(code, str) else "", code_exceptions)
    except InvalidCode as error:
        raise TokenRefused("the token carries a consent of a subject that does not exist") from error


def _confirmed_by(stated: object) -> Mapping[str, str]:
    """What its holder has to prove; a way of proving that is not known here refuses, as nobody could check it."""
    if stated is None:
        return {}
    if not isinstance(stated, dict) or not stated or not stated.keys() <= _CONFIRMED_BY:
        raise TokenRefused("the token is bound to its holder in a way that is not known here")
    if not all(isinstance(value, str) and _THUMBPRINT.fullmatch(value) for value in stated.values()):
        raise TokenRefused(_MALFORMED)
    return stated
