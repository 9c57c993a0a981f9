"""The browser that comes back is waited for at one address, once; nothing of it is logged."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest

from gateway.cli.loopback import waiting_at


@pytest.fixture
def place():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/callback"


def test_it_takes_the_answer_and_nothing_else(place, capfd):
    seen: list[int] = []

    def browse() -> None:
        with httpx.Client(trust_env=False) as browser:
            paths = ("/favicon.ico", "/callback?code=abc&state=1")
            seen.extend(browser.get(place.removesuffix("/callback") + path).status_code for path in paths)

    with waiting_at(place) as door:
        thread = threading.Thread(target=browse)
        thread.start()
        came = door.wait(10)
        thread.join()
    assert came == f"{place}?code=abc&state=1"
    assert seen == [404, 200]
    assert "abc" not in "".join(capfd.readouterr())


def test_nobody_comes(place):
    with waiting_at(place) as door:
        assert door.wait(1) == ""


def test_somebody_else_listens_there(place):
    with waiting_at(place), pytest.raises(OSError, match="use"), waiting_at(place):
        pass
