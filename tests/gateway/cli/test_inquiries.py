"""The operator reads to a subject who has looked at it, and hands it out signed; the text proves itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.pipeline.admit import hour
from tests.builders import SOME_CODE
from tests.gateway.cli.inquiry_book import written
from tests.gateway.cli.standing_stage import told  # noqa: F401 - a fixture
from tests.inquiry_stage import Looked

OF_IT = ("--subject", SOME_CODE)
LOOKS = (
    Looked("r-police", organisation="police", caller_class="STATE_ORGAN", case="案-1"),
    Looked("r-bank", organisation="first-bank", caller_class="FINANCIAL_INSTITUTION", purpose="CREDIT_GRANTING"),
    Looked("r-public", organisation="", client="", caller_class="PUBLIC", purpose=None),
)


@pytest.fixture
def inquiries(told, tmp_path):  # noqa: F811 - a fixture
    written(tmp_path, *LOOKS)
    return lambda *words: told("inquiries", *words)


def test_they_are_shown_as_the_subject_is_told_them(inquiries):
    lines = inquiries("show", *OF_IT).out.splitlines()
    assert [line.split("  ")[1:3] for line in lines] == [
        ["PUBLIC", "no purpose"],
        ["第一银行 (FINANCIAL_INSTITUTION)", "CREDIT_GRANTING"],
        ["police (STATE_ORGAN)", "INSPECTION"],
    ]
    assert all(": SUP-TX1 by " in line and "案-1" not in line and "officer" not in line for line in lines)
    shown = inquiries("show", *OF_IT, "--most", "2", "--json").json["inquiries"]
    assert [one["id"] for one in shown] == ["r-public", "r-bank"]


def test_of_some_days_alone(inquiries):
    yesterday = (hour().date() - timedelta(days=1)).isoformat()
    shown = inquiries("show", *OF_IT, "--from", yesterday, "--to", yesterday, "--json").json["inquiries"]
    assert [one["id"] for one in shown] == ["r-bank"]


def test_nobody_has_looked(told, tmp_path):  # noqa: F811 - a fixture
    written(tmp_path)
    ended = told("inquiries", "show", *OF_IT)
    assert (ended.code, ended.out) == (0, "no inquiry is told\n")


@pytest.mark.parametrize("words", [("show",), ("show", "--subject", "X"), ("show", *OF_IT, "--from", "2026-13-01")])
def test_wrong_words(inquiries, words):
    assert inquiries(*words).code == 2


def test_a_signed_text_proves_itself_with_the_public_keys_alone(inquiries, creditgraph, tmp_path):
    ended = inquiries("export", *OF_IT, "--output", "list.jwt")
    assert (ended.code, ended.out) == (0, "`list.jwt` holds 3 inquiries, signed\n")
    keys = next(str(path) for path in tmp_path.glob("*.json") if "kid" in path.read_text())
    proved = creditgraph("inquiries", "verify", "list.jwt", "--keys", keys)
    assert proved.code == 0
    assert proved.out.splitlines()[-1].startswith(f"the signature fits: all 3 inquiries about {SOME_CODE}")
    claims = creditgraph("inquiries", "verify", "list.jwt", "--keys", keys, "--json").json["claims"]
    assert [one["id"] for one in claims["inquiries"]] == ["r-public", "r-bank", "r-police"]
    signed = (tmp_path / "list.jwt").read_text().strip()
    assert inquiries("export", *OF_IT).out.count(".") == 2
    head, body, signature = signed.split(".")
    for altered in (f"{head}.{body[:-4]}AAAA.{signature}", f"{head}.{body}.", "no text", f"{head}.{body}"):
        (tmp_path / "altered.jwt").write_text(altered)
        assert creditgraph("inquiries", "verify", "altered.jwt", "--keys", keys).code == 1
    assert creditgraph("inquiries", "verify", "gone.jwt", "--keys", keys).code == 2
    assert creditgraph("inquiries", "verify", "list.jwt", "--keys", "gone.json").code == 2
    assert inquiries("export", *OF_IT, "--output", "no/where.jwt").code == 2


def test_an_export_of_given_days(inquiries):
    today = hour().date().isoformat()
    ended = inquiries("export", *OF_IT, "--from", today, "--json")
    assert ended.json["inquiries"] == 1
