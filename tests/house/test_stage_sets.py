"""The simulated agencies share no code with the connectors that read them: a mistake of both would hide."""

from __future__ import annotations

import ast

from tests.house.rooms import HOUSE, modules

STARTS_A_GATEWAY = {
    *("demo.py", "demo_callers.py", "demo_facts.py", "demo_papers.py", "demo_standing.py", "demo_table.py"),
    *("demo_tokens.py", "gateway_files.py"),
}
OWN = ("gateway", "connectors", "policies", "schema.catalog", "schema.graph")


def test_simulated_agencies_know_the_vocabulary_and_nothing_else_of_the_house() -> None:
    found = []
    for path in modules("deploy"):
        if path.parts[1] != "sandbox" or path.name in STARTS_A_GATEWAY:
            continue
        for node in ast.walk(ast.parse((HOUSE / path).read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found += [
                f"{path.as_posix()}: {name}" for name in names if f"{name}.".startswith(tuple(f"{one}." for one in OWN))
            ]
    assert found == []
