"""Which certificate the client of a request has shown: to us by TLS, or to the one proxy that is believed.

Source: RFC 8705 §3, RFC 9440 §4 (anybody may send such a header; only the proxy's word counts)
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from gateway.identity.certificates import thumbprint_in
from gateway.setting_identity import Proxy
from gateway.web.peer import is_proxy

EXTENSION: Final = "creditgraph.client_certificate"
"""Under this name `request_head` puts the thumbprint among the ASGI scope's extensions."""


def certificate_of(request: Request, proxy: Proxy) -> str:
    """SHA-256 thumbprint of the client's certificate, base64url without padding; "" without.

    The proxy's own certificate is nobody's but its own: where it connects, its header alone is looked at.
    """
    if is_proxy(request, proxy):
        stated = request.headers.getlist("client-cert")
        return thumbprint_in(stated[0]) if len(stated) == 1 else ""
    return str(request.scope.get("extensions", {}).get(EXTENSION, ""))
