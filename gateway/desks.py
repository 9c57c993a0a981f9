"""Who asks, and with whose word: the registers of callers, consents and slips, opened and wired to those who use them.

Everything here serves one database and one cache; several gateways on both agree with each other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from gateway.identity.caller_checks import public_key_faults
from gateway.identity.callers import CallerDesk
from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.dpop import ProofReader, ProofRules
from gateway.identity.issuer import AuthorizationServer
from gateway.identity.key_ring import KeyRing
from gateway.identity.oauth_ports import Ports
from gateway.identity.outside import outside_issuers
from gateway.identity.sign_in import SignInDesk, SignInRules
from gateway.identity.statements import StatementSigner
from gateway.identity.tokens import TokenVerifier
from gateway.identity.trust import TokenRules, TrustedIssuer
from gateway.pipeline.inquiry_export import InquiryTeller
from gateway.registers.accounts import AccountRegister
from gateway.registers.callers import CallersRegister
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_counting import Use
from gateway.registers.engine import RegisterEngine, RegisterFault
from gateway.registers.log_reading import SubjectReader
from gateway.registers.quotas import Quotas
from gateway.registers.slips import SlipRegister
from gateway.registers.standing import StandingRegister
from gateway.registers.subject_keys import SubjectKeys
from gateway.registers.tally import Tally, open_tally
from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selectors
from gateway.rights.consents import ConsentDesk, DeskRules
from gateway.rights.inquiries import InquiryDesk
from gateway.settings import Settings
from policies.evidence import Standing
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId

_LOG = logging.getLogger("creditgraph.desks")
_SWEEP_EVERY_S: Final = 3600.0


class OurBooks:
    """What judgement asks our registers; satisfies `gateway.pipeline.gather.Books`."""

    def __init__(self, standing: StandingRegister, consents: ConsentRegister) -> None:
        self._standing = standing
        self._consents = consents

    async def standing(
        self, subjects: Collection[SubjectId], caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        """As the register of standing says."""
        return await self._standing.standing(subjects, caller, now=now)

    async def count_use(self, uses: Collection[Use]) -> frozenset[Use]:
        """As the register of consents counts."""
        return await self._consents.count_use(uses)


@dataclass(frozen=True, slots=True)
class Desks:
    """All of it, open."""

    keys: KeyRing
    callers: CallerDesk
    consents: ConsentDesk
    subject_keys: SubjectKeys
    teller: InquiryTeller
    books: OurBooks
    verifier: TokenVerifier
    counting: Quotas
    server: AuthorizationServer
    sign_in: SignInDesk


@asynccontextmanager
async def open_desks(
    settings: Settings, engine: RegisterEngine, *, catalog: Callable[[], Catalog], clock: Callable[[], datetime]
) -> AsyncIterator[Desks]:
    """Open the registers, follow the keys and the issuers, and close all when the block ends.

    Errors:  KeyFault, RegisterFault
    """
    identity, exceptions = settings.identity, frozenset(settings.catalog.code_exceptions)
    keys = KeyRing(identity.keys)
    async with AsyncExitStack() as rooms:
        tally = open_tally(
            settings.cache.url.get_secret_value(),
            settings.cache.key.get_secret_value().encode(),
            lambda: clock().timestamp(),
            patience_s=settings.cache.tally_timeout.total_seconds(),
        )
        rooms.push_async_callback(tally.aclose)
        callers = CallerDesk(await _callers(engine))
        slips = SlipRegister(engine)
        await slips.start()
        accounts = AccountRegister(engine)
        await accounts.start()
        papers = ConsentPapers(keys, identity.issuer)
        written = ConsentRegister(engine, papers.read, passes_over=True)
        await written.start()
        rooms.push_async_callback(written.aclose)
        standing = StandingRegister(engine, callers=callers, read=papers.read)
        await standing.start()
        rooms.push_async_callback(standing.aclose)
        outside = await rooms.enter_async_context(outside_issuers(identity.outside))
        proofs = _proofs(settings, tally)
        verifier = _verifier(settings, keys, outside, proofs)
        rooms.push_async_callback(verifier.aclose)  # before the wire to the issuers outside closes
        consents = ConsentDesk(written, papers, callers, catalog, DeskRules(settings.consents, exceptions))
        subject_keys = SubjectKeys(engine, settings.audit.subject_key.get_secret_value().encode())
        await subject_keys.start()
        teller = await inquiry_teller(settings, engine, TellersBooks(callers, consents, keys, subject_keys))
        sign_in = _sign_in(settings, accounts, slips, tally)
        rooms.callback(sign_in.close)
        counting = Quotas(tally, settings.quotas)
        server = AuthorizationServer(Ports(callers, keys, slips, tally, proofs, consents, counting), identity)
        await _follow(rooms, keys.watch(identity.keys_refresh.total_seconds()))
        await _follow(rooms, _sweep(server, clock))
        yield Desks(
            keys=keys,
            callers=callers,
            consents=consents,
            subject_keys=subject_keys,
            teller=teller,
            books=OurBooks(standing, written),
            verifier=verifier,
            counting=counting,
            server=server,
            sign_in=sign_in,
        )


@dataclass(frozen=True, slots=True)
class TellersBooks:
    """What stands open already where inquiries are told."""

    callers: CallerDesk
    consents: ConsentDesk
    keys: KeyRing
    subject_keys: SubjectKeys


async def inquiry_teller(settings: Settings, engine: RegisterEngine, books: TellersBooks) -> InquiryTeller:
    """Tells inquiries from the log in this database; raises RegisterFault."""
    withheld = WithholdingRegister(engine)
    await withheld.start()
    selectors = Selectors(settings.audit.subject_key.get_secret_value().encode())
    desk = InquiryDesk(SubjectReader(engine), books.subject_keys, withheld, selectors)
    signer = StatementSigner(books.keys)
    return InquiryTeller(desk, books.consents, books.callers.organisation_name, signer, settings.identity.issuer)


async def _callers(engine: RegisterEngine) -> CallersRegister:
    register = CallersRegister(engine, check_keys=public_key_faults)
    await register.start()
    return register


def _proofs(settings: Settings, tally: Tally) -> ProofReader:
    identity = settings.identity
    rules = ProofRules(
        lifetime_s=identity.proof_lifetime.total_seconds(),
        leeway_s=identity.leeway.total_seconds(),
        asks_nonce=identity.proof_nonces,
        longest=identity.token_size,
    )
    secret = settings.cursors.key.get_secret_value().encode()
    return ProofReader(rules, tally, blake2b(key=secret, person=b"proof-nonces", digest_size=32).digest())


def _verifier(
    settings: Settings, keys: KeyRing, outside: Sequence[TrustedIssuer], proofs: ProofReader
) -> TokenVerifier:
    """The built-in issuer's tokens are believed only where it serves."""
    identity = settings.identity
    rules = TokenRules(
        leeway_s=identity.leeway.total_seconds(),
        longest=identity.token_size,
        remembered=identity.cached_tokens,
        code_exceptions=frozenset(settings.catalog.code_exceptions),
    )
    own = [TrustedIssuer("", identity.issuer, identity.audience, keys)] if identity.built_in else []
    return TokenVerifier([*own, *outside], rules, proofs)


def _sign_in(settings: Settings, accounts: AccountRegister, slips: SlipRegister, tally: Tally) -> SignInDesk:
    rules = SignInRules(settings.identity.page_lifetime, frozenset(settings.catalog.code_exceptions))
    return SignInDesk(accounts, slips, rules=rules, once=tally)


async def _follow(rooms: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Let it run beside the requests until the rooms close."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    rooms.push_async_callback(end)


async def _sweep(server: AuthorizationServer, clock: Callable[[], datetime]) -> None:
    """Delete what has ended, now and then; where that fails the next time will do."""
    while True:
        await asyncio.sleep(_SWEEP_EVERY_S)
        try:
            await server.sweep(clock())
        except RegisterFault as fault:
            _LOG.warning("slips that have ended stay for now: %s", fault)
