"""Callers are loaded whole or not at all."""

from __future__ import annotations

import pytest

from tests.gateway.cli.conftest import ROOT
from tests.gateway.cli.test_callers_file import CALLERS

SETTINGS = ("--settings", str(ROOT / "deploy" / "settings.example.toml"))


@pytest.fixture
def load(creditgraph, tmp_path):
    def run(text, *arguments, **variables):
        (tmp_path / "callers.toml").write_text(text, "utf-8")
        return creditgraph("callers", "load", "callers.toml", *arguments, *SETTINGS, **variables)

    return run


def test_what_is_loaded_is_listed_and_told_again_changes_nothing(load, creditgraph):
    loaded = load(CALLERS)
    assert loaded.out.splitlines() == [
        "registered: 1 organisations, 2 clients, 1 officers; 4 of them new or changed",
        "client `own` stays suspended",
    ]
    assert loaded.code == 0
    assert creditgraph("officers", "list", *SETTINGS).out == "tj-permits/17  items *\n"
    again = load(CALLERS, "--json").json
    assert again == {
        "exitCode": 0,
        "organisations": 1,
        "clients": 2,
        "officers": 1,
        "changed": 0,
        "suspended": [{"client": "own"}],
        "unbound": [],
    }


def test_a_file_does_not_end_a_suspension(load, creditgraph):
    load(CALLERS)
    creditgraph("orgs", "suspend", "tj-permits", *SETTINGS)
    assert "organisation `tj-permits` stays suspended" in load(CALLERS).out


def test_a_client_without_a_binding_is_warned_of(load):
    assert "warning: client `desk`: without a binding" in load(CALLERS.replace("MTLS", "NONE")).err


def test_a_faulty_file_changes_nothing(load, creditgraph):
    ended = load(CALLERS.replace("https://desk", "http://desk").replace('"120000"', '"1"'))
    assert (ended.code, ended.out) == (1, "")
    lines = [line.split(": ")[1] for line in ended.err.splitlines()]
    assert lines == ["callers.toml:6", "callers.toml:17"]
    assert creditgraph("orgs", "list", *SETTINGS).out == "no organisation is registered\n"
    assert load("[[officer]]", "--json").json["exitCode"] == 1


def test_a_file_or_a_register_that_is_none(load, creditgraph, tmp_path):
    assert creditgraph("callers", "load", "absent.toml", *SETTINGS).code == 2
    nowhere = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"}
    ended = load(CALLERS, **nowhere)
    assert (ended.code, ended.out) == (3, "")
    assert "the database" in ended.err
