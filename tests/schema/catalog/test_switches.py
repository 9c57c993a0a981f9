"""Limits are read strictly, and every switch has a form."""

from __future__ import annotations

import pytest

from schema.catalog.switches import NOT_SAID, SWITCH_FORMS, Limit, LimitKind, SwitchName
from schema.vocabulary.periods import Term


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("AT_ONCE", Limit(LimitKind.AT_ONCE)),
        ("STATE_RULE", Limit(LimitKind.STATE_RULE)),
        ("3wd", Limit(LimitKind.WORKING_DAYS, working_days=3)),
        ("250wd", Limit(LimitKind.WORKING_DAYS, working_days=250)),
        ("P2M", Limit(LimitKind.TERM, term=Term(months=2))),
    ],
)
def test_a_limit_reads_as_it_is_written(text: str, limit: Limit) -> None:
    assert Limit.parse(text) == limit
    assert str(limit) == text


@pytest.mark.parametrize(
    "text", ["", "0wd", "251wd", "wd", "-1wd", "1.5wd", "3 wd", "3WD", "WORKING_DAYS", "TERM", "soon", "P", "3d"]
)
def test_anything_else_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError):
        Limit.parse(text)


def test_every_switch_has_a_form_with_values() -> None:
    assert SWITCH_FORMS.keys() == set(SwitchName)
    assert all(form.values for form in SWITCH_FORMS.values())


def test_silence_of_the_law_needs_no_details() -> None:
    assert all(not form.values.get(NOT_SAID, {}) for form in SWITCH_FORMS.values())
