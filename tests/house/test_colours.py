"""Colour tells the room: what judges and what names never waits."""

from __future__ import annotations

import ast

from tests.house.rooms import HOUSE, modules

WAITS = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)


def test_policies_and_schema_are_synchronous_throughout() -> None:
    found = []
    for path in modules("policies", "schema"):
        tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
        found += [f"{path.as_posix()}:{node.lineno}" for node in ast.walk(tree) if isinstance(node, WAITS)]
    assert found == []
