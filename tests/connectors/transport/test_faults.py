"""Every way in which the wire can fail has a meaning."""

from __future__ import annotations

import re

import aiohttp
import httpx
import pytest

from connectors.port import Unavailable, Unreadable
from connectors.transport.faults import BY_HTTPX, WIRE_ERRORS, fault_of, fault_of_status


def family(root: type[BaseException]) -> list[type[BaseException]]:
    return [root, *(child for direct in root.__subclasses__() for child in family(direct))]


HTTPX_ERRORS = sorted(
    {value for value in vars(httpx).values() if isinstance(value, type) and issubclass(value, BaseException)},
    key=lambda each: each.__name__,
)
AIOHTTP_ERRORS = sorted(set(family(aiohttp.ClientError)), key=lambda each: each.__name__)


def raised(kind: type[BaseException]) -> BaseException:
    """An instance without going through a constructor that wants a connection."""
    return kind.__new__(kind)


@pytest.mark.parametrize("kind", HTTPX_ERRORS, ids=lambda kind: kind.__name__)
def test_every_exception_of_httpx_is_mapped(kind: type[BaseException]):
    assert issubclass(kind, WIRE_ERRORS)
    assert any(parent in BY_HTTPX for parent in kind.__mro__)
    outcome = fault_of(raised(kind)).outcome
    assert isinstance(outcome, Unavailable | Unreadable)
    assert re.fullmatch(r"[a-z-]+", outcome.cause)


@pytest.mark.parametrize("kind", AIOHTTP_ERRORS, ids=lambda kind: kind.__name__)
def test_every_exception_of_aiohttp_is_mapped(kind: type[BaseException]):
    assert issubclass(kind, WIRE_ERRORS)
    assert re.fullmatch(r"[a-z-]+", fault_of(raised(kind)).outcome.cause)


def test_the_exception_underneath_is_believed_first():
    error = httpx.ConnectTimeout("")
    error.__cause__ = aiohttp.ServerDisconnectedError()
    assert fault_of(error).outcome == Unavailable("connection-lost")
    error.__cause__ = aiohttp.ClientPayloadError()
    assert fault_of(error).outcome == Unreadable("cut-short")


def test_a_plain_operating_system_error_is_a_lost_connection():
    assert fault_of(ConnectionResetError()).outcome == Unavailable("connection-lost")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_server_errors_count_against_the_agency(status: int):
    fault = fault_of_status(status, None)
    assert fault is not None
    assert fault.counts
    assert fault.outcome == Unavailable(f"status-{status}")


@pytest.mark.parametrize("status", [403, 412, 429])
def test_door_keeping_does_not_count_and_is_not_repeated_unasked(status: int):
    fault = fault_of_status(status, None)
    assert fault is not None
    assert not fault.counts
    assert not fault.may_repeat


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 409])
def test_every_other_status_reaches_the_reader(status: int):
    assert fault_of_status(status, None) is None
