"""Certificates for tests: an authority that makes itself, and what it signs."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
_ENDS = _BEGINS + timedelta(days=365 * 100)
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Certified:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def thumbprint(self) -> str:
        return base64.urlsafe_b64encode(sha256(self.der).digest()).rstrip(b"=").decode()

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """PEM files of certificate and key."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.certificate.public_bytes(_PEM))
        no_password = serialization.NoEncryption()
        key.write_bytes(self.key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, no_password))
        return certificate, key


class Authority:
    """Signs certificates of servers on loopback and of clients."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("authority")
        self.own = Certified(self._sign(self._name, key, key, is_authority=True), key)

    def server(self) -> Certified:
        """For `127.0.0.1` and `localhost`."""
        return self._certified("server")

    def client(self, name: str) -> Certified:
        return self._certified(name)

    def _certified(self, name: str) -> Certified:
        key = ec.generate_private_key(ec.SECP256R1())
        return Certified(self._sign(_name(name), key, self.own.key, is_authority=False), key)

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        signer: ec.EllipticCurvePrivateKey,
        *,
        is_authority: bool,
    ) -> x509.Certificate:
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_BEGINS)
            .not_valid_after(_ENDS)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(names, critical=False)
            # Python 3.13 takes no chain without these (RFC 5280 §4.2.1.1 to 4.2.1.3)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(_usage(is_authority=is_authority), critical=True)
        )
        return builder.sign(signer, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
