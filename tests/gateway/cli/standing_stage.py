"""Settings with keys and a bank in the register, for commands about consents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.cli.conftest import ROOT, Creditgraph, Ended

EXAMPLE = ROOT / "deploy" / "settings.example.toml"
BANK = """
[[organisation]]
organisation_id = "first-bank"
name = "第一银行"
class = "FINANCIAL_INSTITUTION"
"""
Told = Callable[..., Ended]


def told_with(creditgraph: Creditgraph, folder: Path) -> Told:
    """Runs a command on a register of its own, in which a bank stands; a text is written into a file first."""

    def run(*words: str, text: str | None = None, **variables: str) -> Ended:
        files = []
        if text is not None:
            (folder / "standing.toml").write_text(text, "utf-8")
            files = ["standing.toml"]
        return creditgraph(*words, *files, "--settings", str(EXAMPLE), **variables)

    (folder / "bank.toml").write_text(BANK, "utf-8")
    assert run("keys", "make").code == 0
    assert run("callers", "load", "bank.toml").code == 0
    return run


@pytest.fixture
def told(creditgraph: Creditgraph, tmp_path: Path) -> Told:
    """See `told_with`."""
    return told_with(creditgraph, tmp_path)
