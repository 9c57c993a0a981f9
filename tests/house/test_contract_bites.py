"""Each import contract breaks on the one line that it forbids, and no other contract does.

A contract that names a room by an old name, or lists nothing, is kept for ever; only a planted line shows it bites.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rooms import HOUSE, PACKAGES, contracts

PLANTED = [
    # contract, where, what
    ("house", "policies/evidence.py", "import connectors.port"),
    ("house", "schema/graph/scalars.py", "import connectors.port"),
    ("house", "connectors/port.py", "import policies.free_text"),
    ("house", "connectors/port.py", "import gateway.setting_values"),
    ("ground", "schema/graph/scalars.py", "import schema.catalog.entry"),
    ("ground", "schema/cellar/__init__.py", ""),
    ("judge", "policies/masks.py", "import policies.rules.case"),
    ("judge", "policies/cellar.py", ""),
    ("pure", "policies/masks.py", "import os"),
    ("pure", "policies/rules/purpose.py", "import asyncio"),
    ("pure", "schema/vocabulary/periods.py", "import time"),
    ("pure", "policies/masks.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl"),
    ("rules-apart", "policies/rules/purpose.py", "import policies.rules.authority"),
    ("agencies-apart", "connectors/tax/codes.py", "import connectors.courts.codes"),
    ("blind", "connectors/tax/codes.py", "import schema.vocabulary.caller"),
    ("blind", "connectors/transport/cache.py", "import schema.catalog.entry"),
    ("floors", "gateway/setting_values.py", "import gateway.faults"),
    ("floors", "gateway/cellar.py", ""),
    ("corridor", "gateway/pipeline/admit.py", "import gateway.pipeline.gather"),
    ("corridor", "gateway/pipeline/cellar.py", ""),
    ("registers", "gateway/web/negotiation.py", "import gateway.registers.log_entry"),
    ("registers", "gateway/pipeline/plan.py", "import gateway.registers.engine"),
    ("sql", "gateway/web/negotiation.py", "import sqlalchemy"),
    ("wire", "gateway/web/negotiation.py", "import httpx"),
    ("wire", "connectors/tax/codes.py", "import httpx"),
    ("calendar", "gateway/web/negotiation.py", "import chinese_calendar"),
    ("calendar", "schema/vocabulary/working_days.py", "import chinese_calendar"),
    ("counter", "gateway/web/negotiation.py", "import connectors.tax.codes"),
    ("verifier-apart", "gateway/verifier/merkle.py", "import schema.vocabulary.caller"),
    ("no-stage-sets", "gateway/faults.py", "import deploy.sandbox.world"),
    ("no-stage-sets", "connectors/port.py", "import tests.fakes"),
    ("no-cycles", "connectors/tax/codes.py", "import connectors.tax.translate"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The contracts that break in an untouched copy, then with each planted line, by their ids."""
    copy = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(HOUSE / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "assets"))
    shutil.copy(HOUSE / "pyproject.toml", copy)
    script = Path(__file__).with_name("lint_planted.py")
    pairs = json.dumps([(where, what) for _, where, what in PLANTED])
    ran = subprocess.run([sys.executable, script], cwd=copy, input=pairs, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    ids = {contract["name"]: contract["id"] for contract in contracts()}
    answers = json.loads((copy / "answers.json").read_text(encoding="utf-8"))
    return [[ids.get(name, name) for name in names] for names in answers]


def test_the_untouched_house_keeps_every_contract(broken: list[list[str]]) -> None:
    assert broken[0] == []


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=[f"{one[0]}-{one[1]}" for one in PLANTED])
def test_a_forbidden_line_breaks_its_contract_and_no_other(broken: list[list[str]], number: int) -> None:
    assert broken[number + 1] == [PLANTED[number][0]]


def test_every_contract_is_tried() -> None:
    assert {contract["id"] for contract in contracts()} == {one[0] for one in PLANTED}
