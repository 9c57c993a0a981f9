"""Consents and marks are filed whole or not at all, and shown as they were filed."""

from __future__ import annotations

import pytest

from tests.builders import SOME_CODE
from tests.gateway.cli.conftest import ROOT
from tests.gateway.cli.test_standing_file import PAPERS

EXAMPLE = ROOT / "deploy" / "settings.example.toml"


@pytest.fixture
def standing(creditgraph, tmp_path):
    """Runs `creditgraph standing` on a register of its own; a text is written into a file first."""

    def run(command, text=None, *arguments, **variables):
        if text is not None:
            (tmp_path / "standing.toml").write_text(text, "utf-8")
            arguments = ("standing.toml", *arguments)
        return creditgraph("standing", command, *arguments, "--settings", str(EXAMPLE), **variables)

    return run


def test_what_is_filed_is_shown(standing):
    loaded = standing("load", PAPERS)
    assert (loaded.code, loaded.out) == (0, "filed: 1 consents, 1 marks\n")
    shown = standing("list", None, "--subject", SOME_CODE)
    assert shown.out.splitlines() == [
        "consent to 第一银行 (written, warned before), 2026-01-01 to 2027-01-01: NB01-1, SUP-TX1 for CREDIT_GRANTING",
        "RESTORED AdministrativePenalty 津市监罚(2024)1号, since 2026-02-01",
    ]
    consent, mark = standing("list", None, "--subject", SOME_CODE, "--json").json["filed"]
    assert consent["consent"]["items"] == ["NB01-1", "SUP-TX1"]
    assert consent["consent"]["endsOn"] == "2027-01-01"
    assert mark["mark"] == {
        "mark": "RESTORED",
        "kind": "AdministrativePenalty",
        "key": "津市监罚(2024)1号",
        "since": "2026-02-01",
        "until": None,
    }


def test_a_consent_that_is_told_again_is_the_same_one(standing):
    standing("load", PAPERS)
    assert standing("load", PAPERS.replace("is_written", "withdrawn_on = 2026-03-01\nis_written"), "--json").code == 0
    shown = standing("list", None, "--subject", SOME_CODE).out.splitlines()
    assert len(shown) == 2
    assert "withdrawn on 2026-03-01" in shown[0]


def test_nothing_on_file(standing):
    shown = standing("list", None, "--subject", SOME_CODE)
    assert (shown.code, shown.out) == (0, "nothing is on file\n")


def test_every_fault_is_told_with_its_line_and_nothing_is_filed(standing):
    text = PAPERS + PAPERS.replace("CREDIT_GRANTING", "SPYING").replace("RESTORED", "FORGIVEN").replace(SOME_CODE, "1")
    ended = standing("load", text)
    assert (ended.code, ended.out) == (1, "")
    assert [line.partition(": ")[2] for line in ended.err.splitlines()] == [
        "standing.toml:20: `subject`: a unified social credit code has 18 characters",
        "standing.toml:23: `SPYING` is not a valid purpose",
        "standing.toml:30: `subject`: a unified social credit code has 18 characters",
        "standing.toml:31: `FORGIVEN` is not a valid mark",
    ]
    assert standing("list", None, "--subject", SOME_CODE).out == "nothing is on file\n"


def test_one_thing_told_twice_in_a_file_is_refused(standing):
    ended = standing("load", PAPERS + PAPERS, "--json")
    assert ended.code == ended.json["exitCode"] == 1
    assert [fault.partition(": ")[2] for fault in ended.json["faults"]] == [
        "this consent stands in the file twice",
        "this mark stands in the file twice",
    ]


def test_a_file_a_code_or_a_register_that_is_none(standing, tmp_path):
    assert standing("load", None, "absent.toml").code == 2
    assert standing("list", None, "--subject", "1").code == 2
    nowhere = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"}
    for ended in (standing("load", PAPERS, **nowhere), standing("list", None, "--subject", SOME_CODE, **nowhere)):
        assert (ended.code, ended.out) == (3, "")
        assert "the database" in ended.err
