"""Fills the consent page's templates; whatever is not markup already is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

_SLOT: Final = re.compile(r"\{\{([a-z_]+)\}\}")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


NOTHING: Final = Html("")
INVALID: Final = Html(' aria-invalid="true"')
"""Attribute of a field with which something is wrong."""


def fill(name: str, values: Mapping[str, str]) -> Html:
    """The template `pages/<name>.html` with every `{{slot}}` filled; raises KeyError for a slot without a value."""
    return Html(_SLOT.sub(lambda match: markup_of(values[match[1]]), _template(name)))


def markup_of(text: str) -> str:
    """The text as it may stand in a document or in a quoted attribute."""
    return text if isinstance(text, Html) else escape(text, quote=True)


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other."""
    return Html("".join(markup_of(part) for part in parts))


def element(tag: str, content: str = "", attributes: Mapping[str, str | None] | None = None) -> Html:
    """One element; an attribute of None is left out."""
    told = "".join(f' {name}="{markup_of(value)}"' for name, value in (attributes or {}).items() if value is not None)
    return Html(f"<{tag}{told}>{markup_of(content)}</{tag}>")


@cache
def _template(name: str) -> str:
    return (files("gateway.web") / "pages" / f"{name}.html").read_text("utf-8")
