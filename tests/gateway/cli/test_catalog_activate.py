"""An edition is put in force by name, or the one before stays."""

from __future__ import annotations

import pytest

from tests.gateway.web.graphiql_stage import _EXAMPLE


@pytest.fixture
def settings_file(tmp_path):
    text = _EXAMPLE.read_text("utf-8").replace('#? active = "edition-in-force"', f'active = "{tmp_path / "active"}"')
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    return tmp_path / "settings.toml"


def test_a_whole_edition_is_named(creditgraph, settings_file, tmp_path):
    ended = creditgraph("catalog", "activate", "TJ-2026-2", "--settings", str(settings_file))
    assert (ended.code, ended.err) == (0, "")
    assert "edition TJ-2026-2 is in force; running gateways follow within 5 seconds" in ended.out
    assert (tmp_path / "active").read_text() == "TJ-2026-2\n"
    told = creditgraph("catalog", "activate", "TJ-2026-2", "--settings", str(settings_file), "--json")
    assert told.json["edition"] == "TJ-2026-2"
    assert len(told.json["digest"]) == 64


def test_an_edition_that_is_none_changes_nothing(creditgraph, settings_file, tmp_path):
    ended = creditgraph("catalog", "activate", "TJ-1999-1", "--settings", str(settings_file))
    assert ended.code == 1
    assert "TJ-1999-1" in ended.err
    assert not (tmp_path / "active").exists()


def test_a_place_that_cannot_be_written_is_told(creditgraph, settings_file, tmp_path):
    text = settings_file.read_text("utf-8").replace(str(tmp_path / "active"), str(tmp_path / "nowhere" / "active"))
    settings_file.write_text(text, "utf-8")
    ended = creditgraph("catalog", "activate", "TJ-2026-2", "--settings", str(settings_file))
    assert ended.code == 2
    assert "cannot be written" in ended.err
