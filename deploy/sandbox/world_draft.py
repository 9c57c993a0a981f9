"""One record of the world before an agency holds it: the whole truth, who holds it, and how their copies differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deploy.sandbox.world_holdings import HELD, PERSON_FIELDS, PERSON_HELD
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
MR, ED, TX, CT = (
    AgencyId.MARKET_REGULATION,
    AgencyId.ENTERPRISE_DISCLOSURE,
    AgencyId.TAX,
    AgencyId.COURTS,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One record as it really is.

    Shape: `facts` by graph field name; `holders` the agencies that have a copy; `differ` what single
           agencies state otherwise; `raw` native text that an agency puts on the wire as it stands.
    """

    kind: RecordKind
    facts: Mapping[str, object]
    holders: tuple[AgencyId, ...]
    updated: date
    differ: Mapping[AgencyId, Mapping[str, object]] = field(default_factory=dict)
    raw: Mapping[AgencyId, Mapping[str, str]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    is_displayed: bool = True
    is_natural_person: bool = False
    open_ended: frozenset[str] = frozenset()
    flag: str = "I"
    """The last row of an exchange table says inserted, updated or deleted; a deleted record is no record."""
    history: tuple[Mapping[str, object], ...] = ()

    def stated_by(self, agency: AgencyId, **facts: object) -> Draft:
        """The same record, of which `agency` states `facts` otherwise."""
        return replace(self, differ={**self.differ, agency: {**self.differ.get(agency, {}), **facts}})

    def written_by(self, agency: AgencyId, **texts: str) -> Draft:
        """The same record, in which `agency` writes native `texts` that fit no table."""
        return replace(self, raw={**self.raw, agency: {**self.raw.get(agency, {}), **texts}})

    def changed(self, **facts: object) -> Draft:
        """The same record with other facts, at every agency."""
        return replace(self, facts={**self.facts, **facts})


def as_held(draft: Draft, agency: AgencyId) -> dict[str, object]:
    """The record as `agency` holds it: only its fields, its own widths of brackets, the underscore keys."""
    held = HELD[agency][draft.kind]
    facts = {**draft.facts, **draft.differ.get(agency, {})}
    copy = {name: _as_written(name, value, agency) for name, value in facts.items() if name in held}
    updated = datetime.combine(draft.updated, time(8, 30), SHANGHAI)
    return {
        **copy,
        "_hidden": draft.hidden & held,
        "_displayed": draft.is_displayed,
        "_natural_person": draft.is_natural_person,
        "_updated": updated,
        "_raw": dict(draft.raw.get(agency, {})),
        "_flag": draft.flag,
        "_open_ended": draft.open_ended & held,
        "_history": [_version(version, updated, agency=agency, held=held) for version in draft.history]
        if agency is MR
        else [],
    }


def _version(
    version: Mapping[str, object], updated: datetime, *, agency: AgencyId, held: frozenset[str]
) -> dict[str, object]:
    """One earlier row of the exchange table: facts, `_flag` I/U/D, `_updated`, `_arrived` (order of arrival)."""
    days_before = version["_days_before"]
    assert isinstance(days_before, int)
    facts = {name: _as_written(name, value, agency) for name, value in version.items() if name in held}
    return {
        **facts,
        "_flag": version["_flag"],
        "_arrived": version["_arrived"],
        "_updated": updated - timedelta(days=days_before),
    }


def _as_written(name: str, value: object, agency: AgencyId) -> object:
    """Market regulation's old system writes half-width brackets; persons are cut to what the agency has of them."""
    if type(value) is str:  # members of code lists are str too and stay what they are
        return value.replace("（", "(").replace("）", ")") if agency is MR else value
    if name in PERSON_FIELDS and isinstance(value, Mapping):
        return {part: stated for part, stated in value.items() if part in PERSON_HELD[agency]}
    if name in PERSON_FIELDS and isinstance(value, list):
        return [{part: stated for part, stated in person.items() if part in PERSON_HELD[agency]} for person in value]
    if isinstance(value, list):
        return list(value)
    return value
