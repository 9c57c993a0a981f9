"""Runs apart from the tests, in an empty environment: imports every module of the house and says what that touched.

Libraries are imported before anyone listens, so what is heard is the house's own doing. Source files and their compiled
forms may be opened, since that is what an import is.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import threading
from pathlib import Path

WATCHED = (
    "open",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.posix_spawn",
    "os.fork",
    "os.exec",
    "os.mkdir",
    "os.remove",
    "os.putenv",
    "sqlite3.connect",
    "_thread.start_new_thread",
    "tempfile.mkstemp",
    "signal.signal",
)


def libraries(paths: list[Path], own: frozenset[str]) -> list[str]:
    """What these files import from elsewhere, at their top or below it."""
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return sorted(name for name in found if name.partition(".")[0] not in own)


def touched(names: list[str]) -> list[str]:
    """What is touched while these modules are imported, as `event what`."""
    heard: list[str] = []
    listening = [True]

    def listen(event: str, args: tuple[object, ...]) -> None:
        if listening and event in WATCHED:
            what = str(args[0]) if args else ""
            if not (event == "open" and what.endswith((".py", ".pyc", ".so", ".pyd"))):
                heard.append(f"{event} {what}")

    sys.addaudithook(listen)
    for name in names:
        importlib.import_module(name)
    listening.clear()
    if threading.active_count() > 1:
        heard.append("a thread is running")
    return heard


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    files, names, own = json.load(sys.stdin)
    for library in libraries([Path(path) for path in files], frozenset(own)):
        try:
            importlib.import_module(library)
        except ImportError:
            continue  # a name inside a module, or an optional library
    print(json.dumps(touched(names)))
