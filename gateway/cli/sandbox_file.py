"""Reads `.sandbox/sandbox.json`, which a demo writes for scripts: its address, its personas, its subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


def read_sandbox(path: Path, persona: str) -> Sandbox:
    """The demo for this persona.

    Errors:  SandboxFault
    """
    try:
        content: Any = orjson.loads(path.read_bytes())
    except OSError as fault:
        raise SandboxFault(f"`{path}` cannot be read: {fault.strerror}; is a demo running here?") from fault
    except orjson.JSONDecodeError as fault:
        raise SandboxFault(f"`{path}` is not JSON") from fault
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
