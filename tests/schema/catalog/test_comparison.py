"""What an edition adds, removes and changes is told once, where it was stated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schema.catalog.comparison import Change, ChangeKind, compare, plain
from schema.catalog.entry import DisplayTerm, JudgedFacts, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.periods import Term
from tests.builders import tianjin
from tests.schema.catalog.builders import FIELD, HEAD, SETS, an_edition, an_item, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
KIND = FIELD.replace("announcementDate", "taxKind")
BASE = HEAD + an_item() + an_item(KIND, code='"T-2"')


def _compared(tmp_path: Path, *, old: str = "", new: str) -> tuple[Change, ...]:
    before = load(tmp_path, BASE, editions=[old or an_edition()])
    after = load(tmp_path, BASE, editions=[new])
    return compare(before, after)


def test_an_edition_is_like_itself() -> None:
    assert compare(tianjin(), tianjin()) == ()


def test_items_and_fields_that_come_and_go(tmp_path: Path) -> None:
    both = an_edition(stated(), stated(code='"T-2"'))
    added = _compared(tmp_path, new=both)
    assert [(change.kind, change.at) for change in added] == [
        (ChangeKind.ADDED, "T-2 TAX"),
        (ChangeKind.ADDED, "TaxArrears.taxKind"),
    ]
    removed = _compared(tmp_path, old=both, new=an_edition())
    assert [(change.kind, change.at) for change in removed] == [
        (ChangeKind.REMOVED, "T-2 TAX"),
        (ChangeKind.REMOVED, "TaxArrears.taxKind"),
    ]


def test_what_changes_of_an_item_is_told_of_the_item_alone(tmp_path: Path) -> None:
    sets = SETS.replace('["INSPECTION"]', '["TENDERING", "INSPECTION"]')
    assert _compared(tmp_path, new=an_edition(sets=sets)) == (
        Change(
            ChangeKind.CHANGED,
            "T-1 TAX",
            "use_authority",
            ("STATE_ORGAN for INSPECTION",),
            ("STATE_ORGAN for INSPECTION", "STATE_ORGAN for TENDERING"),
        ),
    )


def test_what_changes_of_a_field_is_told_of_the_field(tmp_path: Path) -> None:
    own = f'\n[[item.field]]\nat = "{AT}"\nmask = "M1"\nis_personal = true\n'
    assert _compared(tmp_path, new=an_edition(stated(own))) == (
        Change(ChangeKind.CHANGED, AT, "mask", "M0", "M1"),
        Change(ChangeKind.CHANGED, AT, "is_personal", "no", "yes"),
    )


def test_a_field_that_no_longer_follows_its_item_is_told(tmp_path: Path) -> None:
    own = f'\n[[item.field]]\nat = "{AT}"\nsensitivity = "NOT_SHARED"\n'
    told = _compared(tmp_path, new=an_edition(stated(own)))
    assert {change.attribute for change in told} == {"sensitivity", "sharing_scope", "use_authority"}
    scope = next(change for change in told if change.attribute == "sharing_scope")
    assert (scope.gained, scope.lost) == ((), ("PUBLIC",))


def test_a_field_under_another_item_is_told() -> None:
    moved = FieldCoordinate("TaxArrears.taxCategory")
    entries = dict(tianjin().entries)
    entries[moved] = replace(entries[moved], item=entries[FieldCoordinate("TaxCreditRating.ratingYear")].item)
    told = compare(tianjin(), replace(tianjin(), entries=entries))
    assert Change(ChangeKind.CHANGED, moved, "item", "SUP-TX1", "NB09-1") in told


def test_what_a_set_has_gained_and_lost() -> None:
    change = Change(ChangeKind.CHANGED, "x", "y", ("a", "b"), ("b", "c"))
    assert (change.gained, change.lost) == (("c",), ("a",))
    assert (Change(ChangeKind.CHANGED, "x", "y", "a", "b").gained, Change(ChangeKind.CHANGED, "x", "y").lost) == (
        (),
        (),
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "none"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (Term(years=5), "P5Y"),
        (DisplayTerm(), "without end"),
        (DisplayTerm(Term(years=3), "decided", "deadline"), "P3Y from decided, until deadline"),
        (DisplayTerm(while_listed=True), "while listed"),
        (DisplayTerm(kept_from="due", while_listed=True), "kept from due, while listed"),
        (JudgedFacts(), ()),
        (
            JudgedFacts("paper", ordinary_procedure_only=frozenset({AgencyId.TAX}), birth=("a.birthDate",)),
            ("legal_document paper", "ordinary_procedure_only TAX", "birth a.birthDate"),
        ),
        (frozenset({"b", "a"}), ("a", "b")),
        ((AgencyId.TAX, AgencyId.COURTS), ("TAX", "COURTS")),
        ((UseAuthority(CallerClass.PUBLIC, frozenset({Purpose.AUDITING})),), ("PUBLIC for AUDITING",)),
    ],
)
def test_a_value_as_it_is_shown(value: object, shown: str | tuple[str, ...]) -> None:
    assert plain(value) == shown
