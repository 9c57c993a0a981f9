"""Where settings come from: one TOML file, and the environment above it; and what to say when they are wrong."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic_core import ErrorDetails

PREFIX: Final = "CREDITGRAPH__"
FILE_VARIABLE: Final = "CREDITGRAPH_SETTINGS"
"""Names the settings file where the command line does not."""
COMMAND_VARIABLES: Final = frozenset({"CREDITGRAPH_URL", "CREDITGRAPH_TOKEN"})
"""Defaults for options of `creditgraph check`; no settings of the gateway."""

Tree: TypeAlias = dict[str, Any]


class SettingsFault(Exception):
    """The settings cannot be used; `faults` holds one sentence for each thing that is wrong, none with a secret."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read_file(path: Path) -> Tree:
    """The file as a tree; raises SettingsFault if it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsFault([f"the settings file `{path}` cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsFault([f"the settings file `{path}` is not UTF-8 text"]) from error
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(")[2].rstrip(")")  # the rest of the message may repeat what is written there
        raise SettingsFault([f"the settings file `{path}` is not valid TOML ({place})"]) from error


def read_environment(environ: Mapping[str, str]) -> tuple[Tree, list[str]]:
    """`CREDITGRAPH__SECTION__KEY` as a tree, with a sentence for each name that cannot be placed."""
    tree: Tree = {}
    faults: list[str] = []
    for name, value in sorted(environ.items()):
        if not name.upper().startswith("CREDITGRAPH_") or name == FILE_VARIABLE or name in COMMAND_VARIABLES:
            continue
        if not name.startswith(PREFIX):
            faults.append(f"unknown environment variable `{name}`: settings are named `{PREFIX}SECTION__KEY`")
        elif not _plant(tree, name.removeprefix(PREFIX).lower().split("__"), value):
            faults.append(f"environment variable `{name}` contradicts another one: a section cannot also be a value")
    return tree, faults


def _plant(tree: Tree, path: Sequence[str], value: str) -> bool:
    branch: Any = tree
    for step in path[:-1]:
        branch = branch.setdefault(step, {})
        if not isinstance(branch, dict):
            return False
    if path[-1] in branch:
        return False
    branch[path[-1]] = value
    return True


def laid_over(below: Tree, above: Tree) -> Tree:
    """`above` wins, section by section."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def sentences(errors: Iterable[ErrorDetails], from_environment: Tree, known: Sequence[str]) -> list[str]:
    """One sentence for each fault; names the key and where it was written, never repeats a value."""
    return [_sentence(error, from_environment, known) for error in errors]


def _sentence(error: ErrorDetails, from_environment: Tree, known: Sequence[str]) -> str:
    path = [str(step) for step in error["loc"]]
    key = ".".join(path)
    variable = PREFIX + "__".join(path).upper()
    where = f" (environment variable `{variable}`)" if _holds(from_environment, path) else ""
    match error["type"]:
        case "missing":
            return f"setting `{key}` is missing and has no default; in the environment it is `{variable}`"
        case "extra_forbidden":
            nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
            advice = f"; did you mean `{nearest[0]}`?" if nearest else ""
            return f"unknown setting `{key}`{where}{advice}"
        case "value_error":
            reason = str(error.get("ctx", {}).get("error", "it has a wrong value"))
        case "model_type":
            reason = "this is a section and holds settings; it cannot be a value itself"
        case "string_too_short" | "too_short":
            reason = f"it needs at least {error.get('ctx', {}).get('min_length')} characters"
        case "string_too_long" | "too_long":
            reason = f"it may have at most {error.get('ctx', {}).get('max_length')} characters"
        case _:
            reason = error["msg"][:1].lower() + error["msg"][1:]
    return f"setting `{key}`{where}: {reason}"


def _holds(tree: Tree, path: Sequence[str]) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
