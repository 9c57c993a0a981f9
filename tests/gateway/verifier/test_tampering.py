"""Law 8 of the house: any change of an exported log is found, and an edited entry is named exactly."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.verifier.base64url import encoded
from gateway.verifier.lines import Unreadable
from gateway.verifier.merkle import leaf_hash
from gateway.verifier.report import Finding, Report
from gateway.verifier.verify import Trusted, Way, verify
from tests.verifier_builders import (
    LogKey,
    a_log,
    entries_in,
    key_set,
    line_of,
    opened,
    resigned,
    told_in,
    with_claims,
    with_said,
    written,
)

LOG = a_log(5, 4, tail=5)
"""Two closed segments and an open one; entries 13 and 14 have no checkpoint yet."""
LINES = LOG.export()
ENTRIES = dict(entries_in(LINES))
STRANGER = LogKey()
TRUSTED = Trusted(keys=key_set(LOG.key))
ALL = Way(all_signatures=True, workers=1)

places = st.sampled_from(sorted(ENTRIES))
lines = st.integers(0, len(LINES) - 1)


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        FOLDER.append(Path(made))
        yield FOLDER[-1]


FOLDER: list[Path] = []


def report_on(changed: Sequence[bytes], way: Way | None = None, trusted: Trusted = TRUSTED) -> Report:
    return verify([written(FOLDER[-1], changed)], trusted, way)


def finding(changed: Sequence[bytes], way: Way | None = None, trusted: Trusted = TRUSTED) -> Finding:
    """What is found; a file that is no export any more is one that was found out at once."""
    try:
        found = report_on(changed, way, trusted).finding
    except Unreadable as fault:
        return Finding(str(fault), None, 1, 1)
    assert found is not None
    return found


def with_entry(number: int, **changed: Any) -> list[bytes]:
    entry = {**ENTRIES[number], **changed}
    return [*LINES[:number], line_of({"entry": entry}), *LINES[number + 1 :]]


def test_the_untouched_log_is_verified() -> None:
    assert report_on(LINES).finding is None
    assert report_on(LINES, ALL).finding is None


@given(places, st.text(max_size=30))
def test_an_edited_entry_is_the_one_that_is_named(number: int, text: str) -> None:
    assume(text != ENTRIES[number]["text"])
    assert finding(with_entry(number, text=text)).position == ENTRIES[number]["pos"]


@given(places, st.sampled_from(["old path", "old signature", "stranger's key", "stranger's key under our name"]))
def test_an_edited_entry_with_a_receipt_to_match_is_the_one_that_is_named(number: int, how: str) -> None:
    receipt, leaf = ENTRIES[number]["receipt"], encoded(leaf_hash(b"edited"))
    match how:
        case "old path":
            forged = with_said(receipt, leaf=leaf)
        case "old signature":
            forged = resigned(receipt, leaf=leaf)
        case "stranger's key":
            forged = resigned(receipt, LogKey("strange"), leaf=leaf)
        case _:
            forged = resigned(receipt, STRANGER, leaf=leaf)
    assert finding(with_entry(number, text="edited", receipt=forged)).position == ENTRIES[number]["pos"]


@given(st.sets(places, min_size=1), st.booleans())
def test_of_several_edited_entries_the_first_is_named(numbers: set[int], is_forged: bool) -> None:
    changed = list(LINES)
    for number in numbers:
        receipt = ENTRIES[number]["receipt"]
        forged = resigned(receipt, leaf=encoded(leaf_hash(b"edited"))) if is_forged else receipt
        changed[number] = line_of({"entry": {**ENTRIES[number], "text": "edited", "receipt": forged}})
    assert finding(changed).position == ENTRIES[min(numbers)]["pos"]


@given(places, st.sampled_from(["pos", "seg", "idx"]), st.integers(-2, 20))
def test_a_place_that_is_changed_is_found(number: int, name: str, value: int) -> None:
    assume(value != ENTRIES[number][name])
    assert finding(with_entry(number, **{name: value})).position == ENTRIES[number]["pos"]


@given(places, st.sampled_from(["pos", "seg", "idx", "log"]), st.sampled_from([True, 1.0, "x", None, 99]))
def test_the_place_that_a_receipt_names_is_found_if_changed(number: int, name: str, value: Any) -> None:
    changed = with_entry(number, receipt=resigned(ENTRIES[number]["receipt"], place={name: value}))
    assert finding(changed).position == ENTRIES[number]["pos"]


@given(places, st.sampled_from(["iat", "jti", "req", "res", "cat", "leaf"]), st.booleans())
def test_every_claim_of_a_receipt_is_found_if_changed(number: int, name: str, is_rerooted: bool) -> None:
    receipt = ENTRIES[number]["receipt"]
    changes: dict[str, Any] = {name: "x"}
    forged = resigned(receipt, **changes) if is_rerooted else with_said(receipt, **changes)
    changed = with_entry(number, receipt=forged)
    assert finding(changed, ALL).position == ENTRIES[number]["pos"]
    assert is_rerooted or finding(changed).position == ENTRIES[number]["pos"]


@given(places, st.sampled_from(["iss", "size", "root"]))
def test_what_is_signed_for_many_is_found_at_the_first_whose_statement_is_changed(number: int, name: str) -> None:
    statement, *rest = ENTRIES[number]["receipt"].split("~")
    changed = opened(statement)[name] + 1 if name == "size" else encoded(bytes(32))
    forged = "~".join((with_claims(statement, **{name: changed}), *rest))
    assert finding(with_entry(number, receipt=forged), ALL).position == ENTRIES[number]["pos"]


@given(places, st.sampled_from(["0", "1", "2", "01", "-1", " 0", "٠", "9" * 5000, ""]))
def test_a_number_or_a_path_of_another_is_found(number: int, place: str) -> None:
    statement, claims, own, path = ENTRIES[number]["receipt"].split("~")
    for forged in (f"{statement}~{claims}~{place}~{path}", f"{statement}~{claims}~{own}~{encoded(bytes(32))}{path}"):
        if forged != ENTRIES[number]["receipt"]:
            assert finding(with_entry(number, receipt=forged)).position == ENTRIES[number]["pos"]


@given(places, places)
def test_swapped_receipts_are_found_at_the_first(one: int, other: int) -> None:
    assume(one != other)
    changed = with_entry(one, receipt=ENTRIES[other]["receipt"])
    changed[other] = line_of({"entry": {**ENTRIES[other], "receipt": ENTRIES[one]["receipt"]}})
    assert finding(changed).position == ENTRIES[min(one, other)]["pos"]


@given(lines)
def test_a_line_that_is_gone_is_found(number: int) -> None:
    changed = [*LINES[:number], *LINES[number + 1 :]]
    if b'{"checkpoint"' in LINES[number]:
        assert report_on(changed).is_verified, "what it covered is covered by what follows; nothing of the log is gone"
        return
    found = finding(changed)
    if number in ENTRIES:
        assert found.position == ENTRIES[number]["pos"]


@given(lines, lines)
def test_a_line_that_stands_twice_is_found(number: int, at: int) -> None:
    finding([*LINES[:at], LINES[number], *LINES[at:]])


@given(lines, lines)
def test_swapped_lines_are_found(one: int, other: int) -> None:
    assume(one != other)
    changed = list(LINES)
    changed[one], changed[other] = changed[other], changed[one]
    finding(changed)


@given(places)
def test_an_entry_that_is_put_in_and_numbered_through_is_found_where_it_stands(number: int) -> None:
    forged = resigned(ENTRIES[number]["receipt"], leaf=encoded(leaf_hash(b"put in")))
    put_in = {**ENTRIES[number], "text": "put in", "receipt": forged}
    changed = [*LINES[:number], line_of({"entry": put_in})]
    for line in LINES[number:]:
        told = told_in(line)
        if entry := told.get("entry"):
            entry["pos"] += 1
            entry["idx"] += entry["seg"] == put_in["seg"]
            entry["receipt"] = resigned(entry["receipt"], place={"pos": entry["pos"], "idx": entry["idx"]})
        if "end" in told:
            told["end"] = {key: value + 1 for key, value in told["end"].items()}
        changed.append(line_of(told))
    assert finding(changed).position == put_in["pos"]


@given(st.integers(0, sum(map(len, LINES)) - 1))
def test_a_file_that_is_cut_off_is_found(size: int) -> None:
    finding([b"".join(LINES)[:size]])


@given(st.integers(1, 13))
def test_a_log_cut_off_with_a_new_last_line_is_found_against_what_was_kept(last: int) -> None:
    cut = LOG.export(up_to=last)
    assert report_on(cut).is_verified, "the file alone cannot show it, and says so"
    assert finding(cut, trusted=Trusted(keys=TRUSTED.keys, reaches=14)).position == last + 1
    kept = [told_in(LINES[-4])["checkpoint"]]
    if last < 12:
        assert finding(cut, trusted=Trusted(keys=TRUSTED.keys, kept=kept)).position == last + 1


@settings(max_examples=300)
@given(st.data())
def test_any_byte_that_is_changed_is_found(data: st.DataObject) -> None:
    whole = b"".join(LINES[1:])
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    finding([LINES[0], whole[:at] + bytes([byte]) + whole[at + 1 :]], ALL)


@pytest.mark.parametrize(("name", "value"), [("log", "other"), ("exported_from", 1), ("keys", {"keys": []})])
def test_a_first_line_that_is_changed_is_found(name: str, value: object) -> None:
    finding([line_of({**told_in(LINES[0]), name: value}), *LINES[1:]], trusted=Trusted())


def test_keys_of_another_in_the_first_line_are_found() -> None:
    keys = told_in(line_of({"keys": [STRANGER.jwk()]}))
    finding([line_of({**told_in(LINES[0]), "keys": keys}), *LINES[1:]], trusted=Trusted())


def test_a_log_signed_by_others_throughout_is_found_with_keys_that_are_trusted() -> None:
    forged = a_log(5, 4, tail=5, key=STRANGER).export()
    assert report_on(forged, trusted=Trusted()).is_verified, "by its own keys it is, and the report says so"
    finding(forged)


@pytest.mark.parametrize("name", ["log", "seg", "first", "size", "root", "previous"])
@pytest.mark.parametrize("number", [n for n, line in enumerate(LINES) if line[2:9] in (b"checkpo", b"closing")])
def test_a_checkpoint_or_closing_that_is_changed_is_found_even_if_we_had_signed_it(name: str, number: int) -> None:
    ((kind, statement),) = told_in(LINES[number]).items()
    claims = opened(statement)
    changed = claims[name] + 1 if isinstance(claims[name], int) else encoded(bytes(32))
    for forged in (
        with_claims(statement, **{name: changed}),
        LOG.key.sign(f"{kind}+jwt", {**claims, name: changed}),
        STRANGER.sign(f"{kind}+jwt", claims),
    ):
        finding([*LINES[:number], line_of({kind: forged}), *LINES[number + 1 :]])


def test_a_checkpoint_cannot_stand_for_a_closing() -> None:
    number = next(number for number, line in enumerate(LINES) if line.startswith(b'{"closing"'))
    ((_, statement),) = told_in(LINES[number]).items()
    as_checkpoint = [*LINES[:number], line_of({"checkpoint": statement}), *LINES[number + 1 :]]
    assert "type" in finding(as_checkpoint).what
