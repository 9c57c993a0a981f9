"""The graph as the walk through a consent asks it: the bank's app with a bound token, the subject with its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from gateway.cli.oauth_client import ProofMaker
from gateway.pipeline.admit import hour

QUESTION: Final = """query Rating($code: CreditCode!) @inquiry(purpose: CREDIT_GRANTING) {
  subject(code: $code) { legalPerson { registeredName paidInCapital { amount band currency } } }
}"""
"""`paidInCapital` is not public; the bank sees it, by band, by the subject's consent alone."""
_ACT: Final = "mutation Act($id: ID!) { done: %s(id: $id) { id state } }"  # one of the graph's own names
_LIST: Final = """query Consents { consents(first: 10) { edges { node {
  id state grantee { name } purposes endsOn acts { act by at } signed
} } } }"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer of the graph shows."""

    status: int
    body: Mapping[str, Any]
    challenge: str = ""
    """The `WWW-Authenticate` header."""

    @property
    def codes(self) -> Sequence[str]:
        """The codes of its errors."""
        return [str(error.get("extensions", {}).get("code", "")) for error in self.body.get("errors") or ()]

    @property
    def message(self) -> str:
        """What its first error says."""
        return str((self.body.get("errors") or [{}])[0].get("message", ""))

    @property
    def subject(self) -> Mapping[str, Any] | None:
        """The subject that was asked about."""
        found: Mapping[str, Any] | None = (self.body.get("data") or {}).get("subject")
        return found

    @property
    def capital(self) -> str:
        """The conditional field as text; "" where it was not told."""
        told = ((self.subject or {}).get("legalPerson") or {}).get("paidInCapital")
        return f"{told['amount'] or told['band']} {told['currency']}" if told else ""


@dataclass(frozen=True, slots=True)
class Graph:
    """One gateway's graph. The HTTP client stays its opener's."""

    http: httpx.Client
    address: str

    def public(self, code: str) -> Seen:
        """The question without a token."""
        return self._asked({"query": QUESTION, "variables": {"code": code}}, {})

    def bearer(self, token: str, code: str) -> Seen:
        """The question with a token and nothing else."""
        return self._asked({"query": QUESTION, "variables": {"code": code}}, {"Authorization": f"Bearer {token}"})

    def bound(self, token: str, code: str, proofs: ProofMaker) -> Seen:
        """The question with a token and a proof; once more where the proof has to repeat a nonce."""
        for _ in range(2):
            proof = proofs.proof("POST", self.address, now=hour().timestamp(), token=token)
            headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
            response = self._sent({"query": QUESTION, "variables": {"code": code}}, headers)
            is_new = proofs.hear(response)
            if not (is_new and "use_dpop_nonce" in response.headers.get("WWW-Authenticate", "")):
                break
        return _seen(response)

    def act(self, name: str, consent: str, token: str) -> Seen:
        """The subject does something with a consent: `pauseConsent`, `resumeConsent` or `revokeConsent`."""
        body = {"query": _ACT % name, "variables": {"id": consent}}
        return self._asked(body, {"Authorization": f"Bearer {token}"})

    def consents(self, token: str) -> Sequence[Mapping[str, Any]]:
        """The subject's own consents, the latest first."""
        seen = self._asked({"query": _LIST}, {"Authorization": f"Bearer {token}"})
        edges = ((seen.body.get("data") or {}).get("consents") or {}).get("edges") or ()
        return [edge["node"] for edge in edges]

    def _asked(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Seen:
        return _seen(self._sent(body, headers))

    def _sent(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
        return self.http.post(self.address, json=body, headers=dict(headers))


def _seen(response: httpx.Response) -> Seen:
    try:
        told = response.json()
    except ValueError:
        told = {}
    return Seen(
        response.status_code, told if isinstance(told, dict) else {}, response.headers.get("WWW-Authenticate", "")
    )
