"""`creditgraph sandbox`: walks that show on a running demo how something is done, with everything that is sent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx
import typer

from gateway.cli.consent_asked import Answering, played
from gateway.cli.consent_browser import PageUnexpected
from gateway.cli.consent_demo import walk_through
from gateway.cli.consent_walk import StepFailed, Walk
from gateway.cli.exits import Exit, end_with
from gateway.cli.loopback import waiting_at
from gateway.cli.oauth_client import OAuthTrouble
from gateway.cli.sandbox_file import ConsentCast, SandboxFault, read_consent_cast
from gateway.cli.walk_text import Narrator
from gateway.identity.keys import KeyFault

_PATIENCE_S = 15 * 60.0
_ANSWER_S = 20.0


class Answer(StrEnum):
    """What the played subject answers."""

    APPROVE = "approve"
    REFUSE = "refuse"


def add_sandbox_commands(group: typer.Typer) -> None:
    """The commands below `sandbox`."""
    group.command("consent-demo")(consent_demo)


def consent_demo(
    data_dir: Annotated[Path, typer.Option(help="The folder of the running demo.")] = Path(".sandbox"),
    answer: Annotated[Answer, typer.Option(help="What the subject answers.")] = Answer.APPROVE,
    is_open: Annotated[
        bool, typer.Option("--open", help="Print the address, and wait for you to answer in a browser.")
    ] = False,
) -> None:
    """Walk as the bank's app through a consent on a running demo, and print each step; tokens are shortened.

    Exit codes: 0 every step went as it should; 1 one did not; 2 no demo's file is there; 3 the demo does not answer.
    """
    try:
        cast = read_consent_cast(data_dir / "sandbox.json")
        with httpx.Client(timeout=_ANSWER_S, trust_env=False) as http:
            answering = _by_hand(cast) if is_open else played(answer.value)
            is_given = walk_through(cast, http, Narrator(typer.echo), answering=answering)
    except (SandboxFault, KeyFault) as fault:
        end_with([str(fault)], as_json=False)
    except (StepFailed, PageUnexpected, OAuthTrouble) as fault:
        end_with([f"this step did not go as it should: {fault}"], as_json=False, code=Exit.FINDINGS)
    except httpx.HTTPError as fault:
        end_with([f"the demo does not answer ({type(fault).__name__})"], as_json=False, code=Exit.UNREACHABLE)
    typer.echo(f"\nevery step went as it should; the subject {'agreed' if is_given else 'refused'}")


def _by_hand(cast: ConsentCast) -> Answering:
    """A person answers in a browser, which is sent back to a loopback address here."""

    def answering(walk: Walk, address: str) -> str:
        walk.tell.note("open this address in a browser:")
        walk.tell.note(address)
        walk.tell.note(f"sign in as {cast.subject} with {cast.sign_in}")
        try:
            with waiting_at(cast.redirect_uri) as door:
                place = door.wait(_PATIENCE_S)
        except OSError as fault:
            raise StepFailed(f"cannot listen on {cast.redirect_uri}") from fault
        if not place:
            raise StepFailed("nobody answered in time")
        return place

    return answering
