"""Records survive the way into a shared cache and back."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import timedelta, timezone
from types import MappingProxyType

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.packing import UnknownPacking, pack, unpack
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.connectors.transport.desk_fakes import AS_OF

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
HOURS = st.datetimes(timezones=st.just(timezone(timedelta(hours=8))))
RECORDS = st.builds(
    SourceRecord,
    kind=st.sampled_from(RecordKind),
    agency=st.sampled_from(AgencyId),
    facts=st.dictionaries(NAMES, FACTS, max_size=5),
    as_of=HOURS,
    key=NAMES,
    not_public=st.frozensets(NAMES, max_size=3),
    is_displayed=st.booleans(),
    is_natural_person=st.booleans(),
    unreadable=st.frozensets(NAMES, max_size=3),
)


@given(st.floats(0, 2e9), st.lists(RECORDS, max_size=3).map(tuple))
def test_what_comes_out_is_what_went_in(fetched_at: float, records: tuple[SourceRecord, ...]):
    again_at, again = unpack(pack(fetched_at, records))
    assert (again_at, again) == (fetched_at, records)
    assert [each.as_of.isoformat() for each in again] == [each.as_of.isoformat() for each in records]
    assert all(type(each.kind) is RecordKind and type(each.agency) is AgencyId for each in again)


def test_any_mapping_and_sequence_is_taken():
    facts: Mapping[str, Fact] = MappingProxyType({"list": (1, 2), "person": MappingProxyType({"name": "甲"})})
    record = SourceRecord(RecordKind.TAX_ARREARS, AgencyId.TAX, facts, AS_OF)
    assert unpack(pack(1.0, [record]))[1][0].facts == {"list": [1, 2], "person": {"name": "甲"}}


def test_what_is_not_json_shaped_is_refused():
    record = SourceRecord(RecordKind.TAX_ARREARS, AgencyId.TAX, {"odd": object()}, AS_OF)  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        pack(1.0, [record])


@pytest.mark.parametrize("foreign", [b"", b"\x80\x04N.", b"[]", b"[3,1.0,[]]", b"[1,1.0,[[]]]", b"{}", b"7"])
def test_foreign_bytes_are_known_as_such(foreign: bytes):
    with pytest.raises(UnknownPacking):
        unpack(foreign)


@given(st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=9)))
def test_no_json_breaks_it_otherwise(value: object):
    with contextlib.suppress(UnknownPacking):
        unpack(orjson.dumps(value))
