"""The same laws over generated catalogs: whatever an edition says, nothing refused is ordered or seen."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.plan import Planner
from policies.question import DemandedField
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, MaskKind, Sensitivity, UseAuthority
from schema.vocabulary.caller import Caller, CallerClass, Inquiry, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import the_catalog
from tests.documents import Asked, document_text
from tests.laws.walk import walk
from tests.laws.worlds import other_world
from tests.strategies import World, callers, documents, lawful, whole_records, worlds

REGIONS = ("TJ", "SH", "HL", "LN")


@st.composite
def catalogs(draw: st.DrawFn, regions: tuple[str, ...] = REGIONS) -> Catalog:
    """A region's catalog in which some fields are shared otherwise, or not listed at all."""
    catalog = the_catalog(draw(st.sampled_from(regions)))
    fields = sorted(at for at in catalog.entries if at not in catalog.records and not _is_judged(catalog, at))
    changed = {at: _other(draw, catalog.entries[at]) for at in draw(st.lists(st.sampled_from(fields), max_size=12))}
    entries = {at: changed.get(at, entry) for at, entry in catalog.entries.items()}
    return replace(catalog, entries={at: entry for at, entry in entries.items() if entry is not None})


def _is_judged(catalog: Catalog, at: FieldCoordinate) -> bool:
    """Whether the judge himself needs the field; the loader refuses an edition that hides it from him."""
    kind, _, name = at.partition(".")
    items = [place.entry.item for place in catalog.records.values() if place.kind == kind]
    return any(
        name in {part.partition(".")[0] for part in (*item.display.facts(), *item.judged.names())} for item in items
    )


def _other(draw: st.DrawFn, entry: CatalogEntry) -> CatalogEntry | None:
    if draw(st.booleans()) and entry.natural_person is None:
        return None
    classes = draw(st.frozensets(st.sampled_from(CallerClass), max_size=3))
    return replace(
        entry,
        sensitivity=draw(st.sampled_from(Sensitivity)),
        sharing_scope=classes,
        use_authority=tuple(UseAuthority(one, frozenset(Purpose)) for one in sorted(classes)),
        mask=draw(st.sampled_from((entry.mask, MaskKind.M0))),
    )


@given(st.one_of(whole_records(), documents()), callers(), catalogs())
@lawful(60)
def test_nothing_refused_is_ordered_whatever_the_catalog_says(
    root: Asked, asker: tuple[Caller, Inquiry], catalog: Catalog
) -> None:
    for plan in walk(document_text(root), asker, (), planner=Planner(catalog)).plans:
        for _, kind, facts in plan.wants:
            places = [place for place in catalog.records.values() if place.kind == kind]
            judged = {
                name
                for place in places
                for name in (*place.entry.item.display.facts(), *place.entry.item.judged.names())
            }
            for name in facts - judged:
                coordinate = FieldCoordinate(f"{kind}.{name.partition('.')[0]}")
                verdict = plan.sheet.verdicts.get(DemandedField(coordinate))
                assert verdict is None or verdict.effect is not Effect.WITHHOLD
                assert coordinate in catalog.entries


@given(st.one_of(whole_records(), documents(widest=16)), callers(), worlds(), catalogs(("TJ",)), st.integers(0, 2**32))
@lawful(60)
def test_what_is_withheld_changes_no_byte_whatever_the_catalog_says(
    root: Asked, asker: tuple[Caller, Inquiry], world: World, catalog: Catalog, seed: int
) -> None:
    text, planner = document_text(root), Planner(catalog)
    one = walk(text, asker, world, planner=planner)
    other = walk(text, asker, other_world(Random(seed), world, one.plans, one.demand), planner=planner)
    assert one.body == other.body
