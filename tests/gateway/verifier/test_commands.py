"""The verifier as a command: exit codes, what it prints, and that it starts as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from typer.testing import CliRunner

from gateway.verifier.__main__ import program
from gateway.verifier.commands import verify_receipt
from gateway.verifier.progress import Bar
from gateway.verifier.told import printable
from tests.house.rooms import HOUSE
from tests.verifier_builders import LogBuilder, LogKey, a_log, key_set, line_of, told_in, with_claims, written

KEY = LogKey()
RUNNER = CliRunner()


@pytest.fixture
def keys(tmp_path: Path) -> str:
    return str(written(tmp_path, [key_set(KEY)], "keys.json"))


def ran(*arguments: object, code: int = 0, command: typer.Typer | None = None) -> str:
    result = RUNNER.invoke(command or program(), [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def told(*arguments: object, code: int = 0, command: typer.Typer | None = None) -> Any:
    answer = orjson.loads(ran(*arguments, "--json", code=code, command=command))
    assert answer["exitCode"] == code
    assert answer["verified"] == (code == 0)
    return answer


def receipt_command() -> typer.Typer:
    command = typer.Typer()
    command.command()(verify_receipt)
    return command


def edited(lines: list[bytes]) -> list[bytes]:
    """Another text in the second entry."""
    entry = {**told_in(lines[2])["entry"], "text": "else"}
    return [*lines[:2], line_of({"entry": entry}), *lines[3:]]


def test_a_log_that_is_in_order(tmp_path: Path, keys: str) -> None:
    export = written(tmp_path, a_log(5, tail=4, key=KEY).export())
    output = ran(export, "--keys", keys)
    assert output.startswith("verified: log a-log\nentries      9, positions 1 to 9\ncheckpoints  2, closings 1\n")
    assert "note: signed checkpoints prove the entries; of 9 receipts the signatures of 1" in output
    answer = told(export)
    assert (answer["entries"], answer["first"], answer["last"], answer["finding"]) == (9, 1, 9, None)
    assert "keys as the file names them: not independent" in answer["notes"][0]
    assert told(export, "--all-signatures", "--workers", 1)["signatures"] == 9


def test_a_log_that_is_not(tmp_path: Path, keys: str) -> None:
    export = written(tmp_path, edited(a_log(5, key=KEY).export()))
    output = ran(export, "--keys", keys, code=1)
    assert "NOT VERIFIED: log a-log\nfirst bad entry: 2\n" in output
    assert "entry 2 is not what its receipt was given for (file 1, line 3)" in output
    finding = told(export, code=1)["finding"]
    assert (finding["position"], finding["part"], finding["line"]) == (2, 1, 3)


def test_what_is_known_from_elsewhere(tmp_path: Path, keys: str) -> None:
    log, other = a_log(5, tail=4, key=KEY), a_log(3, key=KEY)
    export, kept = written(tmp_path, log.export()), written(tmp_path, other.export(), "kept.jsonl")
    assert told(export, "--expect-size", 10, "--keys", keys, code=1)["finding"]["position"] == 10
    assert told(export, "--log-id", "another", code=1)["finding"]["what"] == "this is another log than the one expected"
    assert told(export, "--against", kept, "--against", log.checkpoint())["verified"]
    other.append("else")
    again = written(tmp_path, a_log(3, key=KEY, log="else").export(), "again.jsonl")
    assert "another log" in told(export, "--against", again, code=1)["finding"]["what"]


def test_a_log_in_parts(tmp_path: Path) -> None:
    log = a_log(5, tail=4, key=KEY)
    parts = written(tmp_path, log.export(up_to=3), "one"), written(tmp_path, log.export(after=3), "two")
    assert told(*parts)["entries"] == 9
    assert told(*reversed(parts), code=1)["finding"]["part"] == 2


def test_files_that_cannot_be_used(tmp_path: Path, keys: str) -> None:
    export = written(tmp_path, a_log(2, key=KEY).export())
    for arguments in (
        (tmp_path / "nothing",),
        (keys,),
        (export, "--keys", export),
        (export, "--keys", tmp_path / "nothing"),
        (export, "--against", keys),
    ):
        answer = told(*arguments, code=2)
        assert len(answer["faults"]) == 1
        assert "creditgraph: " in ran(*arguments, code=2)


def test_a_receipt_with_all_that_it_was_given_for(tmp_path: Path, keys: str) -> None:
    log = LogBuilder(KEY)
    log.append("before")
    receipt = log.append("this", request=b"asked", response=b'{"data":1}')
    log.checkpoint()
    export = written(tmp_path, log.export())
    request = written(tmp_path, [b"asked"], "request")
    response = written(tmp_path, [b'{"data":1,"extensions":{"receipt":"', receipt.encode(), b'"}}'], "response")
    command = receipt_command()
    held = ("--keys", keys, "--request", request, "--response", response, "--log", export)
    output = ran(receipt, *held, command=command)
    assert "place        position 2, segment 1, index 1" in output
    assert "fits         the request\nfits         the response\n" in output
    assert "in the log   the checkpoint at position 2 covers it: 2 entries" in output
    in_file = written(tmp_path, [receipt.encode(), b"\n"], "receipt")
    answer = told(in_file, *held, command=command)
    assert answer["fits"] == ["the request", "the response"]
    assert len(answer["inclusion"]["path"]) == 1
    assert told(receipt, "--keys", keys, command=command)["inclusion"] is None
    wrong = told(receipt, "--keys", keys, "--request", response, code=1, command=command)
    assert wrong["faults"] == ["this is not the request that the receipt was given for"]


def test_a_receipt_that_is_none(tmp_path: Path, keys: str) -> None:
    statement, _, salt = LogBuilder(KEY).append("x").partition("~")
    command = receipt_command()
    assert "not signed" in ran(f"{with_claims(statement, pos=9)}~{salt}", "--keys", keys, code=1, command=command)
    assert "cannot be read" in ran(tmp_path / "nothing", "--keys", keys, code=2, command=command)
    assert "JSON" in ran(f"{statement}~{salt}", "--keys", __file__, code=2, command=command)
    assert "cannot be read" in ran(f"{statement}~{salt}", "--keys", tmp_path, code=2, command=command)


def test_it_is_a_program_of_its_own_that_loads_nothing_else_of_ours(tmp_path: Path, keys: str) -> None:
    export = written(tmp_path, a_log(3, key=KEY).export())
    script = (
        "import runpy, sys\n"
        "sys.argv = ['verifier', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('gateway.verifier', run_name='__main__')\n"
        "except SystemExit as end:\n    print('code', end.code)\n"
        "ours = ('gateway', 'connectors', 'schema', 'policies', 'sqlalchemy', 'joserfc', 'starlette', 'httpx')\n"
        "print('loaded', sorted(name for name in sys.modules if name.split('.')[0] in ours))\n"
    )
    command = [sys.executable, "-c", script, str(export), "--keys", keys]
    output = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    assert output.startswith("verified: log a-log")
    loaded = output.splitlines()[-1]
    assert "code 0" in output
    names = orjson.loads(loaded.removeprefix("loaded ").replace("'", '"'))
    assert {name for name in names if not name.startswith("gateway.verifier")} == {"gateway"}


def test_nothing_from_a_file_steers_a_terminal(tmp_path: Path) -> None:
    log = a_log(2, key=KEY, log="a\x1b[2Jlog")
    assert "\x1b" not in ran(written(tmp_path, log.export()))
    assert printable("a\nb\u202ec") == "a b c"


def test_the_bar_shows_on_a_terminal_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Bar() as bar:
        bar.begin("entries", 10)
        bar.advance(10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Bar() as bar:
        bar.begin("entries", 10)
        bar.advance(10)
    assert "entries" in capsys.readouterr().err
