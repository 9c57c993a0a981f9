"""Numbers that grow are read as Prometheus wants them."""

from __future__ import annotations

from gateway.telemetry.cells import SECONDS, Counts, Spread, Spreads


def test_a_spread_counts_each_value_once_at_the_bucket_that_holds_it():
    spread = Spread((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 3.0):
        spread.add(value)
    assert spread.told() == ([("1.0", 2.0), ("2.0", 3.0), ("+Inf", 4.0)], 6.0)


def test_spreads_by_label():
    spreads = Spreads("seconds", "How long.", ("stage",))
    spreads.of("seal").add(0.003)
    assert spreads.of("seal") is spreads.of("seal")
    (family,) = spreads.collect()
    samples = {(sample.name, sample.labels.get("le")): sample.value for sample in family.samples}
    assert samples["seconds_bucket", "+Inf"] == samples["seconds_count", None] == 1.0
    assert samples["seconds_bucket", "0.0025"] == 0.0
    assert samples["seconds_bucket", "0.005"] == 1.0
    assert samples["seconds_sum", None] == 0.003
    assert len(family.samples) == len(SECONDS) + 3


def test_counts_by_label():
    counts = Counts("calls", "How many.", ("agency", "outcome"))
    counts.add("TAX", "fetched")
    counts.add("TAX", "fetched", by=3)
    (family,) = counts.collect()
    assert [(sample.name, sample.labels, sample.value) for sample in family.samples] == [
        ("calls_total", {"agency": "TAX", "outcome": "fetched"}, 4.0)
    ]


def test_nothing_counted_is_no_line_but_is_described():
    (family,) = Counts("calls", "How many.", ("agency",)).collect()
    assert (family.samples, family.documentation) == ([], "How many.")
