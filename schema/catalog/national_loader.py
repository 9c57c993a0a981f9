"""Read the national layer: which texts of law there are, and how long the state lets a record be displayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from schema.catalog.article_reader import read_article
from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.jurisdiction import Grade, NationalLaw, NationalPeriod, Regulation
from schema.catalog.sections import check_keys, sections
from schema.catalog.switch_reader import readable_term
from schema.vocabulary.codes import PenaltyKind
from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.records import RecordKind

_REGULATION: Final = frozenset({"code", "title", "chinese"})
_PERIOD: Final = frozenset({"code", "kind", "article", "grades"})
_DAYS: Final = frozenset({"decided_from", "decided_to"})
_GRADE: Final = frozenset({"name", "values", "only", "longest", "shortest"})
_GRADED_BY: Final[Mapping[RecordKind, type[StrEnum]]] = {RecordKind.ADMINISTRATIVE_PENALTY: PenaltyKind}
"""The code list of the fact by which a kind of record is graded."""
_SOME_DAY: Final = date(2000, 1, 1)


def load_national(source: Traversable | None = None) -> NationalLaw:
    """The national layer from its data files (`law/*.toml`).

    Errors:  CatalogFault with every fault of every file
    """
    folder = source or files("schema.catalog") / "law"
    read = [
        DataFile.open(path)
        for path in sorted(folder.iterdir(), key=lambda one: one.name)
        if path.name.endswith(".toml")
    ]
    tables = [(reader, reader.parse()) for reader in read]
    regulations: dict[str, Regulation] = {}
    periods: list[tuple[str, NationalPeriod]] = []
    for reader, raw in tables:
        reader.take(raw, frozenset({"regulation", "period"}), "")
        for view, given in sections(reader, raw, "regulation"):
            _read_regulation(view, given, regulations)
    for reader, raw in tables:
        for view, given in sections(reader, raw, "period"):
            period = _period(view, given, regulations)
            if period is not None:
                periods.append((view.where(key="period"), period))
    faults = [fault for reader in read for fault in reader.faults]
    faults += () if regulations or faults else ("there is no regulation",)
    faults += () if faults else _chain_faults(periods)
    if faults:
        raise CatalogFault(faults)
    return NationalLaw(tuple(period for _, period in periods), regulations)


def _read_regulation(view: DataFile, given: Mapping[str, Any], regulations: dict[str, Regulation]) -> None:
    check_keys(view, given, "regulation", needed=_REGULATION, known=frozenset({"in_force_from", "last_article"}))
    texts = {name: view.text_of(given, name) for name in _REGULATION if name in given}
    day = _day(view, given, "in_force_from")
    last = given.get("last_article")
    if last is not None and (not isinstance(last, int) or isinstance(last, bool) or last < 1):
        view.complain("`last_article` must be a number above 0", key="last_article")
    code = texts.get("code", "")
    if code in regulations:
        view.complain(f"the regulation `{code}` stands twice", key="code")
    if " " in code:
        view.complain("a `code` has no blank, since a citation is split at it", key="code")
    if texts.keys() == _REGULATION:
        regulations[code] = Regulation(**texts, in_force_from=day, last_article=last)


def _period(view: DataFile, given: Mapping[str, Any], regulations: Mapping[str, Regulation]) -> NationalPeriod | None:
    before = len(view.faults)
    check_keys(view, given, "period", needed=_PERIOD, known=_DAYS)
    code = view.text_of(given, "code") if "code" in given else ""
    kind = view.convert(RecordKind, given["kind"], what="kind of record", key="kind") if "kind" in given else None
    article = read_article(view, given, "article", regulations=regulations) if "article" in given else None
    first, end = _day(view, given, "decided_from"), _day(view, given, "decided_to")
    if first is not None and end is not None and end <= first:
        view.complain("the period ends before it begins", key="decided_to")
    grades = [_grade(view, raw, kind) for raw in view.tables(given, "grades")]
    whole = tuple(grade for grade in grades if grade is not None)
    if "grades" in given and len(view.faults) == before:
        for fault in _order_faults(whole):
            view.complain(fault, key="grades")
    if kind is None or article is None or len(view.faults) > before:
        return None
    return NationalPeriod(code, kind, first, end, whole, article)


def _grade(view: DataFile, raw: Mapping[str, Any], kind: RecordKind | None) -> Grade | None:
    name = str(raw.get("name", ""))
    before = len(view.faults)
    for key in sorted(raw.keys() - _GRADE):
        view.complain(f"grade `{name}`: unknown key `{key}`", key="grades")
    if not name:
        view.complain("a grade has no `name`", key="grades")
    values = _values(view, raw, kind)
    only = raw.get("only", False)
    if not isinstance(only, bool):
        view.complain(f"grade `{name}`: `only` must be true or false", key="grades")
    terms = {
        key: view.convert(readable_term, raw[key], what=f"term of grade `{name}`", key="grades")
        for key in ("longest", "shortest")
        if key in raw
    }
    longest, shortest = terms.get("longest"), terms.get("shortest")
    if shortest is not None and (longest is None or _days(shortest) > _days(longest)):
        view.complain(f"grade `{name}`: the shortest display is longer than the longest", key="grades")
    if len(view.faults) > before:
        return None
    return Grade(name, values, only, longest, shortest)


def _values(view: DataFile, raw: Mapping[str, Any], kind: RecordKind | None) -> frozenset[str]:
    """The values of the grade, from the code list by which this kind of record is graded."""
    given = raw.get("values", [])
    if not isinstance(given, list):
        view.complain(f"`values` of grade `{raw.get('name')}` must be a list", key="grades")
        return frozenset()
    codes = frozenset(_GRADED_BY.get(kind, ())) if kind is not None else frozenset(given)
    for value in given:
        if value not in codes:
            view.complain(f"`{value}` is no grade of {kind}: see grade `{raw.get('name')}`", key="grades")
    return frozenset(str(value) for value in given)


def _order_faults(grades: tuple[Grade, ...]) -> Iterator[str]:
    """The last grade takes what is left, so it names no values and every other one does, each its own."""
    if not grades or grades[-1].values or grades[-1].only:
        yield "the last grade takes all others, so one without values must stand there"
    taken: set[str] = set()
    for grade in grades[:-1]:
        if not grade.values:
            yield f"grade `{grade.name}` names no values, and is not the last"
        for value in sorted(grade.values & taken):
            yield f"grade `{grade.name}`: `{value}` belongs to a grade before it"
        taken |= grade.values


def _chain_faults(periods: list[tuple[str, NationalPeriod]]) -> Iterator[str]:
    """Every day of decision has exactly one rule: a gap would fall back on the longer periods of the regions."""
    for kind in dict.fromkeys(period.kind for _, period in periods):
        chain = sorted(
            ((place, period) for place, period in periods if period.kind is kind),
            key=lambda one: one[1].decided_from or date.min,
        )
        expected: date | None = None
        for index, (place, period) in enumerate(chain):
            if period.decided_from != expected or (index and expected is None):
                yield f"{place}: the periods of {kind} leave days without a rule, or give days two"
            expected = period.decided_to
        if expected is not None:
            yield f"{chain[-1][0]}: the periods of {kind} end on {expected}, and nothing follows"


def _day(view: DataFile, given: Mapping[str, Any], key: str) -> date | None:
    value = given.get(key)
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    view.complain(f"`{key}` must be a date", key=key)
    return None


def _days(term: Term) -> int:
    return (ends_on(_SOME_DAY, term) - _SOME_DAY).days
