"""The benchmark runs and prints its tables; what it measures is for people to judge."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[2]


def test_a_quick_run_prints_every_table(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--json", str(kept)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for title in ("ONE SUBJECT", "50 SUBJECTS IN ONE REQUEST", "CPU A REQUEST BY STAGE", "SINGLE STEPS"):
        assert title in run.stdout
    figures = orjson.loads(kept.read_bytes())
    assert 35 <= figures["fields"] <= 45
    assert figures["values"] >= 120
    assert figures["equal"] > figures["compared"] / 2
    assert figures["ratio"].keys() == {"one", "fifty"}
