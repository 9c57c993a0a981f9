"""One JSON line for each statement actually sent to exchange tables, for the agency's auditors; never a bound value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from connectors.port import Errand
from connectors.transport.statements import Bound


class StatementLog:
    """Appends to a file; without a path nothing is written. A statement that cannot be noted is not sent."""

    def __init__(self, path: Path | None) -> None:
        """Make the folder; raises OSError."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def note(
        self, named: Sequence[tuple[str, Sequence[str]]], bound: Sequence[Bound], errand: Errand
    ) -> Callable[[int], None]:
        """What a driver calls with the place of each statement just before it is sent.

        Shape: `named` holds operation and columns of each statement; a line has `operation`, `columns`,
               `attribution` and `statement`
        """
        path = self._path
        if path is None:
            return _unwritten

        def write(place: int) -> None:
            operation, columns = named[place]
            line = {
                "operation": operation,
                "columns": columns,
                "attribution": errand.attribution,
                "statement": bound[place].text,
            }
            with path.open("ab") as file:
                file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

        return write


def _unwritten(_: int) -> None:
    """No auditor reads along."""
