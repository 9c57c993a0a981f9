"""Those who watch see what they should, and the watched do not notice."""

from __future__ import annotations

from connectors.transport.cache import CacheCounts
from gateway.identity.presented import TokenFacts
from gateway.setting_identity import Proxy
from gateway.telemetry.meters import Meters
from gateway.telemetry.sight import Sight
from gateway.telemetry.under_way import get_under_way
from gateway.watching import SeenCallers, numbers_of, show
from schema.vocabulary.caller import Caller
from tests.corridor import OFFICER
from tests.gateway.telemetry.watching import ALog


class OneCaller:
    """A register of one."""

    asked = 0

    def caller_of(self, _facts: TokenFacts) -> Caller:
        return OFFICER

    async def fresh(self) -> object:
        self.asked += 1
        return self


async def test_whoever_is_identified_is_told_of_and_comes_out_unchanged():
    facts = TokenFacts(issuer="", client_id="permit-officer", token_id="1")
    register = OneCaller()
    seen = SeenCallers(register)
    assert seen.caller_of(facts) is OFFICER
    with Sight().request("POST", "", edition="TJ"):
        assert seen.caller_of(facts) is OFFICER
        under_way = get_under_way()
        assert under_way is not None
        assert (under_way.caller, under_way.caller_class) == (OFFICER, "STATE_ORGAN")
    assert await seen.fresh() is register
    assert register.asked == 1


def test_where_nobody_counts_there_is_nothing_to_read():
    assert numbers_of(None, ("127.0.0.0/8",), Proxy()) is None
    assert numbers_of(Sight(), ("127.0.0.0/8",), Proxy()) is None
    show(Sight(), ALog(True, 0, 0), desks=list, cache=CacheCounts(), edition=lambda: "TJ")


def test_where_somebody_counts_there_is():
    meters = Meters("1")
    show(Sight(meters), ALog(True, 1, 5), desks=list, cache=CacheCounts(), edition=lambda: "TJ")
    assert b"creditgraph_log_entries_total 5.0" in meters.read("")[0]
    assert numbers_of(Sight(meters), ("127.0.0.0/8",), Proxy()) is not None
