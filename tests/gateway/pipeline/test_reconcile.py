"""Two agencies' records of one thing become one; the owner is served, the other is named where it differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.pipeline.reconcile import Delivery, Reconciled, reconcile
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.builders import a_record

MR, ED = AgencyId.MARKET_REGULATION, AgencyId.ENTERPRISE_DISCLOSURE


def record(agency: AgencyId, key: str = "k", /, **facts: Fact) -> SourceRecord:
    return a_record(RecordKind.ADMINISTRATIVE_LICENSE, dict(facts), agency=agency, key=key)


def brought(agency: AgencyId, *records: SourceRecord, from_cache: bool = False) -> Delivery:
    return Delivery(agency, records, from_cache)


def joined(*deliveries: Delivery, checks=(), owners=None, is_list: bool = True) -> list[Reconciled]:
    return reconcile(deliveries, list(checks), owners=owners or {}, is_list=is_list)


def test_one_agency_alone_is_taken_as_it_is() -> None:
    same = record(MR, name="甲")
    assert joined(brought(MR, same, replace(same), from_cache=True)) == [
        Reconciled(same, from_cache=True),
        Reconciled(same, from_cache=True),
    ]


def test_records_join_by_key_and_each_fact_is_its_owners() -> None:
    [one] = joined(
        brought(ED, record(ED, name="乙", number="1", only_here="e")),
        brought(MR, record(MR, name="甲", number="1", only_there="m")),
        owners={"name": (MR, ED), "number": (ED, MR)},
    )
    assert one.record.facts == {"name": "甲", "number": "1", "only_here": "e", "only_there": "m"}
    assert one.record.agency == ED
    assert one.disagreements == (("name", ED),)


def test_what_the_owner_does_not_state_the_other_fills_in() -> None:
    [one] = joined(brought(MR, record(MR, name=None)), brought(ED, record(ED, name="乙")), owners={"name": (MR, ED)})
    assert one.record.facts == {"name": "乙"}
    assert one.disagreements == ()


def test_what_the_owner_states_unreadably_is_not_filled_in_by_another() -> None:
    owners_word = replace(record(MR), unreadable=frozenset({"name"}))
    [one] = joined(brought(MR, owners_word), brought(ED, record(ED, name="乙")), owners={"name": (MR, ED)})
    assert one.record.facts == {"name": None}
    assert one.record.unreadable == {"name"}


@pytest.mark.parametrize(
    ("served", "other"),
    [
        ("天津（泰达）有限公司", "天津(泰达)有限公司"),
        ("津市监 12 号", "津市监12号"),
        ("abc", "ABC"),
        ({"amount": "1200000.00", "currency": "CNY"}, {"amount": "1200000", "currency": "CNY"}),
        (["甲", "乙"], ["乙", "甲"]),
        ({"from": "2025-01-01", "to": None}, {"from": "2025-01-01"}),
        ({"name": "王小明"}, {"name": "王小明", "position": "董事长"}),
        ("甲", None),
    ],
)
def test_a_way_of_writing_is_no_disagreement(served, other) -> None:
    for one, two in ((served, other), (other, served)):
        [made] = joined(brought(MR, record(MR, fact=one)), brought(ED, record(ED, fact=two)))
        assert made.disagreements == ()


@pytest.mark.parametrize(
    ("served", "other"),
    [
        ("甲", "乙"),
        ({"amount": "1200000.00", "currency": "CNY"}, {"amount": "1200000.00", "currency": "USD"}),
        ({"amount": "120.00", "currency": "CNY"}, {"amount": "120.01", "currency": "CNY"}),
        ({"name": "王小明"}, {"name": "王大明"}),
        (True, False),
        (["甲"], ["甲", "甲"]),
    ],
)
def test_another_word_is_a_disagreement(served, other) -> None:
    [made] = joined(brought(MR, record(MR, fact=served)), brought(ED, record(ED, fact=other)))
    assert made.disagreements == (("fact", ED),)


def test_what_is_hidden_anywhere_is_hidden() -> None:
    [one] = joined(
        brought(MR, record(MR, a="1", b="2")),
        brought(ED, replace(record(ED, a="1", b="2"), not_public=frozenset({"b"}), is_natural_person=True)),
    )
    assert (one.record.not_public, one.record.is_natural_person, one.record.is_displayed) == (
        frozenset({"b"}),
        True,
        True,
    )
    [two] = joined(brought(MR, record(MR)), brought(ED, replace(record(ED), is_displayed=False)))
    assert not two.record.is_displayed


def test_a_check_compares_and_adds_nothing() -> None:
    [one] = joined(
        brought(MR, record(MR, name="甲")),
        checks=[brought(ED, record(ED, name="乙", extra="x"), record(ED, "other", name="丙"))],
    )
    assert one.record.facts == {"name": "甲"}
    assert one.disagreements == (("name", ED),)


@pytest.mark.parametrize("hidden", [{"not_public": frozenset({"name"})}, {"is_displayed": False}])
def test_what_a_check_hides_is_not_compared(hidden) -> None:
    [one] = joined(brought(MR, record(MR, name="甲")), checks=[brought(ED, replace(record(ED, name="乙"), **hidden))])
    assert one.disagreements == ()


def test_records_without_a_key_never_merge_in_a_list() -> None:
    found = joined(brought(MR, record(MR, "", n="1"), record(MR, "", n="2")), brought(ED, record(ED, "", n="1")))
    assert [one.record.facts["n"] for one in found] == ["1", "2", "1"]
    checked = joined(brought(MR, record(MR, "", n="1")), checks=[brought(ED, record(ED, "", n="2"))])
    assert [one.disagreements for one in checked] == [()]


def test_no_record_is_lost_where_an_agency_uses_a_key_twice() -> None:
    found = joined(brought(MR, record(MR, n="1"), record(MR, n="2")), brought(ED, record(ED, n="1")))
    assert [one.record.facts["n"] for one in found] == ["1", "2"]


def test_where_a_subject_has_one_record_the_key_does_not_matter() -> None:
    [one] = joined(brought(MR, record(MR, "甲", n="1")), brought(ED, record(ED, "乙", n="2")), is_list=False)
    assert (one.record.facts, one.disagreements) == ({"n": "1"}, (("n", ED),))


def test_an_event_that_one_agency_does_not_know_of_yet_is_a_disagreement() -> None:
    day: dict[str, Fact] = {"listingDate": "2026-01-01"}
    knows = a_record(RecordKind.ABNORMAL_OPERATION_LISTING, day | {"removalDate": "2026-05-01"}, agency=ED, key="k")
    not_yet = a_record(RecordKind.ABNORMAL_OPERATION_LISTING, day | {"removalDate": None}, agency=MR, key="k")
    never_asked = a_record(RecordKind.ABNORMAL_OPERATION_LISTING, day, agency=MR, key="k")
    owners = {"removalDate": (ED, MR), "listingDate": (ED, MR)}

    def joined(first, second, *, events=frozenset({"removalDate"})):
        deliveries = [Delivery(one.agency, (one,), from_cache=False) for one in (first, second)]
        [only] = reconcile(deliveries, [], owners=owners, is_list=True, events=events)
        return only

    assert joined(knows, not_yet).disagreements == (("removalDate", MR),)
    assert joined(knows, not_yet, events=frozenset()).disagreements == ()
    assert joined(knows, never_asked).disagreements == ()


def test_the_owner_s_not_yet_is_served_although_another_agency_tells_of_the_event() -> None:
    owner = a_record(RecordKind.ABNORMAL_OPERATION_LISTING, {"removalDate": None}, agency=ED, key="k")
    other = a_record(RecordKind.ABNORMAL_OPERATION_LISTING, {"removalDate": "2026-05-01"}, agency=MR, key="k")
    deliveries = [Delivery(one.agency, (one,), from_cache=False) for one in (owner, other)]
    [only] = reconcile(
        deliveries, [], owners={"removalDate": (ED, MR)}, is_list=True, events=frozenset({"removalDate"})
    )
    assert only.record.facts["removalDate"] is None
    assert only.disagreements == (("removalDate", MR),)
