"""Rules that look at requests after they were answered, and raise an alert where somebody should look again.

A pure fold over the log in its order. Rules of an hour look at the sixty minutes that end with the latest request, and
begin anew after an alert; rules of a day raise one alert at most about anybody on a calendar day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final, TypeAlias

from policies.alert_tallies import HOUR, Cases, Counted, Refusals, Subjects
from policies.logged import Logged
from schema.vocabulary.alerts import Alert, AlertRule, Watched
from schema.vocabulary.reasons import SourceArticle
from schema.vocabulary.working_days import DayKind, WorkingCalendar

HOUSE_RULE: Final = SourceArticle("house", "rule")
OF_AN_HOUR: Final = frozenset({AlertRule.BULK_LOOKUPS, AlertRule.MANY_REFUSALS})
"""Rules that look at sixty minutes; all others at a calendar day."""
_AUTHORITY: Final = {"TJ": SourceArticle("TJ", "22(1)"), "SH": SourceArticle("SH", "20(1)")}
"""Nobody may inquire beyond its authority."""
_PROCEDURE: Final = {"TJ": SourceArticle("TJ", "21(2)"), "SH": SourceArticle("SH", "19(2)")}
"""A unit fixes its members' authority and the procedure of its inquiries."""
ARTICLES: Final[Mapping[AlertRule, Mapping[str, SourceArticle]]] = {
    AlertRule.BULK_LOOKUPS: _AUTHORITY,
    AlertRule.MANY_SUBJECTS: _AUTHORITY,
    AlertRule.OUT_OF_HOURS: _PROCEDURE,
    AlertRule.NO_CASE_REFERENCE: _PROCEDURE,
    AlertRule.MANY_REFUSALS: _AUTHORITY,
    AlertRule.ENUMERATION_STOPPED: _AUTHORITY,
    AlertRule.QUOTA_EXCEEDED: {},
    AlertRule.CONSENT_USED_UP: {},
    AlertRule.REVOKED_TOKEN: _AUTHORITY,
}
"""By rule and jurisdiction. Elsewhere, and where we or those who agreed have set the number, it is the house rule: the
texts of Heilongjiang and Liaoning have no such duties."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many on an alert is raised."""

    client_subjects_hour: int
    """Distinct subjects of one client."""
    officer_subjects_hour: int
    client_subjects_day: int
    officer_subjects_day: int
    refusals_hour: int
    """Refused requests of one client or officer; and they have to be at least the share below."""
    refused_share: float
    """Of the hour's requests, above 0 and up to 1."""
    out_of_hours_day: int
    """Requests of one officer."""
    no_case_day: int
    """Requests of one officer."""
    enumeration_day: int
    quota_day: int
    used_up_day: int
    revoked_day: int
    opens: time
    """When working hours begin, in Shanghai."""
    closes: time
    """From when on they are over."""


_Key: TypeAlias = tuple[AlertRule, Watched]


@dataclass(slots=True)
class _Day:
    """One calendar day in Shanghai."""

    first: int = 0
    """Position of its first entry; 0 before that."""
    tallies: dict[_Key, Subjects | Cases] = field(default_factory=dict)
    raised: set[_Key] = field(default_factory=set)


