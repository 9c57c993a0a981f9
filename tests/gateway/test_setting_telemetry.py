"""Settings of what operators see: the collector's address, shares, networks."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.setting_telemetry import Telemetry


def test_by_itself_nothing_is_watched():
    telemetry = Telemetry()
    assert (telemetry.collector, telemetry.metrics, telemetry.log_format) == (None, False, "text")
    assert telemetry.metrics_addresses == ("127.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("written", "posted_to"),
    [
        ("otlp+http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("otlp+http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
        ("otlp+https://collector.example/otel/v1/traces", "https://collector.example/otel/v1/traces"),
    ],
)
def test_the_collector(written, posted_to):
    assert Telemetry(traces=written).collector == posted_to


@pytest.mark.parametrize(
    "written",
    [
        "http://127.0.0.1:4318",
        "otlp+grpc://127.0.0.1:4317",
        "otlp+http://",
        "otlp+http://a:b@host",
        "otlp+http://h/?x=1",
    ],
)
def test_addresses_that_are_none(written):
    with pytest.raises(ValidationError):
        Telemetry(traces=written)


@pytest.mark.parametrize("given", [{"traces_share": 1.5}, {"metrics_addresses": ["everybody"]}, {"log_format": "xml"}])
def test_other_mistakes(given):
    with pytest.raises(ValidationError):
        Telemetry(**given)
