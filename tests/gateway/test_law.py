"""The law in force: read whole, refused whole, renewed while requests are under way."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.law import Law, Wanted, activate, read_law, renew, wanted_law
from gateway.settings import CatalogSettings
from schema.catalog.data_file import CatalogFault
from schema.graph.assemble import Graph, assemble

DAY = date(2026, 6, 1)
LOST = {"LN.decision_other_unit.unit": "5wd"}
NEXT = """
[edition]
code = "TJ-2026-9"
jurisdiction = "TJ"
based_on = "TJ-2026-2"
effective_from = 2026-09-01
adopted_by = "TJ 10"
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped catalog, where a test may change it."""
    shipped = files("schema.catalog")
    for part in ("national", "editions"):
        shutil.copytree(str(shipped / part), tmp_path / "catalog" / part)
    return tmp_path / "catalog"


def settings(**changes: object) -> CatalogSettings:
    return CatalogSettings.model_validate({"configured": LOST, "refresh": "20ms"} | changes)


def test_every_region_is_read_and_the_own_one_judges(graph: Graph) -> None:
    law = read_law(settings(), Wanted(None, DAY), graph)
    assert law.catalog.jurisdiction.code == "TJ"
    assert set(law.neighbours) == {"SH", "HL", "LN"}


@pytest.mark.parametrize("jurisdiction", ["SH", "HL", "LN"])
def test_each_region_can_have_a_gateway_of_its_own(graph: Graph, jurisdiction: str) -> None:
    assert (
        read_law(settings(jurisdiction=jurisdiction), Wanted(None, DAY), graph).catalog.jurisdiction.code
        == jurisdiction
    )


def test_a_number_that_a_text_has_lost_must_be_given_or_its_region_left_out(graph: Graph) -> None:
    with pytest.raises(CatalogFault) as refused:
        read_law(settings(configured={}), Wanted(None, DAY), graph)
    assert any("LN 37" in fault for fault in refused.value.faults)
    assert any("`catalog.neighbours`" in fault for fault in refused.value.faults)
    assert set(read_law(settings(configured={}, neighbours=("SH", "HL")), Wanted(None, DAY), graph).neighbours) == {
        "SH",
        "HL",
    }
    with pytest.raises(CatalogFault):
        read_law(settings(configured={}, jurisdiction="LN", neighbours=()), Wanted(None, DAY), graph)


def test_before_any_edition_there_is_no_law(graph: Graph) -> None:
    with pytest.raises(CatalogFault):
        read_law(settings(), Wanted(None, date(2019, 1, 1)), graph)


def test_a_catalog_that_the_graph_does_not_match_is_refused(graph: Graph, folder: Path) -> None:
    platform = folder / "national" / "platform.toml"
    platform.write_text(
        platform.read_text("utf-8") + '\n[[structural]]\nat = "Money.colour"\nbecause = "none"\n', "utf-8"
    )
    with pytest.raises(CatalogFault, match=r"Money\.colour"):
        read_law(settings(folder=folder), wanted_law(settings(folder=folder), DAY), graph)


def test_the_edition_that_was_activated_wins_over_settings_and_day(graph: Graph, folder: Path, tmp_path: Path) -> None:
    (folder / "editions" / "TJ-2026-9.toml").write_text(NEXT, "utf-8")
    with_file = settings(folder=folder, active=tmp_path / "active", edition="TJ-2026-2")
    assert wanted_law(with_file, DAY).edition == "TJ-2026-2"
    assert activate(with_file, "TJ-2026-9", DAY, graph=graph).catalog.edition == "TJ-2026-9"
    assert wanted_law(with_file, DAY).edition == "TJ-2026-9"
    with pytest.raises(CatalogFault):
        activate(with_file, "TJ-1999-1", DAY, graph=graph)
    assert wanted_law(with_file, DAY).edition == "TJ-2026-9"
    with pytest.raises(CatalogFault, match=r"catalog\.active"):
        activate(settings(), "TJ-2026-2", DAY, graph=graph)


@asynccontextmanager
async def renewed(given: CatalogSettings, graph: Graph, days: list[date]) -> AsyncIterator[asyncio.Queue[Law]]:
    """A gateway's watch over its law; what it puts in force comes out of the queue."""
    came: asyncio.Queue[Law] = asyncio.Queue()
    watch = asyncio.create_task(renew(given, graph, lambda: days[0], first=wanted_law(given, days[0]), put=came.put))
    try:
        yield came
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def next_law(came: asyncio.Queue[Law]) -> str:
    return (await asyncio.wait_for(came.get(), 10)).catalog.edition


async def test_a_new_edition_is_taken_over_and_a_faulty_one_is_not(
    graph: Graph, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = settings(folder=folder, active=tmp_path / "active")
    edition = folder / "editions" / "TJ-2026-9.toml"
    async with renewed(given, graph, [DAY]) as came:
        edition.write_text(NEXT.replace("based_on", "basedon"), "utf-8")
        given.active.write_text("TJ-2026-9\n") if given.active else None
        with caplog.at_level(logging.ERROR):
            for _ in range(500):
                if "the one before stays" in caplog.text:
                    break
                await asyncio.sleep(0.02)
        assert "the one before stays" in caplog.text
        assert came.empty()
        edition.write_text(NEXT, "utf-8")
        assert await next_law(came) == "TJ-2026-9"


async def test_an_edition_comes_into_force_with_its_day(graph: Graph, folder: Path) -> None:
    (folder / "editions" / "TJ-2026-9.toml").write_text(NEXT, "utf-8")
    days = [date(2026, 8, 31)]
    async with renewed(settings(folder=folder), graph, days) as came:
        days[0] = date(2026, 9, 1)
        assert await next_law(came) == "TJ-2026-9"
