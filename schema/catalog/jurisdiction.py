"""One jurisdiction's regulation as data: what it demands of a catalog, what it allows, by which article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from schema.catalog.entry import LinkedRole
from schema.catalog.switches import Limit, Switch, SwitchName
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.periods import Term
from schema.vocabulary.reasons import SourceArticle
from schema.vocabulary.records import RecordKind

RULE_NAMES = (
    "in_catalog",
    "prohibited_category",
    "sharing_scope",
    "authority",
    "staff_authority",
    "own_information",
    "right_to_know",
    "purpose",
    "published_matter",
    "region_scope",
    "consent",
    "written_consent",
    "linked_person",
    "display_period",
    "retention",
    "restored",
    "revoked",
    "hidden_at_request",
    "simplified_procedure",
    "legal_document",
    "minor",
    "record_flag",
    "natural_person",
    "value_condition",
    "objection",
    "masking",
)
"""The rules that a jurisdiction must give an article for."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """A text of law that articles are cited from."""

    code: str
    title: str
    chinese: str
    in_force_from: date | None
    last_article: int | None
    """How many articles it has; None where the text could not be read."""


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """One purpose of inquiry that a regulation names, and who may state it."""

    purpose: Purpose
    callers: frozenset[CallerClass]
    article: SourceArticle
    condition: str = ""
    """What the text asks for besides (`large amounts only`); the caller then has to state the matter."""
    admitted: Mapping[CallerClass, SourceArticle] = field(default_factory=dict)
    """Those of the callers who are admitted by another article than the purpose's own."""

    def article_for(self, caller: CallerClass) -> SourceArticle:
        """The article by which this class of caller may state the purpose."""
        return self.admitted.get(caller, self.article)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One duty with a limit (rules of correction, objection, restoration, submission)."""

    code: str
    event: str
    act: str
    limit: Limit
    article: SourceArticle


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A regulation, read and checked."""

    code: str
    name: str
    chinese: str
    division: str
    """GB/T 2260 code of the region, six digits."""
    regulation: Regulation
    demanded_attributes: tuple[str, ...]
    """Attributes that every catalog item of this jurisdiction must state."""
    purpose_rules: Mapping[Purpose, PurposeRule]
    purposes: Mapping[CallerClass, frozenset[Purpose]]
    """For what each class of caller may inquire at all, from `purpose_rules`; a class that is not there may not."""
    organs: frozenset[CallerClass]
    """Classes that inquire by virtue of their duty, for designated matters and without the subject's authorisation."""
    exact_amounts: frozenset[CallerClass]
    """Classes that see an amount as it is where others see its band, once their purpose is allowed."""
    switches: Mapping[SwitchName, Switch]
    linked_roles: frozenset[LinkedRole]
    """Persons who may be named with a seriously untrustworthy unit."""
    articles: Mapping[str, SourceArticle]
    """The article behind each rule, by the rule's name."""
    deadlines: Mapping[str, Deadline]


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of untrustworthiness of a national rule, known by the values of one fact."""

    name: str
    values: frozenset[str]
    """Values of which one puts a record into the grade; empty for the grade of all others."""
    only: bool
    """The record is in the grade if it has no other values than these."""
    longest: Term | None
    """After this the display ends; None if the grade is not displayed at all."""
    shortest: Term | None
    """Before this the display does not end by restoration; None if it may at once."""


@dataclass(frozen=True, slots=True)
class NationalPeriod:
    """How long the state lets one kind of record be displayed, chosen by the day of the decision."""

    code: str
    kind: RecordKind
    decided_from: date | None
    decided_to: date | None
    """First day of decision to which it no longer applies; None: without end."""
    grades: tuple[Grade, ...]
    """Strictest first; the last one takes what no other took."""
    article: SourceArticle


@dataclass(frozen=True, slots=True)
class NationalLaw:
    """What the state provides above every region (Tianjin Art. 2, Shanghai 3, Heilongjiang 53, Liaoning 54)."""

    periods: tuple[NationalPeriod, ...]
    regulations: Mapping[str, Regulation]
