"""A verified token becomes a caller by the register, and stops being one when the register says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.identity.callers import CallerDesk
from gateway.identity.presented import TokenFacts
from gateway.identity.tokens import TokenRefused
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_book import identity_of
from gateway.registers.callers_entry import Binding, Client, Officer, Organisation
from gateway.registers.engine import open_engine
from schema.vocabulary.caller import Caller, CallerClass
from tests.builders import NOW, SOME_CODE

BANK = Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION, agreements={"1": frozenset({"A", "B"})})
CORE = Client("core", "bank", scopes=frozenset({"credit:read", "consents:read"}))
OUTSIDE = Client("outer", "bank", issuer="elsewhere")
OWN = Client("own", subject=SOME_CODE, scopes=frozenset({"credit:read"}))
CLERK = Officer("bank", "17", frozenset({"B", "C"}))
FACTS = TokenFacts(
    "",
    "core",
    "jti-1",
    scopes=frozenset({"credit:read", "graph.introspect"}),
    grant="grant-1",
    officer="17",
    consents=frozenset({"c-1"}),
    bound_to=frozenset({SOME_CODE}),
    key="thumbprint",
)


@pytest.fixture
async def register(sqlite_url):
    engine = open_engine(sqlite_url)
    register = CallersRegister(engine)
    await register.start()
    await register.put([BANK, CORE, OUTSIDE, OWN, CLERK], at=NOW)
    yield register
    await engine.dispose()


@pytest.fixture
def desk(register):
    return CallerDesk(register)


async def test_a_caller_is_what_token_and_register_have_in_common(desk):
    assert desk.caller_of(FACTS) == Caller(
        CallerClass.FINANCIAL_INSTITUTION,
        "core",
        organisation="bank",
        scopes=frozenset({"credit:read"}),
        officer_items=frozenset({"B"}),
        officer="17",
        unit_items=frozenset({"A", "B"}),
        consents=frozenset({"c-1"}),
        bound_to=frozenset({SOME_CODE}),
        token_names=frozenset({"jti-1", "grant-1"}),
    )


async def test_a_token_of_a_subject_or_without_a_grant(desk):
    caller = desk.caller_of(TokenFacts("", "own", "jti-2", scopes=frozenset({"credit:read"}), key="thumbprint"))
    assert (caller.caller_class, caller.own_subject) == (CallerClass.SUBJECT_SELF, SOME_CODE)
    assert caller.token_names == {"jti-2"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"client_id": "nobody"}, "the client is not registered here"),
        ({"issuer": "elsewhere"}, "the client is not registered here"),
        ({"client_id": "outer"}, "the client is not registered here"),
        ({"officer": "18"}, "the officer is not registered here"),
    ],
)
async def test_unknown_ones_are_refused(desk, change, sentence):
    with pytest.raises(TokenRefused, match=sentence) as caught:
        desk.caller_of(replace(FACTS, **change))
    assert caught.value.error == "invalid_token"


@pytest.mark.parametrize("entry", [BANK, CORE, CLERK])
async def test_a_suspension_ends_what_was_known(desk, register, entry):
    caller = desk.caller_of(FACTS)
    assert desk.is_current(caller)
    epoch = desk.epoch
    await register.suspend(identity_of(entry), at=NOW)
    assert desk.epoch == epoch + 1
    with pytest.raises(TokenRefused, match="suspended"):
        desk.caller_of(FACTS)
    assert not desk.is_current(caller)
    await register.resume(identity_of(entry), at=NOW)
    assert desk.caller_of(FACTS) == caller


async def test_a_client_whose_scopes_shrink_takes_its_tokens_along(desk, register):
    caller = desk.caller_of(FACTS)
    await register.put([replace(CORE, scopes=frozenset({"consents:read"}))], at=NOW)
    assert desk.caller_of(FACTS).scopes == frozenset()
    assert not desk.is_current(caller)


async def test_callers_are_remembered_while_the_epoch_stays(register):
    desk = CallerDesk(register, remembered=2)
    first = desk.caller_of(FACTS)
    assert desk.caller_of(replace(FACTS)) is first
    others = [replace(FACTS, token_id=str(number)) for number in range(2)]
    for facts in others:
        desk.caller_of(facts)
    assert desk.caller_of(FACTS) is not first
    kept = desk.caller_of(FACTS)
    await register.put([replace(CLERK, officer_id="18")], at=NOW)
    assert desk.caller_of(FACTS) is not kept


async def test_the_desk_knows_only_who_may_ask(desk, register):
    assert desk.client("core") == CORE
    assert desk.client("own") == OWN
    assert desk.organisation("bank") == BANK
    assert desk.officer("bank", "17") == CLERK
    assert (desk.client("x"), desk.organisation("x"), desk.officer("bank", "x")) == (None, None, None)
    await register.suspend(identity_of(CLERK), at=NOW)
    assert desk.officer("bank", "17") is None
    await register.resume(identity_of(CLERK), at=NOW)
    await register.suspend(identity_of(BANK), at=NOW)
    assert (desk.client("core"), desk.organisation("bank"), desk.officer("bank", "17")) == (None, None, None)
    await register.suspend(identity_of(OWN), at=NOW)
    assert desk.client("own") is None


async def test_the_desk_follows_another_process(desk, sqlite_url):
    engine = open_engine(sqlite_url)
    other = CallersRegister(engine)
    await other.start()
    await other.suspend(identity_of(CORE), at=NOW)
    await engine.dispose()
    assert desk.client("core") is not None
    assert (await desk.fresh()) is desk.book
    assert desk.client("core") is None


@pytest.mark.parametrize(
    ("binding", "shown", "is_believed"),
    [
        (Binding.DPOP, {"key": "thumbprint"}, True),
        (Binding.DPOP, {"certificate": "thumbprint"}, False),
        (Binding.DPOP, {}, False),
        (Binding.MTLS, {"certificate": "thumbprint"}, True),
        (Binding.MTLS, {"key": "thumbprint"}, False),
        (Binding.NONE, {}, True),
        (Binding.NONE, {"key": "thumbprint"}, True),
    ],
)
async def test_a_client_has_no_unbound_tokens_if_it_is_registered_so_whoever_gave_them(
    desk, register, binding, shown, is_believed
):
    await register.put([replace(OUTSIDE, binding=binding)], at=NOW)
    facts = TokenFacts("elsewhere", "outer", "jti-3", **shown)
    if is_believed:
        assert desk.caller_of(facts).client_id == "outer"
        return
    with pytest.raises(TokenRefused, match="have to be bound"):
        desk.caller_of(facts)
