"""`creditgraph check`: a permit officer's look-up in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from gateway.cli.ask import Desk, Reply, Unreachable, ask
from gateway.cli.check_table import show
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.sandbox_file import DEFAULT, Sandbox, SandboxFault, read_sandbox
from schema.vocabulary.caller import Inquiry, Purpose

_QUESTION_FAULTS = frozenset({"INVALID_CREDIT_CODE"})
"""Errors on a field that mean: the question is wrong, although the rest could be answered."""
_MISSING = frozenset({"SOURCE_UNAVAILABLE", "SOURCE_UNREADABLE"})


def check(
    context: typer.Context,
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="Unified social credit code; with --sandbox also a subject's name.")
    ],
    url: Annotated[
        str, typer.Option(envvar="CREDITGRAPH_URL", help="The gateway's address.")
    ] = "http://127.0.0.1:8000/graphql",
    token: Annotated[
        str | None, typer.Option(envvar="CREDITGRAPH_TOKEN", help="Access token; without one the public asks.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="File that holds the access token.")
    ] = None,
    sandbox: Annotated[
        str | None, typer.Option(metavar="PERSONA", help="Address and token of this persona of a running demo.")
    ] = None,
    sandbox_file: Annotated[Path, typer.Option(help="The demo's file.")] = DEFAULT,
    purpose: Annotated[str | None, typer.Option(help="Purpose of the inquiry, e.g. ADMINISTRATIVE_PERMIT.")] = None,
    matter: Annotated[str | None, typer.Option(help="The designated matter.")] = None,
    case_reference: Annotated[str | None, typer.Option(help="The file that the inquiry belongs to.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the answer.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look up one subject in all four agencies.

    Exit codes: 0 answered in full; 1 answered, but something was refused or missing, or nothing is known;
    2 the code, the purpose, the token or the command is wrong; 3 the gateway cannot be reached or is broken.
    What is found about the subject, good or bad, never changes the exit code.
    """
    if purpose is not None and purpose not in Purpose.__members__:
        end_with([f"unknown purpose; purposes: {', '.join(Purpose)}"], as_json=as_json)
    if "\x00" in code or not code.strip():
        end_with(["the code is empty"], as_json=as_json)
    inquiry = Inquiry(Purpose(purpose) if purpose else None, matter, case_reference)
    try:
        demo = read_sandbox(sandbox_file, sandbox) if sandbox is not None else None
        given = _token(context, token, token_file=token_file, demo=demo)
    except (SandboxFault, _TokenFault) as fault:
        end_with([str(fault)], as_json=as_json)
    if demo is not None:
        code = demo.subjects.get(code, code)
        is_given = _is_typed(context, "url")
        url = url if is_given or not demo.url else demo.url
    try:
        reply = ask(code, inquiry, Desk(_with_path(url), given, timeout))
    except Unreachable as unreachable:
        end_with([str(unreachable)], as_json=as_json, code=Exit.UNREACHABLE)
    outcome = judge(reply)
    if as_json:
        print_json(_as_json(reply, outcome))
    else:
        show(code, reply, is_full=outcome is Exit.OK)
    raise typer.Exit(outcome)


def judge(reply: Reply) -> Exit:
    """The exit code that an answer means."""
    if reply.status >= 500:
        return Exit.UNREACHABLE
    if reply.status >= 400 or reply.codes & _QUESTION_FAULTS or (reply.subject is None and reply.errors):
        return Exit.FAULT
    if reply.errors or not is_anything_known(reply):
        return Exit.FINDINGS
    return Exit.OK


def is_anything_known(reply: Reply) -> bool:
    """Whether any agency has any record."""
    return any(reply.subject.values()) if reply.subject else False


class _TokenFault(Exception):
    """No token can be taken from what was given."""


def _token(context: typer.Context, token: str | None, *, token_file: Path | None, demo: Sandbox | None) -> str | None:
    """The one token that was asked for; what comes from the environment gives way to the command line."""
    typed = token is not None and _is_typed(context, "token")
    if typed + (token_file is not None) + (demo is not None) > 1:
        raise _TokenFault("give one of --token, --token-file and --sandbox")
    if token_file is not None:
        try:
            token = token_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise _TokenFault(f"`{token_file}` holds no token") from fault
    elif demo is not None:
        return demo.token
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise _TokenFault("the token holds characters that no token has")
    return token or None


def _is_typed(context: typer.Context, name: str) -> bool:
    """Whether an option stands on the command line itself, not in the environment."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _with_path(url: str) -> str:
    """An address without a path means the gateway's usual one."""
    return f"{url.rstrip('/')}/graphql" if urlsplit(url).path in {"", "/"} else url


def _as_json(reply: Reply, outcome: Exit) -> dict[str, object]:
    return {
        "exitCode": int(outcome),
        "status": reply.status,
        "requestId": reply.request_id,
        "isKnown": is_anything_known(reply),
        "missing": sorted(reply.codes & _MISSING),
        "subject": reply.subject,
        "errors": list(reply.errors),
    }
