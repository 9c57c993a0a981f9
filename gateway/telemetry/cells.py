"""Numbers that grow: counts by label, and spreads of values over buckets.

They are written by one event loop and read by the same, so no lock is taken; a count costs a tenth of a microsecond,
where those of the library cost one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

Labels: TypeAlias = "tuple[str, ...]"

SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SUBJECTS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


class Spread:
    """How often values fell into which bucket; `bounds` are their upper ends, included, ascending."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One more value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def told(self) -> tuple[list[tuple[str, float]], float]:
        """Cumulated buckets, as the exposition format wants them, and the sum of all values."""
        total = 0
        buckets: list[tuple[str, float]] = []
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return buckets, self._sum


class Spreads:
    """A spread for each combination of labels; the labels come from closed lists, never from a request."""

    __slots__ = ("_bounds", "_cells", "_labels", "_name", "_text")

    def __init__(self, name: str, text: str, labels: Labels, *, bounds: Sequence[float] = SECONDS) -> None:
        self._name, self._text, self._labels, self._bounds = name, text, labels, bounds
        self._cells: dict[Labels, Spread] = {}

    def of(self, *labels: str) -> Spread:
        """The spread under these labels."""
        cell = self._cells.get(labels)
        if cell is None:
            cell = self._cells[labels] = Spread(self._bounds)
        return cell

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """As the library's registry wants it."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, cell in self._cells.items():
            buckets, total = cell.told()
            family.add_metric(labels, buckets, total)
        yield family


class Counts:
    """A count for each combination of labels; the labels come from closed lists, never from a request."""

    __slots__ = ("_cells", "_labels", "_name", "_text")

    def __init__(self, name: str, text: str, labels: Labels) -> None:
        self._name, self._text, self._labels = name, text, labels
        self._cells: defaultdict[Labels, int] = defaultdict(int)

    def add(self, *labels: str, by: int = 1) -> None:
        """More of one kind."""
        self._cells[labels] += by

    def collect(self) -> Iterator[CounterMetricFamily]:
        """As the library's registry wants it."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, count in self._cells.items():
            family.add_metric(labels, float(count))
        yield family
