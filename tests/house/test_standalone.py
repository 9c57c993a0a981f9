"""The product stands alone: it names no machine, registry or tool it was made with, and reads nothing outside."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import HOUSE, modules

MADE_ON_THE_SPOT = {"node_modules", "assets", "build", "dist", "htmlcov", "__pycache__"}
TRACKED_DOT_FOLDERS = {".ci"}
FORBIDDEN = [  # in pieces, so that this file does not hold what it looks for
    "/ho" + "me/",
    "/Us" + "ers/",
    "/ro" + "ot/",
    "/wo" + "rk/",
    r"\.\./sha" + "red",
    "py" + r"pi\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(?:org|com)",
    "npm" + "mirror",
    "clau" + "de",
    "anth" + "ropic",
    "chat" + "gpt",
    "cop" + "ilot",
]
PATTERN = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
OUTSIDE = re.compile(r"/(?:etc|usr|var|opt|tmp|dev|proc|mnt|srv)(?:/|$)|(?:\.\./)+")


def own_files() -> Iterator[Path]:
    """Every text file that belongs to the product."""
    for folder, below, names in os.walk(HOUSE):
        below[:] = [
            one for one in below if one in TRACKED_DOT_FOLDERS or not (one in MADE_ON_THE_SPOT or one.startswith("."))
        ]
        below[:] = [one for one in below if not one.endswith(".egg-info")]
        for name in names:
            if name.partition(".")[0] or name == ".gitignore":
                yield Path(folder, name)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in the code of a module but its docstrings, with its line."""
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_no_file_names_a_machine_a_registry_or_a_tool() -> None:
    found = []
    for path in own_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{path.relative_to(HOUSE)}: {one.group()}" for one in PATTERN.finditer(text)]
    assert found == []


def test_no_module_reads_outside_its_package() -> None:
    """Data files are read as resources of their package; every other path comes from the settings."""
    found = []
    for path in modules():
        found += [f"{path.as_posix()}:{line} {text}" for line, text in strings(path) if OUTSIDE.match(text)]
        tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        found += [f"{path.as_posix()} asks where it stands"] if "__file__" in names else []
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    for planted in ("/ho" + "me/me/x", "../sha" + "red/x", "https://py" + "pi.org/simple"):
        assert PATTERN.search(planted)
    assert OUTSIDE.match("/etc/hosts")
    assert OUTSIDE.match("../neighbour")
    assert not OUTSIDE.match("/graphql")
