"""The built-in issuer's register of clients: who may ask for tokens, and what the tokens then say."""

from __future__ import annotations

import hmac
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from gateway.identity.tokens import ITEM_CODE
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import InvalidCode, SubjectId

_DIVISION_CODE: Final = re.compile(r"[0-9]{6}")
_SALT_BYTES: Final = 16
_SECRET_BYTES: Final = 32
_KEYS: Final = frozenset(
    {
        *("client_id", "secret_hash", "class", "organisation", "jurisdiction", "subject", "scopes", "is_active"),
        *("designated", "officer_items"),
    }
)
_ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")


class ClientRegisterFault(Exception):
    """The register of clients cannot be used; `faults` holds one sentence each, none with a secret."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """One client of the issuer."""

    client_id: str
    secret_hash: str = field(repr=False)
    caller_class: CallerClass
    organisation: str = ""
    jurisdiction: str = ""
    subject: SubjectId | None = None
    scopes: frozenset[str] = frozenset()
    is_active: bool = True
    designated: frozenset[Purpose] = frozenset()
    """Purposes for which the unit has designated its inquiry matters and published them."""
    officer_items: frozenset[str] = frozenset()
    """Catalog items that the people behind this client may use, `*` for all of the unit's."""


def new_secret() -> str:
    """A secret that cannot be guessed: 256 bits as text."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """What the register keeps: `blake2b$salt$digest`. Fast on purpose: secrets are made by `new_secret`,
    so that nobody can try them all, and a slow hash would let strangers keep the gateway busy."""
    return _hashed(secret, secrets.token_bytes(_SALT_BYTES))


def is_secret_of(secret: str, secret_hash: str) -> bool:
    """Whether `secret` is the one that was hashed; takes the same time for any wrong one."""
    salt = bytes.fromhex(secret_hash.split("$")[1])
    return hmac.compare_digest(_hashed(secret, salt), secret_hash)


def load_clients(path: Path, code_exceptions: frozenset[str] = frozenset()) -> Mapping[str, ClientRecord]:
    """Read `[[client]]` tables of a TOML file into a mapping by client id.

    Errors:  ClientRegisterFault with every fault at once
    """
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ClientRegisterFault([f"the register of clients `{path}` cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise ClientRegisterFault([f"the register of clients `{path}` is not TOML in UTF-8"]) from error
    rows = tree.get("client", [])
    if set(tree) - {"client"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ClientRegisterFault([f"the register of clients `{path}` holds `[[client]]` tables and nothing else"])
    faults: list[str] = []
    clients: dict[str, ClientRecord] = {}
    for place, row in enumerate(rows, 1):
        wrong = _wrong(row, code_exceptions)
        faults += [f"client {place}: {complaint}" for complaint in wrong]
        if not wrong:
            if row["client_id"] in clients:
                faults.append(f"client {place}: `{row['client_id']}` is registered twice")
            clients[row["client_id"]] = _record(row, code_exceptions)
    if faults:
        raise ClientRegisterFault(faults)
    return clients


def _wrong(row: Mapping[str, Any], code_exceptions: frozenset[str]) -> list[str]:
    """Sentences about everything that is wrong with one table."""
    text = {key: value for key, value in row.items() if isinstance(value, str)}
    client_id, digits = text.get("client_id", ""), text.get("jurisdiction", "")
    is_self = text.get("class") == CallerClass.SUBJECT_SELF
    checks = {
        f"unknown keys {', '.join(sorted(set(row) - _KEYS))}": set(row) <= _KEYS,
        "`client_id` is needed: 1 to 64 letters, digits, `-`, `.` or `_`": (
            0 < len(client_id) <= 64 and set(client_id) <= _ID_CHARACTERS
        ),
        "`secret_hash` is needed: `blake2b$salt$digest`": _is_hash(text.get("secret_hash", "")),
        "`class` is needed: one of the classes of caller": text.get("class") in set(CallerClass),
        "`organisation` is text": isinstance(row.get("organisation", ""), str),
        "`jurisdiction` has six digits": "jurisdiction" not in row
        or (len(digits) == 6 and digits.isascii() and digits.isdecimal()),
        "`subject` is the code of a client that asks about itself, and of no other": ("subject" in row) == is_self,
        "`subject` is not a unified social credit code": "subject" not in row
        or _is_code(row["subject"], code_exceptions),
        "`scopes` is a list of words": _all(row.get("scopes", []), _is_scope),
        "`designated` is a list of purposes that the law names": _all(row.get("designated", []), _is_purpose),
        "`officer_items` is a list of codes of catalog items, or of `*`": _all(row.get("officer_items", []), _is_item),
        "`is_active` is true or false": isinstance(row.get("is_active", True), bool),
    }
    return [complaint for complaint, holds in checks.items() if not holds]


def _record(row: Mapping[str, Any], code_exceptions: frozenset[str]) -> ClientRecord:
    subject = row.get("subject")
    return ClientRecord(
        client_id=row["client_id"],
        secret_hash=row["secret_hash"],
        caller_class=CallerClass(row["class"]),
        organisation=row.get("organisation", ""),
        jurisdiction=row.get("jurisdiction", ""),
        subject=None if subject is None else SubjectId.parse(subject, code_exceptions),
        scopes=frozenset(row.get("scopes", ())),
        is_active=row.get("is_active", True),
        designated=frozenset(Purpose(name) for name in row.get("designated", ())),
        officer_items=frozenset(row.get("officer_items", ())),
    )


def _hashed(secret: str, salt: bytes) -> str:
    return f"blake2b${salt.hex()}${blake2b(secret.encode('utf-8', 'replace'), salt=salt, digest_size=32).hexdigest()}"


def _is_hash(text: str) -> bool:
    kind, _, rest = text.partition("$")
    salt, _, digest = rest.partition("$")
    hexadecimal = set("0123456789abcdef")
    return kind == "blake2b" and (len(salt), len(digest)) == (32, 64) and set(salt + digest) <= hexadecimal


def _is_code(code: object, code_exceptions: frozenset[str]) -> bool:
    try:
        return isinstance(code, str) and bool(SubjectId.parse(code, code_exceptions))
    except InvalidCode:
        return False


def _all(values: object, holds: Callable[[object], bool]) -> bool:
    return isinstance(values, list) and all(holds(value) for value in values)


def _is_purpose(name: object) -> bool:
    return isinstance(name, str) and name in Purpose.__members__


def _is_item(code: object) -> bool:
    return isinstance(code, str) and ITEM_CODE.fullmatch(code) is not None


def _is_scope(scope: object) -> bool:
    """RFC 6749 §3.3: printable ASCII without blank, quotation mark and backslash."""
    return isinstance(scope, str) and bool(scope) and all("!" <= char <= "~" and char not in '"\\' for char in scope)
