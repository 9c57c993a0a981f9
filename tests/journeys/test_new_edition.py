"""A new edition comes into force while the gateway serves: whole or not at all, and no request sees half of it."""

from __future__ import annotations

import re
import shutil
import time
from importlib.resources import files
from pathlib import Path

import pytest

from tests.journeys.gateways import NO_CACHE, Gateway
from tests.journeys.stage import Stage

QUESTION = "query($code: CreditCode!) { subject(code: $code) { commendations { honorName } } }"
NARROWER = """
[edition]
code = "TJ-2026-9"
jurisdiction = "TJ"
based_on = "TJ-2026-2"
effective_from = 2026-01-02
adopted_by = "TJ 10"

[[item]]
code = "NB11-1"
agency = "ENTERPRISE_DISCLOSURE"
publicity = "NOT_PUBLIC"
sharing = "NOT_SHARED"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped catalog in a folder of the operator's."""
    for part in ("national", "editions"):
        shutil.copytree(str(files("schema.catalog") / part), tmp_path / "catalog" / part)
    return tmp_path / "catalog"


def codes(gateway: Gateway, stage: Stage) -> list[str]:
    reply = gateway.ask(QUESTION, code=stage.named["clean"])
    assert reply.status == 200
    return reply.codes


def described(gateway: Gateway) -> str:
    """The edition that the documentation of a field names."""
    reply = gateway.ask('{ __type(name: "LegalPerson") { fields { name description } } }')
    [text] = [one["description"] for one in reply.data["__type"]["fields"] if one["name"] == "registeredName"]
    return re.search(r"catalog (TJ-\d+-\d+)", text)[1]  # type: ignore[index]  # every note names its edition


def until(wanted: list[str], gateway: Gateway, stage: Stage) -> None:
    """Ask until the law has changed; the wait has an end."""
    for _ in range(200):
        if codes(gateway, stage) == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"still {codes(gateway, stage)}")


def test_the_gateway_follows_an_activation_and_ignores_an_edition_with_faults(
    stage: Stage, tmp_path: Path, folder: Path
) -> None:
    active = tmp_path / "active"
    catalog = {"folder": str(folder), "active": str(active), "edition": "TJ-2026-2", "refresh": "100ms"}
    with stage.gateway(tmp_path / "gateway", {**NO_CACHE, "catalog": catalog}) as gateway:
        assert codes(gateway, stage) == []
        assert described(gateway) == "TJ-2026-2"
        edition = folder / "editions" / "TJ-2026-9.toml"
        edition.write_text(NARROWER.replace("NOT_SHARED", "SOMETIMES"), "utf-8")
        active.write_text("TJ-2026-9\n", "utf-8")
        time.sleep(0.5)
        assert codes(gateway, stage) == []
        edition.write_text(NARROWER, "utf-8")
        until(["CALLER_NOT_AUTHORISED"], gateway, stage)
        assert described(gateway) == "TJ-2026-9"
        active.write_text("TJ-2026-2\n", "utf-8")
        until([], gateway, stage)
