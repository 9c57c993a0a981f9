"""Puts those who watch where they see: callers as they are identified, stages, verdicts, and what stands anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from gateway.identity.presented import TokenFacts
from gateway.pipeline.house import House
from gateway.pipeline.identify import Callers
from gateway.setting_identity import Proxy
from gateway.telemetry.meters import CacheSeen, DeskSeen, LogSeen, Standing
from gateway.telemetry.sight import Sight, tell_caller
from gateway.web.metrics import metrics
from schema.vocabulary.caller import Caller


class SeenCallers:
    """The register of callers, telling whoever watches the request who sends it."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    def caller_of(self, facts: TokenFacts) -> Caller:
        """As the register says."""
        caller = self._callers.caller_of(facts)
        tell_caller(caller)
        return caller

    async def fresh(self) -> object:
        """As the register does."""
        return await self._callers.fresh()


def watched(house: House, sight: Sight) -> House:
    """The same house, watched."""
    return replace(house, callers=SeenCallers(house.callers), watch=sight.watch, judged=sight.judged)


def show(
    sight: Sight, log: LogSeen, *, desks: Callable[[], Iterable[DeskSeen]], cache: CacheSeen, edition: Callable[[], str]
) -> None:
    """Let the numbers be read that stand somewhere anyway."""
    if sight.meters is not None:
        sight.meters.look_at(Standing(desks, cache, log, edition))


def numbers_of(sight: Sight | None, readers: Sequence[str], proxy: Proxy) -> ASGIApp | None:
    """The door at which they are read; None where nobody counts."""
    if sight is None or sight.meters is None:
        return None
    return Router([Route("/metrics", metrics(sight.meters.read, readers, proxy))])
