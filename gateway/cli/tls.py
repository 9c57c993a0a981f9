"""TLS for the gateway's own port, from the files that the settings name."""

from __future__ import annotations

import ssl

from gateway.settings import Server


class TlsFault(Exception):
    """The files cannot be used; the message is one sentence without what stands in them."""


def tls_context(server: Server) -> ssl.SSLContext | None:
    """What the port speaks; None for plain HTTP.

    Clients are asked for a certificate if authorities are named, and may leave it: whoever needs one is told by the
    token (RFC 8705 §3), everybody else is served without.

    Errors:  TlsFault
    """
    if server.tls_certificate is None and server.tls_key is None and server.tls_client_authorities is None:
        return None
    if server.tls_certificate is None or server.tls_key is None:
        raise TlsFault("TLS needs both `server.tls_certificate` and `server.tls_key`")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 and above, ciphers as Python's authors keep them
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(server.tls_certificate, server.tls_key, password=lambda: "")
    except (OSError, ValueError) as error:  # nobody is there to type a password
        raise TlsFault("the certificate or the key that `server` names cannot be used together for TLS") from error
    if server.tls_client_authorities is not None:
        try:
            context.load_verify_locations(server.tls_client_authorities)
        except (OSError, ValueError) as error:
            raise TlsFault("the certificates in `server.tls_client_authorities` cannot be used") from error
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
