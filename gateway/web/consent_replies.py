"""How the consent page leaves: its headers, its status, and where a browser may go from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.web.consent_forms import SessionCookie, origin_of
from gateway.web.consent_markup import Html
from gateway.web.consent_question import Trouble
from gateway.web.consent_view import trouble_page
from gateway.web.consent_words import Language

_STATUS: Final = {
    Trouble.OTHER_SUBJECT: 403,
    Trouble.CROSS_SITE: 403,
    Trouble.STALE: 403,
    Trouble.ANSWERED: 409,
    Trouble.TOO_MANY: 429,
    Trouble.UNAVAILABLE: 503,
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # To other sites nothing is told; without any referrer browsers would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class PageRules:
    """How the world reaches the page, and for how long it stands open."""

    public_url: str
    """Of the gateway, without a slash at its end."""
    lifetime: timedelta
    """From the first opening to the answer, as for the session."""

    @property
    def origin(self) -> str:
        """What browsers name as the sender of our forms."""
        return origin_of(self.public_url)

    @property
    def base(self) -> str:
        """The path in front of ours."""
        return urlsplit(self.public_url).path

    @property
    def cookie(self) -> SessionCookie:
        """The cookie; it needs TLS wherever the world has it."""
        return SessionCookie(self.public_url.startswith("https:"), int(self.lifetime.total_seconds()))


def shown(page: Html, status: int = 200, *, form_action: str = "'self'") -> Response:
    """A page; `form_action` lists where its forms and the redirects after them may lead (CSP3 §6.3.1)."""
    policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, status, {**_HEADERS, "Content-Security-Policy": f"{policy}; form-action {form_action}"})


def told(language: Language, trouble: Trouble, *, base: str, way_on: str = "") -> Response:
    """The plain page for what cannot be done; `way_on` is an address to go on from, "" for none."""
    page = trouble_page(language, trouble, base=base, way_on=way_on)
    response = shown(page, _STATUS.get(trouble, 400), form_action="'none'")
    if trouble is Trouble.UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


def sent_on(place: str) -> Response:
    """To another page, by GET, whatever the method was (RFC 9110 §15.4.4); where from is not told."""
    return RedirectResponse(place, 303, headers={**_HEADERS, "Referrer-Policy": "no-referrer"})


def source_of(redirect_uri: str) -> str:
    """The redirect's origin as a policy can name it; a policy knows no IPv6 addresses, so then its scheme."""
    origin = origin_of(redirect_uri)
    return f"{urlsplit(redirect_uri).scheme}:" if "[" in origin else origin
