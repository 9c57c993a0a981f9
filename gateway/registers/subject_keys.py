"""The keys under which the log names subjects: one a calendar month, kept wrapped, and destroyed for ever.

Whoever holds a month's key can find the entries about a code that is known to them; without it its digests tell
nothing, and nobody can link them with those of another month.

Source: NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF), RFC 7693 (BLAKE2)
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import RegisterFault, create_tables, register_errors
from gateway.registers.utc_time import UtcDateTime

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_DIGEST_BYTES: Final = 16
_PURPOSE: Final = b"creditgraph subject keys"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

_METADATA: Final = MetaData()
_KEYS: Final = Table(
    "subject_key",
    _METADATA,
    Column("period", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("destroyed_at", UtcDateTime),
)
_IS_LIVE: Final = _KEYS.c.destroyed_at.is_(None)


class KeyStands(Exception):
    """This key cannot be destroyed; the message says why."""


class SubjectKeys:
    """The keys; `start` before anything else. Methods that are awaited raise RegisterFault."""

    def __init__(self, engine: AsyncEngine, master: bytes) -> None:
        self._engine = engine
        self._insert_into = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(master)
        self._wrapping = AESGCM(key)
        self._at_hand: dict[str, bytes] = {}

    async def start(self) -> None:
        """Create the table if it is missing, and read the keys; RegisterFault if `master` is not theirs."""
        await create_tables(self._engine, _METADATA, {})
        await self._read()

    def digest(self, subject: str, day: date) -> tuple[str, str]:
        """Period and digest of a subject's code: BLAKE2b-128 under the period's key, 32 hexadecimal digits.

        Errors:  RegisterFault if the period's key is not at hand (`current` brings it)
        """
        period = period_of(day)
        key = self._at_hand.get(period)
        if key is None:
            raise RegisterFault("the key of this period is not at hand")
        return period, _digest(key, subject)

    async def current(self, day: date) -> str:
        """Bring the key of the day's period to hand, made if nobody has made it yet; returns the period.

        Two processes that make it at once agree on one. A key that was destroyed is not made again.
        """
        period = period_of(day)
        if period in self._at_hand:
            return period
        made = self._insert_into(_KEYS).values(period=period, wrapped=self._wrapped(period))
        with register_errors():
            async with self._engine.begin() as connection:
                await connection.execute(made.on_conflict_do_nothing())
        await self._read()
        if period not in self._at_hand:
            raise RegisterFault("the key of this period was destroyed")
        return period

    async def digests_on(self, day: date, subjects: Collection[str]) -> tuple[str, list[str]]:
        """The day's period, and each subject's digest under its key, in their order; the key as `current` brings it."""
        period = period_of(day)
        if period not in self._at_hand:
            await self.current(day)
        known = {subject: _digest(self._at_hand[period], subject) for subject in subjects}
        return period, [known[subject] for subject in subjects]

    async def digests(self, subject: str) -> Sequence[tuple[str, str]]:
        """Period and digest of a subject's code in every period whose key is still there, the latest first.

        It is read anew, as another process may have destroyed one.
        """
        keys = await self._read()
        return [(period, _digest(keys[period], subject)) for period in sorted(keys, reverse=True)]

    async def destroy(self, period: str, now: datetime) -> bool:
        """Destroy a period's key for ever; whether there was one. For the operator: the tables' owner may do it.

        What the database keeps of it where nobody looks goes as well; what stands in backups is for their keeper.

        Errors:  KeyStands for a period that has not ended
        """
        if period >= period_of(now.astimezone(_SHANGHAI).date()):
            raise KeyStands("the key of a period that has not ended is still needed")
        gone = update(_KEYS).where(_KEYS.c.period == period, _IS_LIVE).values(wrapped=b"", destroyed_at=now)
        with register_errors():
            async with self._engine.begin() as connection:
                if connection.dialect.name == "sqlite":
                    await connection.exec_driver_sql("PRAGMA secure_delete = ON")
                found = (await connection.execute(gone)).rowcount
            await self._sweep()
        self._at_hand.pop(period, None)
        return bool(found)

    async def _sweep(self) -> None:
        """Overwrite what the database keeps of changed rows."""
        is_sqlite = self._engine.dialect.name == "sqlite"
        sweeping = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        async with sweeping.connect() as connection:
            await connection.exec_driver_sql(
                "PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "VACUUM (FREEZE) subject_key"
            )

    async def _read(self) -> Mapping[str, bytes]:
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(select(_KEYS.c.period, _KEYS.c.wrapped).where(_IS_LIVE))).all()
        self._at_hand = {row.period: self._unwrapped(row.period, row.wrapped) for row in rows}
        return self._at_hand

    def _wrapped(self, period: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, secrets.token_bytes(_KEY_BYTES), period.encode())

    def _unwrapped(self, period: str, wrapped: bytes) -> bytes:
        known = self._at_hand.get(period)
        if known is not None:
            return known
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], period.encode())
        except (InvalidTag, ValueError) as error:
            raise RegisterFault("the keys of subjects cannot be opened with this `audit.subject_key`") from error


def period_of(day: date) -> str:
    """The calendar month of a day in Asia/Shanghai, `2026-11`."""
    return f"{day.year:04d}-{day.month:02d}"


def _digest(key: bytes, subject: str) -> str:
    return blake2b(subject.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES, key=key).hexdigest()
