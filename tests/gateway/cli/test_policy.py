"""`creditgraph policy` lists its commands."""

from __future__ import annotations


def test_the_commands_are_listed(creditgraph):
    assert "decide" in creditgraph("policy", "--help").out
