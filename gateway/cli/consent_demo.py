"""The walk through a consent, whole: asked for, given, used, rested, used up and taken back, or refused.

Everything goes over HTTP to a running demo, and the walk ends where a step does not go as it should.
"""

from __future__ import annotations

import httpx

from gateway.cli import consent_asked as asked
from gateway.cli import consent_used as used
from gateway.cli.consent_asked import Answering
from gateway.cli.consent_walk import Walk
from gateway.cli.sandbox_file import ConsentCast
from gateway.cli.walk_text import Narrator


def walk_through(cast: ConsentCast, http: httpx.Client, tell: Narrator, *, answering: Answering) -> bool:
    """Walk; returns whether the subject agreed.

    Errors:  StepFailed, PageUnexpected, OAuthTrouble; httpx.HTTPError; KeyFault if the app's key cannot be used
    """
    walk = Walk(cast, http, tell)
    asked.keys(walk)
    code = asked.answered(walk, asked.push(walk), answering)
    if not code:
        used.kept(walk, "REJECTED")
        return False
    before = asked.token(walk, code)
    used.first_look(walk, before)
    used.stolen(walk, before)
    used.stranger(walk, before)
    used.rested(walk, before)
    after = used.renewed(walk, before)
    used.used_up(walk, after)
    used.reused(walk, before, after)
    used.revoked(walk)
    used.kept(walk, "REVOKED")
    return True
