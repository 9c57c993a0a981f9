"""What scripts, GraphiQL, the table and the consent demo need to know of a running demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from deploy.sandbox.demo_callers import Persona
from deploy.sandbox.gateway_files import GatewayFiles

_ANSWER_S = 20.0


def demo_facts(address: str, files: GatewayFiles, sandbox: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content of `sandbox.json`, with new tokens from the gateway's own door.

    Shape:   `address` is the gateway's; `sandbox` the ready line of the simulated agencies
    Errors:  OAuthTrouble, httpx.HTTPError
    """
    with httpx.Client(timeout=_ANSWER_S, trust_env=False) as http:
        personas = {one.name: _persona(one, files, http, address=address) for one in files.cast.personas}
    app = files.cast.app
    personas["subject"] = {**personas["subject"], "sign_in": files.sign_in["clean"]}
    return {
        "graphql": f"{address}/graphql",
        "graphiql": f"{address}/graphql",
        "token_endpoint": f"{address}/oauth/token",
        "fault_panel": sandbox["panel"],
        "personas": personas,
        "clients": {
            app.client_id: {
                "client_id": app.client_id,
                "key_file": str(files.cast.key_file(app.client_id)),
                "redirect_uri": app.redirect_uris[0],
                "note": "the bank's client that asks subjects for consents; its tokens are bound to its key",
            }
        },
        "subjects": sandbox["subjects"],
        "sign_in": dict(files.sign_in),
        "consents": dict(files.consents),
    }


def _persona(persona: Persona, files: GatewayFiles, http: httpx.Client, *, address: str) -> Mapping[str, str | None]:
    client = persona.client
    return {
        "token": files.token(http, address, persona.name) if client else None,
        "client_id": client.client_id if client else None,
        "key_file": str(files.cast.key_file(client.client_id)) if client else None,
        "subject": client.subject if client and client.subject else None,
        "note": persona.note,
    }
