"""What a request brings along to say who sends it: token, proof, certificate; read, and nothing of it believed.

Source: RFC 6750 §2.1, RFC 9449 §7.1 and §4.3, RFC 8705 §3
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from gateway.identity.presented import Presented, Scheme
from gateway.identity.refusals import TokenRefused
from gateway.pipeline.identify import unauthenticated
from gateway.setting_identity import Proxy
from gateway.web.client_certificate import certificate_of

_SCHEMES: Final = {scheme.lower(): scheme for scheme in Scheme}


def read_credentials(request: Request, *, address: str, proxy: Proxy) -> Presented | None:
    """What is presented; None for a request without a token, which is the public's.

    Shape:   `address` is the one that was asked, as the world knows it; of `Authorization` there is one at most
    Errors:  Unauthenticated
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    named, _, token = header.partition(" ")
    scheme = _SCHEMES.get(named.lower())
    if scheme is None or not token.strip():
        refusal = TokenRefused("the Authorization header holds no Bearer or DPoP token", error="invalid_request")
        raise unauthenticated(refusal)
    proofs = request.headers.getlist("dpop")
    if len(proofs) > 1:
        message = "the request holds more than one proof of possession"
        raise unauthenticated(TokenRefused(message, error="invalid_dpop_proof", scheme=Scheme.DPOP))
    return Presented(
        token.strip(),
        scheme,
        proof=proofs[0] if proofs else "",
        certificate=certificate_of(request, proxy),
        method=request.method,
        address=address,
    )
