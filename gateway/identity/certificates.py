"""Client certificates: their thumbprint, and how a proxy passes them on.

Source: RFC 8705 §3.1 (`x5t#S256`), RFC 9440 §2.1 (`Client-Cert`)
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import Final

from cryptography import x509

from gateway.base64url import base64url_text

_BYTE_SEQUENCE: Final = re.compile(r":([A-Za-z0-9+/]{1,20000}={0,2}):")
"""RFC 8941 §3.3.5."""


def thumbprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, base64url without padding."""
    return base64url_text(sha256(certificate).digest())


def thumbprint_in(header: str) -> str:
    """The thumbprint of the certificate that a `Client-Cert` header holds; "" if it holds none that can be read."""
    match = _BYTE_SEQUENCE.fullmatch(header.strip())
    if match is None:
        return ""
    try:
        certificate = base64.b64decode(match[1], validate=True)
        x509.load_der_x509_certificate(certificate)
    except ValueError:
        return ""
    return thumbprint(certificate)
