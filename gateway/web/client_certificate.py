"""Which certificate the client of a request has shown: to us by TLS, or to the one proxy that is believed.

Source: RFC 8705 §3, RFC 9440 §4 (anybody may send such a header; only the proxy's word counts)
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.requests import Request

from gateway.identity.certificates import thumbprint_in
from gateway.setting_identity import Proxy

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


def is_proxy(request: Request, proxy: Proxy) -> bool:
    """Whether the request comes from the configured proxy: from its address, and with its secret."""
    if not proxy.addresses or proxy.secret is None or request.client is None:
        return False
    secrets = request.headers.getlist("gateway-proxy-secret")
    if len(secrets) != 1 or not _is_within(request.client.host, proxy.addresses):
        return False
    return hmac.compare_digest(secrets[0].encode(), proxy.secret.get_secret_value().encode())


def _is_within(host: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address  # a socket for both families names IPv4 peers in IPv6
    return any(plain in ip_network(network) for network in networks)
