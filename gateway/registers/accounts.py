"""The register of subjects who may sign in to answer for themselves: a code, the digest of a secret, and no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import Boolean, MetaData, Row, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Field, SQLModel

from gateway.registers.engine import create_tables, register_errors, take_turn
from schema.vocabulary.identifiers import SubjectId

ACCOUNTS: Final = MetaData()
"""Apart from other registers', so that none creates another's tables."""


@dataclass(frozen=True, slots=True)
class Account:
    """One subject's way to sign in."""

    subject: SubjectId
    secret_digest: str
    """What `gateway.identity.sign_in.digest_of` made of the secret; the secret itself is kept nowhere."""
    is_active: bool = True


class AccountRow(SQLModel, table=True):
    """One account."""

    __tablename__: ClassVar[str] = "subject_account"
    metadata = ACCOUNTS

    subject: str = Field(primary_key=True, sa_type=Text)
    secret_digest: str = Field(sa_type=Text)
    is_active: bool = Field(sa_type=Boolean)


_TABLE: Final = ACCOUNTS.tables["subject_account"]


class AccountRegister:
    """The book; `start` before anything is asked."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def start(self) -> None:
        """Create the table if it is missing; raises RegisterFault."""
        await create_tables(self._engine, ACCOUNTS, {})

    async def find(self, subject: SubjectId) -> Account | None:
        """The subject's account as it stands now, suspended or not; raises RegisterFault."""
        with register_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_of(subject))).first()
        return None if row is None else _account(row)

    async def listed(self) -> Sequence[Account]:
        """Every account in the order of the codes; raises RegisterFault."""
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(select(_TABLE).order_by(_TABLE.c.subject))).all()
        return [_account(row) for row in rows]

    async def add(self, account: Account) -> bool:
        """Whether it was added; False leaves the subject the account that it has. Raises RegisterFault."""
        with register_errors():
            async with self._engine.connect() as connection:
                await take_turn(connection)
                if (await connection.execute(_of(account.subject))).first() is not None:
                    return False
                values = {"subject": str(account.subject), "secret_digest": account.secret_digest}
                await connection.execute(insert(_TABLE), values | {"is_active": account.is_active})
                await connection.commit()
                return True

    async def renew(self, subject: SubjectId, secret_digest: str) -> bool:
        """Put another secret in the place of the old one; whether there is such an account. Raises RegisterFault."""
        return await self._change(subject, {"secret_digest": secret_digest})

    async def switch(self, subject: SubjectId, *, is_active: bool) -> bool:
        """Suspend or resume; whether there is such an account. Raises RegisterFault."""
        return await self._change(subject, {"is_active": is_active})

    async def _change(self, subject: SubjectId, values: dict[str, Any]) -> bool:
        with register_errors():
            async with self._engine.connect() as connection:
                await take_turn(connection)
                done = await connection.execute(update(_TABLE).where(_TABLE.c.subject == str(subject)).values(**values))
                await connection.commit()
                return bool(done.rowcount)


def _of(subject: SubjectId) -> Any:
    return select(_TABLE).where(_TABLE.c.subject == str(subject))


def _account(row: Row[Any]) -> Account:
    return Account(SubjectId(row.subject), row.secret_digest, row.is_active)
