"""Questions under way: whoever asks the same meanwhile waits for the same answer, and nobody's leaving ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class Flights(Generic[Answer]):
    """One question at a time for each name."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Answer]] = {}

    async def join(self, name: Hashable, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """The answer to the question of this name, asked unless it is under way; its errors are told to all."""
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.create_task(ask())
            task.add_done_callback(partial(self._landed, name))
        return await asyncio.shield(task)

    @property
    def are_under_way(self) -> bool:
        """Whether anything is being asked."""
        return bool(self._under_way)

    async def aclose(self) -> None:
        """Give up what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _landed(self, name: Hashable, task: asyncio.Task[Answer]) -> None:
        del self._under_way[name]
        if not task.cancelled():
            task.exception()  # is told to whoever still waits; if all have left, nobody misses it
