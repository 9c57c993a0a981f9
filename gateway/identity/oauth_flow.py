"""Decides about token requests and authorization requests on Authlib's core; only modules of this name touch it.

Authlib is untyped, synchronous, logs the tokens it is given and repeats what a request says. So it only decides, in
memory, on facts that were gathered before: who the client is, and the slip that its code or refresh token stands for.
Tokens are made elsewhere, and every sentence is ours.

Source: RFC 6749, RFC 7636, RFC 9126, FAPI 2.0 Security Profile §5.3.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Request
from authlib.oauth2.rfc7636 import CodeChallenge

from gateway.identity.oauth_refusal import OAuthRefused
from gateway.registers.callers_entry import Client
from gateway.registers.slips import Slip

CHALLENGE_METHOD: Final = "S256"

_PROVEN: Final = "proven_before"  # who the client is was found out before Authlib is asked
_SECURE_ADDRESS: Final = "https://oauth.invalid/"  # where TLS ends is not this module's matter
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known about a request before it is decided."""

    form: Mapping[str, str]
    client: Client
    """Who has proved to be its sender, and may ask."""
    slip: Slip | None = None
    """What the code or refresh token in it stands for, if that can be taken now."""


def token_scopes(gathered: Gathered) -> frozenset[str]:
    """The scopes that a token may have which is asked for in this way.

    Errors:  OAuthRefused
    """
    if not gathered.form.get("grant_type"):
        raise OAuthRefused("invalid_request")
    server = FlowServer(gathered)
    for grant, extensions in ((_Credentials, None), (_Code, [_Challenge()]), (_Refresh, None)):
        server.register_grant(grant, extensions)
    _decided(server.create_token_response, FlowRequest(gathered))
    asked = frozenset(gathered.form.get("scope", "").split())
    held = gathered.client.scopes
    granted = held if gathered.slip is None else held & frozenset(gathered.slip.body["scopes"])
    if not asked <= granted:  # a refresh token remembers scopes that the client may have lost since
        raise OAuthRefused("invalid_scope")
    return asked or granted


def authorization_scopes(gathered: Gathered) -> frozenset[str]:
    """The scopes for which a subject may be asked by this request to push an authorization request.

    Errors:  OAuthRefused
    """
    form = gathered.form
    if form.keys() & {"request", "request_uri"} or form.get("response_mode", "query") != "query":
        raise OAuthRefused(
            "invalid_request", "an authorization request is pushed as plain parameters, answered by query"
        )
    if not form.get("response_type"):
        raise OAuthRefused("invalid_request")
    server, request = FlowServer(gathered), FlowRequest(gathered)
    server.register_grant(_Code, [_Challenge()])
    _raised(lambda: server.get_authorization_grant(request).validate_authorization_request())
    return frozenset(form.get("scope", "").split()) or gathered.client.scopes


class FlowClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A client as Authlib wants to ask it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Whether this is how clients are authenticated."""
        return method == _PROVEN

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether the client may use the grant."""
        return grant_type in self.client.grants

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it is registered, as it stands."""
        return redirect_uri in self.client.redirect_uris and "#" not in redirect_uri

    def get_default_redirect_uri(self) -> None:
        """There is none: every request names its own."""

    def check_response_type(self, response_type: str) -> bool:
        """Whether the client may be answered so."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def get_allowed_scope(self, scope: str) -> str:
        """What may be asked for was checked before."""
        return scope or ""


