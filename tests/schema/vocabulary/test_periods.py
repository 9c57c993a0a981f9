"""Terms end as the Civil Code (Art. 201-202) says."""

from __future__ import annotations

from datetime import date

import pytest

from schema.vocabulary.periods import Term, ends_on, has_ended


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2023, 6, 1), "P3Y", date(2026, 6, 1)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2025, 12, 31), "P2M", date(2026, 2, 28)),
        (date(2025, 11, 30), "P3M", date(2026, 2, 28)),
        (date(2026, 1, 1), "P20D", date(2026, 1, 21)),
        (date(2026, 1, 31), "P1M1D", date(2026, 3, 1)),
    ],
)
def test_terms_end_on_the_corresponding_day(start: date, term: str, end: date) -> None:
    assert ends_on(start, Term.parse(term)) == end


@pytest.mark.parametrize("text", ["", "P", "5Y", "P5W", "P-1Y", "P1.5Y", "PT5H"])
def test_anything_else_is_no_term(text: str) -> None:
    with pytest.raises(ValueError, match="a term is written like"):
        Term.parse(text)


@pytest.mark.parametrize("text", ["P5Y", "P3M", "P1Y6M", "P20D"])
def test_terms_are_written_as_they_are_read(text: str) -> None:
    assert str(Term.parse(text)) == text


@pytest.mark.parametrize("term", ["P5Y", "P4M", "P200D", "P99999999999D"])
def test_nothing_ends_after_the_calendar(term: str) -> None:
    with pytest.raises(OverflowError):
        ends_on(date(9999, 9, 9), Term.parse(term))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2021-06-01", False),
        ("2021-05-31", True),
        ("9999-01-01", False),
        ("2026-13-01", True),
        ("soon", True),
        ("", True),
    ],
)
def test_a_term_is_over_the_day_after_its_last_and_where_nobody_can_read_its_first(start: str, expected: bool) -> None:
    assert has_ended(start, Term(years=5), date(2026, 6, 1)) == expected
