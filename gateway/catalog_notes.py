"""What the catalog says about each field, as Markdown for the graph's own documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema.catalog.catalog import Catalog
from schema.catalog.entry import (
    CatalogEntry,
    CatalogItem,
    DataCategory,
    DisplayTerm,
    ItemSource,
    MaskKind,
    MaskOccasion,
    Publicity,
    Sensitivity,
    Sharing,
    UseAuthority,
)
from schema.catalog.jurisdiction import Jurisdiction
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.periods import Term

_SENSITIVITY = {
    Sensitivity.PUBLIC: "public (公开)",
    Sensitivity.CONDITIONAL: "shared on condition (有条件共享)",
    Sensitivity.NOT_SHARED: "not shared (不予共享)",
}
_LISTS = {
    ItemSource.NATIONAL_BASIC: "the National Basic Catalog (全国公共信用信息基础目录)",
    ItemSource.SUPPLEMENT: "the supplement of the province (补充目录)",
    ItemSource.MUNICIPAL: "the catalog of the city (市目录)",
}
_PUBLICITY = {
    Publicity.PUBLIC: "published (主动公开)",
    Publicity.ON_APPLICATION: "open on application (依申请公开)",
    Publicity.NOT_PUBLIC: "not published (不予公开)",
}
_SHARING = {
    Sharing.UNCONDITIONAL: "shared without condition (无条件共享)",
    Sharing.CONDITIONAL: "shared on condition (有条件共享)",
    Sharing.NOT_SHARED: "not shared (不予共享)",
}
_MASKS = {
    MaskKind.M1: "a name keeps its surname (姓名)",
    MaskKind.M2: "a document number keeps its first and last characters; the public sees none (证件号码)",
    MaskKind.M3: "an address keeps its district (地址)",
    MaskKind.M4: "a telephone number keeps its first three and last four digits (电话)",
    MaskKind.M5: "a mail address keeps its first character and its domain (邮箱)",
    MaskKind.M6: "an amount becomes the band that it lies in (金额区间)",
    MaskKind.M7: "names, numbers and addresses of persons are struck out of the text (自由文本)",
    MaskKind.M8: "a date of birth keeps its year (出生年份)",
}


def notes(catalog: Catalog) -> dict[str, str]:
    """The note on each field by its coordinate; fields that carry no agency's fact say why."""
    governed = {
        str(at): "\n".join(_lines(catalog, entry)) for at, entry in catalog.entries.items() if not entry.not_offered
    }
    structural = {str(at): f"**Not governed by the catalog.** {why}" for at, why in catalog.structural.items()}
    return governed | structural


def _lines(catalog: Catalog, entry: CatalogEntry) -> Iterator[str]:
    item, law = entry.item, catalog.jurisdiction
    yield f"**Catalog {item.code}** {item.name} ({item.chinese}) · **{_SENSITIVITY[entry.sensitivity]}**"
    yield ""
    record = catalog.records.get(entry.coordinate)
    if record is not None:
        yield f"- **Contributed by** {_agencies(record.contributors)}"
        if record.checked_by:
            yield f"- **Compared with** {_agencies(record.checked_by)}"
    else:
        yield f"- **Source** {_agencies(entry.sources)}"
    yield f"- **Listed in** {_listed(entry)}"
    yield f"- **Renewed** {_words(item.update_cycle)}"
    shown = _display(item.display)
    if shown:
        yield f"- **Shown** {shown} ({law.articles['display_period']})"
    if item.retention is not None:
        yield f"- **Kept** {_length(item.retention)} ({law.articles['retention']})"
    yield from _founding(entry, law)
    yield from _masking(entry, law)
    yield from _narrowing(entry, law)
    yield from _use(entry, law)
    yield f"- **Legal basis** {item.legal_basis}; catalog {_edition(item)} ({law.articles['in_catalog']})"


def _display(display: DisplayTerm) -> str:
    """The display period in words; "" if a record is shown without end."""
    parts = []
    if display.term is not None:
        parts.append(f"{_length(display.term)} from `{display.anchor}`")
    if display.until is not None:
        parts.append(f"at most until the record's own `{display.until}`" if parts else f"until `{display.until}`")
    if display.while_listed:
        parts.append("as long as the agency lists it")
    return ", ".join(parts)


def _listed(entry: CatalogEntry) -> str:
    """Which list the item comes from, and how it is published and shared unless the field says otherwise."""
    item = entry.item
    number = f", class {item.category_no}" if item.category_no else ""
    how = f"; {_PUBLICITY[item.publicity]}, {_SHARING[item.sharing]}" if _is_as_its_item(entry) else ""
    return f"{_LISTS[item.source]}{number}{how}"


