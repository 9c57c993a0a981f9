"""The register of clients: read whole or refused whole, and it never holds a secret in clear."""

from __future__ import annotations

import pytest

from gateway.identity.clients import ClientRegisterFault, hash_secret, is_secret_of, load_clients, new_secret
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectId, check_character

CODE = "91120000MA0000001"
CODE += check_character(CODE)
HASH = hash_secret("secret")
GOOD = f"""
[[client]]
client_id = "bank"
secret_hash = "{HASH}"
class = "FINANCIAL_INSTITUTION"
organisation = "第一银行"
jurisdiction = "120000"
scopes = ["graph.read"]
designated = ["CREDIT_GRANTING"]
officer_items = ["NB01-1", "*"]

[[client]]
client_id = "subject"
secret_hash = "{HASH}"
class = "SUBJECT_SELF"
subject = "{CODE}"
"""


def load(tmp_path, text):
    path = tmp_path / "clients.toml"
    path.write_text(text, "utf-8")
    return load_clients(path)


def test_a_register(tmp_path):
    clients = load(tmp_path, GOOD)
    assert clients["bank"].caller_class is CallerClass.FINANCIAL_INSTITUTION
    assert clients["bank"].scopes == {"graph.read"}
    assert clients["bank"].designated == {Purpose.CREDIT_GRANTING}
    assert clients["bank"].officer_items == {"NB01-1", "*"}
    assert clients["subject"].subject == SubjectId(CODE)
    assert clients["subject"].designated == clients["subject"].officer_items == frozenset()
    assert HASH not in repr(clients["bank"])


def test_an_empty_register_is_a_register(tmp_path):
    assert load(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('client_id = "bank"', 'client_id = "subject"'), "registered twice"),
        (('client_id = "bank"', 'client_id = "a:b"'), "`client_id` is needed"),
        (('client_id = "bank"', "client_id = 5"), "`client_id` is needed"),
        ((HASH, "secret"), "`secret_hash` is needed"),
        (("FINANCIAL_INSTITUTION", "BANK"), "`class` is needed"),
        (('"120000"', '"12"'), "`jurisdiction` has six digits"),
        (('"120000"', "120000"), "`jurisdiction` has six digits"),
        (('["graph.read"]', '["a b"]'), "`scopes`"),
        (('["graph.read"]', '"graph.read"'), "`scopes`"),
        (('["CREDIT_GRANTING"]', '["SPYING"]'), "`designated`"),
        (('["CREDIT_GRANTING"]', '"CREDIT_GRANTING"'), "`designated`"),
        (('["CREDIT_GRANTING"]', "[[]]"), "`designated`"),
        (('"NB01-1"', '"nb 1"'), "`officer_items`"),
        (('"NB01-1"', "5"), "`officer_items`"),
        (("organisation =", "organization ="), "unknown keys organization"),
        (('"SUBJECT_SELF"', '"STATE_ORGAN"'), "of a client that asks about itself"),
        ((CODE, CODE[:-1]), "not a unified social credit code"),
        (('subject = "', 'other = "'), "of a client that asks about itself"),
        (("[[client]]", "[[clients]]"), "and nothing else"),
    ],
)
def test_faults_are_named(tmp_path, change, complaint):
    with pytest.raises(ClientRegisterFault) as caught:
        load(tmp_path, GOOD.replace(*change))
    assert complaint in str(caught.value)
    assert HASH not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ClientRegisterFault, match="cannot be read"):
        load_clients(tmp_path / "none.toml")
    with pytest.raises(ClientRegisterFault, match="not TOML"):
        load(tmp_path, "[[client")


def test_secrets():
    secret = new_secret()
    assert len(secret) == 43
    assert is_secret_of(secret, hash_secret(secret))
    assert not is_secret_of(secret + "x", hash_secret(secret))
    assert not is_secret_of("\ud800", hash_secret(secret))
    assert hash_secret(secret) != hash_secret(secret)
