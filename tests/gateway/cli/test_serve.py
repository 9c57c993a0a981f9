"""Serving: a real process that tells its address, answers, and ends cleanly."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager

import httpx
import pytest

from gateway.identity.keys import generate_key_set, save_key_set
from tests.authorities import Authority
from tests.gateway.cli.conftest import COMMAND, ROOT, environment

EXAMPLE = ROOT / "deploy" / "settings.example.toml"


@pytest.fixture
def variables(tmp_path):
    """What a gateway needs to open its doors; its agencies need not be there."""
    save_key_set(tmp_path / "keys.json", generate_key_set())
    return {
        "CREDITGRAPH_SETTINGS": str(EXAMPLE),
        "CREDITGRAPH__SERVER__PORT": "0",
        "CREDITGRAPH__GRAPHIQL__ENABLED": "true",
    }


@contextmanager
def serving(folder, variables):
    """A gateway as people start it, and the address that it tells."""
    command = [*COMMAND, "serve", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=environment(**variables), stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        text = ""
        for line in lines:
            text += line
            if line.startswith("}"):
                break
        try:
            yield process, json.loads(text)["graphql"]
        finally:
            if process.poll() is None:
                process.kill()


def test_it_serves_until_it_is_interrupted(tmp_path, variables):
    with serving(tmp_path, variables) as (process, address):
        began = time.monotonic()
        with httpx.Client(trust_env=False) as client:
            assert client.get(address.replace("/graphql", "/healthz")).status_code == 200
            answer = client.post(address, json={"query": "{__typename}"})
            page = client.get(address, headers={"Accept": "text/html"})
        assert answer.json()["data"] == {"__typename": "Query"}
        assert "content-security-policy" in page.headers
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert time.monotonic() - began < 10


def test_it_speaks_tls_where_a_certificate_is_named(tmp_path, variables):
    authority = Authority()
    certificate, key = authority.server().write(tmp_path, "server")
    authorities, _ = authority.own.write(tmp_path, "authority")
    with_client, alone = ssl.create_default_context(cafile=authorities), ssl.create_default_context(cafile=authorities)
    with_client.load_cert_chain(*authority.client("bank").write(tmp_path, "bank"))
    tls = {
        "CREDITGRAPH__SERVER__TLS_CERTIFICATE": str(certificate),
        "CREDITGRAPH__SERVER__TLS_KEY": str(key),
        "CREDITGRAPH__SERVER__TLS_CLIENT_AUTHORITIES": str(authorities),
    }
    with serving(tmp_path, variables | tls) as (process, address):
        assert address.startswith("https://127.0.0.1:")
        for context in (with_client, alone):
            with httpx.Client(trust_env=False, verify=context) as client:
                answer = client.post(address, json={"query": "{__typename}"})
                assert answer.json()["data"] == {"__typename": "Query"}
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")


def test_a_taken_port_is_one_line(creditgraph, variables):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = creditgraph("serve", **variables | {"CREDITGRAPH__SERVER__PORT": str(port)})
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in ended.err


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("CREDITGRAPH__IDENTITY__KEYS", "absent.json", "key set"),
        ("CREDITGRAPH__SERVER__TLS_KEY", "absent.pem", "TLS needs both"),
        ("CREDITGRAPH__CATALOG__JURISDICTION", "XX", "`XX`"),
        ("CREDITGRAPH__DATABASE__URL", "sqlite+aiosqlite:////no/such/folder/r.db", "database"),
        ("CREDITGRAPH__DATABASE__URL", "mysql://x", "database"),
    ],
)
def test_what_keeps_the_doors_shut_is_told_in_lines(creditgraph, variables, setting, value, sentence):
    ended = creditgraph("serve", **variables | {setting: value})
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert "Traceback" not in ended.err
