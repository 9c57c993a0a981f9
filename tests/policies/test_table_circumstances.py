"""What the table asks under: all ordinary, or one thing not."""

from __future__ import annotations

from datetime import date

from policies.table_circumstances import DOCUMENT, circumstances, consent_to_all
from schema.vocabulary.caller import CallerClass, Purpose
from tests.builders import tianjin

DAY = date(2026, 6, 1)


def test_the_document_alone_comes_first_and_each_moment_is_named_once() -> None:
    names = [at.name for at in circumstances(tianjin(), DAY)]
    assert names[0] == DOCUMENT
    assert len(set(names)) == len(names)


def test_no_two_moments_ask_the_same() -> None:
    asked = [
        (at.asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION), at.evidence) for at in circumstances(tianjin(), DAY)
    ]
    assert len(set(asked)) == len(asked)


def test_nothing_is_wanting_to_the_ordinary_asker() -> None:
    asker = circumstances(tianjin(), DAY)[0].asker(CallerClass.STATE_ORGAN, Purpose.AUDITING)
    assert asker.caller_class is CallerClass.STATE_ORGAN
    assert asker.purpose is Purpose.AUDITING
    assert asker.may_read_conditional
    assert asker.published == frozenset(Purpose)
    assert asker.items == {"*"}
    assert asker.states_matter


def test_a_moment_changes_what_it_is_named_for() -> None:
    named = {at.name: at for at in circumstances(tianjin(), DAY)}
    assert not named["EVIDENCE/officer-without-items"].asker(CallerClass.STATE_ORGAN, None).items
    assert named["EVIDENCE/own-subject"].evidence.is_own
    assert not named["EVIDENCE/subject-of-other-region"].evidence.is_in_region


def test_a_consent_to_all_is_in_force_and_a_written_one_came_after_a_warning() -> None:
    plain, written = consent_to_all(tianjin(), DAY), consent_to_all(tianjin(), DAY, is_written=True)
    assert plain.is_in_force(DAY)
    assert not plain.is_written
    assert written.is_written
    assert written.was_warned
    assert written.items == {entry.item.code for entry in tianjin().entries.values()}
