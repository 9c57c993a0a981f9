"""What a subject may be asked to agree to, and in which form; judged before it is asked, and again by no one.

Whether a consent covers a field on a day the rules say; here is found what would be void or worthless from the start.

Article: Heilongjiang 36(1) (no authorisation for life), Tianjin 16¶3, Shanghai 14¶2, Heilongjiang 20¶2 (written form
after a warning), Shanghai 17¶3 (written form), PIPL 6 (no more than is needed), PIPL 14 (a definite purpose).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, DataCategory, Sensitivity
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.consents import ConsentTerms
from schema.vocabulary.identifiers import SubjectId, SubjectKind
from schema.vocabulary.prohibited import prohibited_category
from schema.vocabulary.reasons import SourceArticle

NOTICE: Final = "adverse-consequences-1"
"""Name of the notice of possible adverse consequences; another text is another number."""

_HOUSE: Final = SourceArticle("house", "rule")
_STRICTNESS: Final = (Sensitivity.PUBLIC, Sensitivity.CONDITIONAL, Sensitivity.NOT_SHARED)
_Entries: TypeAlias = Mapping[str, Sequence[CatalogEntry]]


@dataclass(frozen=True, slots=True)
class TermsFault:
    """Why terms can't be agreed to: one sentence that names no subject, and the article."""

    sentence: str
    article: SourceArticle


@dataclass(frozen=True, slots=True)
class Form:
    """The form that the law wants for a consent."""

    is_written: bool = False
    notice: str = ""
    """Name of the notice that the subject has to be shown before; "" where none is wanted."""
    article: SourceArticle | None = None
    """Where the law says so; None where it wants nothing."""


def request_faults(
    terms: ConsentTerms, caller_class: CallerClass, catalog: Catalog, *, today: date, longest_days: int
) -> tuple[TermsFault, ...]:
    """Everything for which these terms can't be agreed to; none if they can.

    Units:   calendar days, Asia/Shanghai; the validity is counted from its beginning, or from today if that is earlier
    """
    return (
        *_validity_faults(terms, catalog, today=today, longest_days=longest_days),
        *_scope_faults(terms, caller_class, catalog, today=today),
        *_form_faults(terms, form_of(terms, caller_class, catalog)),
        *_bound_faults(terms),
    )


def form_of(terms: ConsentTerms, caller_class: CallerClass, catalog: Catalog) -> Form:
    """The form that the law wants for a consent of these terms: the strictest that any of its items needs.

    What isn't shared at all only those see whom the subject itself has authorised, so it counts for them alone.
    """
    law, is_person = catalog.jurisdiction, _is_person(terms.subject)
    entries = [entry for entry in catalog.entries.values() if entry.item.code in terms.items]
    if is_person and any(entry.category is DataCategory.FINANCIAL_PERSONAL for entry in entries):
        return Form(is_written=True, notice=NOTICE, article=law.articles["written_consent"])
    found = {_sensitivity(entry, is_person=is_person) for entry in entries}
    if Sensitivity.NOT_SHARED in found and caller_class is CallerClass.AUTHORISED_PARTY:
        return Form(is_written=True, notice=NOTICE, article=law.articles["consent"])
    others = law.switches[SwitchName.OTHERS_INFORMATION]
    return Form(is_written=True, article=others.article) if others.value == "WRITTEN" else Form()


def _validity_faults(terms: ConsentTerms, catalog: Catalog, *, today: date, longest_days: int) -> Iterator[TermsFault]:
    if terms.ends_on < terms.valid_from:
        yield TermsFault("the consent would end before it begins", _HOUSE)
    if terms.ends_on < today:
        yield TermsFault("the consent would have ended already", _HOUSE)
    if (terms.ends_on - min(terms.valid_from, today)).days >= longest_days:
        lifetime = catalog.jurisdiction.switches[SwitchName.LIFETIME_CONSENT].article
        yield TermsFault(f"a consent may hold for {longest_days} days at most", lifetime)


def _scope_faults(
    terms: ConsentTerms, caller_class: CallerClass, catalog: Catalog, *, today: date
) -> Iterator[TermsFault]:
    law = catalog.jurisdiction
    if not terms.items:
        yield TermsFault("the consent would cover no item of the catalog", law.articles["consent"])
    if not terms.purposes:
        yield TermsFault("the consent would serve no purpose", law.articles["consent"])
    lawful = law.purposes.get(caller_class, frozenset())
    for purpose in sorted(terms.purposes - lawful):
        sentence = f"the law gives callers of this class no inquiry for the purpose {purpose.value}"
        yield TermsFault(sentence, law.articles["purpose"])
    entries = _entries_by_item(catalog)
    for code in sorted(terms.items):
        fault = _item_fault(code, entries, catalog, today)
        if fault is None and not any(_may_reach(one, terms, caller_class) for one in entries[code]):
            sentence = f"the catalog gives callers of this class no use of item {code} for these purposes"
            fault = TermsFault(sentence, law.articles["authority"])
        if fault is not None:
            yield fault


def _item_fault(code: str, entries: _Entries, catalog: Catalog, today: date) -> TermsFault | None:
    """What is wrong with an item, whoever asks for it."""
    if code in entries and entries[code][0].item.is_in_force(today):
        return None
    articles = catalog.jurisdiction.articles
    if code not in entries and prohibited_category(code) is not None:
        sentence = "no credit record may hold information of such a kind, whoever consents"
        return TermsFault(sentence, articles["prohibited_category"])
    return TermsFault(f"the catalog has no item {code} in force", articles["in_catalog"])


def _may_reach(entry: CatalogEntry, terms: ConsentTerms, caller_class: CallerClass) -> bool:
    """Whether any purpose of the terms could show the field to the class; for whom it stands open it could always."""
    if caller_class is CallerClass.AUTHORISED_PARTY:
        return True
    sensitivity = _sensitivity(entry, is_person=_is_person(terms.subject))
    if sensitivity is not Sensitivity.CONDITIONAL:
        return sensitivity is Sensitivity.PUBLIC
    is_in_scope = caller_class in entry.sharing_scope
    return is_in_scope and any(
        row.caller is caller_class and row.purposes & terms.purposes for row in entry.use_authority
    )


def _form_faults(terms: ConsentTerms, wanted: Form) -> Iterator[TermsFault]:
    if wanted.article is None:
        return
    if not terms.is_written:
        yield TermsFault("the law wants this consent in writing", wanted.article)
    if wanted.notice not in {"", terms.notice}:
        sentence = "the law wants the subject told of possible adverse consequences before this consent"
        yield TermsFault(sentence, wanted.article)


def _bound_faults(terms: ConsentTerms) -> Iterator[TermsFault]:
    if terms.data_from is not None and terms.data_to is not None and terms.data_to < terms.data_from:
        yield TermsFault("the period of the records would end before it begins", _HOUSE)
    if terms.frequency is not None and terms.frequency.times < 1:
        yield TermsFault("a consent has to allow one look at least", _HOUSE)


def _entries_by_item(catalog: Catalog) -> _Entries:
    found: defaultdict[str, list[CatalogEntry]] = defaultdict(list)
    for entry in catalog.entries.values():
        found[entry.item.code].append(entry)
    return dict(found)


def _sensitivity(entry: CatalogEntry, *, is_person: bool) -> Sensitivity:
    """The catalog's word, stricter where the subject is a natural person in substance."""
    if is_person and entry.natural_person is not None:
        return max(entry.sensitivity, entry.natural_person, key=_STRICTNESS.index)
    return entry.sensitivity


def _is_person(subject: SubjectId) -> bool:
    return subject.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS
