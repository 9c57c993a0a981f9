"""One screen, one job: the ceilings of files and functions, with a list of exceptions that may only shrink."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import HOUSE, modules

FILE_CEILING = 300
FUNCTION_CEILING = 60
CORRIDOR = Path("gateway/pipeline/run.py")
CORRIDOR_CEILING = 80
EVERYWHERE = ("gateway", "connectors", "policies", "schema", "deploy", "tests")

TOO_LONG: dict[str, str] = {
    "tests/connectors/transport/test_desk.py": "cache, single flight and batching are tried in every combination",
    "tests/gateway/pipeline/test_run.py": "the corridor's stages are tried in their order, on one stage set",
    "tests/gateway/web/test_graph_endpoint.py": "every way in which bytes at the door can be wrong, in one place",
}
"""Files and functions (`path::name`) above their ceiling, each with its reason."""


def too_long() -> Iterator[str]:
    for path in modules(*EVERYWHERE):
        text = (HOUSE / path).read_text(encoding="utf-8")
        if text.count("\n") > FILE_CEILING:
            yield path.as_posix()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > FUNCTION_CEILING:
                    yield f"{path.as_posix()}::{node.name}"


def test_files_and_functions_keep_their_ceilings_but_for_the_list() -> None:
    assert set(too_long()) == set(TOO_LONG), "what became shorter leaves the list; nothing joins it"


def test_the_whole_journey_stays_on_one_screen() -> None:
    assert (HOUSE / CORRIDOR).read_text(encoding="utf-8").count("\n") <= CORRIDOR_CEILING
