"""The page and its files over HTTP, without a browser: policy, what it offers, and what it must not hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.web import graphiql
from gateway.web.graphiql import PAGES, graphiql_assets, graphiql_page
from schema.graph.assemble import assemble
from schema.vocabulary.caller import Purpose
from tests.gateway.web.graphiql_stage import settings_with, write_sandbox


def client_for(folder: Path, **section: object) -> httpx.AsyncClient:
    page = graphiql_page(settings_with(folder, graphiql={"enabled": True, **section}))
    app = Starlette(routes=[Route("/graphql", page), graphiql_assets()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


def offer_of(page: str) -> Any:
    found = re.search(r'<script id="offer" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """Stand-ins for the unpacked files, as only their presence matters here."""
    folder = tmp_path / "assets"
    folder.mkdir()
    for name in graphiql.ASSET_FILES:
        (folder / name).write_text(f"/* {name} */", "utf-8")
    monkeypatch.setattr(graphiql, "ASSETS", folder)


@pytest.fixture
def sandbox(tmp_path):
    path = tmp_path / "sandbox.json"
    write_sandbox(path)
    return path


@pytest.mark.usefixtures("assets")
async def test_the_policy_forbids_everything_from_outside(tmp_path):
    answer = await client_for(tmp_path).get("/graphql")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert not any("http" in sources or "*" in sources for sources in policy.values())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_no_file_of_ours_names_another_host():
    for path in PAGES.rglob("*.*"):
        assert not re.search(r"https?://|[\"'(]//", path.read_text("utf-8")), path


@pytest.mark.usefixtures("assets")
async def test_everything_that_the_page_names_is_served(tmp_path):
    client = client_for(tmp_path)
    page = (await client.get("/graphql")).text
    named = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page)
    assert len(named) == 7
    for name in named:
        answer = await client.get(f"/{name}")
        assert (answer.status_code, answer.headers.get("content-type", "").split(";")[0]) in {
            (200, "text/javascript"),
            (200, "application/javascript"),
            (200, "text/css"),
        }


@pytest.mark.usefixtures("assets")
async def test_without_personas_no_token_is_offered(tmp_path):
    offer = offer_of((await client_for(tmp_path).get("/graphql")).text)
    assert offer["personas"] == []
    assert [one["name"] for one in offer["purposes"]] == list(Purpose)
    assert offer["purposes"][0]["chinese"] == "行政许可"


@pytest.mark.usefixtures("assets")
async def test_personas_come_with_tokens_and_subjects_fill_the_examples(tmp_path, sandbox):
    offer = offer_of((await client_for(tmp_path, personas=sandbox).get("/graphql")).text)
    assert [one["name"] for one in offer["personas"]] == ["public", "permit-officer", "bank", "developer"]
    assert offer["personas"][0] == {
        "name": "public",
        "chinese": "公众",
        "note": "Anyone, without a token",
        "token": None,
    }
    assert offer["personas"][1]["token"]
    assert json.loads(offer["examples"][0]["variables"]) == {"code": "91120000103069967Y"}


@pytest.mark.usefixtures("assets")
@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b'{"personas": []}', b'{"personas": {"bank": 1}}', b"\xff"]
)
async def test_a_broken_personas_file_is_told_and_breaks_nothing(tmp_path, content):
    path = tmp_path / "sandbox.json"
    if content is not None:
        path.write_bytes(content)
    answer = await client_for(tmp_path, personas=path).get("/graphql")
    assert answer.status_code == 200
    assert offer_of(answer.text)["personasUnreadable"] is True
    assert offer_of(answer.text)["personas"] == []


@pytest.mark.usefixtures("assets")
async def test_a_note_cannot_leave_its_place(tmp_path):
    path = tmp_path / "sandbox.json"
    note = "</script><script>alert(1)</script><!--"
    path.write_text(json.dumps({"personas": {"bank": {"token": "t", "note": note}}}), "utf-8")
    page = (await client_for(tmp_path, personas=path).get("/graphql")).text
    assert note not in page
    assert offer_of(page)["personas"][0]["note"] == note


async def test_missing_files_are_told_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(graphiql, "ASSETS", tmp_path / "nothing")
    answer = await client_for(tmp_path).get("/graphql")
    assert answer.status_code == 503
    assert "python -m deploy.scripts.graphiql_assets" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", sorted((PAGES / "examples").iterdir()), ids=lambda path: path.name)
def test_every_example_fits_the_graph_and_the_editor(path):
    text = path.read_text("utf-8")
    assert validate(assemble().core, parse(text)) == []
    assert max(map(len, text.splitlines())) <= 56


def test_every_example_is_offered():
    assert sorted(name for name, _ in graphiql._EXAMPLES) == sorted(
        path.name for path in (PAGES / "examples").iterdir()
    )
