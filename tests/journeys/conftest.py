"""The journeys' stage: one sandbox for all, and gateways before it that are audited when they close."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.audit import check_gateway
from tests.journeys.gateways import NO_CACHE, Gateway
from tests.journeys.stage import Stage, open_stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The sandbox; tests that turn its switches put them back."""
    with open_stage(tmp_path_factory.mktemp("journeys")) as opened:
        yield opened


@pytest.fixture(scope="session")
def gateway(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that keeps nothing, so that every question goes to the agencies."""
    with stage.gateway(tmp_path_factory.mktemp("gateway"), NO_CACHE) as opened:
        yield opened
        check_gateway(stage, opened)


@pytest.fixture
def keeping(stage: Stage, tmp_path: Path) -> Iterator[Gateway]:
    """A fresh gateway that keeps what it fetched."""
    with stage.gateway(tmp_path / "gateway") as opened:
        yield opened
        check_gateway(stage, opened)


@pytest.fixture
def counted(stage: Stage) -> Stage:
    """The stage with its counters at zero."""
    stage.forget()
    return stage
