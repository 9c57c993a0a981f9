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
