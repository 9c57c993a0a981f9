"""What may stand in the register of callers: every entry is looked at by itself, and against those it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from gateway.registers.callers_book import CallerBook, identity_of
from gateway.registers.callers_entry import Client, Grant, Officer, Organisation, Registered
from schema.vocabulary.caller import CallerClass

SCOPES: Final = frozenset({"credit:read", "graph.introspect", "consents:read", "consents:manage", "audit:read"})
"""The scopes that there are."""

KeyCheck: TypeAlias = Callable[[str], Sequence[str]]
"""What is wrong with a JWK set of public keys, one sentence each."""

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIVISION: Final = re.compile(r"[0-9]{6}")  # GB/T 2260
_ITEM: Final = re.compile(r"\*|[A-Z0-9][A-Z0-9-]{0,31}")
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256, base64url without padding
_ISSUER: Final = re.compile(r"[!-~]{0,200}")
_LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 2000
_NOT_OF_ORGANISATIONS: Final = frozenset({CallerClass.SUBJECT_SELF})  # a developer may be one of the public


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault of one entry."""

    entry: Registered
    key: str
    """Which of its parts, by the name that the entry's class gives it."""
    sentence: str

    def __str__(self) -> str:
        """The sentence with the name of the entry, as far as it is one."""
        name = identity_of(self.entry)
        is_name = _ID.fullmatch(name.name) and (not name.organisation_id or _ID.fullmatch(name.organisation_id))
        return f"{name if is_name else name.kind}: {self.sentence}"


def wrong_among(entries: Sequence[Registered], book: CallerBook, *, check_keys: KeyCheck) -> Sequence[Wrong]:
    """Everything that is wrong with these entries if they were put into this book."""
    after = book.with_entries(entries)
    times = Counter(identity_of(entry) for entry in entries)
    found: list[Wrong] = []
    for entry in entries:
        match entry:
            case Organisation():
                checks = _organisation(entry)
            case Client():
                checks = _client(entry, after, check_keys)
            case Officer():
                checks = _officer(entry, after)
        found += [Wrong(entry, key, sentence) for key, sentence in checks]
        if times[identity_of(entry)] > 1:
            found.append(Wrong(entry, "", "this stands there more than once"))
    return found


def keys_unchecked(keys: str) -> Sequence[str]:
    """The check of a register that was opened without one: any key is refused."""
    return ("this register was opened without a check of keys",) if keys else ()


def _organisation(entry: Organisation) -> Iterator[tuple[str, str]]:
    yield from _id("organisation_id", entry.organisation_id)
    if not (entry.name.strip() and entry.name.isprintable() and len(entry.name) <= _LONGEST_NAME):
        yield "name", f"`name` has 1 to {_LONGEST_NAME} characters, none of them a control character"
    if entry.caller_class in _NOT_OF_ORGANISATIONS:
        yield "class", f"no organisation is of the class `{entry.caller_class}`"
    if entry.jurisdiction and not _DIVISION.fullmatch(entry.jurisdiction):
        yield "jurisdiction", "`jurisdiction` is a division code of six digits (GB/T 2260)"
    for number, items in entry.agreements.items():
        if not (number.strip() and number.isprintable() and len(number) <= _LONGEST_NAME):
            yield "agreements", f"the number of an agreement has 1 to {_LONGEST_NAME} characters"
        yield from _items("agreements", items)


def _client(entry: Client, book: CallerBook, check_keys: KeyCheck) -> Iterator[tuple[str, str]]:
    yield from _id("client_id", entry.client_id)
    if bool(entry.organisation_id) == (entry.subject is not None):
        yield "organisation_id", "a client is an organisation's or a subject's own: state one of the two"
    elif entry.organisation_id:
        yield from _known(entry.organisation_id, book)
    if not _ISSUER.fullmatch(entry.issuer):
        yield "issuer", "`issuer` is a name without blanks"
    for scope in sorted(entry.scopes - SCOPES):
        yield "scopes", f"`{scope}` is no scope; there are {', '.join(sorted(SCOPES))}"
    yield from _ways(entry)
    for uri in entry.redirect_uris:
        if not _is_safe_address(uri):
            yield (
                "redirect_uris",
                "a redirect URI is an `https` address, or `http` on a loopback host, without fragment",
            )
    yield from (("keys", sentence) for sentence in check_keys(entry.keys))
    if entry.certificate and not _THUMBPRINT.fullmatch(entry.certificate):
        yield "certificate", "`certificate` is a SHA-256 thumbprint in base64url without padding"


def _ways(entry: Client) -> Iterator[tuple[str, str]]:
    by_code = Grant.AUTHORIZATION_CODE in entry.grants
    if by_code and not entry.redirect_uris:
        yield "redirect_uris", "a client with `authorization_code` needs a redirect URI"
    if Grant.REFRESH_TOKEN in entry.grants and not by_code:
        yield "grants", "`refresh_token` comes with `authorization_code` only"


def _officer(entry: Officer, book: CallerBook) -> Iterator[tuple[str, str]]:
    yield from _id("officer_id", entry.officer_id)
    yield from _known(entry.organisation_id, book)
    yield from _items("items", entry.items)


def _id(key: str, text: str) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(text):
        yield key, f"`{key}` has 1 to 64 letters, digits, `-`, `.` or `_`"


def _known(organisation_id: str, book: CallerBook) -> Iterator[tuple[str, str]]:
    if organisation_id not in book.organisations:
        yield "organisation_id", "its organisation is not registered"


def _items(key: str, items: Iterable[str]) -> Iterator[tuple[str, str]]:
    if not all(_ITEM.fullmatch(item) for item in items):
        yield key, "catalog items are named by their codes, or all of them by `*`"


def _is_safe_address(uri: str) -> bool:
    """RFC 9700 §2.1 and RFC 8252 §7.3: nothing that anybody between could read, and nothing of another scheme."""
    if not (uri.isascii() and uri.isprintable() and len(uri) <= _LONGEST_ADDRESS) or any(at in uri for at in ' "<>\\#'):
        return False
    try:
        parts = urlsplit(uri)
        port, host = parts.port, parts.hostname
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
