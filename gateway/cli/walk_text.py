"""How a walk is told in the terminal: numbered steps, what is sent, what comes back; never wider than 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Final

from gateway.cli.values import safe

WIDTH: Final = 100
_SHORT: Final = 12


class Narrator:
    """Tells one walk through `say`, line by line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._steps = 0

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._steps += 1
        self._say("")
        self._say(f"{self._steps:>2}  {title}")

    def note(self, text: str) -> None:
        """Say something about it."""
        self._told("    ", text)

    def sent(self, text: str) -> None:
        """Tell what is sent."""
        self._told("    → ", text)

    def back(self, text: str) -> None:
        """Tell what comes back."""
        self._told("    ← ", text)

    def shown(self, text: str) -> None:
        """Tell lines as they are."""
        for line in text.splitlines():
            self._say(f"      {line}")

    def _told(self, before: str, text: str) -> None:
        indent = " " * len(before)
        lines = textwrap.wrap(
            safe(text),
            WIDTH,
            initial_indent=before,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines:
            self._say(line)


def short(secret: str) -> str:
    """The beginning of something that nobody should copy from a screen."""
    return secret if len(secret) <= _SHORT else f"{secret[:_SHORT]}…"
