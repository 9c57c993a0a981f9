"""Who is at the other end of the connection: a stranger, or the one proxy whose word about its clients is taken.

Source: RFC 9440 §4 (anybody may send such headers; they have to be kept from strangers)
"""

from __future__ import annotations

import hmac
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import Request

from gateway.setting_identity import Proxy

_WITH_PORT: Final = re.compile(r"\[(?P<v6>[^\]]+)\](:[0-9]{1,5})?|(?P<v4>[0-9.]+):[0-9]{1,5}")
"""An address as some proxies write it, with the port that the client came from."""


def is_proxy(request: Request, proxy: Proxy) -> bool:
    """Whether the request comes from the configured proxy: from its address, and with its secret."""
    if not proxy.addresses or proxy.secret is None or request.client is None:
        return False
    secrets = request.headers.getlist("gateway-proxy-secret")
    if len(secrets) != 1 or not is_within(request.client.host, proxy.addresses):
        return False
    return hmac.compare_digest(secrets[0].encode(), proxy.secret.get_secret_value().encode())


def address_of(request: Request, proxy: Proxy) -> str:
    """Where the request comes from, as text; "" if nobody knows.

    What the proxy has added to `X-Forwarded-For` stands last; what its client has sent stands before and says nothing.
    """
    if not is_proxy(request, proxy):
        return request.client.host if request.client is not None else ""
    stated = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    with_port = _WITH_PORT.fullmatch(stated)
    address = _address(stated if with_port is None else with_port["v6"] or with_port["v4"])
    return "" if address is None else str(address)


def is_within(host: str, networks: tuple[str, ...]) -> bool:
    """Whether an address is one of these networks'; what is no address is of none."""
    address = _address(host)
    return address is not None and any(address in ip_network(network) for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """A socket for both families names IPv4 peers in IPv6; here they have their own form."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
