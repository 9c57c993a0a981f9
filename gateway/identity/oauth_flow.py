"""The client-credentials flow (RFC 6749 §4.4) on Authlib's core; the one module that touches it.

Authlib is untyped, logs the tokens it is given and repeats what a request says. So it only decides here:
who the client is and whether the grant holds. The token is made elsewhere, and every sentence is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from gateway.identity.clients import ClientRecord, is_secret_of

AUTH_METHODS: Final = ("client_secret_basic", "client_secret_post")
GRANT_TYPE: Final = "client_credentials"

_SECURE_ADDRESS: Final = "https://token.invalid/"  # where TLS ends is not this module's matter
_ABSENT_HASH: Final = f"blake2b${'00' * 16}${'00' * 32}"
_SENTENCES: Final[Mapping[str, str]] = {
    "invalid_request": "the request is malformed, or states something twice",
    "invalid_client": "the client is unknown or its secret is wrong",
    "unauthorized_client": "the client may not use this grant",
    "unsupported_grant_type": "the only grant here is client_credentials",
    "invalid_scope": "the client does not hold this scope",
}


class TokenRequestRefused(Exception):
    """No token is given; `error` is of RFC 6749 §5.2, `description` is safe to show."""

    def __init__(self, error: str, *, status: int = 400) -> None:
        self.error = error if error in _SENTENCES else "invalid_request"
        self.description = _SENTENCES[self.error]
        self.status = status
        super().__init__(self.description)


@dataclass(frozen=True, slots=True)
class Granted:
    """This client may have a token with these scopes."""

    client: ClientRecord
    scopes: frozenset[str]


class ClientCredentialsFlow:
    """Decides about token requests."""

    def __init__(self, clients: Mapping[str, ClientRecord]) -> None:
        self._server = _Server(clients)
        self._server.register_grant(_Grant)

    def decide(self, form: Mapping[str, str], authorization: str | None) -> Granted:
        """Who may have a token.

        Shape:   `form` as sent, each name once; `authorization` is the header's value
        Errors:  TokenRequestRefused
        """
        if authorization is not None and "client_secret" in form:
            raise TokenRequestRefused("invalid_request")  # RFC 6749 §2.3: one way of authentication at a time
        if form.get("grant_type") is None:
            raise TokenRequestRefused("invalid_request")
        request = _Request(form, authorization)
        try:
            status, answer = self._server.create_token_response(request)
        except ValueError:  # credentials that are not text once decoded
            status, answer = 401, {"error": "invalid_client"}
        if status != 200:
            error = str(answer.get("error"))
            raise TokenRequestRefused(error, status=401 if error == "invalid_client" else 400)
        client: ClientRecord = request.client.record
        if authorization is not None and form.get("client_id", client.client_id) != client.client_id:
            raise TokenRequestRefused("invalid_request")
        asked = frozenset(form.get("scope", "").split())
        return Granted(client, asked or client.scopes)


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, record: ClientRecord) -> None:
        self.record = record

    def check_client_secret(self, client_secret: str) -> bool:
        return is_secret_of(client_secret, self.record.secret_hash) and self.record.is_active

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT_TYPE


class _UnknownClient(_Client):
    """Takes as long to refuse as a known one with a wrong secret."""

    def __init__(self) -> None:
        self.record = None  # type: ignore[assignment]  # never handed out: its check never holds

    def check_client_secret(self, client_secret: str) -> bool:
        is_secret_of(client_secret, _ABSENT_HASH)
        return False


class _Request(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, form: Mapping[str, str], authorization: str | None) -> None:
        headers = {} if authorization is None else {"Authorization": authorization}
        super().__init__("POST", _SECURE_ADDRESS, headers=headers)
        self.payload = BasicOAuth2Payload(dict(form))

    @property
    def form(self) -> Mapping[str, str]:
        form: Mapping[str, str] = self.payload.data
        return form


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def validate_requested_scope(self) -> None:
        held = self.request.client.record.scopes
        if not frozenset((self.request.payload.scope or "").split()) <= held:
            raise TokenRequestRefused("invalid_scope")


class _Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, clients: Mapping[str, ClientRecord]) -> None:
        super().__init__()
        self._clients = clients

    def query_client(self, client_id: str) -> _Client:
        record = self._clients.get(client_id)
        return _UnknownClient() if record is None else _Client(record)

    def generate_token(self, *_arguments: Any, **_options: Any) -> dict[str, str]:
        return {}  # Authlib logs what it is given here

    def save_token(self, token: object, request: object) -> None:
        """Tokens are not kept: they carry what they say."""

    def send_signal(self, name: str, *_arguments: Any, **_options: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: Any, _headers: object) -> tuple[int, Mapping[str, Any]]:
        return status, dict(body)
