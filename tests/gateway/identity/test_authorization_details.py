"""Authorization details are read strictly: what isn't known, or isn't of the right form, is refused in one sentence."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from gateway.identity.authorization_details import (
    LONGEST_TEXT,
    MOST_DETAILS,
    AskedConsent,
    DetailsRefused,
    NamedConsent,
    details_of,
    read_details,
)
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import Frequency, Per
from tests.builders import SOME_CODE

ID = "a-consent-that-exists"
SMALL: dict[str, Any] = {
    "type": "credit_information",
    "subject": str(SOME_CODE),
    "items": ["SUP-TX1"],
    "purposes": ["CREDIT_GRANTING"],
    "valid_until": "2026-12-31",
}
WHOLE: dict[str, Any] = {
    **SMALL,
    "valid_from": "2026-06-01",
    "data_from": "2024-01-01",
    "data_to": "2026-06-01",
    "frequency": {"times": 3, "per": "MONTH"},
    "replaces": ID,
}
WRONG: dict[str, Any] = {
    "no type": {"subject": str(SOME_CODE)},
    "other type": {**SMALL, "type": "payment_initiation"},
    "unknown member": {**SMALL, "locations": ["https://example.com"]},
    "id and more": {"type": "credit_information", "consent_id": ID, "items": ["SUP-TX1"]},
    "id of another kind": {"type": "credit_information", "consent_id": ["a", "b"]},
    "short id": {"type": "credit_information", "consent_id": "x"},
    "no end": {key: value for key, value in SMALL.items() if key != "valid_until"},
    "end is null": {**SMALL, "valid_until": None},
    "end is a week": {**SMALL, "valid_until": "2026-W01-1"},
    "end is a day that isn't": {**SMALL, "valid_until": "2026-02-30"},
    "end without dashes": {**SMALL, "valid_until": "20261231"},
    "no subject": {key: value for key, value in SMALL.items() if key != "subject"},
    "no code": {**SMALL, "subject": "911200000000000009"},
    "subject is a number": {**SMALL, "subject": 91},
    "no items": {**SMALL, "items": []},
    "items is a text": {**SMALL, "items": "SUP-TX1"},
    "all items": {**SMALL, "items": ["*"]},
    "item twice": {**SMALL, "items": ["SUP-TX1", "SUP-TX1"]},
    "item is a number": {**SMALL, "items": [1]},
    "no purposes": {**SMALL, "purposes": []},
    "unknown purpose": {**SMALL, "purposes": ["MARKETING"]},
    "never": {**SMALL, "frequency": {"times": 0, "per": "DAY"}},
    "yes times": {**SMALL, "frequency": {"times": True, "per": "DAY"}},
    "half a time": {**SMALL, "frequency": {"times": 0.5, "per": "DAY"}},
    "per week": {**SMALL, "frequency": {"times": 1, "per": "WEEK"}},
    "per list": {**SMALL, "frequency": {"times": 1, "per": ["DAY"]}},
    "frequency with more": {**SMALL, "frequency": {"times": 1, "per": "DAY", "burst": 5}},
    "frequency is a number": {**SMALL, "frequency": 3},
    "replaces nothing": {**SMALL, "replaces": ""},
}


def test_what_is_asked_for_is_read_whole():
    asked, named, small = read_details([WHOLE, {"type": "credit_information", "consent_id": ID}, SMALL])
    assert asked == AskedConsent(
        subject=SOME_CODE,
        items=frozenset({"SUP-TX1"}),
        purposes=frozenset({Purpose.CREDIT_GRANTING}),
        valid_until=date(2026, 12, 31),
        valid_from=date(2026, 6, 1),
        data_from=date(2024, 1, 1),
        data_to=date(2026, 6, 1),
        frequency=Frequency(3, Per.MONTH),
        replaces=ID,
    )
    assert named == NamedConsent(ID)
    assert isinstance(small, AskedConsent)
    assert (small.valid_from, small.frequency, small.replaces) == (None, None, "")


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_in_one_sentence(name):
    with pytest.raises(DetailsRefused) as refused:
        read_details([SMALL, WRONG[name]])
    said = refused.value.description
    assert said.isascii()
    assert said.isprintable()
    assert not {'"', "\\"} & {*said}  # RFC 6749 §5.2
    assert str(SOME_CODE) not in said


def test_there_are_neither_none_nor_too_many():
    for count in (0, MOST_DETAILS + 1):
        with pytest.raises(DetailsRefused):
            read_details([SMALL] * count)


def test_a_code_that_is_in_use_against_its_check_character_is_taken():
    code = "911200000000000009"
    (asked,) = read_details([{**SMALL, "subject": code}], frozenset({code}))
    assert isinstance(asked, AskedConsent)
    assert asked.subject == code


def test_the_text_is_a_list_of_objects():
    assert details_of(json.dumps([WHOLE])) == [WHOLE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        "null",
        '[{"type": "a", "type": "b"}]',
        '[{"times": NaN}]',
        "[" * 50_000,
        " " * LONGEST_TEXT + "[]",
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(DetailsRefused):
        details_of(text)
