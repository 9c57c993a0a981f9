"""Reads `.sandbox/sandbox.json`, which a demo writes for scripts: its address, its personas, clients and subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

DEFAULT = Path(".sandbox/sandbox.json")


class SandboxFault(Exception):
    """The sandbox file cannot serve; the message says why."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One demo, as seen by one persona."""

    url: str
    token: str | None
    subjects: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConsentCast:
    """Who takes part in the walk through a consent, as a running demo tells it."""

    graphql: str
    app: str
    """Id of the client that asks."""
    key_file: Path
    redirect_uri: str
    subject: str
    """Code of the subject that is asked."""
    sign_in: str = field(repr=False)
    """By which it signs in on the page."""
    token: str = field(repr=False)
    """With which it sees to its consents on the graph."""
    stranger: str
    """Code of somebody who is not asked."""

    @property
    def address(self) -> str:
        """Of the gateway, without a path."""
        return self.graphql.removesuffix("/graphql")


def read_consent_cast(path: Path) -> ConsentCast:
    """Whom the demo offers for the walk.

    Errors:  SandboxFault
    """
    content = _content(path)
    try:
        app, subject = content["clients"]["bank-app"], content["personas"]["subject"]
        return ConsentCast(
            graphql=content["graphql"],
            app=app["client_id"],
            key_file=Path(app["key_file"]),
            redirect_uri=app["redirect_uri"],
            subject=subject["subject"],
            sign_in=subject["sign_in"],
            token=subject["token"],
            stranger=content["subjects"]["penalised"],
        )
    except (KeyError, TypeError) as fault:
        raise SandboxFault(f"`{path}` is not what a demo of this version writes") from fault


def read_sandbox(path: Path, persona: str) -> Sandbox:
    """The demo for this persona.

    Errors:  SandboxFault
    """
    content = _content(path)
    personas = content.get("personas") if isinstance(content, dict) else None
    if not isinstance(personas, dict):
        raise SandboxFault(f"`{path}` holds no personas")
    if not isinstance(personas.get(persona), dict):
        raise SandboxFault(f"`{path}` has no persona `{persona}`; it has {', '.join(sorted(personas))}")
    subjects, token = content.get("subjects"), personas[persona].get("token")
    return Sandbox(
        url=str(content.get("graphql") or ""),
        token=str(token) if token else None,
        subjects={str(name): str(code) for name, code in subjects.items()} if isinstance(subjects, dict) else {},
    )


def _content(path: Path) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except OSError as fault:
        raise SandboxFault(f"`{path}` cannot be read: {fault.strerror}; is a demo running here?") from fault
    except orjson.JSONDecodeError as fault:
        raise SandboxFault(f"`{path}` is not JSON") from fault
