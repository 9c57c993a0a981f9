"""Consents and marks are filed from a file, whole or not at all, and shown with their states."""

from __future__ import annotations

import re

import pytest

from tests.builders import SOME_CODE
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture
from tests.gateway.cli.test_standing_file import PAPERS

LASTING = PAPERS.replace("2026-01-01", "2025-06-01").replace("2027-01-01", "2100-01-01")
LONG = {"CREDITGRAPH__CONSENTS__LONGEST": "40000d"}
"""The commands go by the actual day."""
OF_IT = ("standing", "list", "--subject", SOME_CODE)


@pytest.fixture
def standing(told):  # noqa: F811 - a fixture
    return lambda *words, **options: told(*words, **(LONG | options))


def test_what_is_filed_is_shown(standing):
    loaded = standing("standing", "load", text=LASTING)
    assert (loaded.code, loaded.out) == (0, "filed: 1 consents, 1 marks\n")
    consent, mark = standing(*OF_IT).out.splitlines()
    assert re.fullmatch(
        r"consent C[\w-]{24} ACTIVE to first-bank; written, warned before, 2025-06-01 to 2100-01-01: "
        r"NB01-1, SUP-TX1 for CREDIT_GRANTING",
        consent,
    )
    assert mark == "RESTORED AdministrativePenalty 津市监罚(2024)1号, since 2026-02-01"


def test_what_is_filed_is_shown_as_json(standing):
    (told_id,) = standing("standing", "load", "--json", text=LASTING).json["ids"]
    shown = standing(*OF_IT, "--json").json
    (consent,) = shown["consents"]
    assert (consent["id"], consent["state"], consent["items"]) == (told_id, "ACTIVE", ["NB01-1", "SUP-TX1"])
    assert [act["by"] for act in consent["acts"]] == ["operator"]
    assert shown["marks"] == [
        {
            "mark": "RESTORED",
            "kind": "AdministrativePenalty",
            "key": "津市监罚(2024)1号",
            "since": "2026-02-01",
            "until": None,
        }
    ]


def test_a_consent_that_is_told_again_is_the_same_one_and_another_end_takes_its_place(standing):
    for text in (LASTING, LASTING, LASTING.replace("2100-01-01", "2099-01-01")):
        assert standing("standing", "load", text=text).code == 0
    lines = standing(*OF_IT).out.splitlines()
    assert [line.split()[2] for line in lines[:2]] == ["ACTIVE", "REVOKED"]
    assert len(lines) == 3
    assert "to 2099-01-01" in lines[0]


def test_what_was_withdrawn_stays_so_when_it_is_told_again(standing):
    (told_id,) = standing("standing", "load", "--json", text=LASTING).json["ids"]
    assert standing("consents", "revoke", told_id).code == 0
    assert standing("standing", "load", text=LASTING).code == 0
    assert standing(*OF_IT).out.split()[2] == "REVOKED"


def test_nothing_on_file(standing):
    shown = standing(*OF_IT)
    assert (shown.code, shown.out) == (0, "nothing is on file\n")


def test_every_fault_is_told_with_its_line_and_nothing_is_filed(standing):
    text = LASTING + LASTING.replace("CREDIT_GRANTING", "SPYING").replace("RESTORED", "FORGIVEN").replace(
        SOME_CODE, "1"
    )
    ended = standing("standing", "load", text=text)
    assert (ended.code, ended.out) == (1, "")
    assert [line.partition(": ")[2] for line in ended.err.splitlines()] == [
        "standing.toml:20: `subject`: a unified social credit code has 18 characters",
        "standing.toml:23: `SPYING` is not a valid purpose",
        "standing.toml:30: `subject`: a unified social credit code has 18 characters",
        "standing.toml:31: `FORGIVEN` is not a valid mark",
    ]
    assert standing(*OF_IT).out == "nothing is on file\n"


def test_a_consent_that_would_be_void_keeps_the_whole_file_out(standing):
    ended = standing("standing", "load", "--json", text=LASTING.replace("first-bank", "no-bank"))
    assert ended.code == ended.json["exitCode"] == 1
    assert ended.json["faults"] == ["standing.toml:4: the organisation is not registered"]
    assert standing(*OF_IT).out == "nothing is on file\n"


def test_a_file_a_code_keys_or_a_register_that_is_none(standing, tmp_path):
    assert standing("standing", "load", "absent.toml").code == 2
    assert standing("standing", "list", "--subject", "1").code == 2
    nowhere = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"}
    for ended in (standing("standing", "load", text=LASTING, **nowhere), standing(*OF_IT, **nowhere)):
        assert (ended.code, ended.out) == (3, "")
        assert "the database" in ended.err
    (tmp_path / "keys.json").unlink()
    ended = standing(*OF_IT)
    assert (ended.code, ended.out) == (2, "")
    assert "keys.json" in ended.err
