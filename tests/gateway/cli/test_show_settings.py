"""Settings are shown without secrets; wrong ones are told in lines."""

from __future__ import annotations

import pytest

from tests.gateway.cli.conftest import ROOT

EXAMPLE = ROOT / "deploy" / "settings.example.toml"


def test_settings_are_shown_without_secrets(creditgraph):
    ended = creditgraph("settings", "show", "--settings", str(EXAMPLE))
    assert ended.code == 0
    assert "server.port " in ended.out
    assert "example-cache-key" not in ended.out
    shown = creditgraph("settings", "show", "--json", CREDITGRAPH_SETTINGS=str(EXAMPLE), CREDITGRAPH__SERVER__PORT="9")
    assert shown.json["server.port"] == 9
    assert set(shown.json["cache.key"]) == {"*"}


def test_the_variables_of_check_are_no_settings(creditgraph):
    variables = {"CREDITGRAPH_URL": "http://127.0.0.1:9", "CREDITGRAPH_TOKEN": "x"}
    assert creditgraph("settings", "show", "--settings", str(EXAMPLE), **variables).code == 0


@pytest.mark.parametrize("command", [("settings", "show"), ("serve",)])
def test_wrong_settings_end_with_2_and_every_fault(creditgraph, command):
    ended = creditgraph(*command, "--settings", str(EXAMPLE), CREDITGRAPH__SERVER__PORT="x", CREDITGRAPH__NO__KEY="1")
    assert (ended.code, ended.out) == (2, "")
    assert "`server.port`" in ended.err
    assert "unknown setting `no" in ended.err
    assert "Traceback" not in ended.err
    missing = creditgraph(*command, "--settings", "absent.toml", "--json")
    assert missing.code == missing.json["exitCode"] == 2
    assert "cannot be read" in missing.json["faults"][0]
