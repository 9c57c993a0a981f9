"""The sandbox's world: invented subjects, and the records that each agency holds about them.

The same seed, size and day give the same world. A subject's records are made when first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from deploy.sandbox.world_draft import SHANGHAI, Draft, as_held
from deploy.sandbox.world_named import HAND_MADE
from deploy.sandbox.world_ordinary import ordinary
from deploy.sandbox.world_population import NAMED, make_subject
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

Record = Mapping[str, object]
"""A record by graph field name, in neutral values: `date`, `Decimal` (yuan, percent), enum members of
`schema.vocabulary.codes`, text, int, bool, None, lists; a person as a mapping by the fields of
`PersonRef`; a period as {"from": date, "to": date}. An annual amount is yuan.

Underscore keys: `_hidden` fields that the record's own flags mark as not public; `_displayed` False
if the agency no longer displays it; `_natural_person`; `_updated` aware, Asia/Shanghai; `_raw` native
text by field, to be put on the wire as it stands; `_open_ended` fields whose None is written as an
open end (`9999-09-09`); `_history` earlier rows of an exchange table (market regulation only), each with
facts, `_flag` (I, U, D), `_arrived` (order of arrival) and `_updated`."""


class World:
    """All subjects of one sandbox."""

    def __init__(self, *, seed: int, size: int, today: date) -> None:
        self.seed = seed
        self.today = today
        subjects = [make_subject(serial, seed, today=today) for serial in range(max(size, len(NAMED)) + 1)]
        self._subjects: dict[str, Subject] = {subject.code: subject for subject in subjects}
        self.codes: tuple[str, ...] = tuple(code for code, subject in self._subjects.items() if subject.is_held)
        """Codes of all subjects that some agency holds, in a stable order."""
        self.named: Mapping[str, str] = MappingProxyType(
            {subject.trap: code for code, subject in self._subjects.items() if subject.trap}
        )
        """Hand-made subjects: name → code; among them `unknown`, which no agency holds."""
        self._drafts = lru_cache(maxsize=4096)(self._draft)

    def records(self, agency: AgencyId, code: str, kind: RecordKind) -> Sequence[Record]:
        """The records of `kind` about `code` as `agency` holds them; none for an unknown code."""
        return tuple(
            as_held(draft, agency) for draft in self._drafts(code) if draft.kind is kind and agency in draft.holders
        )

    def trap(self, code: str) -> str:
        """The name of a hand-made subject, "" for any other; `captcha` is answered with a captcha page."""
        subject = self._subjects.get(code)
        return subject.trap if subject else ""

    def _draft(self, code: str) -> tuple[Draft, ...]:
        subject = self._subjects.get(code)
        if subject is None or not subject.is_held:
            return ()
        return tuple(HAND_MADE[subject.trap](subject) if subject.trap else ordinary(subject))


def build_world(*, seed: int = 20260401, size: int = 2000, today: date | None = None) -> World:
    """A world of at least `size` subjects; dates are relative to `today`, the actual day if not given.

    Errors:  ValueError for a size beyond what the codes can number.
    """
    return World(seed=seed, size=size, today=today or _this_day())


def _this_day() -> date:
    return datetime.now(SHANGHAI).date()  # noqa: TID251 - terms must run out in the demo on any day
