"""Nothing happens at import: no file is read, no address asked, no thread or process started, no environment needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.house.rooms import HOUSE, PACKAGES, dotted, modules

SCRIPT = Path(__file__).with_name("quiet_imports.py")
TIME_ZONES = ("zoneinfo", "tzdata")
"""The rules of a time zone are a constant that Python keeps in a file; reading them decides nothing."""


def touched_by(folder: Path, files: list[str], names: list[str], own: tuple[str, ...]) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-B", SCRIPT],
        cwd=folder,
        env={},
        input=json.dumps([files, names, own]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    heard: list[str] = json.loads(ran.stdout.splitlines()[-1])
    return [one for one in heard if not any(part in one for part in TIME_ZONES)]


def test_importing_the_house_touches_nothing() -> None:
    files = [str(path) for path in modules()]
    assert touched_by(HOUSE, files, [dotted(path) for path in modules()], PACKAGES) == []


def test_the_ear_is_not_deaf(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(
        "import socket, subprocess, sys, threading\n"
        "from pathlib import Path\n"
        "Path('notes.txt').write_text('x')\n"
        "socket.socket().bind(('127.0.0.1', 0))\n"
        "subprocess.run([sys.executable, '-c', ''])\n"
        "threading.Thread(target=print).start()\n"
    )
    heard = {one.partition(" ")[0] for one in touched_by(tmp_path, ["loud.py"], ["loud"], ("loud",))}
    assert {"open", "socket.bind", "subprocess.Popen"} <= heard
