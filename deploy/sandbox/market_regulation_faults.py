"""What can go wrong with an exchange database, done by real means to an SQLite file.

- `down`: the file is moved away.
- `hang`: an exclusive lock is held until the fault is lifted, so that every reader waits.
- `latency_ms`: the exclusive lock is held again and again for so long, with short gaps; a reader waits
  up to that time, on average half of it.
- `error_rate`: the file is moved away for that share of each fifth of a second.
- `malformed`: the views are replaced by ones that show garbage.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from deploy.sandbox.market_regulation_load import views
from deploy.sandbox.panel import Faults

_PATIENCE_S = 5.0
_GAP_S = 0.02
_CYCLE_S = 0.2


class FileTrouble:
    """Plays the faults of one exchange file in a thread of its own; `close` puts everything right."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._away = path.with_name(f"{path.name}.away")
        self._faults = Faults()
        self._is_garbled = False
        self._changed = threading.Event()
        self._applied = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._play, name="exchange faults", daemon=True)
        self._thread.start()

    def apply(self, faults: Faults) -> None:
        """Play these faults from now on; returns when they are in force."""
        self._applied.clear()
        self._faults = faults
        self._changed.set()
        self._applied.wait(_PATIENCE_S)

    def close(self) -> None:
        """Put everything right and end."""
        self._is_over = True
        self.apply(Faults())
        self._thread.join(_PATIENCE_S)

    def _play(self) -> None:
        """Each turn plays one state of the faults until they change."""
        while True:
            self._changed.clear()
            faults = self._faults
            self._garble(is_garbled=faults.malformed)
            if faults.down:
                self._stay_away(faults)
            elif faults.hang:
                self._hold(faults)
            elif faults.latency_ms or faults.error_rate:
                self._trouble(faults)
            else:
                self._say_in_force(faults)
                if self._is_over:
                    return
                self._changed.wait()

    def _stay_away(self, faults: Faults) -> None:
        with self._moved():
            self._say_in_force(faults)
            self._changed.wait()

    def _hold(self, faults: Faults) -> None:
        with self._locked():
            self._say_in_force(faults)
            self._changed.wait()

    def _trouble(self, faults: Faults) -> None:
        """Locks and absences in turn."""
        while not self._changed.is_set():
            if faults.latency_ms:
                with self._locked():
                    self._say_in_force(faults)
                    self._changed.wait(faults.latency_ms / 1000)
            if faults.error_rate:
                with self._moved():
                    self._say_in_force(faults)
                    self._changed.wait(_CYCLE_S * faults.error_rate)
            self._changed.wait(_GAP_S if not faults.error_rate else _CYCLE_S * (1 - faults.error_rate))

    def _say_in_force(self, faults: Faults) -> None:
        """Unless they have been changed again meanwhile."""
        if faults is self._faults:
            self._applied.set()

    @contextlib.contextmanager
    def _moved(self) -> Iterator[None]:
        self._path.replace(self._away)
        try:
            yield
        finally:
            self._away.replace(self._path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with contextlib.closing(self._connected()) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)

    def _garble(self, *, is_garbled: bool) -> None:
        if is_garbled is self._is_garbled:
            return
        with contextlib.closing(self._connected()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in views(is_garbled=is_garbled):
                connection.execute(statement)
            connection.execute("COMMIT")
        self._is_garbled = is_garbled
