"""What the authorization server says about itself to anybody who asks.

Source: RFC 8414 §2, with what RFC 8705 §3.3, 9126 §5, 9207 §3, 9396 §10 and 9449 §5.1 add.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.identity.client_assertion import ASSERTION_ALGORITHMS, AUTH_METHODS
from gateway.identity.oauth_flow import CHALLENGE_METHOD
from gateway.registers.callers_entry import Grant
from gateway.setting_identity import Identity

SCOPES: Final = ("audit:read", "consents:manage", "consents:read", "credit:read", "graph.introspect")
"""Every scope that a client can hold."""


def metadata(settings: Identity) -> Mapping[str, Any]:
    """The document of RFC 8414."""
    issuer = settings.issuer
    methods, algorithms = list(AUTH_METHODS), list(ASSERTION_ALGORITHMS)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "require_pushed_authorization_requests": True,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "authorization_response_iss_parameter_supported": True,
        "grant_types_supported": [grant.value for grant in Grant],
        "code_challenge_methods_supported": [CHALLENGE_METHOD],
        "scopes_supported": list(SCOPES),
        "authorization_details_types_supported": [DETAILS_TYPE],
        "dpop_signing_alg_values_supported": algorithms,
        "tls_client_certificate_bound_access_tokens": True,
        **{
            f"{endpoint}_endpoint_auth_{what}": values
            for endpoint in ("token", "revocation", "introspection")
            for what, values in (("methods_supported", methods), ("signing_alg_values_supported", algorithms))
        },
        "ui_locales_supported": ["zh-CN", "en"],
    }
