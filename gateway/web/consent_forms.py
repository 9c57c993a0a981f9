"""What a browser sends to the consent page: its address, its forms, its cookie, and whether the page itself sent it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.web.consent_question import Trouble
from gateway.web.consent_words import Language

LONGEST_BODY: Final = 16 * 1024
SLOWEST_BODY_S: Final = 5.0
_MOST_FIELDS: Final = 40
_LONGEST_VALUE: Final = 512
_LONGEST_QUERY: Final = 4096
_FORM: Final = re.compile(r"application/x-www-form-urlencoded\s*(;.*)?", re.IGNORECASE)
_NEEDED: Final = frozenset({"client_id", "request_uri"})
_REPEATED: Final = frozenset({"notice"})
_LANGUAGES: Final = frozenset({"", *Language})


class PageTrouble(Exception):
    """The page that was wanted cannot be shown."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Which request a page is about (RFC 9126 §4), and what language was chosen; "" for none."""

    client_id: str
    request_uri: str
    language: str = ""

    @property
    def query(self) -> str:
        """As it stands behind the question mark, without the language."""
        return urlencode({"client_id": self.client_id, "request_uri": self.request_uri})

    @property
    def key(self) -> str:
        """What a session for it is kept under: a digest, because whoever knows the address may open the page."""
        return sha256(self.query.encode()).hexdigest()

    @property
    def fields(self) -> Mapping[str, str]:
        """As a form repeats it."""
        return {"client_id": self.client_id, "request_uri": self.request_uri}


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form that was sent."""

    address: PageAddress
    fields: Mapping[str, str]
    """Every other field but the notices, each once."""
    notices: frozenset[str]
    """Values of the boxes that were ticked."""


def address_of(request: Request) -> PageAddress:
    """The address's two parameters, and a language besides; anything more or less is refused.

    Errors:  PageTrouble PARAMETERS
    """
    query = request.url.query
    try:
        fields = _fields(query if len(query) <= _LONGEST_QUERY else "")
        return _address(dict(fields), len(fields))
    except ValueError as error:
        raise PageTrouble(Trouble.PARAMETERS) from error


async def form_of(request: Request) -> PageForm:
    """The form of a page of ours; raises PageTrouble MALFORMED, or ClientDisconnect."""
    if not _FORM.fullmatch(request.headers.get("content-type", "").strip()):
        raise PageTrouble(Trouble.MALFORMED)
    try:
        fields = _fields((await _body(request)).decode("ascii"))
        once = [(name, value) for name, value in fields if name not in _REPEATED]
        values = dict(once)
        named = {name: values.pop(name) for name in (*_NEEDED, "lang") if name in values}
        address = _address(named, len(once) - len(values))
    except ValueError as error:
        raise PageTrouble(Trouble.MALFORMED) from error
    return PageForm(address, values, frozenset(value for name, value in fields if name in _REPEATED))


def check_sender(request: Request, origin: str) -> None:
    """Refuse what another site has sent; raises PageTrouble CROSS_SITE.

    Every browser tells either header with a form that is posted; one that tells neither is none.
    Source:  Fetch §3.2 (`Origin`), Fetch Metadata §2.3 (`Sec-Fetch-Site`)
    """
    stated, site = request.headers.getlist("origin"), request.headers.getlist("sec-fetch-site")
    if (not stated and not site) or stated not in ([], [origin]) or site not in ([], ["same-origin"]):
        raise PageTrouble(Trouble.CROSS_SITE)


def origin_of(address: str) -> str:
    """Scheme, host and port, as a browser writes them in `Origin` and as a policy may name them."""
    parts = urlsplit(address)
    port = "" if parts.port is None or parts.port == _PORTS.get(parts.scheme) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie that holds a session; each request has one of its own, so that two pages can stand open."""

    is_secure: bool
    lifetime_s: int

    def read(self, request: Request, key: str) -> str:
        """The session's secret; "" without one."""
        return request.cookies.get(self._name(key), "")

    def give(self, response: Response, key: str, session: str) -> None:
        """Have the browser keep it."""
        self._set(response, key, session, lifetime_s=self.lifetime_s)

    def take_back(self, response: Response, key: str) -> None:
        """Have the browser forget it."""
        self._set(response, key, "", lifetime_s=0)

    def _set(self, response: Response, key: str, session: str, *, lifetime_s: int) -> None:
        response.set_cookie(
            self._name(key), session, max_age=lifetime_s, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )

    def _name(self, key: str) -> str:
        """`__Host-` keeps neighbours under the same domain from setting it (RFC 6265bis §4.1.3.2)."""
        name = f"creditgraph-consent-{key[:16]}"
        return f"__Host-{name}" if self.is_secure else name


def _fields(text: str) -> Sequence[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS)


def _address(fields: Mapping[str, str], stated: int) -> PageAddress:
    """Raises ValueError unless both parameters are there, nothing unknown besides, and each once."""
    language = fields.get("lang", "")
    if fields.keys() - {"lang"} != _NEEDED or len(fields) != stated or language not in _LANGUAGES:
        raise ValueError("these are not the parameters of the page")
    address = PageAddress(fields["client_id"], fields["request_uri"], language)
    if not all(0 < len(value) <= _LONGEST_VALUE for value in address.fields.values()):
        raise ValueError("a parameter of the page is empty or too long")
    return address


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise PageTrouble(Trouble.MALFORMED)
    except TimeoutError as error:
        raise PageTrouble(Trouble.MALFORMED) from error
    return body
