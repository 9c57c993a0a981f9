"""Two processes write one log as a role that may do nothing else; and what an outsider can prove with a receipt."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.cli.oauth_client import Credentials
from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.identity.client_assertion import ASSERTION_TYPE
from gateway.identity.keys import load_key_set, signing_key
from gateway.pipeline.admit import hour
from tests.journeys.books.arena import Arena, creditgraph
from tests.journeys.books.ledger import Ledger
from tests.journeys.books.received import Received
from tests.journeys.books.role import attempt, url_as

ENTRIES = 250
OF_THE_LOG = ("log_entry", "log_subject", "log_checkpoint", "log_segment", "log_head")


@dataclass(frozen=True)
class Written:
    """What both have written under load."""

    ledger: Ledger
    received: Sequence[Received]
    """The responses of this load that have receipts."""


@pytest.fixture(scope="module")
def written(shared: Arena) -> Written:
    """It, and a checkpoint that covers all of it and is kept."""
    before = len(shared.crowd.received)
    with shared.load(clients=16):
        shared.until_more(ENTRIES)
    shared.until_covered()
    shared.keep_checkpoint()
    received = [one for one in shared.crowd.received[before:] if one.receipt]
    return Written(shared.ledger("both"), received)


def test_both_write_one_log(shared: Arena, written: Written) -> None:
    ledger, received = written.ledger, written.received
    report = ledger.verified(kept=shared.kept)
    assert ledger.hold(received) == len(received) >= ENTRIES
    assert report.counted.closings >= ENTRIES // 120
    assert len(set(ledger.ids)) == len(ledger.ids)
    writers = {one.request_id: one.door for one in received}
    doors = [writers[name] for name in ledger.ids if name in writers]
    changes = sum(1 for one, following in pairwise(doors) if one != following)
    assert set(doors) == {process.url for process in shared.processes}
    assert changes > len(doors) // 50  # not one after the other, but in turns


def test_the_export_is_verified_by_a_command(written: Written, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(written.ledger.keys)
    ended = creditgraph("audit", "verify", str(written.ledger.path), "--keys", str(tmp_path / "keys.json"), "--json")
    assert ended.exit_code == 0, ended.output
    assert '"verified": true' in ended.stdout


def some(received: Sequence[Received]) -> list[Received]:
    """Responses of all kinds, of both gateways."""
    kinds = {(one.door, one.status, bool(one.codes)): one for one in received}
    return [*kinds.values(), *random.Random(3).sample(received, 3)]


def test_a_receipt_is_verified_with_the_public_key_alone_and_proven_with_the_export(
    written: Written, tmp_path: Path
) -> None:
    files = {name: tmp_path / name for name in ("keys", "request", "response")}
    files["keys"].write_bytes(written.ledger.keys)
    for one in some(written.received):
        files["request"].write_bytes(one.sent)
        files["response"].write_bytes(one.body)
        given = [f"--{name}={path}" for name, path in files.items()]
        alone = creditgraph("receipt", "verify", one.receipt, *given)
        assert alone.exit_code == 0, alone.output
        assert one.request_id in alone.stdout
        proven = creditgraph("receipt", "verify", one.receipt, *given, f"--log={written.ledger.path}")
        assert proven.exit_code == 0, proven.output
        assert "in the log" in proven.stdout
        files["response"].write_bytes(one.body.replace(b"receipt", b"Receipt", 1))
        assert creditgraph("receipt", "verify", one.receipt, *given).exit_code == 1


@pytest.mark.parametrize("table", OF_THE_LOG)
def test_the_role_of_the_gateways_changes_nothing(shared: Arena, written: Written, table: str) -> None:
    url = url_as(shared.files.settings.database.url.get_secret_value(), "clerk")
    changes = {"log_head": "log_id = 'another'", "log_segment": "dropped_at = now()"}.get(table, "position = 7")
    refused = {"log_head": "RaiseError"}  # who moves the head on may update it, but only forward
    assert asyncio.run(attempt(url, f"UPDATE {table} SET {changes}")) == refused.get(
        table, "InsufficientPrivilegeError"
    )
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):
        assert asyncio.run(attempt(url, statement)) == "InsufficientPrivilegeError", statement
    afterwards = shared.ledger("afterwards")
    afterwards.verified(kept=shared.kept)
    assert written.ledger.entries.items() <= afterwards.entries.items()


def test_the_doors_beside_the_graph_are_open_to_such_gateways(shared: Arena) -> None:
    """A token that carries a consent needs the registers of callers and consents."""
    bank, files = shared.files.cast.persona("bank"), shared.files
    assert bank.client is not None
    credentials = Credentials(bank.client.client_id, signing_key(load_key_set(files.cast.key_file("bank"))))
    for process in shared.processes:
        form = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": credentials.assertion(files.settings.identity.issuer, hour().timestamp()),
            "authorization_details": orjson.dumps(
                [{"type": DETAILS_TYPE, "consent_id": files.consents["clean"]}]
            ).decode(),
        }
        given = httpx.post(f"{process.url}/oauth/token", data=form, trust_env=False)
        assert given.status_code == 200, given.text
        told = given.json()
        assert [one["consent_id"] for one in told["authorization_details"]] == [files.consents["clean"]]
