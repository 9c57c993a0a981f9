"""Who asks: without a token the public, with no right beyond public information."""

from __future__ import annotations

import pytest

from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Inquiry, Purpose


def test_the_public_is_a_caller_without_scopes_or_a_subject_of_its_own() -> None:
    assert Caller(CallerClass.PUBLIC, client_id="") == PUBLIC_CALLER
    assert PUBLIC_CALLER.scopes == frozenset()
    assert PUBLIC_CALLER.own_subject is None


def test_an_inquiry_states_nothing_unless_it_is_said() -> None:
    assert Inquiry() == Inquiry(purpose=None, matter=None, case_reference=None)


@pytest.mark.parametrize("kind", [CallerClass, Purpose])
def test_classes_and_purposes_are_written_as_they_are_called(kind: type[CallerClass] | type[Purpose]) -> None:
    assert all(member.name == member.value == member.value.upper() for member in kind)


def test_equal_callers_are_one_key() -> None:
    """Verdicts are kept by caller class; two tokens of one client must not make two."""
    first = Caller(CallerClass.STATE_ORGAN, "a", scopes=frozenset({"x", "y"}))
    again = Caller(CallerClass.STATE_ORGAN, "a", scopes=frozenset({"y", "x"}))
    assert {first: 1}[again] == 1
