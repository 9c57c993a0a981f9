"""Who asks, and with whose consent: what the token, its proof, the register and the consents cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from deploy.sandbox.demo_callers import BANK_APP
from gateway.cli.oauth_client import ProofMaker
from gateway.identity.access_tokens import Granted, TokenMaker
from gateway.identity.keys import generate_key_set, signing_key
from gateway.identity.presented import Presented, Scheme
from gateway.pipeline.admit import hour
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId
from tests.bench.clock import cpu_us, crowd
from tests.bench.inside import Inside
from tests.bench.piece import Piece

Told = TypeVar("Told")
_ADDRESS = "http://127.0.0.1/graphql"
_CACHED_US = 5.0


def caller_of(inside: Inside, token: str) -> Caller:
    """Who asks with this token."""
    house = inside.house
    return house.callers.caller_of(at_once(house.verifier.verify(Presented(token), hour().timestamp())))


def at_once(work: Coroutine[Any, Any, Told]) -> Told:
    """What comes of work that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        told: Told = done.value
        return told
    msg = "this waits for something"
    raise RuntimeError(msg)


async def identity_pieces(inside: Inside, code: str, times: int) -> AsyncIterator[Piece]:
    """Every step between the bytes of a token and a caller whose word our books know."""
    verifier, callers = inside.house.verifier, inside.house.callers
    presented, now = Presented(inside.token), hour().timestamp()

    def unseen() -> None:
        verifier._seen.clear()
        at_once(verifier.verify(presented, now))

    yield Piece("token check, first sight", cpu_us(unseen, times=times // 10), "one signature check")
    seen = cpu_us(lambda: at_once(verifier.verify(presented, now)), times=times)
    met = "met" if seen <= _CACHED_US else "NOT MET"
    yield Piece("token check, seen before", seen, f"aim: at most {_CACHED_US:g} us; here {seen:.1f}, {met}")
    facts = at_once(verifier.verify(presented, now))
    yield Piece("who that is, by the register", cpu_us(lambda: callers.caller_of(facts), times=times))
    yield await _proof(inside, times // 10)
    async for piece in _books(inside, code, times):
        yield piece


async def _proof(inside: Inside, times: int) -> Piece:
    """A token that is bound to a key: seen before, but each proof is a new one."""
    desks, now = inside.opened.desks, hour()
    key = signing_key(generate_key_set())
    proofs = ProofMaker(key)
    proofs.nonce = desks.server.nonce(now)
    granted = Granted(BANK_APP, frozenset({"credit:read"}), key=proofs.thumbprint)
    token = _maker(inside).make(granted, now=now)
    shown = [
        Presented(
            token,
            Scheme.DPOP,
            proof=proofs.proof("POST", _ADDRESS, now=now.timestamp(), token=token),
            address=_ADDRESS,
        )
        for _ in range(times)
    ]
    done = await crowd(lambda one: inside.house.verifier.verify(one, now.timestamp()), shown, width=1)
    return Piece("proof of possession (DPoP)", done.cpu_us, "one signature check, one mark against replay")


def _maker(inside: Inside) -> TokenMaker:
    maker: TokenMaker = inside.opened.desks.server._tokens
    return maker


async def _books(inside: Inside, code: str, times: int) -> AsyncIterator[Piece]:
    """The one statement for all that our books hold, with and without consents in the token."""
    books, subject = inside.house.books, SubjectId.parse(code)
    officer = caller_of(inside, inside.token)
    bank = replace(inside.opened.desks.callers.book.caller("bank"), consents=frozenset(inside.consents))
    for caller, name in ((officer, "without consents"), (bank, f"with {len(inside.consents)} consents")):
        for width in (1, 16):
            done = await crowd(
                lambda _, caller=caller: books.standing([subject], caller, now=hour()),  # type: ignore[misc]  # a default binds it
                range(max(32, times // 5)),
                width=width,
            )
            yield Piece(f"our books {name}, {width} at once", done.cpu_us)
