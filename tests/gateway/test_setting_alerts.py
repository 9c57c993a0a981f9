"""Settings of the look-out: working hours, numbers, shares."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from pydantic import ValidationError

from gateway.alert_room import thresholds_of
from gateway.setting_alerts import Alerts
from policies.alerts import Thresholds


def test_hours_are_read_as_people_write_them():
    read = Alerts.model_validate({"opens": "08:30", "closes": "17:00", "every": "500ms"})
    assert (read.opens, read.closes, read.every) == (time(8, 30), time(17), timedelta(milliseconds=500))


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "18:00"},
        {"opens": "08:00+08:00"},
        {"opens": "morning"},
        {"refused_share": 0},
        {"refused_share": 1.5},
        {"no_case_day": 0},
        {"every": "0s"},
        {"no_such": 1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        Alerts.model_validate(wrong)


def test_every_threshold_has_its_setting():
    numbers = thresholds_of(Alerts(officer_subjects_hour=7))
    assert numbers.officer_subjects_hour == 7
    assert {name: getattr(Alerts(), name) for name in Thresholds.__slots__ if name != "officer_subjects_hour"} == {
        name: getattr(numbers, name) for name in Thresholds.__slots__ if name != "officer_subjects_hour"
    }
