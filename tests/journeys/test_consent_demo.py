"""`creditgraph sandbox consent-demo` against a real gateway: every step of the walk, and what it says if one fails."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from deploy.sandbox.demo_facts import demo_facts
from deploy.sandbox.demo_papers import write_sandbox_file
from gateway.cli.consent_browser import SubjectBrowser
from gateway.cli.main import build
from gateway.cli.sandbox_file import read_consent_cast
from tests.journeys.audit import leaks, rows_of, secrets_of
from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage

TITLES = (
    "The bank's app has keys",
    "It asks for a consent",
    "The subject opens the page",
    "The code becomes a token",
    "It looks",
    "Whoever steals the token",
    "The token is for this subject",
    "The subject pauses the consent",
    "It renews its token",
    "It looks once more than was agreed",
    "The old refresh token is used again",
    "The consent stands all the same",
    "The subject keeps the signed statements",
)


@pytest.fixture(scope="module")
def gateway(stage: Stage, tmp_path_factory: pytest.TempPathFactory):
    """A gateway of the walks' own, because they ask it themselves; its record holds nothing of a subject either."""
    with stage.gateway(tmp_path_factory.mktemp("walked")) as opened:
        yield opened
        rows = rows_of(opened)
        assert {row["client_id"] for row in rows} >= {"", "bank-app", "subject"}
        assert leaks(json.dumps(rows, ensure_ascii=False, default=str), secrets_of(stage), opened) == []


@pytest.fixture
def folder(gateway: Gateway, stage: Stage, tmp_path):
    """Where the file of a demo lies that tells of this gateway."""
    write_sandbox_file(tmp_path, demo_facts(gateway.url, gateway.files, {**stage.sandbox.as_json()}))
    return tmp_path


def walk(folder, *options):
    done = CliRunner().invoke(build(), ["sandbox", "consent-demo", "--data-dir", str(folder), *options])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_every_step_goes_as_it_should(folder):
    done = walk(folder)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert all(len(line) <= 100 for line in lines if "/" not in line)
    steps = [line for line in lines if line[:2].strip().isdigit()]
    assert [line[4:].startswith(title) for line, title in zip(steps, TITLES, strict=True)] == [True] * len(TITLES)
    assert lines[-1] == "every step went as it should; the subject agreed"
    facts = json.loads((folder / "sandbox.json").read_text("utf-8"))
    for secret in (facts["personas"]["subject"]["sign_in"], facts["personas"]["subject"]["token"]):
        assert secret not in done.output


def test_a_subject_that_refuses_is_asked_no_further(folder):
    done = walk(folder, "--answer", "refuse")
    assert done.exit_code == 0, done.output
    assert "error=access_denied" in done.output
    assert "REJECTED" in done.output
    assert done.output.endswith("the subject refused\n")


def test_a_person_may_answer_in_a_browser(folder, monkeypatch):
    cast = read_consent_cast(folder / "sandbox.json")
    said: list[str] = []

    def person(address: str) -> None:
        with httpx.Client(trust_env=False) as http:
            browser = SubjectBrowser(http)
            question = browser.sign_in(browser.open(address), cast.subject, cast.sign_in)
            http.get(browser.answer(question, "approve"))

    def echo(text: str = "", **_options: object) -> None:
        said.append(text)
        address = text.strip()
        if urlsplit(address).path == "/oauth/authorize":
            threading.Thread(target=person, args=(address,)).start()

    monkeypatch.setattr("gateway.cli.sandbox.typer.echo", echo)
    done = walk(folder, "--open")
    assert done.exit_code == 0, said
    assert said[-1].endswith("the subject agreed")


def test_a_step_that_does_not_go_as_it_should_ends_the_walk(folder, gateway: Gateway):
    path = folder / "sandbox.json"
    facts = json.loads(path.read_text("utf-8"))
    facts["personas"]["subject"]["sign_in"] = "AAAAA-AAAAA-AAAAA-AAAAA"
    path.write_text(json.dumps(facts), "utf-8")
    done = walk(folder)
    assert done.exit_code == 1
    assert "this step did not go as it should: the sign-in was answered 403" in done.stderr
    facts["clients"]["bank-app"]["key_file"] = str(gateway.files.cast.key_file("bank"))
    path.write_text(json.dumps(facts), "utf-8")
    done = walk(folder)
    assert done.exit_code == 1
    assert "invalid_client" in done.stderr
