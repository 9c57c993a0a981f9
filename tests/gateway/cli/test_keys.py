"""Keys on the command line: made once, changed often, never shown."""

from __future__ import annotations

import json
import stat

import pytest

from gateway.identity.keys import generate_key_set, load_key_set, public_jwks
from tests.gateway.cli.test_orgs import SETTINGS


@pytest.fixture
def keys(creditgraph):
    return lambda *arguments: creditgraph("keys", *arguments, *SETTINGS)


def roles(ended):
    return [line.split()[2] for line in ended.out.splitlines() if "ES256" in line]


def test_keys_are_made_for_their_owner_alone(keys, tmp_path):
    made, path = keys("make"), tmp_path / "keys.json"
    assert (made.code, roles(made)) == (0, ["signs", "next"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    again = keys("make")
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    assert path.read_bytes() == before


def test_a_change_makes_the_next_sign(keys, tmp_path):
    keys("make")
    first, second = load_key_set(tmp_path / "keys.json").keys
    rotated = keys("rotate")
    assert roles(rotated) == ["signs", "next", "verifies"]
    assert "running gateways follow within 5 seconds" in rotated.out
    told = keys("list", "--json").json["keys"]
    assert (told[0]["kid"], told[2]["kid"]) == (second.kid, first.kid)
    assert roles(keys("list")) == ["signs", "next", "verifies"]
    assert [key["role"] for key in keys("rotate", "--json").json["keys"]] == ["signs", "next", "verifies", "verifies"]
    text = keys("list", "--json").out
    assert all(key.as_dict(private=True)["d"] not in text for key in (first, second))


def test_a_key_that_somebody_else_may_have_is_believed_no_longer(keys, tmp_path):
    keys("make")
    first, _ = load_key_set(tmp_path / "keys.json").keys
    refused = keys("drop", first.kid)
    assert refused.code == 2
    assert "keys rotate" in refused.err
    keys("rotate")
    dropped = keys("drop", first.kid)
    assert (dropped.code, roles(dropped)) == (0, ["signs", "next"])
    assert "believes what this key has signed" in dropped.out
    assert keys("drop", first.kid).code == 2


def test_a_file_that_cannot_be_used_ends_with_2(keys, tmp_path):
    assert [keys(command).code for command in ("list", "rotate")] == [2, 2]
    (tmp_path / "keys.json").write_text(json.dumps(public_jwks(generate_key_set())))
    assert roles(keys("list")) == ["verifies"]
    ended = keys("rotate")
    assert (ended.code, ended.out) == (2, "")
    assert "no private key" in ended.err
