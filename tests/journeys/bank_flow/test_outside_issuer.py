"""A gateway whose callers come with tokens of an issuer elsewhere; its own authorization server is off."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from gateway.cli.oauth_client import ProofMaker, signed
from gateway.identity.keys import SigningKey, generate_key_set, signing_key
from gateway.pipeline.admit import hour
from tests.gateway.identity.issuer_stage import IssuerStage, issuer_stage
from tests.journeys.bank_flow.asking import STATUS, status_in
from tests.journeys.bank_flow.bank import DETAILS, Bank, Tokens
from tests.journeys.bank_flow.conftest import check
from tests.journeys.bank_flow.gateways_apart import Gateways, gateways_apart
from tests.journeys.gateways import PATIENCE_S, Reply
from tests.journeys.stage import Stage

PARTNER, MEANT_FOR = "https://issuer.partner.example", "https://graph.example"
SECRET = "what the partner knows the gateway by"
APP = "partner-app"


@pytest.fixture(scope="module")
def issuer(stage: Stage) -> Iterator[IssuerStage]:
    """The partner's issuer, on a port of its own."""
    with stage.backstage.opened(issuer_stage()) as opened:
        opened.keys = [a_key()]
        yield opened


@pytest.fixture(scope="module")
def gateways(stage: Stage, issuer: IssuerStage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    """One that believes it, and nobody else."""
    where = f"http://127.0.0.1:{issuer.port}"
    partner = {
        "issuer": PARTNER,
        "audience": MEANT_FOR,
        "jwks": f"{where}/jwks",
        "introspection": f"{where}/introspect",
        "client_id": "gateway",
        "client_secret": SECRET,
        "keys_floor": "1ms",
        "answers_kept": "50ms",
    }
    laid = {"identity": {"built_in": False, "outside": {"partner": partner}}}
    with gateways_apart(stage, tmp_path_factory.mktemp("outside"), laid, count=1) as opened:
        known = ("--organisation", "xn-bank", "--issuer", "partner", "--scope", "credit:read", "--binding", "none")
        opened.command("clients", "add", APP, *known)
        yield opened
        check(stage, opened)
        assert SECRET not in opened.log()


def a_key() -> SigningKey:
    """A key of the partner's."""
    return ECKey.generate_key("P-256", auto_kid=True)


@dataclass
class Partner:
    """The partner's system."""

    gateways: Gateways
    issuer: IssuerStage

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What its issuer says of a token with the consent of `clean`."""
        now, consent = int(hour().timestamp()), self.gateways.files.consents["clean"]
        bound = {"type": DETAILS, "consent_id": consent, "subject": self.gateways.named["clean"]}
        who = {"iss": PARTNER, "aud": MEANT_FOR, "sub": APP, "client_id": APP, "scope": "credit:read"}
        times = {"iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(8)}
        return who | times | {"authorization_details": [bound]} | changes

    def token(self, key: Any = None, **changes: Any) -> str:
        """Signed by its issuer's key, or another one."""
        signs = key or self.issuer.keys[0]
        return signed({"typ": "at+jwt", "kid": signs.kid}, self.claims(**changes), signs)

    def opaque(self, **changes: Any) -> str:
        """A token that says nothing itself."""
        name = secrets.token_urlsafe(24)
        self.issuer.active[name] = {"active": True, **self.claims(**changes)}
        return name

    def ask(self, token: str, proofs: ProofMaker | None = None) -> Reply:
        """The question for what a bank sees with the consent alone."""
        tokens = Tokens(token, "", (), {})
        return Bank(self.gateways, proofs=proofs).ask(0, tokens, STATUS, code=self.gateways.named["clean"])


@pytest.fixture
def partner(gateways: Gateways, issuer: IssuerStage) -> Partner:
    return Partner(gateways, issuer)


def test_its_tokens_are_believed_signed_or_not(partner):
    for token in (partner.token(), partner.opaque()):
        assert status_in(partner.ask(token)) == "NORMAL"
    bare = partner.ask(partner.token(authorization_details=[]))
    assert (status_in(bare), bare.codes) == (None, ["CONSENT_REQUIRED"])
    headers, form = partner.issuer.questions[0]
    assert headers["authorization"].startswith("Basic ")
    assert form["token_type_hint"] == "access_token"


def test_its_tokens_can_be_bound_to_a_key_of_their_holder(partner):
    proofs = ProofMaker(signing_key(generate_key_set()))
    for make in (partner.token, partner.opaque):
        token = make(cnf={"jkt": proofs.thumbprint})
        assert partner.ask(token).status == 401
        told = partner.ask(token, proofs)
        if told.status == 401:  # the first proof brings the nonce
            assert 'error="use_dpop_nonce"' in told.headers["www-authenticate"]
            proofs.nonce = told.headers["dpop-nonce"]
            told = partner.ask(token, proofs)
        assert status_in(told) == "NORMAL"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "https://other.example"},
        {"client_id": "bank", "sub": "bank"},  # the built-in issuer's
        {"client_id": "nobody", "sub": "nobody"},
        {"exp": 1},
    ],
    ids=["issuer", "audience", "client of another issuer", "unknown client", "expired"],
)
def test_what_does_not_hold_is_refused(partner, changes):
    for token in (partner.token(**changes), partner.opaque(**changes)):
        refused = partner.ask(token)
        assert (refused.status, refused.data) == (401, None)


def test_a_stranger_signs_in_vain(partner):
    assert partner.ask(partner.token(a_key())).status == 401
    assert partner.ask(secrets.token_urlsafe(24)).status == 401


def test_the_gateways_own_server_is_off_and_its_tokens_are_refused(gateways, partner):
    paths = ("/oauth/par", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/authorize")
    for path in (*paths, "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"):
        for method in ("GET", "POST"):
            assert gateways.http.request(method, gateways.at(0) + path).status_code == httpx.codes.NOT_FOUND
    assert partner.ask(gateways.files.token_made_here("bank")).status == 401


def test_a_suspension_here_stops_its_clients(gateways, partner):
    token = partner.token()
    assert partner.ask(token).status == 200
    gateways.command("clients", "suspend", APP)
    try:
        assert partner.ask(token).status == 401
    finally:
        gateways.command("clients", "resume", APP)
    assert partner.ask(token).status == 200


def test_what_it_takes_back_is_felt_as_soon_as_its_last_answer_is_old(partner):
    token = partner.opaque()
    assert partner.ask(token).status == 200
    del partner.issuer.active[token]
    ends = time.monotonic() + PATIENCE_S
    while partner.ask(token).status == 200:
        assert time.monotonic() < ends, "an answer is believed for ever"
        time.sleep(0.02)


def test_it_changes_its_keys_and_may_be_away(partner):
    before, renewed = partner.token(), a_key()
    assert partner.ask(before).status == 200
    partner.issuer.keys.insert(0, renewed)
    assert partner.ask(partner.token()).status == 200
    partner.issuer.status = 500
    try:
        for token in (partner.token(a_key()), partner.opaque()):
            away = partner.ask(token)
            assert (away.status, away.codes, away.data) == (503, ["ISSUER_UNREACHABLE"], None)
        assert partner.ask(before).status == 200
    finally:
        partner.issuer.status = 200
    assert partner.ask(partner.opaque()).status == 200
