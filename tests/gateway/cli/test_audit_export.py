"""`creditgraph audit export`: a file that `creditgraph audit verify` says is verified, whole and in parts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.gateway.cli.audit_book import written
from tests.gateway.cli.conftest import COMMAND, ROOT, environment
from tests.gateway.cli.standing_stage import EXAMPLE, told  # noqa: F401 - a fixture


@pytest.fixture
def audit(told, tmp_path):  # noqa: F811 - a fixture
    written(8, segment_entries=6)  # and two alerts
    return lambda *words, **more: told("audit", *words, **more)


def kinds(path):
    return [next(iter(json.loads(line))) for line in path.read_text("utf-8").splitlines()]


def test_what_is_exported_is_verified(audit, creditgraph, tmp_path):
    ended = audit("export", "--output", "log.jsonl")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "10 entries; go on with `--after 10`\n"
    assert kinds(tmp_path / "log.jsonl") == ["log", *["entry"] * 6, "closing", *["entry"] * 4, "end"]
    verified = creditgraph("audit", "verify", "log.jsonl", "--json")
    assert (verified.code, verified.json["verified"]) == (0, True)


def test_it_resumes_and_the_parts_are_the_whole(audit, creditgraph, tmp_path):
    cursors, files = [-1, 0], []
    while cursors[-1] > cursors[-2]:
        files.append(f"part-{cursors[-1]}.jsonl")
        ended = audit("export", "--after", str(cursors[-1]), "--limit", "3", "--output", files[-1], "--json")
        assert ended.code == 0
        cursors.append(ended.json["next"])
    assert files == ["part-0.jsonl", "part-3.jsonl", "part-6.jsonl", "part-9.jsonl", "part-10.jsonl"]
    assert creditgraph("audit", "verify", *files).code == 0
    assert creditgraph("audit", "verify", files[2]).code == 0
    assert creditgraph("audit", "verify", *files[:2], files[3]).code == 1


def test_an_outsider_s_checkpoint_and_keys(audit, creditgraph, tmp_path):
    kept = audit("checkpoint").out.strip()
    audit("export", "--output", "log.jsonl")
    keys = json.loads((tmp_path / "log.jsonl").read_text("utf-8").splitlines()[0])["keys"]
    (tmp_path / "public.json").write_text(json.dumps(keys), "utf-8")
    ended = creditgraph("audit", "verify", "log.jsonl", "--against", kept, "--keys", "public.json", "--json")
    assert (ended.code, ended.json["verified"]) == (0, True)
    assert "d" not in keys["keys"][0]


def test_standard_output_holds_the_lines_alone(audit, tmp_path):
    ended = audit("export")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == '{"end":{"next":10,"entries":10}}'
    assert audit("export", "--json").code == 2


def test_a_file_that_is_there_is_left_alone(audit, tmp_path):
    (tmp_path / "log.jsonl").write_text("mine", "utf-8")
    ended = audit("export", "--output", "log.jsonl")
    assert (ended.code, ended.err) == (2, "creditgraph: `log.jsonl` cannot be written: file exists\n")
    assert (tmp_path / "log.jsonl").read_text("utf-8") == "mine"
    assert audit("export", "--output", "nowhere/log.jsonl").code == 2


def test_what_fails_leaves_no_file(audit, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir())
    ended = audit("export", "--after", "99", "--output", "log.jsonl")
    assert (ended.code, ended.err) == (2, "creditgraph: the log has come to position 10 only\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_database_that_cannot_be_read(told):  # noqa: F811 - a fixture
    assert told("audit", "export", CREDITGRAPH__DATABASE__URL="sqlite+aiosqlite:///nowhere/x.db").code == 3
    assert told("audit", "export", CREDITGRAPH__IDENTITY__KEYS="no-such-keys.json").code == 2


def test_who_reads_may_leave(audit, tmp_path):
    command = [*COMMAND, "audit", "export", "--settings", str(EXAMPLE)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert run.wait(30) == 0
        assert b"Traceback" not in run.stderr.read()


def test_the_verifier_alone_is_enough(audit, tmp_path):
    audit("export", "--output", "log.jsonl")
    command = [sys.executable, "-m", "gateway.verifier", str(tmp_path / "log.jsonl")]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
