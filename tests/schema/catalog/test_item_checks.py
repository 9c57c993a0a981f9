"""Items that contradict themselves or the regulation of their region are refused, with the article."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.vocabulary.identifiers import FieldCoordinate
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
PENALTY = """
[[item.record]]
at = "CreditSubject.administrativePenalties"
kind = "AdministrativePenalty"
contributors = ["TAX"]
chinese = "行政处罚"
""" + FIELD.replace("TaxArrears", "AdministrativePenalty")
UNFOUNDED = '{ no_document_because = "none is stated" }'


def _of(region: str, **statement: str) -> str:
    return an_edition(
        stated(legal_basis=f'"{region} 10"', **statement),
        code=f'"{region}-1"',
        jurisdiction=f'"{region}"',
        adopted_by=f'"{region} 10"',
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sharing": '"NOT_SHARED"'}, "item `T-1` is published and not shared"),
        (
            {"source": '"NATIONAL_BASIC"'},
            "item `T-1` is of the National Basic Catalog if it has a class number, and only then",
        ),
        (
            {"category_no": "3"},
            "item `T-1` is of the National Basic Catalog if it has a class number, and only then",
        ),
        (
            {"display": '{ term = "P3Y", anchor = "announcementDate" }', "retention": '"P35M"'},
            "item `T-1` is displayed for P3Y and kept for P35M",
        ),
    ],
)
def test_what_contradicts_itself(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    text = an_edition()
    told = faults(tmp_path, HEAD + an_item(**changes), editions=[text])
    assert told == (f"TJ-1.toml:{line_of(text, 'T-1')}: {sentence}",)


def test_what_is_not_published_is_not_shared_with_the_public(tmp_path: Path) -> None:
    told = faults(tmp_path, HEAD + an_item(publicity='"NOT_PUBLIC"', sharing='"CONDITIONAL"'))
    assert "item `T-1` is not published and shared with the public" in {fault.partition(": ")[2] for fault in told}


@pytest.mark.parametrize("ends", ["2025-12-31", "2026-01-01"])
def test_an_item_does_not_end_before_it_begins(tmp_path: Path, ends: str) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(), editions=[an_edition(stated(effective_to=ends))])
    assert told.endswith("item `T-1` ends before it begins")


def test_a_condition_says_with_whom(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + 'sensitivity = "CONDITIONAL"\n')
    line = line_of(text, f'"{AT}"')
    assert faults(tmp_path, text) == (
        f"a.toml:{line}: `{AT}` is shared with `PUBLIC`, which has no authority to use it",
    )
    nobody = an_item(publicity='"NOT_PUBLIC"', sharing='"NOT_SHARED"', sharing_scope=None, use_authority=None)
    edition = an_edition(stated(f'\n[[item.field]]\nat = "{AT}"\nsensitivity = "CONDITIONAL"\n'))
    (told,) = faults(tmp_path, HEAD + nobody, editions=[edition])
    assert told.endswith(f"`{AT}` is shared on condition, and with nobody")


@pytest.mark.parametrize("region", ["TJ", "SH", "HL"])
def test_penalties_say_by_which_procedure_they_were_given(tmp_path: Path, region: str) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(PENALTY), editions=[_of(region)], region=region)
    assert "item `T-1` does not say by which procedure a penalty was given (`judged.procedure`); " in told
    assert told.endswith(" keeps the simplified one out")
    known = HEAD + an_item(PENALTY, judged='{ procedure = "announcementDate" }')
    assert load(tmp_path, known, editions=[_of(region)], region=region)


def test_liaoning_does_not_ask_for_the_procedure(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + an_item(PENALTY), editions=[_of("LN", retention='"P5Y"')], region="LN")


@pytest.mark.parametrize("character", ['"UNTRUSTWORTHY"', '"SERIOUS"'])
def test_untrustworthy_information_rests_on_a_legal_document(tmp_path: Path, character: str) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(character=character))
    assert "names no legal document (`judged.legal_document`), which TJ 12" in told
    for judged in (UNFOUNDED, '{ legal_document = "announcementDate" }'):
        assert load(tmp_path, HEAD + an_item(character=character, judged=judged))


@pytest.mark.parametrize("region", ["HL", "LN"])
def test_where_the_catalog_or_the_state_sets_the_period_an_item_has_one(tmp_path: Path, region: str) -> None:
    edition = _of(region, retention='"P5Y"')
    (told,) = faults(
        tmp_path, HEAD + an_item(character='"SERIOUS"', judged=UNFOUNDED), editions=[edition], region=region
    )
    assert "item `T-1` does not say how long it is displayed, which " in told
    for display in ("{ while_listed = true }", '{ until = "announcementDate" }'):
        item = an_item(character='"SERIOUS"', judged=UNFOUNDED, display=display)
        assert load(tmp_path, HEAD + item, editions=[edition], region=region)


@pytest.mark.parametrize(("region", "name"), [("HL", "display"), ("LN", "display"), ("LN", "retention")])
def test_periods_are_stated_where_the_regulation_demands_them(tmp_path: Path, region: str, name: str) -> None:
    kept = {} if name == "retention" else {"retention": '"P5Y"'}
    absent: dict[str, str | None] = {name: None}
    (told,) = faults(tmp_path, HEAD + an_item(**absent), editions=[_of(region, **kept)], region=region)
    assert f"item `T-1` does not state `{name}`, which {region} " in told


@pytest.mark.parametrize("region", ["TJ", "SH"])
def test_no_display_is_longer_than_the_regulation_allows(tmp_path: Path, region: str) -> None:
    display = '{ term = "P61M", anchor = "announcementDate" }'
    item = an_item(character='"UNTRUSTWORTHY"', judged=UNFOUNDED, display=display)
    (told,) = faults(tmp_path, HEAD + item, editions=[_of(region)], region=region)
    assert "item `T-1` is displayed for P61M; " in told
    assert told.endswith(" allows P5Y")
    assert load(tmp_path, HEAD + item.replace("P61M", "P60M"), editions=[_of(region)], region=region)
    basic = an_item(display=display)  # a period of what is not untrustworthy is for the item to say
    assert load(tmp_path, HEAD + basic, editions=[_of(region)], region=region)


def test_utilities_have_no_place_in_liaoning(tmp_path: Path) -> None:
    item = an_item(RECORD + FIELD + 'category = "UTILITIES"\n')
    (told,) = faults(tmp_path, HEAD + item, editions=[_of("LN", retention='"P5Y"')], region="LN")
    assert "item `T-1` holds data of utilities, which LN " in told
    for region in ("TJ", "SH", "HL"):
        assert load(tmp_path, HEAD + item, editions=[_of(region)], region=region)