class FlowRequest(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request as Authlib wants to read it."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__("POST", _SECURE_ADDRESS)
        self.payload = BasicOAuth2Payload(dict(gathered.form))

    @property
    def form(self) -> Mapping[str, str]:
        """The parameters."""
        form: Mapping[str, str] = self.payload.data
        return form


class FlowServer(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Authlib's server for one request: all that it could look up is in `gathered`."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__()
        self.gathered = gathered
        self.register_client_auth_method(_PROVEN, lambda _query, _request: FlowClient(gathered.client))

    def query_client(self, client_id: str) -> FlowClient | None:
        """The client, if the request names the one that it comes from."""
        client = self.gathered.client
        return FlowClient(client) if client_id == client.client_id else None

    def validate_requested_scope(self, scope: str | None) -> None:
        """The client has to hold each."""
        if not frozenset((scope or "").split()) <= self.gathered.client.scopes:
            raise InvalidScopeError

    def generate_token(self, *_arguments: Any, **_options: Any) -> dict[str, str]:
        """Nothing, as Authlib logs what it is given here."""
        return {}

    def save_token(self, token: object, request: object) -> None:
        """Tokens are not kept: they carry what they say."""

    def send_signal(self, name: str, *_arguments: Any, **_options: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: FlowRequest) -> FlowRequest:
        """It is one already."""
        return request

    def handle_response(self, status: int, body: Any, _headers: object) -> tuple[int, Mapping[str, Any]]:
        """The answer as values."""
        return status, dict(body)


class _Given:
    """A slip as Authlib wants to ask a code or refresh token."""

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        self.code_challenge = slip.body.get("challenge")
        self.code_challenge_method = CHALLENGE_METHOD

    def get_redirect_uri(self) -> str:
        return str(self.slip.body["redirect_uri"])

    def get_scope(self) -> str:
        return " ".join(self.slip.body["scopes"])

    def check_client(self, client: FlowClient) -> bool:
        return bool(self.slip.body["client_id"] == client.client.client_id)


class _Credentials(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (_PROVEN,)


class _Code(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (_PROVEN,)

    @staticmethod
    def validate_authorization_redirect_uri(request: FlowRequest, client: FlowClient) -> str:
        asked = request.form.get("redirect_uri", "")
        if not client.check_redirect_uri(asked):
            raise InvalidRequestError  # Authlib's own would repeat the address
        return asked

    def query_authorization_code(self, _code: str, client: FlowClient) -> _Given | None:
        return _given_to(client, self.server.gathered.slip)

    def authenticate_user(self, code: _Given) -> object:
        return code.slip.body["subject"]

    def delete_authorization_code(self, _code: _Given) -> None:
        """It is taken afterwards, in the books."""


class _Refresh(RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (_PROVEN,)

    def authenticate_refresh_token(self, _token: str) -> _Given | None:
        slip = self.server.gathered.slip
        return None if slip is None else _Given(slip)

    def authenticate_user(self, token: _Given) -> object:
        return token.slip.body["subject"]

    def revoke_old_credential(self, _token: _Given) -> None:
        """It is taken afterwards, in the books."""


class _Challenge(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """S256 for everybody, and never nothing (RFC 7636 §4.2, RFC 9700 §2.1.1)."""

    DEFAULT_CODE_CHALLENGE_METHOD = None
    SUPPORTED_CODE_CHALLENGE_METHOD = (CHALLENGE_METHOD,)
    CODE_CHALLENGE_METHODS: Final = {CHALLENGE_METHOD: CodeChallenge.CODE_CHALLENGE_METHODS[CHALLENGE_METHOD]}

    def validate_code_challenge(self, grant: _Code, redirect_uri: str) -> None:
        form = grant.request.form
        if form.get("code_challenge_method") != CHALLENGE_METHOD or not _CHALLENGE.fullmatch(
            form.get("code_challenge", "")
        ):
            raise OAuthRefused("invalid_request", "a code challenge of the method S256 is needed (RFC 7636)")
        super().validate_code_challenge(grant, redirect_uri)


def _given_to(client: FlowClient, slip: Slip | None) -> _Given | None:
    given = None if slip is None else _Given(slip)
    return given if given is not None and given.check_client(client) else None


def _decided(respond: Callable[[FlowRequest], tuple[int, Mapping[str, Any]]], request: FlowRequest) -> None:
    status, answer = _raised(lambda: respond(request))
    if status != 200:
        raise OAuthRefused(str(answer.get("error")))


def _raised(decide: Callable[[], Any]) -> Any:
    try:
        return decide()
    except OAuth2Error as refusal:
        raise OAuthRefused(str(refusal.error)) from None  # its own words repeat what the request says
    except ValueError as refusal:  # Authlib does not let such characters into a sentence of its own
        raise OAuthRefused("invalid_request") from refusal
