"""The words for a right and for what it lacks."""

from __future__ import annotations

from policies.verdict import Effect
from schema.vocabulary.access import AccessEffect, Missing


def test_effects_are_those_of_the_judge():
    assert [effect.value for effect in AccessEffect] == [effect.name for effect in Effect]


def test_what_is_missing_is_a_closed_list_of_words_written_as_they_are_called():
    assert all(one.name == one.value for one in (*AccessEffect, *Missing))
    assert list(Missing)[-1] is Missing.NOTHING_HELPS
