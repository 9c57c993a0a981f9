"""Clients on the command line: with keys of their own, with a key that is made, with a certificate."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from gateway.identity.keys import load_key_set, public_jwks
from tests.builders import SOME_CODE
from tests.gateway.cli.test_orgs import BANK, SETTINGS

KEY = ECKey.generate_key("P-256", {"kid": "core-1"})


@pytest.fixture
def clients(creditgraph, tmp_path):
    creditgraph("orgs", *BANK, *SETTINGS)
    (tmp_path / "public.json").write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    (tmp_path / "private.json").write_text(json.dumps({"keys": [KEY.as_dict(private=True)]}))
    return lambda *arguments, **variables: creditgraph("clients", *arguments, *SETTINGS, **variables)


CORE = ("add", "core", "--organisation", "bank", "--scope", "credit:read", "--keys", "public.json")


def test_a_client_with_keys(clients):
    assert clients(*CORE).out == "registered: core  of bank  scopes credit:read  bound by DPOP  key core-1\n"
    assert clients("list").out == "core  of bank  scopes credit:read  bound by DPOP  key core-1\n"
    assert clients("list", "--organisation", "other").out == "no client is registered\n"
    assert clients("list", "--json").json["clients"] == [
        {
            "client": "core",
            "organisation": "bank",
            "subject": None,
            "issuer": None,
            "scopes": ["credit:read"],
            "grants": ["client_credentials"],
            "redirectUris": [],
            "keys": ["core-1"],
            "certificate": None,
            "binding": "DPOP",
            "isActive": True,
        }
    ]


def test_a_key_that_is_made_is_for_its_owner_alone(clients, tmp_path):
    path = tmp_path / "core.json"
    made = clients(*CORE[:4], "--make-key", "core.json", "--json")
    (key,) = load_key_set(path).keys
    assert key.is_private
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.json["registered"]["keys"] == [key.kid]
    assert public_jwks(load_key_set(path))["keys"][0]["alg"] == "ES256"
    before = path.read_bytes()
    again = clients(*CORE[:4], "--make-key", "core.json")
    assert (again.code, again.out) == (2, "")
    assert "no key is written over" in again.err
    assert path.read_bytes() == before


def test_a_key_for_a_client_that_is_refused_does_not_stay(clients, tmp_path):
    assert clients("add", "core", "--organisation", "nobody", "--make-key", "core.json").code == 2
    assert not (tmp_path / "core.json").exists()
    assert clients(*CORE[:4], "--make-key", "no/such/core.json").code == 2
    assert clients("list").out == "no client is registered\n"


def test_a_client_of_a_subject_by_codes(clients):
    added = clients(
        *("add", "own", "--subject", SOME_CODE, "--make-key", "own.json", "--redirect-uri", "https://own.example/b"),
        *("--grant", "authorization_code", "--grant", "refresh_token", "--binding", "dpop"),
    )
    assert added.code == 0
    assert SOME_CODE not in added.out
    told = clients("list", "--json").json["clients"][0]
    assert (told["subject"], told["grants"]) == (SOME_CODE, ["authorization_code", "refresh_token"])


def test_a_client_without_a_binding_is_warned_of(clients):
    added = clients(*CORE, "--binding", "none")
    assert added.code == 0
    assert "warning: without a binding, whoever steals a token of this client can use it" in added.err
    assert clients(*CORE, "--binding", "none", "--json").json["warnings"]


def test_a_client_of_an_outside_issuer(clients, creditgraph, tmp_path):
    issuer = """
[identity.outside.elsewhere]
issuer = "https://id.example"
audience = "https://gateway.example"
jwks = "https://id.example/keys"
"""
    file = tmp_path / "settings.toml"
    file.write_text(Path(SETTINGS[1]).read_text("utf-8") + issuer, "utf-8")
    arguments = ("add", "core", "--organisation", "bank", "--issuer")
    added = creditgraph("clients", *arguments, "elsewhere", "--settings", "settings.toml")
    assert added.out == "registered: core  of bank  by issuer elsewhere  scopes none  bound by DPOP\n"
    ended = clients(*arguments, "nowhere")
    assert (ended.code, ended.out) == (2, "")
    assert "no such issuer" in ended.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (CORE[:4], "a client proves itself"),
        ((*CORE, "--make-key", "x.json"), "not both"),
        ((*CORE[:-1], "private.json"), "holds a private key"),
        ((*CORE[:-1], "absent.json"), "cannot be read"),
        ((*CORE, "--certificate", "public.json"), "is not a certificate in PEM"),
        ((*CORE, "--subject", SOME_CODE), "state one of the two"),
        ((*CORE, "--subject", "1"), "has 18 characters"),
        ((*CORE, "--scope", "credit:write"), "`credit:write` is no scope"),
        ((*CORE, "--redirect-uri", "http://bank.example/"), "a redirect URI is an `https` address"),
        ((*CORE, "--grant", "password"), "password"),
        (("suspend", "core"), "client `core` is not registered"),
    ],
)
def test_what_is_wrong_ends_with_2(clients, arguments, sentence):
    ended = clients(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert KEY.as_dict(private=True)["d"] not in ended.err
    assert clients("list").out == "no client is registered\n"


def test_a_suspension_tells_what_it_stops(clients):
    clients(*CORE)
    assert clients("suspend", "core").out == (
        "client `core` is suspended: it gets no token, and the tokens that it has are not believed any more; "
        "this acts at once in every running gateway\n"
    )
    assert clients("list").out.endswith("SUSPENDED\n")
    assert clients("resume", "core").code == 0
