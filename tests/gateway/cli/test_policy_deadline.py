"""A duty's last day, as an official would ask for it."""

from __future__ import annotations

import pytest

from tests.gateway.web.graphiql_stage import _EXAMPLE

DAYS = ("policy", "deadline")


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("D-TJ-43a", "2025-09-29", "2025-10-10"),  # three working days over National Day
        ("D-HL-38b", "2026-02-12", "2026-02-14"),  # two, the second a Saturday that is worked
        ("D-HL-46", "2024-12-31", "2025-02-28"),  # two months end on the last day of a shorter month
    ],
)
def test_the_last_day_is_told(creditgraph, code, start, due):
    ended = creditgraph(*DAYS, code, "--from", start, "--json")
    assert (ended.code, ended.json["due"], ended.json["isProvisional"]) == (0, due, False)


def test_days_of_an_inspection_do_not_count_and_an_open_one_stops_the_clock(creditgraph):
    paused = creditgraph(*DAYS, "D-TJ-43a", "--from", "2025-03-03", "--suspended", "2025-03-04..2025-03-05", "--json")
    assert paused.json["due"] == "2025-03-10"
    stopped = creditgraph(*DAYS, "D-TJ-43a", "--from", "2025-03-03", "--suspended", "2025-03-04..", "--json")
    assert (stopped.code, stopped.json["due"], stopped.json["stoppedSince"]) == (1, None, "2025-03-04")


def test_beyond_the_announced_calendar_the_day_is_provisional(creditgraph):
    ended = creditgraph(*DAYS, "D-TJ-43a", "--from", "2027-01-04")
    assert ended.code == 0
    assert "provisional" in ended.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("D-TJ-1", "--from", "2025-03-03"), "`D-TJ-1` is no duty of TJ"),
        (("D-XX-1", "--from", "2025-03-03"), "no jurisdiction has the code `XX`"),
        (("D-TJ-43a", "--from", "tomorrow"), "a day is written"),
        (("D-TJ-43a", "--from", "2025-03-03", "--suspended", "2025-03-04"), "a day is written"),
        (("D-LN-30", "--from", "2025-03-03"), "the text of LN 37 has lost the number"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_in_a_line(creditgraph, arguments, sentence):
    ended = creditgraph(*DAYS, *arguments)
    assert ended.code == 2
    assert sentence in ended.err


def test_a_limit_that_the_state_sets_has_no_day(creditgraph):
    configured = ("--configure", "LN.decision_other_unit.unit=5wd")
    ended = creditgraph(*DAYS, "D-LN-39a", "--from", "2025-03-03", *configured)
    assert ended.code == 1
    assert "the state sets this limit" in ended.out


def test_the_operators_own_days_come_from_the_settings_or_the_command_line(creditgraph, tmp_path):
    """A notice may move what is worked: a Monday off makes three working days end a day later."""
    days = tmp_path / "calendar.toml"
    days.write_text(
        '[[day]]\ndate = 2025-03-04\nis_working = false\nbecause = "a notice of the test"\n', encoding="utf-8"
    )
    settings = tmp_path / "settings.toml"
    example = _EXAMPLE.read_text("utf-8")
    settings.write_text(
        example.replace('#? calendar_overrides = "calendar.toml"', f'calendar_overrides = "{days}"'), encoding="utf-8"
    )
    plain = creditgraph(*DAYS, "D-TJ-43a", "--from", "2025-03-03", "--json")
    assert plain.json["due"] == "2025-03-06"
    for given in (("--calendar", str(days)), ("--settings", str(settings))):
        assert creditgraph(*DAYS, "D-TJ-43a", "--from", "2025-03-03", *given, "--json").json["due"] == "2025-03-07"
