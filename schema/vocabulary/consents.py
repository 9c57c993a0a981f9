"""What a subject agrees to, and what can become of its word: terms, states, and which act follows on which.

Source: Tianjin Art. 16, 37, 39; Shanghai Art. 14, 17, 34; Heilongjiang Art. 20, 24, 36; PIPL Art. 14-16, 23.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import SubjectId


class ConsentState(StrEnum):
    """Where a consent stands."""

    REQUESTED = "REQUESTED"  # 待授权
    ACTIVE = "ACTIVE"  # 有效
    PAUSED = "PAUSED"  # 已暂停
    REVOKED = "REVOKED"  # 已撤回
    EXPIRED = "EXPIRED"  # 已到期
    REJECTED = "REJECTED"  # 已拒绝


class ConsentAct(StrEnum):
    """What is done with a consent; each act is signed and none is taken back."""

    GRANT = "GRANT"  # 授权
    REJECT = "REJECT"  # 拒绝
    PAUSE = "PAUSE"  # 暂停
    RESUME = "RESUME"  # 恢复
    REVOKE = "REVOKE"  # 撤回
    REPLACE = "REPLACE"  # 由新授权替代


ENDED: Final = frozenset({ConsentState.REVOKED, ConsentState.EXPIRED, ConsentState.REJECTED})
"""States that no act leaves."""

_FOLLOWS: Final[Mapping[tuple[ConsentState, ConsentAct], ConsentState]] = {
    (ConsentState.REQUESTED, ConsentAct.GRANT): ConsentState.ACTIVE,
    (ConsentState.REQUESTED, ConsentAct.REJECT): ConsentState.REJECTED,
    (ConsentState.ACTIVE, ConsentAct.PAUSE): ConsentState.PAUSED,
    (ConsentState.PAUSED, ConsentAct.RESUME): ConsentState.ACTIVE,
    (ConsentState.ACTIVE, ConsentAct.REVOKE): ConsentState.REVOKED,
    (ConsentState.PAUSED, ConsentAct.REVOKE): ConsentState.REVOKED,
    (ConsentState.ACTIVE, ConsentAct.REPLACE): ConsentState.REVOKED,
    (ConsentState.PAUSED, ConsentAct.REPLACE): ConsentState.REVOKED,
}


def after(state: ConsentState, act: ConsentAct) -> ConsentState | None:
    """The state that the act leads to; None where it can't be done."""
    return _FOLLOWS.get((state, act))


class Per(StrEnum):
    """For how long a number of pulls is counted; calendar units, Asia/Shanghai."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    CONSENT = "CONSENT"  # over the whole life of the consent


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often the grantee may look: so many requests per span."""

    times: int
    per: Per

    def span(self, day: date) -> str:
        """The span in which this day is counted: `2026-06-01`, `2026-06`, `2026`, or "" for the whole life."""
        length = {Per.DAY: 10, Per.MONTH: 7, Per.YEAR: 4, Per.CONSENT: 0}[self.per]
        return day.isoformat()[:length]


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What is agreed to; days are calendar days, Asia/Shanghai, the last one included."""

    subject: SubjectId
    organisation: str
    """Id of the organisation that may look."""
    items: frozenset[str]
    """Codes of catalog items."""
    purposes: frozenset[Purpose]
    valid_from: date
    ends_on: date
    """There is no consent without end (Heilongjiang Art. 36(1))."""
    client_id: str = ""
    """The one client of the organisation that may use it; "" for all of them."""
    data_from: date | None = None
    """Records of an earlier day are not covered; None: no bound."""
    data_to: date | None = None
    frequency: Frequency | None = None
    is_written: bool = False
    """Whether it has the form of a written authorisation (书面授权)."""
    notice: str = ""
    """Name of the notice of adverse consequences that goes with it; "" where the law wants none."""
    replaces: str = ""
    """Id of the consent that this one takes the place of; "" for none."""
