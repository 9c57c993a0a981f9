"""Make `.venv` and install one lock into it, with hashes, once; standard library only.

Usage: prepare.py LOCK STAMP. The stamp is written when everything is in place.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

_VENV = Path(".venv")


def main(lock: Path, stamp: Path) -> int:
    """Returns the exit code; on failure the installer's own last words are shown."""
    pip = [str(_VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    if not (_VENV / "bin" / "python").exists() and (trouble := _make_venv()):
        print(f"make: {trouble}", file=sys.stderr)
        return 1
    wanted = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    if _run([*pip, "install", "--require-hashes", "--no-input", "-r", str(lock)], f"installing {lock}", wanted):
        return 1
    editable = ["install", "--no-build-isolation", "--no-deps", "--no-input", "-e", "."]
    if _run([*pip, *editable], "installing the gateway itself", 1):
        return 1
    stamp.touch()
    return 0


def _make_venv() -> str:
    """An empty `.venv` with pip; the reason why not, otherwise ""."""
    print("making .venv", flush=True)
    try:
        venv.create(_VENV, with_pip=True)
    except (subprocess.CalledProcessError, OSError, ImportError):
        return "this Python cannot make a virtual environment with pip (on Debian: apt-get install python3-venv)"
    return ""


def _run(command: list[str], title: str, wanted: int) -> int:
    """Run pip and show how far it is; returns its exit code."""
    heard: list[str] = []
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            heard.append(line)
            if line.startswith(("Collecting", "Requirement already", "Obtaining")):
                seen += 1
                _show(f"{title}: {seen} of {wanted}", is_last=False)
            elif line.startswith("Installing collected"):
                _show(f"{title}: unpacking", is_last=False)
    if running.returncode:
        print(f"\n{''.join(heard[-15:])}make: {title} failed", file=sys.stderr)
    else:
        _show(f"{title}: done", is_last=True)
    return running.returncode


def _show(text: str, *, is_last: bool) -> None:
    """On a terminal one line that changes; elsewhere only the last word."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if is_last else "", flush=True)
    elif is_last:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
