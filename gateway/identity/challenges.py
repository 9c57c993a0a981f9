"""What a refused caller is told in `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.identity.presented import Scheme
from gateway.identity.refusals import TokenRefused
from gateway.identity.signed_text import ANNOUNCED

_ALGORITHMS: Final = f'algs="{ANNOUNCED}"'


def challenges(refusal: TokenRefused) -> Sequence[str]:
    """One challenge for each scheme that may be tried now, the one that was refused first.

    Shape:   our own sentences hold no quotation mark and no backslash, so they are quoted as they stand
    """
    told = f'{refusal.scheme} error="{refusal.error}", error_description="{refusal.description}"'
    if refusal.scheme is Scheme.DPOP:
        return (f"{told}, {_ALGORITHMS}",)
    return told, f"{Scheme.DPOP} {_ALGORITHMS}"
