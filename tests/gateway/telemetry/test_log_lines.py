"""Lines: one object each, with the request's name, and nothing that a line may not hold."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import orjson
import pytest

from gateway.telemetry.log_lines import start_logging
from gateway.telemetry.under_way import UnderWay, reset_under_way, set_under_way

CODE = "91120101XNXN00005A"
LOG = logging.getLogger("creditgraph.somewhere")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], StringIO]]:
    """Loggers as they are in a process of the gateway's own, whatever other tests have made of them."""
    root = logging.getLogger()
    for name in ("creditgraph", LOG.name, "uvicorn", "uvicorn.error"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    level, raises, handlers = root.level, logging.raiseExceptions, list(root.handlers)

    def start(form: Any) -> StringIO:
        stream = StringIO()
        start_logging(form, stream)
        return stream

    root.manager._clear_cache()  # type: ignore[attr-defined]  # what each level means was remembered before
    yield start
    root.setLevel(level)
    logging.raiseExceptions = raises
    root.handlers[:] = handlers


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line(logged):
    stream = logged("json")
    before = set_under_way(UnderWay("4bf92f3577b34da6a3ce929d0e0e4736"))
    LOG.error("request failed: %s", "INTERNAL", extra={"code": "INTERNAL"})
    reset_under_way(before)
    LOG.info("not a warning")
    (line,) = lines(stream)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "error",
        "logger": "creditgraph.somewhere",
        "event": "request failed: INTERNAL",
        "request_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "code": "INTERNAL",
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_codes_leave_message_arguments_trace_and_code(logged, form):
    stream = logged(form)
    LOG.warning(f"about {CODE}")  # noqa: G004 - somebody may write this
    LOG.warning("about %s and %r", CODE, {"code": CODE})
    LOG.warning("about", extra={"code": CODE})
    try:
        int(CODE)
    except ValueError:
        LOG.exception("failed")
    LOG.warning("here", stack_info=True)
    told = stream.getvalue()
    assert CODE not in told
    assert "about *** and" in told
    assert "ValueError: invalid literal for int() with base 10: '***'" in told


def test_a_line_that_does_not_fit_its_arguments_shows_none_of_them(logged, capsys):
    stream = logged("json")
    LOG.warning("two %s %s", *[CODE])
    assert CODE not in stream.getvalue() + "".join(capsys.readouterr())
    assert "left out" in lines(stream)[0]["event"]


def test_line_breaks_make_no_second_line(logged):
    stream = logged("json")
    LOG.warning("one\ntwo")
    assert [line["event"] for line in lines(stream)] == ["one\ntwo"]


def test_a_text_line(logged):
    stream = logged("text")
    LOG.warning("the key of %s is old", "the issuer")
    assert stream.getvalue() == "WARNING creditgraph.somewhere: the key of the issuer is old\n"


def test_uvicorn_goes_the_same_way(logged):
    stream = logged("json")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application %s", CODE)
    assert lines(stream)[0]["event"] == "Exception in ASGI application ***"


def test_the_second_start_takes_the_place_of_the_first(logged):
    first, second = logged("json"), logged("json")
    LOG.warning("once")
    assert (first.getvalue(), len(lines(second))) == ("", 1)
