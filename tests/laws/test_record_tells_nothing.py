"""No value that was released, no code, no number and no name is found in anything that the log keeps or signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.vocabulary.caller import Caller, CallerClass, Inquiry
from tests.builders import NOW
from tests.documents import Asked
from tests.laws.marked import PERSONS, a_marked_world, all_that_is_kept, leaves
from tests.laws.record import NAMES, Street, a_street, questions, values_in
from tests.strategies import CODES, callers, lawful

TYPED = (
    f"核查 {CODES[1]} 的许可",
    "法定代表人王小明",
    "110101199003070011 与 000000197408291166",
    "13800138000",
    "wang.xm@example.test",
)
SECRETS = (*CODES, *PERSONS, *NAMES.values(), "110101199003070011", "000000197408291166", "13800138000", "wang.xm")
TYPES = frozenset({"PersonRef", "Money", "Period"})
"""What `__typename` says inside of a value."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("street")


@pytest.fixture(scope="module")
def street(folder: Path) -> Iterator[Street]:
    with a_street(folder) as opened:
        yield opened


@given(questions(), callers(), st.integers(0, 2**32), st.lists(st.sampled_from(TYPED), min_size=3, max_size=3))
@lawful(100)
def test_nothing_is_found(
    street: Street,
    folder: Path,
    roots: tuple[Asked, ...],
    asker: tuple[Caller, Inquiry],
    seed: int,
    typed: list[str],
) -> None:
    caller, stated = asker
    matter, case, workflow = typed
    reply, entry = street.ask(
        roots, (caller, replace(stated, matter=matter, case_reference=case, workflow=workflow)), a_marked_world(seed)
    )
    assert reply.status == 200
    kept = all_that_is_kept(folder)
    assert entry["id"] in kept
    values = {leaf for value in values_in(roots, reply.data) for leaf in leaves(value)} - TYPES
    assert not [value for value in (*values, *SECRETS) if value in kept]


def test_what_is_looked_for_would_be_found(street: Street, folder: Path) -> None:
    """The control: names of organisations and what may be said are there, also inside of receipts."""
    street.ask(
        (Asked("__typename"),), (Caller(CallerClass.STATE_ORGAN, "a-client", "某单位"), Inquiry(matter="年度抽查")), ()
    )
    kept = all_that_is_kept(folder)
    for word in ("a-client", "某单位", "年度抽查", '"typ":"receipts+jwt"', f'"iat":{int(NOW.timestamp())}'):
        assert word in kept
