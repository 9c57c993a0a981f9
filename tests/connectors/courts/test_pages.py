"""One page of a list: what must be true before its rows are believed."""

from __future__ import annotations

import pytest

from connectors.courts.pages import read_page
from connectors.transport.wire import MalformedAnswer

KEY = "XNXN00021"


def data(**changes):
    row = {"type": "1", "cardNum": KEY, "caseCode": "(2026)津0101执1号"}
    return {"total": "1", "pageNo": 1, "pageSize": 10, "dataTime": "20260601023000", "list": [row]} | changes


def read(**changes):
    return read_page(data(**changes), KEY, number=1, size=10)


def test_whole_page():
    page = read(zzjgdmTotal="3")
    assert (page.total, page.elsewhere, len(page.rows)) == (1, 3, 1)
    assert page.compiled_at.isoformat() == "2026-06-01T02:30:00+08:00"


def test_an_agency_that_does_not_tell_of_the_other_key():
    assert read().elsewhere is None
    assert read(zzjgdmTotal="暂无").elsewhere is None


def test_no_rows():
    page = read(total=0, list=[])
    assert (page.total, page.rows) == (0, ())


@pytest.mark.parametrize("shown", ["XNXN0002-1", "xnxn00021", " XNXN00021 "])
def test_organisation_code_as_court_data_print_it(shown):
    assert read(list=[{"type": "1", "cardNum": shown}]).rows


def test_a_persons_row_carries_no_key():
    assert read(list=[{"type": "0", "cardNum": "000000********123X"}]).rows


@pytest.mark.parametrize(
    "changes",
    [
        {"total": None},
        {"total": "-1"},
        {"total": "many"},
        {"total": True},
        {"total": "2"},
        {"list": None},
        {"list": ["row"]},
        {"list": []},
        {"pageNo": 2},
        {"pageNo": None},
        {"dataTime": None},
        {"dataTime": "2026年06月01日"},
        {"list": [{"type": "1", "cardNum": "XNXN00013"}]},
        {"list": [{"type": "1"}]},
    ],
)
def test_pages_that_are_not_believed(changes):
    with pytest.raises(MalformedAnswer):
        read(**changes)


def test_last_page_has_the_rest():
    rows = data()["list"] * 2
    assert len(read_page(data(total="12", pageNo=2, list=rows), KEY, number=2, size=10).rows) == 2
    with pytest.raises(MalformedAnswer):
        read_page(data(total="12", pageNo=2), KEY, number=2, size=10)
