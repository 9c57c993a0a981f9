"""What commands about inquiries need of the machine: keys and registers; each that is missing ends the command."""

from __future__ import annotations

from tests.builders import SOME_CODE
from tests.gateway.cli.inquiry_book import written
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture
from tests.inquiry_stage import Looked

SHOW = ("inquiries", "show", "--subject", SOME_CODE)


def test_keys_that_are_gone_and_a_database_that_cannot_be_opened(told, tmp_path):  # noqa: F811 - a fixture
    gone = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/where.db"}
    assert told(*SHOW, **gone).code == 3
    assert told(*SHOW, CREDITGRAPH__IDENTITY__KEYS="gone.json").code == 2


def test_a_secret_that_is_another_finds_nobody_s_inquiries(told, tmp_path):  # noqa: F811 - a fixture
    written(tmp_path, Looked())
    ended = told(*SHOW, CREDITGRAPH__AUDIT__SUBJECT_KEY="another secret of thirty-two letters")
    assert ended.code == 3
    assert "cannot be opened with this `audit.subject_key`" in ended.err
