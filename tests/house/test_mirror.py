"""Every module has its test file: `gateway/pipeline/run.py` is tried in `tests/gateway/pipeline/test_run.py`.

The list of exceptions may only shrink.
"""

from __future__ import annotations

from pathlib import Path

from tests.house.rooms import HOUSE, modules

WITHOUT: dict[str, str] = {}
"""Modules without a test file of their name, each with the reason."""


def has_test(path: Path) -> bool:
    """Whether a test file of the module's name stands in the mirrored folder or above it in the package's."""
    name = f"test_{path.stem}.py"
    folders = [HOUSE / "tests" / folder for folder in path.parents if folder.parts]
    return any((folder / name).exists() for folder in folders)


def test_every_module_has_its_test_file_but_for_the_list() -> None:
    own = (path for path in modules() if path.name != "__init__.py")
    assert {path.as_posix() for path in own if not has_test(path)} == set(WITHOUT)


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason) > 20 for reason in WITHOUT.values())


def test_init_files_hold_nothing_but_the_rules() -> None:
    held = [path.as_posix() for path in modules() if path.name == "__init__.py" and (HOUSE / path).read_text().strip()]
    assert held == ["policies/rules/__init__.py"]
