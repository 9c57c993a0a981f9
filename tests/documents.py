"""Documents as values, and the ways to write the same one down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One field of a generated document."""

    name: str
    alias: str = ""
    arguments: tuple[tuple[str, Any, str], ...] = ()
    """(name, value, type of a variable that would hold it)."""
    children: tuple[Asked, ...] = ()
    on: str = ""
    """Name of the type that the children are fields of."""
    is_skipped: bool = False

    def walk(self) -> Iterator[Asked]:
        """This field and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Name(str):
    """A word of the schema, written without quotes in a document."""

    __slots__ = ()


def document_text(root: Asked) -> str:
    """The document in the plainest form."""
    return f"{{ {_plain(root)} }}"


def _plain(asked: Asked) -> str:
    head = f"{asked.alias}: {asked.name}" if asked.alias else asked.name
    arguments = ", ".join(f"{name}: {literal(value)}" for name, value, _ in asked.arguments)
    below = " ".join(_plain(child) for child in asked.children)
    condition = " @skip(if: true)" if asked.is_skipped else ""
    return head + (f"({arguments})" if arguments else "") + condition + (f" {{ {below} }}" if below else "")


def literal(value: Any) -> str:
    """A value as a GraphQL literal."""
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {literal(one)}' for name, one in value.items())}}}"
    return str(value)


class Rewriter:
    """Writes the same document another way: fragments, conditions that hold, variables for literals."""

    def __init__(self, random: Random, *, aliases: bool = False) -> None:
        self._random = random
        self._aliases = aliases
        self._fragments: list[str] = []
        self._definitions: list[str] = []
        self.variables: dict[str, Any] = {"yes": True, "no": False}

    def text(self, root: Asked) -> str:
        """The whole document; its variables are in `variables` then."""
        body = self._field(root, "Query")
        definitions = "".join(f", {one}" for one in self._definitions)
        unused = "fragment Used on Query { __typename @skip(if: $yes) @include(if: $no) }"
        fragments = " ".join((*self._fragments, unused))
        return f"query Q($yes: Boolean!, $no: Boolean!{definitions}) {{ {body} ...Used }} {fragments}"

    def _field(self, asked: Asked, parent: str) -> str:
        alias = f"z{self._random.randrange(10**9)}" if self._aliases else asked.alias
        head = f"{alias}: {asked.name}" if alias else asked.name
        arguments = ", ".join(f"{name}: {self._value(value, kind)}" for name, value, kind in asked.arguments)
        parts = [self._field(child, asked.on) for child in asked.children]
        below = f" {{ {' '.join(parts)} }}" if parts else ""
        holds = ["", "", " @include(if: true)", " @skip(if: $no)", " @include(if: $yes)"]
        fails = [" @skip(if: true)", " @include(if: $no)", " @skip(if: $yes) @include(if: $yes)"]
        condition = self._random.choice(fails if asked.is_skipped else holds)
        whole = head + (f"({arguments})" if arguments else "") + condition + below
        match self._random.randrange(5):
            case 0:
                return f"... {{ {whole} }}"
            case 1:
                return f"... on {parent} @include(if: $yes) {{ {whole} }}"
            case 2:
                name = f"F{len(self._fragments)}"
                self._fragments.append(f"fragment {name} on {parent} {{ {whole} }}")
                return f"...{name} @skip(if: false)"
            case _:
                return whole

    def _value(self, value: Any, kind: str) -> str:
        if self._random.random() < 0.5:
            return literal(value)
        name = f"v{len(self._definitions)}"
        self._definitions.append(f"${name}: {kind}")
        self.variables[name] = value
        return f"${name}"
