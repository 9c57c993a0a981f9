"""The gateway's own role in PostgreSQL: who owns the tables makes them and says what it may; it owns nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from deploy.sandbox.gateway_files import GatewayFiles
from gateway.app import open_house
from gateway.cli.main import build


def become(files: GatewayFiles, role: str) -> None:
    """Let the gateways of these settings be this role; whoever wrote the settings stays the owner."""
    owner = files.settings.database.url.get_secret_value()
    with ThreadPoolExecutor(max_workers=1) as apart:
        apart.submit(asyncio.run, _founded(files, owner, role)).result()
    settings = files.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace(owner, url_as(owner, role)), "utf-8")


def url_as(owner: str, role: str) -> str:
    """The same database, opened as the role."""
    return make_url(owner).set(username=role).render_as_string(hide_password=False)


async def attempt(url: str, statement: str) -> str:
    """The database's refusal of a statement, as the name of its kind; "" if it was done."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    except Exception as error:  # noqa: BLE001 - whatever it says is looked at
        return type(getattr(error, "orig", error).__cause__).__name__
    finally:
        await engine.dispose()
    return ""


async def _founded(files: GatewayFiles, owner: str, role: str) -> None:
    async with open_house(files.settings):
        pass
    created = f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    await _done(owner, [created, *_grants(role)])


def _grants(role: str) -> Sequence[str]:
    """What the command tells the owner to say."""
    told = CliRunner().invoke(build(), ("audit", "grants", role))
    assert told.exit_code == 0, told.output
    return told.stdout.splitlines()


async def _done(url: str, statements: Sequence[str]) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()
