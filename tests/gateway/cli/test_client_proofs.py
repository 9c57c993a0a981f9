"""By what clients prove themselves, read from files."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.cli.client_proofs import ProofFault, made_key, public_keys, thumbprint
from gateway.identity.keys import generate_key_set, load_key_set, public_jwks
from tests.builders import NOW


def a_certificate():
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    draft = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1))
    return draft.sign(key, hashes.SHA256())


def test_a_certificate_is_known_by_its_thumbprint(tmp_path):
    certificate, path = a_certificate(), tmp_path / "client.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    assert thumbprint(path) == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert len(thumbprint(path)) == 43


def test_keys_of_a_file(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(public_jwks(generate_key_set(2))))
    assert json.loads(public_keys(path)) == json.loads(path.read_text())


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"keys": []}'])
def test_other_files(tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    for read in (public_keys, thumbprint):
        with pytest.raises(ProofFault):
            read(path)
        with pytest.raises(ProofFault, match="cannot be read"):
            read(tmp_path / "absent")


def test_a_key_stays_only_if_all_went_well(tmp_path):
    path = tmp_path / "key.json"
    seen = []

    def go_wrong():
        with made_key(path) as public:
            seen.append(json.loads(public) == public_jwks(load_key_set(path)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        go_wrong()
    assert seen == [True]
    assert not path.exists()
    with made_key(path):
        pass
    assert path.exists()
    with pytest.raises(ProofFault, match="there already"), made_key(path):
        pass
    assert path.exists()
    with made_key(None) as public:
        assert public == ""
