"""The log tells exactly what the response shows, leaf by leaf, over generated documents, callers and worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given

from gateway.pipeline.seal_receipt import with_receipt
from schema.vocabulary.caller import Caller, Inquiry
from tests.corridor import ISSUER
from tests.documents import Asked
from tests.laws.record import Street, a_street, document_of, in_log, in_response, questions
from tests.logged import digests_of, receipt_says
from tests.strategies import World, callers, lawful, worlds


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with a_street(tmp_path_factory.mktemp("street")) as opened:
        yield opened


@given(questions(), callers(), worlds())
@lawful(120)
def test_what_the_response_shows_is_what_the_log_says(
    street: Street, roots: tuple[Asked, ...], asker: tuple[Caller, Inquiry], world: World
) -> None:
    reply, entry = street.ask(roots, asker, world)
    assert reply.status == 200, reply.body
    seen = in_response(roots, reply.data)
    assert {street.corridor.digest(code): shown for code, shown in seen.items()} == in_log(entry)


@given(questions(), callers(), worlds())
@lawful(40)
def test_what_broke_off_has_shown_nothing(
    street: Street, roots: tuple[Asked, ...], asker: tuple[Caller, Inquiry], world: World
) -> None:
    """The same requests, with a house that breaks after the agencies have answered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.pipeline.run.answer_body", _broken)
        with pytest.raises(ZeroDivisionError):
            street.ask(roots, asker, world)
    entry = street.last_entry()
    assert (entry["status"], entry["response"]) == (500, None)
    assert not any(in_log(entry).values())


def _broken(*_: object) -> bytes:
    raise ZeroDivisionError


@given(questions(), callers(), worlds())
@lawful(30)
def test_the_receipt_is_of_the_very_bytes(
    street: Street, roots: tuple[Asked, ...], asker: tuple[Caller, Inquiry], world: World
) -> None:
    reply, entry = street.ask(roots, asker, world)
    claims, sent = receipt_says(reply.receipt), document_of(roots).encode()
    assert (claims["req"], claims["res"]) == digests_of(reply.receipt, sent, reply.raw)
    assert (entry["request"], entry["response"]) == (claims["req"], claims["res"])
    assert (claims["jti"], claims["cat"], claims["iss"]) == (entry["id"], entry["edition"], ISSUER)
    assert reply.whole == with_receipt(reply.raw, reply.receipt)
