"""A consent's signed statements from a file, held against public keys; nothing else of a gateway is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import Key, KeySet

from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.keys import KeyFault, SigningKey, load_key_set, signing_key
from gateway.registers.consents_entry import ConsentFile, PaperFault


class ProofFault(Exception):
    """A file proves nothing: it cannot be used, or, as a finding, what it says was altered."""

    def __init__(self, message: str, *, is_finding: bool = False) -> None:
        super().__init__(message)
        self.is_finding = is_finding


class BelievedKeys:
    """Keys that verify; whoever has only public halves signs nothing."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._by_kid = {key.kid: key for key in keys.keys}

    @property
    def sign_with(self) -> SigningKey:
        """None; raises KeyFault."""
        return signing_key(self._keys)

    def find(self, kid: str) -> Key | None:
        """The key of this name."""
        return self._by_kid.get(kid)


def read_statements(path: Path) -> Sequence[str]:
    """The statements in a file: a JSON list, an object with `signed`, or one in each line; raises ProofFault."""
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ProofFault(f"`{path}` cannot be read") from fault
    if text[:1] not in ("[", "{"):
        return text.split()
    try:
        told: Any = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise ProofFault(f"`{path}` is not JSON") from fault
    told = told.get("signed") if isinstance(told, dict) else told
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise ProofFault(f"`{path}` holds no list of signed statements")
    return told


def verified(statements: Sequence[str], keys: Path, issuer: str) -> ConsentFile:
    """What the statements prove, by the keys in a file.

    Errors:  ProofFault
    """
    try:
        believed = BelievedKeys(load_key_set(keys))
    except KeyFault as fault:
        raise ProofFault(str(fault)) from fault
    try:
        return ConsentPapers(believed, issuer).read(statements)
    except PaperFault as fault:
        raise ProofFault(f"this proves nothing: {fault}", is_finding=True) from fault
