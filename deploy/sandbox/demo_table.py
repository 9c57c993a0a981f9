"""The short table that the demo prints: where to look, who to be, whom to ask about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SHOWN = (
    "clean",
    "penalised",
    "defaulter",
    "abnormal",
    "deregistered",
    "expired-record",
    "individual-business",
    "unknown",
)
_COMMAND = ".venv/bin/creditgraph"
_FIELDS = "legalPerson { registeredName } taxpayerProfile { taxpayerStatus }"


def table(facts: Mapping[str, Any], folder: Path) -> str:
    """Plain text, under 120 columns but for the curl lines."""
    personas = [f"  {name:<16}{persona['note']}" for name, persona in facts["personas"].items()]
    subjects = [f"  {name:<22}{facts['subjects'][name]}" for name in _SHOWN]
    return "\n".join(
        [
            "",
            f"GraphiQL       {facts['graphiql']}",
            f"fault panel    {facts['fault_panel']}",
            f"for scripts    {_short(folder / 'sandbox.json')}",
            "",
            "personas",
            *personas,
            "",
            "subjects",
            *subjects,
            "",
            "try",
            *(f"  {line}" for line in _curls(facts, folder)),
            "",
            "Ctrl-C ends everything.",
        ]
    )


def _curls(facts: Mapping[str, Any], folder: Path) -> list[str]:
    """The public's question, the permit officer's, a fault, and a walk; each under what it shows."""
    code = facts["subjects"]["penalised"]
    ask = f"curl -s {facts['graphql']} -H 'Content-Type: application/json'"
    token = f'-H "Authorization: Bearer $(cat {_short(folder / "permit-officer.token")})"'
    public = f'{{ subject(code: \\"{code}\\") {{ {_FIELDS} }} }}'
    officer = f"query @inquiry(purpose: ADMINISTRATIVE_PERMIT) {public}"
    return [
        "# as the public: one field is refused, and says why",
        f'{ask} -d \'{{"query": "{public}"}}\'',
        "# as a permit officer: the same question, answered in full",
        f'{ask} {token} -d \'{{"query": "{officer}"}}\'',
        "# the tax office goes down; ask about another subject: only its own fields are missing",
        f"curl -s -X PUT {facts['fault_panel']}/agencies/tax -d '{{\"down\": true}}'",
        "# the bank asks a subject for its consent, and what comes of it, step by step",
        f"{_COMMAND} sandbox consent-demo --data-dir {_short(folder)}",
    ]


def _short(path: Path) -> str:
    """Relative to where the demo was started, if it lies there."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
