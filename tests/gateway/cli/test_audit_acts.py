"""`creditgraph audit`: signing, dropping, destroying and granting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.identity.key_ring import KeyRing
from gateway.identity.statements import StatementSigner
from gateway.pipeline.admit import hour
from gateway.registers.log_entry import CHECKPOINT
from tests.gateway.cli.audit_book import settings_of, with_keys, written
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture

PAST = hour().date().replace(day=1) - timedelta(days=1)
PERIOD = f"{PAST:%Y-%m}"


@pytest.fixture
def audit(told):  # noqa: F811 - a fixture
    return lambda *words, **more: told("audit", *words, **more)


def test_a_checkpoint_to_keep_elsewhere(audit):
    ended = audit("checkpoint")
    assert (ended.code, ended.err) == (1, "creditgraph: the log is empty\n")
    written(3)
    signed = audit("checkpoint").out.strip()
    claims = StatementSigner(KeyRing(settings_of().identity.keys)).verify(signed, CHECKPOINT)
    assert (claims["seg"], claims["size"]) == (1, 3)
    assert audit("checkpoint", "--json").json["checkpoint"] == signed  # nothing is new


def test_a_segment_goes_with_its_alerts(audit, creditgraph):
    written(8, segment_entries=4)
    ended = audit("drop-segment", "1", "--yes")
    assert (ended.code, ended.out) == (0, "segment 1 is dropped: 4 entries, 1 alerts; its closing statement stays\n")
    assert [one["id"] for one in audit("alerts", "--json").json["alerts"]] == ["alert-2"]
    assert audit("drop-segment", "1", "--yes", "--json").json == {
        "exitCode": 0,
        "segment": 1,
        "entries": 4,
        "alerts": 0,
    }
    assert audit("drop-segment", "9", "--yes").code == 1
    assert audit("drop-segment", "3", "--yes").code == 1
    assert audit("export", "--output", "log.jsonl").code == 0
    assert creditgraph("audit", "verify", "log.jsonl").code == 0


def test_nothing_goes_unless_somebody_says_so(audit):
    written(8, segment_entries=4)
    for words in (("drop-segment", "1"), ("drop-segment", "1", "--json"), ("destroy-key", PERIOD, "--json")):
        assert audit(*words).code != 0
    assert len(audit("alerts", "--json").json["alerts"]) == 2


def test_a_key_is_destroyed_once(audit):
    with_keys(PAST, hour().date())
    ended = audit("destroy-key", PERIOD, "--yes")
    assert ended.code == 0
    assert f"the key of {PERIOD} is destroyed" in ended.out
    ended = audit("destroy-key", PERIOD, "--yes")
    assert (ended.code, ended.err) == (1, f"creditgraph: there is no key of {PERIOD}\n")
    assert audit("destroy-key", f"{hour():%Y-%m}", "--yes").code == 1


@pytest.mark.parametrize("period", ["2026", "2026-13", "2026-1", "yesterday"])
def test_a_period_is_a_month(audit, period):
    assert audit("destroy-key", period, "--yes").code == 2


def test_what_a_role_is_to_be_granted(creditgraph):
    ended = creditgraph("audit", "grants", 'gate"way')
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert all(line.endswith(";") for line in lines)
    assert 'GRANT SELECT, INSERT ON alert TO "gate""way";' in lines
    assert any(line.startswith("GRANT SELECT, UPDATE ON log_head") for line in lines)


def test_a_database_that_refuses(told):  # noqa: F811 - a fixture
    nowhere = {"CREDITGRAPH__DATABASE__URL": "sqlite+aiosqlite:///nowhere/x.db"}
    for words in (("checkpoint",), ("drop-segment", "1", "--yes"), ("destroy-key", PERIOD, "--yes"), ("alerts",)):
        assert told("audit", *words, **nowhere).code == 3
    assert told("audit", "checkpoint", CREDITGRAPH__IDENTITY__KEYS="no-such-keys.json").code == 2
