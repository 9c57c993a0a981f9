"""The command as a whole: what its help tells, and how wrong usage ends."""

from __future__ import annotations

import pytest


def test_help_tells_the_exit_codes(creditgraph):
    for arguments in (("--help",), ("check", "--help"), ("serve", "--help"), ("catalog", "check", "--help")):
        ended = creditgraph(*arguments)
        assert ended.code == 0
        assert "Exit codes:" in ended.out


@pytest.mark.parametrize("arguments", [("nonsense",), ("check",), ("catalog", "check", "--nonsense"), ()])
def test_wrong_usage_ends_with_2(creditgraph, arguments):
    ended = creditgraph(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("group", ["", "audit", "inquiries", "consents", "keys", "orgs", "callers", "policy"])
def test_what_a_command_is_for_is_told_whole(creditgraph, group):
    listed = creditgraph(*filter(None, (group,)), "--help").out
    assert "Commands:" in listed
    assert "..." not in listed.split("Commands:")[1]


def test_long_lists_of_words_do_not_stand_where_one_word_is_meant(creditgraph):
    assert "--rule RULE" in creditgraph("audit", "alerts", "--help").out
    assert "--purpose PURPOSE" in creditgraph("inquiries", "withhold", "--help").out
