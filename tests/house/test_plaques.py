"""A plaque on each door: short, true about what the room imports, and in agreement with the import contract."""

from __future__ import annotations

import ast
import re
import sys

import pytest

from tests.house.rooms import HOUSE, PACKAGES, contracts, modules

CEILING = 40


def plaque(folder: str) -> str:
    return (HOUSE / folder / "README.md").read_text(encoding="utf-8")


def named(package: str, line: str) -> set[str]:
    """The names on the plaque's line, which may be broken over several."""
    found = re.search(rf"^- \*\*{line}:\*\* (.*?)(?=\n- |\n\n)", plaque(package), re.MULTILINE | re.DOTALL)
    assert found, f"the plaque of {package} has no line `{line}`"
    return set(re.findall(r"`([\w.]+)`", found.group(1)))


def imports(package: str) -> set[str]:
    """Everything outside the package and the standard library that its modules import."""
    found: set[str] = set()
    for path in modules(package):
        for node in ast.walk(ast.parse((HOUSE / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return {name for name in found if name.partition(".")[0] not in {package, *sys.stdlib_module_names}}


def covers(name: str, module: str) -> bool:
    return module == name or module.startswith(f"{name}.")


def layers() -> list[set[str]]:
    house = next(contract for contract in contracts() if contract["id"] == "house")
    return [set(layer.split(" | ")) for layer in house["layers"]]


def refused(package: str, name: str) -> bool:
    """Whether a contract keeps the whole package from importing this."""
    floors = layers()
    own = next(number for number, layer in enumerate(floors) if package in layer)
    above = set().union(*floors[: own + 1]) - {package}
    listed = set().union(
        *(
            contract["forbidden_modules"]
            for contract in contracts()
            if contract["type"] == "forbidden" and package in contract["source_modules"]
        )
    )
    return name.partition(".")[0] in above or any(covers(one, name) for one in listed)


@pytest.mark.parametrize("folder", [*PACKAGES, "tests", "deploy"])
def test_a_plaque_is_short_and_says_what_every_plaque_says(folder: str) -> None:
    text = plaque(folder)
    assert text.startswith(f"# {folder} — ")
    assert text.count("\n") <= CEILING
    assert "**Main nouns:**" in text
    assert "## Where this departs from the first plan, and why" in text


@pytest.mark.parametrize("package", PACKAGES)
def test_a_room_imports_what_its_plaque_allows_and_all_of_it(package: str) -> None:
    allowed = named(package, "May import")
    used = imports(package)
    assert {module for module in used if not any(covers(name, module) for name in allowed)} == set()
    assert {name for name in allowed if not any(covers(name, module) for module in used)} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_plaque_agrees_with_the_import_contract(package: str) -> None:
    assert {name for name in named(package, "May import") if refused(package, name)} == set()
    assert {name for name in named(package, "Never imports") if not refused(package, name)} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_that_a_plaque_names_in_a_table_exists(package: str) -> None:
    rows = re.findall(r"^\| ((?:`[\w/]+`(?:, )?)+) \|", plaque(package), re.MULTILINE)
    for name in (one for row in rows for one in re.findall(r"`([\w/]+)`", row)):
        assert (HOUSE / package / name).exists() or (HOUSE / package / f"{name}.py").exists(), name
