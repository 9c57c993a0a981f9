"""The words for inquiries stay what they are: scripts of subjects read them."""

from __future__ import annotations

from schema.vocabulary.inquiries import InquiryAbout, InquiryOutcome


def test_outcomes_and_contents_are_closed_lists() -> None:
    assert [one.value for one in InquiryOutcome] == ["SHOWN", "NOTHING_SHOWN", "WITHHELD", "REFUSED"]
    assert [one.value for one in InquiryAbout] == ["RECORDS", "LAW", "CONSENTS", "INQUIRIES"]