def _founding(entry: CatalogEntry, law: Jurisdiction) -> Iterator[str]:
    """Which document a record must rest on, and why the subject need not be asked, or how it is."""
    judged = entry.item.judged
    if judged.legal_document is not None:
        article = law.articles["legal_document"]
        yield f"- **Legal document** `{judged.legal_document}`; without one it is not shown ({article})"
    elif judged.no_document_because:
        yield f"- **No legal document** {judged.no_document_because}"
    if _is_as_its_item(entry):
        yield f"- **Consent** {entry.item.consent_basis}"


def _is_as_its_item(entry: CatalogEntry) -> bool:
    return entry.sensitivity is entry.item.sensitivity


def _length(term: Term) -> str:
    parts = ((term.years, "year"), (term.months, "month"), (term.days, "day"))
    return " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count)


def _masking(entry: CatalogEntry, law: Jurisdiction) -> Iterator[str]:
    if entry.mask is MaskKind.M0:
        return
    where = ", for individual businesses only" if entry.mask_occasion is MaskOccasion.INDIVIDUAL_BUSINESS else ""
    if entry.obeys_record_flag:
        where = ", where the record marks it as not public"
    below = f"; not below {_coded(entry.unmasked_below)}" if entry.unmasked_below else ""
    yield f"- **Desensitised** {entry.mask}: {_MASKS[entry.mask]}{where}{below} ({law.articles['masking']})"
    if entry.mask is MaskKind.M6 and not entry.obeys_record_flag and law.exact_amounts:
        yield f"- **Exact amount** for {_coded(law.exact_amounts)}, for an allowed purpose"


def _narrowing(entry: CatalogEntry, law: Jurisdiction) -> Iterator[str]:
    """What the record itself may narrow."""
    if entry.obeys_record_flag:
        yield f"- **The record's own flag** decides whether it is public ({law.articles['record_flag']})"
    if entry.natural_person is not None:
        how = _SENSITIVITY[entry.natural_person]
        yield f"- **About a natural person** it is {how} ({law.articles['natural_person']})"
    if entry.category is DataCategory.FINANCIAL_PERSONAL:
        article = law.articles["written_consent"]
        yield f"- **About an individual business** only with its written consent, after a warning ({article})"
    if entry.values_shown:
        values = _coded(entry.values_shown)
        yield f"- **Public values** {values}; others are shared on condition ({law.articles['value_condition']})"


def _use(entry: CatalogEntry, law: Jurisdiction) -> Iterator[str]:
    """Who may use what is not public, and for what; where all of it is public nothing is said."""
    is_public = entry.sensitivity is Sensitivity.PUBLIC
    on_condition = (
        entry.sensitivity is Sensitivity.CONDITIONAL
        or (is_public and (entry.obeys_record_flag or bool(entry.values_shown)))
        or (is_public and entry.natural_person is Sensitivity.CONDITIONAL)
    )
    if is_public and not on_condition and entry.natural_person is None:
        return
    what = "what is not public of it" if is_public else "it"
    if on_condition:
        rows = [row for row in entry.use_authority if is_public or row.caller in entry.sharing_scope]
        if CallerClass.AUTHORISED_PARTY in law.purposes:
            rows.append(UseAuthority(CallerClass.AUTHORISED_PARTY, law.purposes[CallerClass.AUTHORISED_PARTY]))
        yield from (_authority(row, what, entry=entry, law=law) for row in rows)
    yield f"- **The subject itself** sees {'all of it' if is_public else 'it'} ({law.articles['own_information']})"


def _authority(row: UseAuthority, what: str, *, entry: CatalogEntry, law: Jurisdiction) -> str:
    """The purposes that item and jurisdiction allow this class of caller, and whether the subject has to agree."""
    allowed = _coded(row.purposes & law.purposes.get(row.caller, frozenset()))
    asked = (
        f", with the subject's authorisation ({law.articles['consent']})" if _must_ask(row.caller, entry, law) else ""
    )
    return (
        f"- **`{row.caller}`** may use {what} for {allowed} "
        f"({law.articles['authority']}, {law.articles['purpose']}){asked}"
    )


def _must_ask(caller: CallerClass, entry: CatalogEntry, law: Jurisdiction) -> bool:
    """Organs inquire by duty; others need the subject's word, unless a law or an agreement is enough."""
    if caller in law.organs:
        return False
    by_agreement = law.switches[SwitchName.OTHERS_INFORMATION].value == "LAW_OR_AGREEMENT"
    return not by_agreement or entry.is_personal or caller is CallerClass.AUTHORISED_PARTY


def _agencies(agencies: Iterable[AgencyId]) -> str:
    return ", ".join(f"`{agency}`" for agency in agencies)


def _coded(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _edition(item: CatalogItem) -> str:
    ends = f" to {item.effective_to}" if item.effective_to else ""
    return f"{item.edition}, in force from {item.effective_from}{ends}"
