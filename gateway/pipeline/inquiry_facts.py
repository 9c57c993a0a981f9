"""An inquiry as plain values, keyed as the graph's `SubjectInquiry` is; never the officer, never the case reference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from gateway.pipeline.consent_facts import item_names
from gateway.registers.inquired import Inquired
from policies.logged_verdicts import read
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.inquiries import InquiryAbout, InquiryOutcome

OrganisationName: TypeAlias = Callable[[str], str | None]
"""The name that an organisation is registered by; None for one that is not."""
_KEPT_BACK: Final = "WITHHOLD"
_DONE: Final = "DONE"
_OTHERS: Final[Mapping[str, InquiryAbout]] = {
    "consents": InquiryAbout.CONSENTS,
    "inquiries": InquiryAbout.INQUIRIES,
}


@dataclass(slots=True)
class _Seen:
    """What an entry says about one subject."""

    about: set[InquiryAbout] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    """Fields as the entry has them: `TaxArrears.taxpayerName`, or `LegalPerson.legalRepresentative>PersonRef.name`."""
    is_told: bool = False
    """Something was told that is no record."""
    was_open: bool = False
    """Something that was asked for might have been seen."""
    was_kept_back: bool = False
    consents: set[str] = field(default_factory=set)


class _Judged:
    """What a part of an entry decided."""

    def __init__(self, fields: Sequence[str], is_open: Sequence[bool], catalog: Catalog) -> None:
        self.fields = fields
        self.open = {at for at, is_permitted in zip(fields, is_open, strict=True) if is_permitted}
        self._kinds = {_kind(at) for at in self.open}
        self._records = catalog.records

    def tells_by_itself(self, n: int) -> bool:
        """Whether an object without values tells that there is something: the one around refused fields stands there
        whether there is a record or not."""
        record = self._records.get(FieldCoordinate(self.fields[n]))
        return record is None or record.kind.value in self._kinds


def inquiry_facts(one: Inquired, catalog: Catalog, *, name_of: OrganisationName) -> dict[str, Any]:
    """Everything that the subject is told of an inquiry about it.

    Units:   moments in Shanghai's time
    Shape:   `consents` are all that the entry names: whoever tells them leaves out those of other subjects
    """
    seen = _seen(one, catalog)
    entries = [entry for at in sorted(seen.shown) for entry in _entries(at, catalog)]
    outcome = _outcome(one, seen)
    return {
        "id": one.request_id,
        "at": one.at.isoformat(),
        "organisation": _organisation(one.organisation, name_of),
        "callerClass": one.caller_class,
        "purpose": one.purpose,
        "matter": one.told.get("matter"),
        "about": [about.value for about in InquiryAbout if about in seen.about],
        "outcome": outcome.value,
        "items": _items(seen.shown, catalog),
        "legalBasis": _articles(one, entries, outcome, catalog=catalog),
        "consents": sorted(seen.consents),
    }


def without_others_consents(facts: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    """An inquiry may have been about several subjects, each with consents of its own."""
    return {**facts, "consents": [name for name in facts["consents"] if name in own]}


def _seen(one: Inquired, catalog: Catalog) -> _Seen:
    seen = _Seen()
    for part in one.told["verdicts"]:
        for place in (place for place, subject in enumerate(part.get("subjects", ())) if subject in one.places):
            _look(part, place, seen, catalog=catalog)
    return seen


def _look(part: Mapping[str, Any], place: int, into: _Seen, *, catalog: Catalog) -> None:
    """One part of an entry, as far as it is about the subject at this place of it."""
    if part.get("explained"):
        into.about.add(InquiryAbout.LAW)
        into.was_open = True
        return
    other = _OTHERS.get(part.get("about", ""))
    if other is not None:
        into.about.add(other)
        is_done = part.get("outcome") == _DONE
        into.is_told |= is_done
        into.was_kept_back |= not is_done
        return
    into.about.add(InquiryAbout.RECORDS)
    into.consents.update(part.get("consents", ()))
    verdicts = [*read(part.get("decided", ()))]
    is_open = [not words.startswith(_KEPT_BACK) for _, words in verdicts]
    into.was_open |= any(is_open)
    into.was_kept_back |= not all(is_open)
    into.shown |= _shown(part, place, _Judged([at for at, _ in verdicts], is_open, catalog))


def _shown(part: Mapping[str, Any], place: int, judged: _Judged) -> set[str]:
    """What was permitted and stood in the answer, if only by an object without values; and by what such records were
    narrowed or sorted."""
    missing, bare = (frozenset(_at(part.get(name), place)) for name in ("missing", "bare"))
    is_there = (n not in missing or (n in bare and judged.tells_by_itself(n)) for n in range(len(judged.fields)))
    shown = {at for at, there in zip(judged.fields, is_there, strict=True) if there and at in judged.open}
    kinds = {_kind(at) for at in shown}
    used = (judged.fields[n] for n in part.get("used", ()))
    return shown | {at for at in used if at in judged.open and _kind(at) in kinds}


def _at(lists: Sequence[Sequence[int]] | None, place: int) -> Sequence[int]:
    return lists[place] if lists is not None else ()


def _kind(at: str) -> str:
    return at.partition(".")[0]


def _outcome(one: Inquired, seen: _Seen) -> InquiryOutcome:
    if one.told.get("fault") is not None:
        return InquiryOutcome.REFUSED
    if seen.shown or seen.is_told:
        return InquiryOutcome.SHOWN
    return InquiryOutcome.WITHHELD if seen.was_kept_back and not seen.was_open else InquiryOutcome.NOTHING_SHOWN


def _entries(at: str, catalog: Catalog) -> Iterable[CatalogEntry]:
    """What the catalog says of a field; of a person's, also of the role that it stands below."""
    return (entry for part in at.split(">") if (entry := catalog.entries.get(FieldCoordinate(part))) is not None)


def _items(shown: Collection[str], catalog: Catalog) -> list[dict[str, str | None]]:
    names = item_names(catalog)
    codes = {entry.item.code for at in shown for entry in _entries(at, catalog)}
    unknown = sorted({at for at in shown if not any(True for _ in _entries(at, catalog))})
    listed: list[dict[str, str | None]] = [
        {"code": code, "name": names[code][0], "chineseName": names[code][1]} for code in sorted(codes)
    ]
    return [*listed, *({"code": None, "name": at, "chineseName": None} for at in unknown)]


def _articles(
    one: Inquired, entries: Iterable[CatalogEntry], outcome: InquiryOutcome, *, catalog: Catalog
) -> list[str]:
    """By which it was shown, each once: of the items, then of the purpose or of one's own information."""
    if outcome in (InquiryOutcome.REFUSED, InquiryOutcome.WITHHELD):
        return []
    articles = sorted({entry.item.legal_basis for entry in entries if entry.item.legal_basis})
    by = _of_caller(one, catalog)
    return list(dict.fromkeys([*articles, *([by] if by else [])]))


def _of_caller(one: Inquired, catalog: Catalog) -> str | None:
    law = catalog.jurisdiction
    if one.caller_class == CallerClass.SUBJECT_SELF:
        return str(law.articles["own_information"])
    purpose = one.purpose or ""
    if purpose not in Purpose.__members__ or one.caller_class not in CallerClass.__members__:
        return None
    rule = law.purpose_rules.get(Purpose(purpose))
    return str(rule.article_for(CallerClass(one.caller_class))) if rule is not None else None


def _organisation(organisation_id: str, name_of: OrganisationName) -> dict[str, str | None] | None:
    return {"id": organisation_id, "name": name_of(organisation_id)} if organisation_id else None
