"""One jurisdiction's regulation as data: what it demands of a catalog, what it allows, by which article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import SourceArticle

RULE_NAMES = (
    "catalogued",
    "sharing_scope",
    "authority",
    "own_information",
    "purpose",
    "display_period",
    "record_flag",
    "natural_person",
    "value_condition",
    "masking",
)
"""The rules that a jurisdiction must give an article for."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A regulation, read and checked."""

    code: str
    name: str
    chinese: str
    division: str
    demanded_attributes: tuple[str, ...]
    """Attributes that every catalog item of this jurisdiction must state."""
    purposes: Mapping[CallerClass, frozenset[Purpose]]
    """For what each class of caller may inquire at all; a class that is not listed may not."""
    exact_amounts: frozenset[CallerClass]
    """Classes that see an amount as it is where others see its band, once their purpose is allowed."""
    articles: Mapping[str, SourceArticle]
    """The article behind each rule, by the rule's name."""
