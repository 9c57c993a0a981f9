"""Rounds of measurement: floor and gateway take turns, so that a noisy machine does the same harm to both."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.clock import Crowd, crowd
from tests.bench.inside import Inside
from tests.bench.served import Served
from tests.bench.stand import PERMIT_CHECK, PERMIT_CHECKS


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; every round takes subjects that no round before it had."""

    rounds: int
    alone: int
    """Requests one after the other in each round."""
    crowd: int
    """Requests in a crowd in each round."""
    lists: int
    """Requests about 50 subjects in each round."""
    repeats: int
    """How often the warm ones are asked again."""
    listed: int = 50

    @property
    def subjects(self) -> int:
        """Subjects needed."""
        return self.rounds * (self.alone + self.crowd + self.listed * self.lists)


@dataclass(slots=True)
class Figures:
    """Everything measured, one value per round, by name; and latencies of all rounds."""

    rounds: dict[str, list[float]] = field(default_factory=dict)
    latencies_ms: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """One round's value."""
        self.rounds.setdefault(name, []).append(value)

    def note_crowd(self, name: str, done: Crowd) -> None:
        """One round's crowd."""
        self.note(f"{name} cpu", done.cpu_us)
        self.note(f"{name} rps", done.rps)
        self.latencies_ms.setdefault(name, []).extend(done.latencies_ms)

    def median(self, name: str) -> float:
        """The middle of all rounds; 0 if never measured."""
        return statistics.median(self.rounds[name]) if name in self.rounds else 0.0

    def percentile_ms(self, name: str, share: float) -> float:
        """Latency that this share of requests stays below."""
        ranked = sorted(self.latencies_ms[name])
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    def stages(self, prefix: str) -> dict[str, float]:
        """Medians of the stages noted under a prefix."""
        return {name.removeprefix(prefix): self.median(name) for name in self.rounds if name.startswith(prefix)}


async def measure_round(
    number: int, subjects: Iterator[str], size: Size, *, inside: Inside, served: Served, figures: Figures
) -> None:
    """One round. Floor and gateway change places from round to round."""
    alone = [next(subjects) for _ in range(size.alone)]
    many = [next(subjects) for _ in range(size.crowd)]
    lists = [[next(subjects) for _ in range(size.listed)] for _ in range(size.lists)]
    turns = [_floor, _gateway]
    for turn in turns if number % 2 == 0 else reversed(turns):
        await turn(alone, many, lists, size=size, inside=inside, served=served, figures=figures)


async def _floor(
    alone: list[str],
    many: list[str],
    lists: list[list[str]],
    *,
    size: Size,
    inside: Inside,
    served: Served,
    figures: Figures,
) -> None:
    del size, served
    floor, token = inside.floor, inside.token
    figures.note("floor alone cpu", (await crowd(lambda code: floor.one(token, code), alone, width=1)).cpu_us)
    figures.note_crowd("floor", await crowd(lambda code: floor.one(token, code), many))
    figures.note_crowd("floor 50", await crowd(lambda codes: floor.many(token, codes), lists, width=1))


async def _gateway(
    alone: list[str],
    many: list[str],
    lists: list[list[str]],
    *,
    size: Size,
    inside: Inside,
    served: Served,
    figures: Figures,
) -> None:
    await _inside(inside, figures, alone=alone, many=many, lists=lists, repeats=size.repeats)
    cpu_s = served.cpu_s
    for state, repeats in (("cold", 1), ("warm", size.repeats)):
        done = await crowd(lambda code: served.one(PERMIT_CHECK, code), many * repeats, cpu_s=cpu_s)
        figures.note_crowd(f"served {state}", done)
        listed = await crowd(lambda codes: served.many(PERMIT_CHECKS, codes), lists * repeats, width=2, cpu_s=cpu_s)
        figures.note_crowd(f"served 50 {state}", listed)


async def _inside(
    inside: Inside, figures: Figures, *, alone: list[str], many: list[str], lists: list[list[str]], repeats: int
) -> None:
    for state, times in (("cold", 1), ("warm", repeats)):
        inside.stages.take_us(1)
        done = await crowd(inside.one, alone * times, width=1)
        _note_stages(inside, figures, f"stage {state} ", done)
        figures.note(f"inside {state} cpu", (await crowd(inside.one, many * times)).cpu_us)
        inside.stages.take_us(1)
        _note_stages(inside, figures, f"stage 50 {state} ", await crowd(inside.many, lists * times, width=1))


def _note_stages(inside: Inside, figures: Figures, prefix: str, done: Crowd) -> None:
    spent = inside.stages.take_us(done.requests)
    for stage, us in spent.items():
        figures.note(f"{prefix}{stage}", us)
    figures.note(f"{prefix}total", done.cpu_us)
    figures.note(f"{prefix}between stages", done.cpu_us - sum(spent.values()))
