"""The walk ends in a line where no demo is there; that it goes through is tried in the journeys."""

from __future__ import annotations

import json
import socket

from gateway.identity.keys import generate_key_set, save_key_set
from tests.gateway.cli.test_sandbox_file import WALK


def test_no_demo_is_one_line(creditgraph):
    ended = creditgraph("sandbox", "consent-demo")
    assert (ended.code, ended.out) == (2, "")
    assert "is a demo running here?" in ended.err


def test_a_key_that_is_gone_is_one_line(creditgraph, tmp_path):
    (tmp_path / "sandbox.json").write_text(json.dumps(WALK), "utf-8")
    ended = creditgraph("sandbox", "consent-demo", "--data-dir", str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert "k.json" in ended.err


def test_a_demo_that_has_ended_is_one_line(creditgraph, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    save_key_set(tmp_path / "k.json", generate_key_set())
    (tmp_path / "sandbox.json").write_text(json.dumps(WALK | {"graphql": f"http://127.0.0.1:{port}/graphql"}), "utf-8")
    ended = creditgraph("sandbox", "consent-demo", "--data-dir", ".")
    assert ended.code == 3
    assert ended.err == "creditgraph: the demo does not answer (ConnectError)\n"
