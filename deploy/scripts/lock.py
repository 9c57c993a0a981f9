"""Pin all dependencies anew: every platform, every hash, no download addresses."""

from __future__ import annotations

import shutil
import subprocess
import sys

_FORM = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet")
_LOCKS = (
    ("requirements.lock", ("pyproject.toml",)),
    ("requirements-dev.lock", ("pyproject.toml", "--group", "dev")),
)


def main() -> int:
    """Returns the exit code."""
    uv = shutil.which("uv")
    if uv is None:
        print("make: locking needs uv, and there is none on this machine", file=sys.stderr)
        return 1
    for lock, sources in _LOCKS:
        print(f"locking {lock}", flush=True)
        if subprocess.run([uv, "pip", "compile", *_FORM, *sources, "-o", lock, *sys.argv[1:]], check=False).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
