"""A walk is told in short lines, and no secret whole."""

from __future__ import annotations

from gateway.cli.walk_text import WIDTH, Narrator, short


def test_lines_are_short_steps_are_numbered_and_nothing_steers_the_terminal():
    lines: list[str] = []
    tell = Narrator(lines.append)
    tell.step("first")
    tell.sent("a word " * 40)
    tell.back("answer\x1b[31m")
    tell.note("note")
    tell.shown('{\n  "a": 1\n}')
    tell.step("second")
    assert all(len(line) <= WIDTH for line in lines)
    assert [line for line in lines if line[:2].strip().isdigit()] == [" 1  first", " 2  second"]
    assert lines[2].startswith("    → a word")
    assert lines[3].startswith("      word a")
    assert "    ← answer [31m" in lines
    assert '        "a": 1' in lines


def test_secrets_are_shortened():
    assert short("abc") == "abc"
    assert short("a" * 40) == "a" * 12 + "…"
