"""`creditgraph audit alerts`: what is on file, chosen and followed."""

from __future__ import annotations

import asyncio

import pytest

from gateway.cli.audit_alerts import line_of, tell_alerts
from gateway.registers.alerts import AlertRegister
from gateway.registers.alerts_entry import AlertQuery, FiledAlert
from gateway.registers.engine import open_engine
from schema.vocabulary.alerts import Alert, AlertRule, Watched
from schema.vocabulary.reasons import SourceArticle
from tests.conftest import AS_OF
from tests.gateway.cli.audit_book import settings_of, written
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture


@pytest.fixture
def alerts(told):  # noqa: F811 - a fixture
    written(8)
    return lambda *words, **more: told("audit", "alerts", *words, **more)


def test_one_line_for_each(alerts):
    ended = alerts()
    assert ended.code == 0
    span = "2026-06-01 10:00:00 to 10:00:00"
    assert ended.out.splitlines() == [
        f"alert-1  {span}  BULK_LOOKUPS (TJ 22(1))  client bank-1 of bank  4 counted, positions 1 to 4",
        f"alert-2  {span}  BULK_LOOKUPS (TJ 22(1))  client bank-1 of bank  4 counted, positions 5 to 8",
    ]


def test_as_json(alerts):
    one, two = alerts("--json").json["alerts"]
    assert one == {
        "id": "alert-1",
        "rule": "BULK_LOOKUPS",
        "article": "TJ 22(1)",
        "organisation": "bank",
        "client": "bank-1",
        "officer": None,
        "begins": AS_OF.isoformat(),
        "ends": AS_OF.isoformat(),
        "count": 4,
        "firstPosition": 1,
        "lastPosition": 4,
        "raisedAt": AS_OF.isoformat(),
        "position": 9,
    }
    assert two["position"] == 10


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--since", "2026-06-01"), 2),
        (("--since", "2026-06-02"), 0),
        (("--rule", "bulk_lookups"), 2),
        (("--rule", "OUT_OF_HOURS"), 0),
        (("--organisation", "bank"), 2),
        (("--organisation", "organ"), 0),
    ],
)
def test_chosen(alerts, words, count):
    ended = alerts(*words)
    assert ended.code == 0
    assert ended.out.count("BULK_LOOKUPS") == count
    assert (ended.out == "no alert is on file\n") == (count == 0)


@pytest.mark.parametrize("words", [("--since", "soon"), ("--rule", "NO_SUCH")])
def test_a_wrong_question_ends_with_2(alerts, words):
    assert alerts(*words).code == 2


def test_where_nobody_has_looked_yet(told):  # noqa: F811 - a fixture
    assert told("audit", "alerts").code == 3


async def test_what_comes_is_told_too(told, tmp_path):  # noqa: F811 - a fixture
    await asyncio.to_thread(written, 4)
    engine = open_engine(settings_of().database.url.get_secret_value())
    seen: list[str] = []

    class Enough(Exception):
        pass

    async def pause():
        if len(seen) > 1:
            raise Enough
        await asyncio.to_thread(written, 4)

    with pytest.raises(Enough):
        await tell_alerts(AlertRegister(engine), AlertQuery(), lambda filed: seen.append(filed.name), pause=pause)
    assert seen == ["alert-1", "alert-2"]
    await engine.dispose()


@pytest.mark.parametrize(
    ("who", "told_as"),
    [
        (Watched("bank", "bank-1"), "client bank-1 of bank"),
        (Watched("bank", officer="o-7"), "officer o-7 of bank"),
        (Watched("", "self"), "client self"),
        (Watched(""), "the public"),
    ],
)
def test_who_it_is_about(who, told_as):
    alert = Alert(
        AlertRule.QUOTA_EXCEEDED,
        who,
        window="1",
        begins=AS_OF,
        ends=AS_OF,
        count=1,
        first=1,
        last=1,
        article=SourceArticle("house", "rule"),
    )
    assert f"  {told_as}  " in line_of(FiledAlert(1, alert, AS_OF))
