"""What every measurement stands on: agencies in a process of their own, keys, a token, subjects, the question."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.sandbox.gateway_files import GatewayFiles, write_gateway_files
from deploy.sandbox.world import World, build_world
from schema.vocabulary.records import RecordKind

PERMIT_CHECK = (Path(__file__).parent / "permit_check.graphql").read_text("utf-8")
PERMIT_CHECKS = PERMIT_CHECK.replace("$code: CreditCode!", "$codes: [CreditCode!]!").replace(
    "subject(code: $code)", "subjects(codes: $codes)"
)
"""The same question about many subjects at once."""
PERSONA = "permit-officer"


@dataclass(frozen=True, slots=True)
class Stand:
    """Open agencies and the papers of a gateway before them."""

    files: GatewayFiles
    token: str
    codes: tuple[str, ...]
    """Enterprises, those with most records first."""


@contextmanager
def open_stand(folder: Path, *, size: int) -> Iterator[Stand]:
    """Start the agencies with `size` subjects; they end with the block."""
    agencies = subprocess.Popen(
        [sys.executable, "-m", "deploy.sandbox", "--size", str(size), "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert agencies.stdout is not None
        ready = agencies.stdout.readline()
        if not ready:
            msg = "the simulated agencies did not open"
            raise RuntimeError(msg)
        # Subjects of all four regions, each judged by the gateway's own law: that every subject shows as much as any.
        files = write_gateway_files(folder, json.loads(ready), port=0, overrides={"catalog": {"neighbours": ["TJ"]}})
        yield Stand(files, files.token_made_here(PERSONA), _enterprises(build_world(size=size)))
    finally:
        agencies.terminate()
        agencies.wait(timeout=10)


def _enterprises(world: World) -> tuple[str, ...]:
    """Ordinary enterprises, those with most to tell first: a subject with nothing on record proves little."""
    ordinary = [code for code in world.codes if code.startswith("91") and not world.trap(code)]
    return tuple(sorted(ordinary, key=lambda code: -sum(_WEIGHTS.get(draft.kind, 0) for draft in world._drafts(code))))


_WEIGHTS = {
    RecordKind.ADMINISTRATIVE_LICENSE: 9,
    RecordKind.ADMINISTRATIVE_PENALTY: 11,
    RecordKind.TAX_ARREARS: 8,
    RecordKind.JUDGMENT_DEFAULTER: 7,
    RecordKind.ENFORCEMENT_CASE: 8,
}
"""Values that one more record adds to the answer; the other kinds are the same for every enterprise."""
