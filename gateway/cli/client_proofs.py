"""By what a client proves itself, from files: its public keys, a new key made for it, its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.base64url import base64url_text
from gateway.identity.caller_checks import public_key_faults, with_key_names
from gateway.identity.keys import KeyFault, generate_key_set, public_jwks, save_key_set


class ProofFault(Exception):
    """A file does not hold what it should; the message is one sentence without key material."""


def public_keys(path: Path) -> str:
    """The JWK set of public keys in a file, as the register keeps it; raises ProofFault."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ProofFault(f"`{path}` cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ProofFault(f"`{path}` is not a JWK set in UTF-8") from error
    for fault in public_key_faults(text) if text else ("`keys` is a JWK set in JSON",):
        raise ProofFault(f"`{path}`: {fault}")
    return with_key_names(text)


def thumbprint(path: Path) -> str:
    """The SHA-256 thumbprint of a certificate in PEM, base64url without padding (RFC 8705 §3.1); raises ProofFault."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise ProofFault(f"`{path}` cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ProofFault(f"`{path}` is not a certificate in PEM") from error
    return base64url_text(certificate.fingerprint(SHA256()))


@contextmanager
def made_key(path: Path | None) -> Iterator[str]:
    """A new private ES256 key in a file that is not there yet, readable by its owner alone (mode 0600).

    Yields the JWK set of its public half, "" without a path; whatever goes wrong inside takes the file away again.

    Errors:  ProofFault
    """
    if path is None:
        yield ""
        return
    if path.exists():
        raise ProofFault(f"`{path}` is there already, and no key is written over")
    keys = generate_key_set()
    try:
        save_key_set(path, keys)
    except KeyFault as fault:
        raise ProofFault(str(fault)) from fault
    try:
        yield orjson.dumps(public_jwks(keys)).decode()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
