"""The operator gives a subject a secret once, and can end and renew it."""

from __future__ import annotations

import re

import pytest

from tests.builders import SOME_CODE
from tests.gateway.cli.conftest import ROOT

EXAMPLE = ROOT / "deploy" / "settings.example.toml"
SECRET = re.compile(r"[A-Z]{5}(-[A-Z]{5}){3}")


@pytest.fixture
def subjects(creditgraph):
    """Runs `creditgraph subjects` on a register of its own."""

    def run(command, *arguments, **variables):
        return creditgraph("subjects", command, *arguments, "--settings", str(EXAMPLE), **variables)

    return run


def test_a_secret_is_printed_once_and_kept_nowhere(subjects, tmp_path):
    added = subjects("add", SOME_CODE.lower())
    secret = added.out.splitlines()[-1]
    assert added.code == 0
    assert SECRET.fullmatch(secret)
    assert subjects("list").out == f"{SOME_CODE}\n"
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert secret.replace("-", "").encode() not in kept


def test_a_subject_has_one_account_which_can_be_renewed(subjects):
    assert subjects("add", SOME_CODE, "--renew").code == 1
    first = subjects("add", SOME_CODE, "--json").json
    again = subjects("add", SOME_CODE)
    assert (again.code, again.out) == (1, "")
    assert "`--renew`" in again.err
    renewed = subjects("add", SOME_CODE, "--renew", "--json").json
    assert renewed["subject"] == first["subject"] == SOME_CODE
    assert renewed["secret"] != first["secret"]


def test_suspended_and_resumed(subjects):
    subjects("add", SOME_CODE)
    assert "at once" in subjects("suspend", SOME_CODE).out
    assert subjects("list").out == f"{SOME_CODE}  suspended\n"
    assert subjects("list", "--json").json["subjects"] == [{"subject": SOME_CODE, "isActive": False}]
    assert subjects("resume", SOME_CODE, "--json").json["isActive"] is True
    assert subjects("resume", SOME_CODE).code == 0
    assert subjects("list").out == f"{SOME_CODE}\n"


def test_nobody_a_code_that_is_none_and_a_register_that_is_none(subjects, tmp_path):
    assert subjects("list").out == "no subject has an account\n"
    assert subjects("suspend", SOME_CODE).code == 1
    assert subjects("add", "1").code == 2
    nowhere = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"}
    for ended in (subjects("add", SOME_CODE, **nowhere), subjects("list", **nowhere)):
        assert (ended.code, ended.out) == (3, "")
        assert "the database" in ended.err
