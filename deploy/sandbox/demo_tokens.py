"""Tokens for the personas, from the gateway's own door: each client proves itself by its key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import httpx

from deploy.sandbox.demo_callers import Cast
from gateway.cli.oauth_client import Credentials, OAuthClient, OAuthTrouble
from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.identity.keys import load_key_set, signing_key


def persona_token(http: httpx.Client, address: str, cast: Cast, name: str, *, consents: Sequence[str] = ()) -> str:
    """A bearer token as this persona: for its officer, if it has one, and carrying those consents that are in force.

    Errors:  OAuthTrouble, httpx.HTTPError, KeyError for a persona without a client
    """
    persona = cast.persona(name)
    if persona.client is None:
        raise KeyError(name)
    credentials = Credentials(persona.client.client_id, signing_key(load_key_set(cast.key_file(name))))
    client = OAuthClient(http, credentials, address=address)
    form = {"grant_type": "client_credentials"}
    if persona.officer:
        form["officer"] = persona.officer.officer_id
    if not consents:
        return _token(client, form)
    try:
        return _token(client, {**form, **_naming(consents)})
    except OAuthTrouble:  # one of them was withdrawn meanwhile
        standing = [one for one in consents if _is_in_force(client, form, one)]
        return _token(client, {**form, **_naming(standing)} if standing else form)


def _naming(consents: Sequence[str]) -> Mapping[str, str]:
    named = [{"type": DETAILS_TYPE, "consent_id": one} for one in consents]
    return {"authorization_details": json.dumps(named)}


def _is_in_force(client: OAuthClient, form: Mapping[str, str], consent: str) -> bool:
    try:
        _token(client, {**form, **_naming([consent])})
    except OAuthTrouble:
        return False
    return True


def _token(client: OAuthClient, form: Mapping[str, str]) -> str:
    return str(client.token(form)["access_token"])
