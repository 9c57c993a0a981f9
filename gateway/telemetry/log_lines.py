"""Log lines: where they go, in which form, and the lock through which each of them passes.

Lines are written without codes, numbers of persons and tokens; what would hold one all the same, because a library
quoted something, leaves with `***` in its place.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

import orjson

from gateway.telemetry.scrubbing import scrubbed
from gateway.telemetry.under_way import get_under_way

_UNREADABLE: Final = "a line whose words do not fit its form was left out"
_OURS: Final = "creditgraph_line"


class Scrub(logging.Filter):
    """Takes out of message, arguments and trace what no line may hold, for every handler that comes after."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        try:
            record.msg = scrubbed(record.getMessage())
        except Exception:  # noqa: BLE001 - a line is no reason to fail; the library would print its arguments in clear
            record.msg = _UNREADABLE
        record.args = None
        if record.exc_info:
            record.exc_text = scrubbed(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = scrubbed(record.stack_info)
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, event, and where they are known request, code and trace."""

    def format(self, record: logging.LogRecord) -> str:
        """As it is written, without the line's end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        under_way = get_under_way()
        if under_way is not None and under_way.request_id:
            line["request_id"] = under_way.request_id
        code = getattr(record, "code", None)
        if isinstance(code, str):
            line["code"] = scrubbed(code)
        if record.exc_text:
            line["trace"] = record.exc_text
        return orjson.dumps(line, default=str).decode()


def start_logging(form: Literal["text", "json"], stream: TextIO | None = None) -> logging.Handler:
    """Send every logger's warnings and worse to a stream (standard error), those of uvicorn included.

    A second call takes the place of the first. The library's own complaints about lines are silenced, as they would
    print arguments in clear.
    """
    logging.raiseExceptions = False
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.name == _OURS]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.set_name(_OURS)
    handler.addFilter(Scrub())
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return handler
