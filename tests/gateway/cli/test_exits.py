"""The exit codes stay what they are, because scripts rely on them."""

from __future__ import annotations

import json

import pytest
import typer

from gateway.cli.exits import Exit, end_with


def test_the_codes_never_change():
    assert {one.name: one.value for one in Exit} == {"OK": 0, "FINDINGS": 1, "FAULT": 2, "UNREACHABLE": 3}


def test_faults_are_told_a_line_each(capsys):
    with pytest.raises(typer.Exit) as ended:
        end_with(["one", "two"], as_json=False)
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "creditgraph: one\ncreditgraph: two\n"


def test_faults_are_told_as_json(capsys):
    with pytest.raises(typer.Exit):
        end_with(["one"], as_json=True, code=Exit.UNREACHABLE)
    assert json.loads(capsys.readouterr().out) == {"exitCode": 3, "faults": ["one"]}
