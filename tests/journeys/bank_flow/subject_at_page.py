"""A subject at the consent page, as its browser speaks: by plain requests, and with whatever cookies it was given."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.gateways import PATIENCE_S

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_NOTICE = re.compile(r'name="notice" value="([^"]*)"')


@dataclass
class Visitor:
    """One browser of a subject's."""

    gateways: Gateways
    subject: str
    secret: str
    http: httpx.Client

    def fetch(self, number: int, address: str) -> httpx.Response:
        """Whatever one process answers at this address."""
        return self.http.get(f"{self.gateways.at(number)}{httpx.URL(address).raw_path.decode()}")

    def open(self, number: int, address: str) -> str:
        """The page at this address, from one process."""
        answer = self.fetch(number, address)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.text

    def sign_in(self, number: int, page: str) -> str:
        """Send the sign-in form; the address of what follows."""
        answer = self.send(number, "sign-in", page, code=self.subject, secret=self.secret)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        return answer.headers["location"]

    def answer(self, number: int, page: str, answer: str = "approve") -> str:
        """Answer what is asked, all notices read; where the browser is sent to."""
        given = self.send(number, "answer", page, answer=answer, notice=_NOTICE.findall(page))
        assert given.status_code == httpx.codes.SEE_OTHER, given.text
        return given.headers["location"]

    def walk(self, address: str, answer: str = "approve", *, first: int = 0) -> str:
        """All of it, each step at another process than the one before; where the browser is sent to at last."""
        asked = self.sign_in(first + 1, self.open(first, address))
        return self.answer(first + 1, self.open(first, asked), answer)

    def send(self, number: int, form: str, page: str, **fields: Any) -> httpx.Response:
        """Send a form of a page, whatever comes back."""
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}
        headers = {"Origin": self.gateways.public_url}
        address = f"{self.gateways.at(number)}/oauth/authorize/{form}"
        return self.http.post(address, data={**hidden, **fields}, headers=headers)


@contextmanager
def visiting(gateways: Gateways, name: str) -> Iterator[Visitor]:
    """A browser of this subject's, new, until the block ends."""
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as http:
        yield Visitor(gateways, gateways.named[name], gateways.secrets[name], http)
