"""Writes the permit check as it is answered now: `python -m tests.journeys.renew`; read the diff before committing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.journeys.gateways import NO_CACHE
from tests.journeys.stage import open_stage
from tests.journeys.test_permit_check import ASKERS, EXPECTED, ask, written


def main() -> None:
    """Ask as everybody, and keep what is answered."""
    with tempfile.TemporaryDirectory() as folder, open_stage(Path(folder)) as stage:  # noqa: SIM117 - one line each
        with stage.gateway(Path(folder) / "gateway", NO_CACHE) as gateway:
            EXPECTED.mkdir(exist_ok=True)
            for asker in ASKERS:
                (EXPECTED / f"{asker.name}.json").write_text(written(ask(gateway, stage, asker)), encoding="utf-8")


if __name__ == "__main__":
    main()
