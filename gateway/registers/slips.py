"""Slips: what is handed out, used once and ends, such as codes and refresh tokens; and the names of revoked tokens.

A slip is kept by a digest of its secret, so that whoever reads the database can present none. Who takes a slip is
decided by one UPDATE: of two processes that try at once, one wins and the other is told that it was taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Final, TypeAlias

import orjson
from sqlalchemy import ColumnElement, MetaData, Row, Table, Text, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import Field, SQLModel

from gateway.registers.engine import create_tables, register_errors
from gateway.registers.utc_time import UtcDateTime

TAKEN_KEPT: Final = timedelta(days=1)
"""For how long after its end a slip that was taken is remembered, so that a late second use is still noticed."""

_SECRET_BYTES: Final = 32
_LONGEST_SECRET: Final = 256
_SLIPS: Final = MetaData()


class SlipKind(StrEnum):
    """What a slip is for."""

    PUSHED = "PUSHED"  # a pushed authorization request (RFC 9126)
    CODE = "CODE"  # an authorization code (RFC 6749 §4.1.2)
    REFRESH = "REFRESH"  # a refresh token (RFC 6749 §6)
    SIGN_IN = "SIGN_IN"  # a subject's session on the consent page


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip; `body` is JSON, `ends` an aware time from which on it is worth nothing."""

    kind: SlipKind
    secret: str = field(repr=False)
    body: Mapping[str, Any]
    ends: datetime
    grant: str = ""
    """The grant that it belongs to; once that is revoked the slip is worth nothing. "" for none."""


@dataclass(frozen=True, slots=True)
class AlreadyTaken:
    """Somebody was here before with the same slip: one of the two has no right to it."""

    slip: Slip


Taken: TypeAlias = Slip | AlreadyTaken | None
"""The slip; or word that it was taken before; or nothing, as it never was, has ended or its grant is revoked."""


class _SlipRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "slip"
    metadata = _SLIPS

    digest: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    revocable: str = Field(sa_type=Text)
    """Id of the grant; `grant` itself is a word of SQL."""
    ends: datetime = Field(sa_type=UtcDateTime, index=True)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class _RevokedRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "revoked_token"
    metadata = _SLIPS

    name: str = Field(primary_key=True, sa_type=Text)
    ends: datetime = Field(sa_type=UtcDateTime, index=True)


SLIPS: Final[Table] = _SLIPS.tables["slip"]
REVOKED: Final[Table] = _SLIPS.tables["revoked_token"]
"""Names under which tokens were revoked: a token's own id (`jti`) or its grant's; `ends` is when the last has ended."""


def new_secret() -> str:
    """A secret that cannot be guessed: 256 bits as text."""
    return secrets.token_urlsafe(_SECRET_BYTES)


