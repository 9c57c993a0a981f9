"""The national layer: every text that is cited, and for each day of decision one rule on display."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import NationalLaw
from schema.catalog.national_loader import load_national
from schema.vocabulary.codes import PenaltyKind
from schema.vocabulary.records import RecordKind
from tests.schema.catalog.builders import line_of
from tests.schema.catalog.packs import changed

LAW = files("schema.catalog") / "law"
REGULATIONS = (LAW / "regulations.toml").read_text(encoding="utf-8")
PERIODS = (LAW / "restoration.toml").read_text(encoding="utf-8")
NEW_LAW = date(2026, 4, 1)
GENERAL = '{ name = "general", longest = "P1Y", shortest = "P3M" }'


def load(folder: Path, *, regulations: str = REGULATIONS, periods: str = PERIODS) -> NationalLaw:
    (folder / "regulations.toml").write_text(regulations, encoding="utf-8")
    (folder / "restoration.toml").write_text(periods, encoding="utf-8")
    (folder / "notes.txt").write_text("not a data file")
    return load_national(folder)


def faults_of(folder: Path, *, regulations: str = REGULATIONS, periods: str = PERIODS) -> tuple[str, ...]:
    with pytest.raises(CatalogFault) as caught:
        load(folder, regulations=regulations, periods=periods)
    return caught.value.faults


def test_the_four_regulations_and_the_days_on_which_they_came_into_force() -> None:
    regulations = load_national().regulations
    known = {
        code: (regulations[code].in_force_from, regulations[code].last_article) for code in ("TJ", "SH", "HL", "LN")
    }
    assert known == {
        "TJ": (date(2021, 1, 1), 66),
        "SH": (date(2017, 10, 1), 56),
        "HL": (date(2022, 7, 1), 55),
        "LN": (date(2022, 1, 1), 55),
    }
    assert {
        "CIR",
        "PIPL",
        "CIVIL",
        "SPC17",
        "SAT54",
        "SAMR45",
        "NDRC58",
        "NDRC36",
        "EIDR",
        "house",
    } <= regulations.keys()
    assert all(one.last_article is None for code, one in regulations.items() if code not in known)


def test_penalties_decided_before_april_2026_are_displayed_by_the_earlier_rule() -> None:
    earlier, later = load_national().periods
    assert {earlier.kind, later.kind} == {RecordKind.ADMINISTRATIVE_PENALTY}
    assert (earlier.decided_from, earlier.decided_to) == (None, NEW_LAW)
    assert [(one.name, one.values, str(one.longest), str(one.shortest)) for one in earlier.grades] == [
        ("general", frozenset(), "P3Y", "P3M")
    ]
    assert earlier.article.regulation == "NDRC58"
    assert later.article.regulation == "NDRC36"


def test_penalties_decided_from_april_2026_are_graded_strictest_first() -> None:
    _, later = load_national().periods
    assert (later.decided_from, later.decided_to) == (NEW_LAW, None)
    assert [(one.name, set(one.values), one.only, one.longest and str(one.longest)) for one in later.grades] == [
        ("serious", {PenaltyKind.LICENCE, PenaltyKind.RESTRICTION, PenaltyKind.DETENTION}, False, "P3Y"),
        ("minor", {PenaltyKind.WARNING}, True, None),
        ("general", set(), False, "P1Y"),
    ]
    assert [one.shortest and str(one.shortest) for one in later.grades] == ["P1Y", None, "P3M"]


def test_the_same_files_elsewhere_are_the_same_law(tmp_path: Path) -> None:
    assert load(tmp_path) == load_national()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "TJ"', 'code = "T J"', "a `code` has no blank, since a citation is split at it"),
        ('code = "SH"', 'code = "TJ"', "the regulation `TJ` stands twice"),
        ('title = "Civil Code"', "title = 5", "`title` must be a text"),
        ("last_article = 66", "last_article = 0", "`last_article` must be a number above 0"),
        ("last_article = 66", "last_article = true", "`last_article` must be a number above 0"),
        ("last_article = 66", 'last_article = "66"', "`last_article` must be a number above 0"),
        ("in_force_from = 2021-01-01", 'in_force_from = "2021-01-01"', "`in_force_from` must be a date"),
        ("in_force_from = 2021-01-01", "in_force_from = 2021-01-01T00:00:00", "`in_force_from` must be a date"),
        ("last_article = 66", 'last_article = 66\ncolour = "red"', "unknown key `colour`"),
    ],
)
def test_a_regulation_with_one_mistake(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = changed(REGULATIONS, old, new)
    line = line_of(REGULATIONS, old) + new.count("\n")
    assert f"regulations.toml:{line}: {sentence}" in faults_of(tmp_path, regulations=text)


def test_a_regulation_that_lacks_a_key_is_told_at_its_head(tmp_path: Path) -> None:
    text = changed(REGULATIONS, 'chinese = "民法典"\n', "")
    line = line_of(text, 'code = "CIVIL"') - 1
    assert faults_of(tmp_path, regulations=text) == (f"regulations.toml:{line}: `chinese` is missing",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('kind = "AdministrativePenalty"', 'kind = "Praise"', "`Praise` is not a valid kind of record"),
        ('code = "NDRC58-PENALTY"', "code = 5", "`code` must be a text"),
        (
            '"NDRC58 display of penalties"',
            '"NDRC59 1"',
            "`NDRC59 1` cites `NDRC59`, which is not among the regulations",
        ),
        ("decided_to = 2026-04-01", 'decided_to = "2026"', "`decided_to` must be a date"),
        (
            "decided_to = 2026-04-01",
            "decided_from = 2027-01-01\ndecided_to = 2026-04-01",
            "the period ends before it begins",
        ),
        ("decided_to = 2026-04-01", "decided_until = 2026-04-01", "unknown key `decided_until`"),
        ("decided_to = 2026-04-01\n", "", "`restoration`"),
    ],
)
def test_a_period_with_one_mistake(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = changed(PERIODS, old, new)
    told = faults_of(tmp_path, periods=text)
    if new:
        assert f"restoration.toml:{line_of(PERIODS, old) + new.count(chr(10))}: {sentence}" in told
    else:
        (only,) = told
        assert only.endswith("leave days without a rule, or give days two")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"DETENTION"', '"EXILE"', "`EXILE` is no grade of AdministrativePenalty: see grade `serious`"),
        ('["WARNING"]', '"WARNING"', "`values` of grade `minor` must be a list"),
        ('"DETENTION"', "5", "`5` is no grade of AdministrativePenalty: see grade `serious`"),
        ("only = true", 'only = "yes"', "grade `minor`: `only` must be true or false"),
        ('name = "minor"', 'title = "minor"', "a grade has no `name`"),
        ('name = "minor"', 'name = "minor", colour = "red"', "grade `minor`: unknown key `colour`"),
        ('"P3Y", shortest = "P1Y"', '"3Y", shortest = "P1Y"', "`3Y` is not a valid term of grade `serious`"),
        ('"P3Y", shortest = "P1Y"', '"P0Y"', "`P0Y` is not a valid term of grade `serious`"),
        (
            '"P3Y", shortest = "P1Y"',
            '"P3Y", shortest = "P37M"',
            "grade `serious`: the shortest display is longer than the longest",
        ),
        ("only = true", 'shortest = "P1M"', "grade `minor`: the shortest display is longer than the longest"),
        (f"  {GENERAL},\n", "", "the last grade takes all others, so one without values must stand there"),
        (
            GENERAL,
            GENERAL.replace("longest", "only = true, longest"),
            "the last grade takes all others, so one without values must stand there",
        ),
        ('values = ["WARNING"], ', "", "grade `minor` names no values, and is not the last"),
        ('["WARNING"]', '["LICENCE"]', "grade `minor`: `LICENCE` belongs to a grade before it"),
    ],
)
def test_grades_with_one_mistake(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = changed(PERIODS, old, new, after='code = "NDRC36-PENALTY"')
    line = line_of(PERIODS, "grades = [", last=True)
    assert f"restoration.toml:{line}: {sentence}" in faults_of(tmp_path, periods=text)


def test_a_period_that_lacks_its_keys_is_told_all_of_them(tmp_path: Path) -> None:
    told = faults_of(tmp_path, periods="[[period]]\n")
    assert told == tuple(f"restoration.toml:1: `{key}` is missing" for key in ("article", "code", "grades", "kind"))


def test_a_kind_of_record_that_nothing_grades_has_no_graded_values(tmp_path: Path) -> None:
    text = changed(PERIODS, 'kind = "AdministrativePenalty"', 'kind = "TaxArrears"', after='code = "NDRC36-PENALTY"')
    assert "`WARNING` is no grade of TaxArrears: see grade `minor`" in " ".join(faults_of(tmp_path, periods=text))
    alone = '[[period]]\ncode = "A"\nkind = "TaxArrears"\narticle = "SAT54 1"\ngrades = [{ name = "all" }]\n'
    assert load(tmp_path, periods=PERIODS + alone).periods[2].kind is RecordKind.TAX_ARREARS


def test_no_day_of_decision_is_left_out_and_none_has_two_rules(tmp_path: Path) -> None:
    later = line_of(PERIODS, "[[period]]", last=True)
    told = f"restoration.toml:{later}: the periods of AdministrativePenalty leave days without a rule, or give days two"
    for day in ("2026-03-01", "2026-05-01"):
        text = changed(PERIODS, "decided_from = 2026-04-01", f"decided_from = {day}")
        assert faults_of(tmp_path, periods=text) == (told,)
    text = changed(PERIODS, "decided_from = 2026-04-01", "decided_from = 2026-04-01\ndecided_to = 2030-01-01")
    ended = f"restoration.toml:{later}: the periods of AdministrativePenalty end on 2030-01-01, and nothing follows"
    assert faults_of(tmp_path, periods=text) == (ended,)
    first = changed(PERIODS, "decided_to = 2026-04-01", "decided_from = 2020-01-01\ndecided_to = 2026-04-01")
    line = line_of(PERIODS, "[[period]]")
    assert faults_of(tmp_path, periods=first) == (told.replace(f":{later}:", f":{line}:"),)


def test_an_empty_law_and_one_that_nobody_can_read_are_faults(tmp_path: Path) -> None:
    with pytest.raises(CatalogFault, match="there is no regulation"):
        load_national(tmp_path)
    told = faults_of(tmp_path, regulations="[[regulation]\n", periods='[king]\nname = "x"\n')
    assert told[0].startswith("regulations.toml:1: not TOML")
    assert told[1] == "restoration.toml:1: unknown key `king`"
