"""What the demo's gateway needs on disk: settings and keys; all of it made anew for each run."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gateway.identity.keys import generate_key_set, save_key_set

TOKEN_LIFETIME_S: Final = 24 * 3600
_PLENTY: Final = 1_000_000


def write_papers(
    folder: Path,
    *,
    sandbox: Mapping[str, Any],
    port: int,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write keys and settings into `folder`; returns the path of the settings.

    Shape: `sandbox` is the ready line of the simulated agencies; `overrides` are tables of settings by name
           (`limits`, `agencies.tax`), laid over the demo's own.
    """
    for old in folder.glob("creditgraph.db*"):  # each run begins a record of its own
        old.unlink()
    save_key_set(folder / "keys.json", generate_key_set(2))
    agencies = {
        f"agencies.{name}": {"url": agency["url"], **agency["credentials"]}
        for name, agency in sandbox["agencies"].items()
    }
    agencies["agencies.market_regulation"]["statement_log"] = sandbox["statement_log"]
    tables: Mapping[str, Mapping[str, object]] = {
        "server": {"port": port},
        "database": {"url": f"sqlite+aiosqlite:///{folder / 'creditgraph.db'}"},
        "cache": {"key": _secret()},
        "catalog.configured": {"LN.decision_other_unit.unit": "5wd"},  # an example: the text has lost its number
        "identity": {"keys": str(folder / "keys.json"), "token_lifetime": f"{TOKEN_LIFETIME_S}s"},
        "quotas": _quotas(),
        "audit": {"subject_key": _secret()},
        "cursors": {"key": _secret()},
        **agencies,
        "graphiql": {"enabled": True, "personas": str(folder / "sandbox.json")},
    }
    laid = {
        name: {**tables.get(name, {}), **(overrides or {}).get(name, {})} for name in {**tables, **(overrides or {})}
    }
    path = folder / "settings.toml"
    write_privately(path, "\n".join(_table(f"[{name}]", table) for name, table in laid.items()))
    return path


def write_sandbox_file(folder: Path, facts: Mapping[str, Any]) -> None:
    """`sandbox.json` for scripts and for GraphiQL, and one file per token for the command line."""
    for name, persona in facts["personas"].items():
        if persona["token"]:
            write_privately(folder / f"{name}.token", persona["token"])
    write_privately(folder / "sandbox.json", json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def write_privately(path: Path, text: str) -> None:
    """Readable by its owner alone, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _quotas() -> Mapping[str, int]:
    """So much that nobody meets them: the sandbox's codes lie side by side, which looks like somebody trying codes."""
    most = ("client_requests", "officer_requests", "client_subjects", "officer_subjects")
    return {**dict.fromkeys(most, _PLENTY), "unknown_slow": _PLENTY // 10, "unknown_stop": _PLENTY // 5}


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _table(heading: str, values: Mapping[str, object]) -> str:
    """A TOML table; text, lists of text, numbers and booleans are written as in JSON."""
    lines = [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([heading, *lines, ""])