class LookOut:
    """The rules at work; gets the entries of the log in their order.

    Shape:   `raised` are the alerts on file, with hours in Shanghai's time, that rest on entries which are noted here
             once more after a start: they are not raised again
    """

    def __init__(
        self, thresholds: Thresholds, jurisdiction: str, *, calendar: WorkingCalendar, raised: Iterable[Alert] = ()
    ) -> None:
        self._thresholds = thresholds
        self._jurisdiction = jurisdiction
        self._calendar = calendar
        self._turns_at: datetime | None = None
        self._hours: dict[_Key, Subjects | Refusals] = {}
        self._days: dict[date, _Day] = {}
        self._raised_at: dict[_Key, int] = {}
        """By rule of an hour the position up to which entries count no more."""
        for alert in raised:
            key = alert.rule, alert.who
            if alert.rule in OF_AN_HOUR:
                self._raised_at[key] = max(alert.last, self._raised_at.get(key, 0))
            else:
                self._day(alert.begins).raised.add(key)

    @property
    def needed_after(self) -> int:
        """Entries up to this position have no part in what is raised from now on."""
        return min((day.first for day in self._days.values() if day.first), default=1) - 1

    def note(self, logged: Logged) -> Sequence[Alert]:
        """What the next entry raises."""
        self._turn(logged.at)
        day = self._day(logged.at)
        day.first = day.first or logged.position
        return (*self._by_hour(logged), *self._by_day(logged, day))

    def _turn(self, at: datetime) -> None:
        """With each hour let go of days that are over and of whom nobody has heard."""
        if self._turns_at is not None and at < self._turns_at:
            return
        self._turns_at = at.replace(minute=0, second=0, microsecond=0) + HOUR
        before = at - HOUR
        self._days = {one: day for one, day in self._days.items() if one >= before.date()}
        self._hours = {
            key: tally for key, tally in self._hours.items() if tally.latest is None or tally.latest > before
        }

    def _day(self, at: datetime) -> _Day:
        return self._days.setdefault(at.date(), _Day())

    def _by_hour(self, logged: Logged) -> Iterator[Alert]:
        for who in logged.watched():
            if logged.subjects:
                yield from self._in_hour((AlertRule.BULK_LOOKUPS, who), logged)
            yield from self._in_hour((AlertRule.MANY_REFUSALS, who), logged)

    def _in_hour(self, key: _Key, logged: Logged) -> Iterator[Alert]:
        if logged.position <= self._raised_at.get(key, 0):
            return
        tally = self._hours.get(key)
        if tally is None:
            tally = self._hours[key] = self._tally_of_hour(*key)
        counted = tally.note(logged)
        if counted is not None:
            del self._hours[key]
            self._raised_at[key] = logged.position
            yield self._alert(key, counted, logged, window=str(counted.first))

    def _tally_of_hour(self, rule: AlertRule, who: Watched) -> Subjects | Refusals:
        terms = self._thresholds
        if rule is AlertRule.MANY_REFUSALS:
            return Refusals(terms.refusals_hour, terms.refused_share)
        return Subjects(terms.officer_subjects_hour if who.officer else terms.client_subjects_hour, is_of_hour=True)

    def _by_day(self, logged: Logged, day: _Day) -> Iterator[Alert]:
        for key, threshold in (*self._subjects_of_day(logged), *self._cases(logged)):
            if key in day.raised:
                continue
            tally = day.tallies.get(key)
            if tally is None:
                is_of_subjects = key[0] is AlertRule.MANY_SUBJECTS
                tally = Subjects(threshold, is_of_hour=False) if is_of_subjects else Cases(threshold)
                day.tallies[key] = tally
            counted = tally.note(logged)
            if counted is not None:
                del day.tallies[key]
                day.raised.add(key)
                yield self._alert(key, counted, logged, window=logged.at.date().isoformat())

    def _subjects_of_day(self, logged: Logged) -> Iterator[tuple[_Key, int]]:
        terms = self._thresholds
        for who in logged.watched() if logged.subjects else ():
            most = terms.officer_subjects_day if who.officer else terms.client_subjects_day
            yield (AlertRule.MANY_SUBJECTS, who), most

    def _cases(self, logged: Logged) -> Iterator[tuple[_Key, int]]:
        """Rules that this one request is a case of, with how many of them make an alert."""
        terms, who = self._thresholds, logged.sender
        match logged.fault:
            case "ENUMERATION_STOPPED":
                yield (AlertRule.ENUMERATION_STOPPED, who), terms.enumeration_day
            case "QUOTA_EXCEEDED":
                yield (AlertRule.QUOTA_EXCEEDED, who), terms.quota_day
            case "UNAUTHENTICATED" if logged.client:
                yield (AlertRule.REVOKED_TOKEN, who), terms.revoked_day
        if logged.is_used_up:
            yield (AlertRule.CONSENT_USED_UP, who), terms.used_up_day
        if logged.officer and logged.asked:
            if logged.states_purpose and not logged.names_case:
                yield (AlertRule.NO_CASE_REFERENCE, who), terms.no_case_day
            if not self._is_worked(logged.at):
                yield (AlertRule.OUT_OF_HOURS, who), terms.out_of_hours_day

    def _is_worked(self, at: datetime) -> bool:
        """Whether these are working hours; a day of which nobody knows yet is taken for one that is worked."""
        is_within = self._thresholds.opens <= at.time() < self._thresholds.closes
        return is_within and self._calendar.kind_of(at.date()) is not DayKind.OFF

    def _alert(self, key: _Key, counted: Counted, logged: Logged, *, window: str) -> Alert:
        rule, who = key
        return Alert(
            rule,
            who,
            window=window,
            begins=counted.begins,
            ends=logged.at,
            count=counted.count,
            first=counted.first,
            last=logged.position,
            article=ARTICLES[rule].get(self._jurisdiction, HOUSE_RULE),
        )
