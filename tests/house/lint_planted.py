"""Runs apart from the tests: plants one line at a time in a copy of the house and says which contracts break.

Called inside the copy; reads pairs of path and line as JSON from standard input and writes, for the copy as it is and
for each pair, the names of the contracts that broke. The copy is as it was after each pair.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from importlinter import configuration
from importlinter.application import use_cases


def broken_contracts() -> list[str]:
    """Names of the contracts that do not hold for the packages in the current folder."""
    options = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None, verbose=False)
    if report.could_not_run:
        return ["could not run"]
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]


def planted(path: Path, line: str) -> list[str]:
    """What breaks with this line at the end of this file, or with this file if there is none yet."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        return broken_contracts()
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    configuration.configure()
    pairs = json.load(sys.stdin)
    answers = [broken_contracts(), *(planted(Path(path), line) for path, line in pairs)]
    Path("answers.json").write_text(json.dumps(answers), encoding="utf-8")
