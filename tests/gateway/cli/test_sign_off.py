"""A sign-off names what it answers for, why, who and when; everything else in the file is a fault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.cli.sign_off import SignOffFault, hold_against, read_sign_offs
from policies.table_diff import Change, Direction

GIVEN = {
    "edition": '"TJ-2"',
    "item": '"T-1"',
    "field": '"TaxArrears.*"',
    "class": '["PUBLIC", "ASSOCIATION"]',
    "purpose": '"*"',
    "moment": '"DOCUMENT"',
    "because": '"the tax office publishes the list"',
    "signed_by": '"the head of the credit office"',
    "on": "2026-06-01",
}


def written(folder: Path, *tables: dict[str, str | None], more: str = "") -> Path:
    path = folder / "sign_off.toml"
    rows = (
        "".join(f"{key} = {value}\n" for key, value in {**GIVEN, **table}.items() if value is not None)
        for table in tables
    )
    path.write_text(more + "".join(f"[[widening]]\n{row}" for row in rows), "utf-8")
    return path


def a_row(
    direction: Direction = Direction.WIDENED, *, field: str = "TaxArrears.announcementDate", caller: str = "PUBLIC"
) -> Change:
    return Change(direction, "T-1", (field,), ("DOCUMENT",), (caller,), ("INSPECTION", "NONE"), "MASK M1", "SHOW")


def test_a_sign_off_is_read_with_its_reason(tmp_path) -> None:
    (one,) = read_sign_offs(written(tmp_path, {}))
    assert one.because == "the tax office publishes the list"
    assert one.signed_by == "the head of the credit office"
    assert one.on == date(2026, 6, 1)
    assert one.patterns["class"] == ("PUBLIC", "ASSOCIATION")


def test_a_file_without_sign_offs_is_one(tmp_path) -> None:
    assert read_sign_offs(written(tmp_path)) == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sign_by": '"me"'}, "unknown key `sign_by`"),
        ({"because": None}, "`because` is missing"),
        ({"edition": None}, "`edition` is missing"),
        ({"because": '" "'}, "`because` must be a text"),
        ({"signed_by": "3"}, "`signed_by` must be a text"),
        ({"field": "[]"}, "`field` must be a pattern or a list of patterns"),
        ({"field": '["a", 1]'}, "`field` must be a pattern or a list of patterns"),
        ({"field": '""'}, "`field` must be a pattern or a list of patterns"),
        ({"on": '"soon"'}, "`on` must be a date"),
        ({"on": "2026-06-01T10:00:00"}, "`on` must be a date"),
    ],
)
def test_a_fault_is_told_with_the_place(tmp_path, change, told) -> None:
    with pytest.raises(SignOffFault) as caught:
        read_sign_offs(written(tmp_path, {}, change))
    assert caught.value.faults == (f"sign_off.toml: widening 2: {told}",)


def test_all_faults_are_told_at_once(tmp_path) -> None:
    with pytest.raises(SignOffFault) as caught:
        read_sign_offs(written(tmp_path, {"on": None}, {"item": "1"}, more="note = 1\n"))
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("text", ["widening = 1", "widening = [1]", "widening", "\0"])
def test_what_is_no_sign_off_file_is_refused(tmp_path, text) -> None:
    path = tmp_path / "sign_off.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SignOffFault):
        read_sign_offs(path)


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(SignOffFault):
        read_sign_offs(tmp_path / "missing.toml")


def test_a_widening_needs_a_signature_for_each_purpose(tmp_path) -> None:
    signed = hold_against(read_sign_offs(written(tmp_path, {"purpose": '"INSP*"'})), [a_row()], edition="TJ-2")
    assert [row.purposes for row in signed.covered] == [("INSPECTION",)]
    assert [row.purposes for row in signed.missing] == [("NONE",)]
    assert signed.unused == []


@pytest.mark.parametrize(
    ("row", "edition"),
    [
        (a_row(), "TJ-3"),
        (a_row(field="TaxpayerProfile.taxpayerName"), "TJ-2"),
        (a_row(caller="STATE_ORGAN"), "TJ-2"),
    ],
)
def test_a_sign_off_covers_nothing_but_what_it_names(tmp_path, row, edition) -> None:
    signed = hold_against(read_sign_offs(written(tmp_path, {})), [row], edition=edition)
    assert signed.covered == []
    assert signed.missing == [row]


def test_two_sign_offs_may_cover_one_row_together(tmp_path) -> None:
    sign_offs = read_sign_offs(written(tmp_path, {"purpose": '"NONE"'}, {"purpose": '"INSPECTION"'}))
    assert hold_against(sign_offs, [a_row()], edition="TJ-2").missing == []


def test_another_mask_needs_a_signature_and_a_narrowing_needs_none() -> None:
    assert hold_against((), [a_row(Direction.NARROWED)], edition="TJ-2").missing == []
    assert len(hold_against((), [a_row(Direction.CHANGED)], edition="TJ-2").missing) == 1


def test_a_sign_off_of_this_edition_that_matches_nothing_is_told(tmp_path) -> None:
    sign_offs = read_sign_offs(written(tmp_path, {}, {"item": '"T-9"'}, {"edition": '"TJ-1"'}))
    (unused,) = hold_against(sign_offs, [a_row()], edition="TJ-2").unused
    assert str(unused).startswith("widening 2 (edition TJ-2; item T-9; field TaxArrears.*; class PUBLIC, ASSOCIATION")