class SlipRegister:
    """The book of slips; `start` before anything else. Every method raises RegisterFault if the database does not."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert_into = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def start(self) -> None:
        """Create the tables if they are missing."""
        await create_tables(self._engine, _SLIPS, {})

    async def put(self, slips: Sequence[Slip]) -> None:
        """Keep all of these or none."""
        with register_errors():
            async with self._engine.begin() as connection:
                await _insert(connection, slips)

    async def look(self, kind: SlipKind, secret: str, now: datetime) -> Slip | None:
        """The slip, if it could be taken now; nothing is changed."""
        seen = await self.seen(kind, secret, now)
        return seen if isinstance(seen, Slip) else None

    async def seen(self, kind: SlipKind, secret: str, now: datetime) -> Taken:
        """What `take` would say; nothing is changed."""
        query = select(SLIPS, _is_live(now).label("is_live")).where(_is(kind, secret))
        with register_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
        return _told(row, kind, secret)

    async def take(self, kind: SlipKind, secret: str, now: datetime) -> Taken:
        """Take the slip, so that nobody else can."""
        return await self.exchange(kind, secret, (), now)

    async def exchange(self, kind: SlipKind, secret: str, successors: Sequence[Slip], now: datetime) -> Taken:
        """Take the slip and keep its successors in the same transaction; if it cannot be taken, none is kept."""
        taking = update(SLIPS).where(_is(kind, secret), _is_live(now)).values(taken_at=now).returning(SLIPS)
        with register_errors():
            async with self._engine.begin() as connection:
                row = (await connection.execute(taking)).one_or_none()
                if row is not None:
                    await _insert(connection, successors)
                    return _slip(row, kind, secret)
        return await self._taken_before(kind, secret)

    async def revoke(self, names: Collection[str], ends: datetime) -> None:
        """Revoke tokens and slips by their own id or their grant's; `ends` is when the last of them would have ended.

        Harmless if it is told again.
        """
        rows = [{"name": name, "ends": ends} for name in sorted(set(names) - {""})]
        if not rows:
            return
        adding = self._insert_into(REVOKED)
        later = adding.excluded.ends
        adding = adding.on_conflict_do_update(
            index_elements=[REVOKED.c.name], set_={"ends": later}, where=REVOKED.c.ends < later
        )
        with register_errors():
            async with self._engine.begin() as connection:
                await connection.execute(adding, rows)

    async def revoked(self, names: Collection[str]) -> frozenset[str]:
        """Those of the names that are revoked."""
        query = select(REVOKED.c.name).where(REVOKED.c.name.in_(sorted(names)))
        with register_errors():
            async with self._engine.connect() as connection:
                return frozenset((await connection.execute(query)).scalars())

    async def sweep(self, now: datetime) -> int:
        """Delete what has ended; returns how many slips and names went."""
        ended = or_((SLIPS.c.taken_at.is_(None)) & (SLIPS.c.ends <= now), SLIPS.c.ends <= now - TAKEN_KEPT)
        with register_errors():
            async with self._engine.begin() as connection:
                slips = await connection.execute(delete(SLIPS).where(ended))
                names = await connection.execute(delete(REVOKED).where(REVOKED.c.ends <= now))
                return slips.rowcount + names.rowcount

    async def _taken_before(self, kind: SlipKind, secret: str) -> AlreadyTaken | None:
        """Read after the UPDATE found nothing to take, so that the winner's commit is seen."""
        query = select(SLIPS).where(_is(kind, secret), SLIPS.c.taken_at.is_not(None))
        with register_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
        return None if row is None else AlreadyTaken(_slip(row, kind, secret))


def _is(kind: SlipKind, secret: str) -> ColumnElement[bool]:
    return (SLIPS.c.digest == _digest(kind, secret)) & (SLIPS.c.kind == kind.value)


def _is_live(now: datetime) -> ColumnElement[bool]:
    is_revoked = exists().where(REVOKED.c.name == SLIPS.c.revocable)
    return SLIPS.c.taken_at.is_(None) & (SLIPS.c.ends > now) & ~is_revoked


async def _insert(connection: AsyncConnection, slips: Sequence[Slip]) -> None:
    if slips:
        await connection.execute(insert(SLIPS), [_columns(slip) for slip in slips])


def _columns(slip: Slip) -> dict[str, Any]:
    return {
        "digest": _digest(slip.kind, slip.secret),
        "kind": slip.kind.value,
        "body": orjson.dumps(slip.body).decode(),
        "revocable": slip.grant,
        "ends": slip.ends,
    }


def _told(row: Row[Any] | None, kind: SlipKind, secret: str) -> Taken:
    if row is None:
        return None
    slip = _slip(row, kind, secret)
    if row.taken_at is not None:
        return AlreadyTaken(slip)
    return slip if row.is_live else None


def _slip(row: Row[Any], kind: SlipKind, secret: str) -> Slip:
    return Slip(kind, secret, orjson.loads(row.body), row.ends, row.revocable)


def _digest(kind: SlipKind, secret: str) -> str:
    """SHA-256 over kind and secret; of what is longer than any secret of ours, only so much as tells it is none."""
    return sha256(f"{kind.value} {secret[: _LONGEST_SECRET + 1]}".encode("utf-8", "replace")).hexdigest()
