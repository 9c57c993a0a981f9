"""Who is a minor (Liaoning Art. 31; the Supreme People's Court of 2017 on judgment defaulters)."""

from __future__ import annotations

import pytest

from policies.rules.minor import is_minor
from tests.builders import TODAY


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2008-06-02", True), ("2008-06-01", True), ("2008-05-31", False), ("1980-01-01", False)],
)
def test_one_is_of_age_from_the_day_after_the_eighteenth_birthday(born: str, expected: bool) -> None:
    assert is_minor({"birthDate": born}, TODAY) == expected


@pytest.mark.parametrize("person", [{}, {"birthDate": None}, {"birthDate": 2008}])
def test_a_day_that_nobody_states_shows_nothing(person) -> None:
    assert not is_minor(person, TODAY)
