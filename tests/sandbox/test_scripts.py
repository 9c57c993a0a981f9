"""What prepares the two commands: pinned assets are checked, help is made from the Makefile, no address is kept."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.scripts.graphiql_assets import Trouble, unpack

ROOT = Path(__file__).parents[2]


@pytest.fixture
def archive(tmp_path):
    """A package archive with one file, and the entry that pins it."""
    path = tmp_path / "page-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as made:
        info = tarfile.TarInfo("package/umd/page.min.js")
        info.size = 2
        made.addfile(info, io.BytesIO(b"ok"))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    pinned = {"name": "page", "version": "1.0.0", "integrity": f"sha512-{digest}", "files": ["package/umd/page.min.js"]}
    return path, pinned


def test_a_pinned_package_is_unpacked_flat(archive, tmp_path):
    path, pinned = archive
    unpack(pinned, path, tmp_path)
    assert (tmp_path / "page.min.js").read_bytes() == b"ok"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"integrity": "sha512-AAAA"}, "page@1.0.0 is not the package that was pinned"),
        ({"files": ["package/other.js"]}, "page@1.0.0 has no `package/other.js`"),
    ],
)
def test_another_package_is_refused(archive, tmp_path, change, sentence):
    path, pinned = archive
    with pytest.raises(Trouble, match=sentence):
        unpack({**pinned, **change}, path, tmp_path)


def test_locks_and_pins_keep_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock", "deploy/graphiql.lock", "deploy/graphiql-assets.json"):
        assert "://" not in (ROOT / name).read_text("utf-8")
    packages = json.loads((ROOT / "deploy/graphiql-assets.json").read_text("utf-8"))["packages"]
    assert all(package["integrity"].startswith("sha512-") for package in packages)


def test_help_lists_every_command():
    said = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)
    commands = [line.split()[1] for line in said.stdout.splitlines()]
    assert {"demo", "test", "bench", "lock", "format", "help"} <= set(commands)


def test_an_old_or_missing_python_is_one_clear_line():
    done = subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory", "python", "PYTHON="],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.startswith("make: Python 3.11 or newer is needed")


def test_a_lock_that_cannot_be_installed_leaves_no_stamp(tmp_path):
    lock = tmp_path / "wrong.lock"
    lock.write_text("no-such-package==1.0 --hash=sha256:zz\n")
    command = [sys.executable, str(ROOT / "deploy/scripts/prepare.py"), str(lock), str(tmp_path / "stamp")]
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"make: installing {lock} failed" in done.stderr
    assert not (tmp_path / "stamp").exists()
