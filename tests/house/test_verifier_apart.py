"""The verifier shares nothing with what it verifies: no module of ours but its own, and four libraries."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tests.house.rooms import HOUSE, modules

OWN = "gateway.verifier"
LIBRARIES = {"cryptography", "orjson", "rich", "typer"}


def imported() -> Iterator[str]:
    """Everything that its modules import, as the full name that stands there."""
    for path in modules("gateway/verifier"):
        for node in ast.walk(ast.parse((HOUSE / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.module, "names are absolute"
                assert not node.level, "names are absolute"
                yield node.module


def test_the_verifier_imports_itself_its_libraries_and_the_standard_library() -> None:
    others = {name for name in imported() if name != OWN and not name.startswith(f"{OWN}.")}
    assert {name.partition(".")[0] for name in others} <= LIBRARIES | sys.stdlib_module_names
    assert any(name.startswith(f"{OWN}.") for name in imported()), "the modules are found at all"


def test_the_package_above_it_brings_nothing_along() -> None:
    assert (HOUSE / "gateway" / "__init__.py").read_text(encoding="utf-8").strip() == ""
