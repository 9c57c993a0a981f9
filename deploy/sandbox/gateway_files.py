"""What a gateway in front of the sandbox needs on disk: keys, clients and settings; for demo, tests and benchmarks.

Everything here is made anew each time and valid for this sandbox alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gateway.identity.clients import ClientRecord, hash_secret, load_clients, new_secret
from gateway.identity.keys import generate_key_set, save_key_set
from gateway.settings import Settings
from schema.vocabulary.caller import CallerClass

TIANJIN = "120000"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be while trying the gateway."""

    name: str
    caller_class: CallerClass
    note: str
    organisation: str = ""
    scopes: tuple[str, ...] = ("credit:read",)
    own_subject: str = ""
    """Name of the sandbox subject that the persona is."""


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "permit-officer", CallerClass.STATE_ORGAN, "a permit office of Tianjin; state a purpose", "天津市政务服务办公室"
    ),
    Persona("bank", CallerClass.FINANCIAL_INSTITUTION, "a bank; purpose CREDIT_GRANTING", "样例银行股份有限公司"),
    Persona(
        "subject", CallerClass.SUBJECT_SELF, "the enterprise `penalised`, asking about itself", own_subject="penalised"
    ),
    Persona("auditor", CallerClass.SUPERVISOR_AUDITOR, "a supervising auditor; purpose AUDITING", "天津市审计局"),
    Persona(
        "developer",
        CallerClass.PUBLIC,
        "sees what the public sees, and may ask about the schema",
        scopes=("graph.introspect",),
    ),
)
"""Everyone with a token; `public` has none."""


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """Where everything lies, and the secrets that only this sandbox knows."""

    folder: Path
    settings: Settings
    secrets: Mapping[str, str]
    """Client secret by persona."""
    clients: Mapping[str, ClientRecord]


def write_gateway_files(
    folder: Path, ready: Mapping[str, Any], *, port: int, overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> GatewayFiles:
    """Make keys, clients and settings for the sandbox that printed `ready` (its ready line).

    Shape:   `overrides` are sections of settings laid over the sandbox's own, for example another database
    Errors:  OSError; SettingsFault for overrides that are none
    """
    folder.mkdir(parents=True, exist_ok=True)
    save_key_set(folder / "keys.json", generate_key_set())
    given = {persona.name: new_secret() for persona in PERSONAS}
    rows = [_client(persona, given[persona.name], ready["subjects"]) for persona in PERSONAS]
    (folder / "clients.toml").write_text("\n".join(rows), encoding="utf-8")
    sections: dict[str, dict[str, Any]] = {
        "server": {"port": port},
        "database": {"url": f"sqlite+aiosqlite:///{(folder / 'registers.db').resolve()}"},
        "cache": {"key": secrets.token_hex(24)},
        "audit": {"subject_key": secrets.token_hex(24)},
        "cursors": {"key": secrets.token_hex(24)},
        "identity": {
            "keys": folder / "keys.json",
            "clients": folder / "clients.toml",
            "token_lifetime": "24h",
        },
        "agencies": _agencies(ready),
        "graphiql": {"enabled": True, "personas": folder / "sandbox.json"},
    }
    for name, section in (overrides or {}).items():
        sections[name] = {**sections.get(name, {}), **section}
    return GatewayFiles(folder, Settings(**sections), MappingProxyType(given), load_clients(folder / "clients.toml"))  # type: ignore[arg-type]  # validated by Settings itself


def _client(persona: Persona, secret: str, subjects: Mapping[str, str]) -> str:
    scopes = ", ".join(f'"{scope}"' for scope in persona.scopes)
    lines = [
        "[[client]]",
        f'client_id = "{persona.name}"',
        f'secret_hash = "{hash_secret(secret)}"',
        f'class = "{persona.caller_class.value}"',
        f'jurisdiction = "{TIANJIN}"',
        f"scopes = [{scopes}]",
    ]
    if persona.organisation:
        lines.append(f'organisation = "{persona.organisation}"')
    if persona.own_subject:
        lines.append(f'subject = "{subjects[persona.own_subject]}"')
    return "\n".join(lines) + "\n"


def _agencies(ready: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    agencies: Mapping[str, Mapping[str, Any]] = ready["agencies"]
    made: dict[str, dict[str, Any]] = {
        name: {"url": agency["url"], **agency["credentials"]} for name, agency in agencies.items()
    }
    made["market_regulation"]["statement_log"] = ready["statement_log"]
    return made
