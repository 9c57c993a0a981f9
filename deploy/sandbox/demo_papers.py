"""What the demo's gateway needs on disk: settings, keys, clients and personas; all of it made anew for each run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.sandbox.demo_standing import BANK
from gateway.identity.clients import hash_secret, new_secret
from gateway.identity.keys import generate_key_set, save_key_set
from schema.vocabulary.caller import CallerClass, Purpose

TOKEN_LIFETIME_S = 24 * 3600
_READ = ("credit:read",)
_MATTERS_OF_AN_ORGAN = (
    *(Purpose.ADMINISTRATIVE_PERMIT, Purpose.INSPECTION, Purpose.ADMINISTRATIVE_PENALTY),
    *(Purpose.GOVERNMENT_PROCUREMENT, Purpose.TENDERING, Purpose.PUBLIC_FUNDS, Purpose.LAND_USE),
    *(Purpose.RESEARCH_MANAGEMENT, Purpose.AUDITING, Purpose.OFFICIAL_APPOINTMENT, Purpose.TALENT_INTRODUCTION),
    *(Purpose.COMMENDATION, Purpose.OTHER_MANAGEMENT),
)
"""Tianjin Art. 19(1) to (6): what a unit may designate and publish as its matters of inquiry."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone to ask as; `secret` is the client's own."""

    name: str
    note: str
    caller_class: CallerClass
    secret: str = ""
    organisation: str = ""
    jurisdiction: str = ""
    subject: str = ""
    scopes: tuple[str, ...] = ()
    designated: tuple[Purpose, ...] = ()
    officer_items: tuple[str, ...] = ()


def make_personas(subjects: Mapping[str, str]) -> tuple[Persona, ...]:
    """The cast, the public first; secrets are new."""
    return (
        Persona("public", "no token: what everybody may see", CallerClass.PUBLIC),
        Persona(
            "permit-officer",
            "state organ in Tianjin; state a purpose such as ADMINISTRATIVE_PERMIT",
            CallerClass.STATE_ORGAN,
            new_secret(),
            organisation="天津市和平区行政审批局",
            jurisdiction="120000",
            scopes=_READ,
            designated=_MATTERS_OF_AN_ORGAN,
            officer_items=("*",),
        ),
        Persona(
            "bank",
            "financial institution; purpose CREDIT_GRANTING",
            CallerClass.FINANCIAL_INSTITUTION,
            new_secret(),
            organisation=BANK,
            jurisdiction="120000",
            scopes=_READ,
        ),
        Persona(
            "subject",
            "the enterprise `clean`, asking about itself",
            CallerClass.SUBJECT_SELF,
            new_secret(),
            subject=subjects["clean"],
            scopes=_READ,
        ),
        Persona(
            "auditor",
            "supervisor and auditor; purpose AUDITING",
            CallerClass.SUPERVISOR_AUDITOR,
            new_secret(),
            organisation="天津市审计局",
            jurisdiction="120000",
            scopes=_READ,
            designated=(Purpose.AUDITING, Purpose.INSPECTION),
            officer_items=("*",),
        ),
        Persona(
            "developer",
            "sees what the public sees; for trying tokens",
            CallerClass.PUBLIC,
            new_secret(),
            scopes=("graph.introspect",),
        ),
    )


def write_papers(
    folder: Path,
    personas: tuple[Persona, ...],
    *,
    sandbox: Mapping[str, Any],
    port: int,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write keys, clients and settings into `folder`; returns the path of the settings.

    Shape: `sandbox` is the ready line of the simulated agencies; `overrides` are tables of settings by name
           (`limits`, `agencies.tax`), laid over the demo's own.
    """
    for old in folder.glob("creditgraph.db*"):  # each run begins a record of its own
        old.unlink()
    save_key_set(folder / "keys.json", generate_key_set())
    _write_privately(folder / "clients.toml", "\n".join(_client(persona) for persona in personas if persona.secret))
    agencies = {
        f"agencies.{name}": {"url": agency["url"], **agency["credentials"]}
        for name, agency in sandbox["agencies"].items()
    }
    agencies["agencies.market_regulation"]["statement_log"] = sandbox["statement_log"]
    tables: Mapping[str, Mapping[str, object]] = {
        "server": {"port": port},
        "database": {"url": f"sqlite+aiosqlite:///{folder / 'creditgraph.db'}"},
        "cache": {"key": new_secret()},
        "catalog.configured": {"LN.decision_other_unit.unit": "5wd"},  # an example: the text has lost its number
        "identity": {
            "keys": str(folder / "keys.json"),
            "clients": str(folder / "clients.toml"),
            "token_lifetime": f"{TOKEN_LIFETIME_S}s",
        },
        "audit": {"subject_key": new_secret()},
        "cursors": {"key": new_secret()},
        **agencies,
        "graphiql": {"enabled": True, "personas": str(folder / "sandbox.json")},
    }
    laid = {
        name: {**tables.get(name, {}), **(overrides or {}).get(name, {})} for name in {**tables, **(overrides or {})}
    }
    path = folder / "settings.toml"
    _write_privately(path, "\n".join(_table(f"[{name}]", table) for name, table in laid.items()))
    return path


def write_sandbox_file(folder: Path, facts: Mapping[str, Any]) -> None:
    """`sandbox.json` for scripts and for GraphiQL, and one file per token for the command line."""
    for name, persona in facts["personas"].items():
        if persona["token"]:
            _write_privately(folder / f"{name}.token", persona["token"])
    _write_privately(folder / "sandbox.json", json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def _client(persona: Persona) -> str:
    stated = {
        "client_id": persona.name,
        "secret_hash": hash_secret(persona.secret),
        "class": persona.caller_class.value,
        "organisation": persona.organisation,
        "jurisdiction": persona.jurisdiction,
        "subject": persona.subject,
        "scopes": list(persona.scopes),
        "designated": list(persona.designated),
        "officer_items": list(persona.officer_items),
    }
    return _table("[[client]]", {key: value for key, value in stated.items() if value})


def _table(heading: str, values: Mapping[str, object]) -> str:
    """A TOML table; text, lists of text, numbers and booleans are written as in JSON."""
    lines = [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([heading, *lines, ""])


def _write_privately(path: Path, text: str) -> None:
    """Readable by its owner alone, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
