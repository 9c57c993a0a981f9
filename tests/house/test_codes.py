"""Codes are stable, told apart, used, and explained to callers in one table."""

from __future__ import annotations

import re

from gateway.faults import FaultCode, status_of
from schema.vocabulary.reasons import ReasonCode
from tests.house.rooms import HOUSE, modules

ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:(\d{3}) \| )?(.+) \|$", re.MULTILINE)


def table() -> dict[str, str | None]:
    """The codes explained in `gateway/CODES.md`, with the HTTP status where one is named."""
    text = (HOUSE / "gateway" / "CODES.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len({code for code, *_ in rows}) == len(rows), "a code is explained twice"
    return {code: status or None for code, status, _ in rows}


def test_no_code_means_two_things() -> None:
    assert not {code.value for code in FaultCode} & {code.value for code in ReasonCode}


def test_codes_are_written_as_they_are_called() -> None:
    for code in (*FaultCode, *ReasonCode):
        assert code.name == code.value
        assert re.fullmatch(r"[A-Z]+(?:_[A-Z]+)*", code.value)


def test_every_code_is_explained_and_nothing_else() -> None:
    assert table().keys() == {code.value for code in (*FaultCode, *ReasonCode)}


def test_the_table_names_the_status_that_is_sent() -> None:
    for code, status in table().items():
        if status is not None:
            assert status_of(FaultCode(code)) == int(status), code


def test_what_is_silent_is_explained_as_silent() -> None:
    text = (HOUSE / "gateway" / "CODES.md").read_text(encoding="utf-8")
    silent = text.partition("## Silent")[2].partition("\n## ")[0]
    assert {code for code, *_ in ROW.findall(silent)} == {code.value for code in ReasonCode if not code.is_public}


def test_every_code_is_given_somewhere() -> None:
    defined = {"gateway/faults.py", "schema/vocabulary/reasons.py"}
    source = "\n".join(
        (HOUSE / path).read_text(encoding="utf-8") for path in modules() if path.as_posix() not in defined
    )
    given = set(re.findall(r"(?:FaultCode|ReasonCode)\.([A-Z][A-Z_]+)", source))
    given |= set(re.findall(r"FaultCode\.([A-Z_]+), message", (HOUSE / "gateway/faults.py").read_text()))
    assert {code.value for code in (*FaultCode, *ReasonCode)} == given
