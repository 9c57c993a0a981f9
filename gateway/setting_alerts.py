"""Settings of the look-out over the log of requests: from how many on somebody should look again."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from gateway.setting_values import Count, Duration, Section


def _check_hour(hour: time) -> time:
    if hour.tzinfo is not None:
        raise ValueError("write an hour of the day without a zone, for example `08:30`: it is meant in Shanghai")
    return hour


Clock = Annotated[time, AfterValidator(_check_hour)]
"""An hour of the day in Shanghai, `08:30`."""


class Alerts(Section):
    """When an alert is raised; each number counts the request that reaches it."""

    enabled: bool = True
    """Whether this process takes part; one of all that do looks at a time."""
    every: Duration = timedelta(seconds=2)
    """How often the log is looked at; another process takes over after three times as long."""
    client_subjects_hour: Count = 2_000
    """Distinct subjects that one client asks about within an hour."""
    officer_subjects_hour: Count = 60
    """Distinct subjects that one officer asks about within an hour."""
    client_subjects_day: Count = 10_000
    """Distinct subjects that one client asks about on a day."""
    officer_subjects_day: Count = 200
    """Distinct subjects that one officer asks about on a day."""
    refusals_hour: Count = 100
    """Requests of one client or officer within an hour of which half the fields, or all of it, were refused."""
    refused_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Their share in the hour's requests that makes an alert as well."""
    out_of_hours_day: Count = 1
    """Requests of one officer on a day outside working hours."""
    no_case_day: Count = 1
    """Requests of one officer on a day with a purpose and without a case."""
    enumeration_day: Count = 1
    """Requests on a day that were stopped because codes seemed to be tried out."""
    quota_day: Count = 1
    """Requests on a day beyond what the caller may ask."""
    used_up_day: Count = 1
    """Requests on a day by a consent that had been used as often as was agreed."""
    revoked_day: Count = 1
    """Requests on a day with a token that was revoked, or of a holder that was suspended."""
    opens: Clock = time(8, 0)
    """When working hours begin, in Shanghai."""
    closes: Clock = time(18, 0)
    """When they are over."""

    @model_validator(mode="after")
    def _opens_first(self) -> Alerts:
        if self.opens >= self.closes:
            raise ValueError("`opens` has to be before `closes`")
        return self
