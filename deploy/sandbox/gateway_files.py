"""A gateway in front of a running sandbox, for tests and benchmarks: the demo's own papers, with settings laid over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.sandbox.demo_callers import Cast, make_cast, open_accounts, register_callers
from deploy.sandbox.demo_papers import write_papers
from deploy.sandbox.demo_standing import file_consents, write_standing
from deploy.sandbox.demo_tokens import persona_token
from gateway.identity.access_tokens import Granted, TokenMaker
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import load_key_set
from gateway.pipeline.admit import hour
from gateway.settings import Settings, load_settings

BANK_PERSONA = "bank"
_UNHURRIED: Mapping[str, Mapping[str, object]] = {"cache": {"record_timeout": "5s", "tally_timeout": "10s"}}
"""Beneath what a test lays over: a machine that stands still for a moment is none of its business."""


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """Where everything lies, and who can ask."""

    folder: Path
    settings: Settings
    cast: Cast
    consents: Mapping[str, str]
    """Ids of the consents to the bank, by the name of their subject; the bank's token carries them."""
    sign_in: Mapping[str, str] = field(repr=False)
    """Secrets of subjects for the consent page, by the name of the subject."""

    def token(self, http: httpx.Client, address: str, persona: str, *, is_bound: bool = True) -> str:
        """A token from the door of the gateway that serves at `address`; errors as those of `persona_token`.

        Shape:   `is_bound` tells whether the bank's carries its consents, and so reaches no other subject
        """
        consents = list(self.consents.values()) if persona == BANK_PERSONA and is_bound else []
        return persona_token(http, address, self.cast, persona, consents=consents)

    @property
    def secrets(self) -> Sequence[str]:
        """What may stand nowhere else: secrets of subjects, private halves of keys."""
        paths = [*(self.cast.key_file(client.client_id) for client in self.cast.clients), self.settings.identity.keys]
        keys = [key for path in paths for key in load_key_set(path).keys]
        return [*self.sign_in.values(), *(str(key.as_dict(private=True)["d"]) for key in keys)]

    def token_made_here(self, persona: str) -> str:
        """A token that is signed in this process, as the gateway's own door would have signed it."""
        told, identity = self.cast.persona(persona), self.settings.identity
        if told.client is None:
            raise KeyError(persona)
        lifetime = timedelta(hours=1)
        maker = TokenMaker(
            KeyRing(identity.keys), issuer=identity.issuer, audience=identity.audience, lifetime=lifetime
        )
        officer = told.officer.officer_id if told.officer else ""
        return maker.make(Granted(told.client.client_id, told.client.scopes, officer=officer), now=hour())


def write_gateway_files(
    folder: Path, ready: Mapping[str, Any], *, port: int, overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> GatewayFiles:
    """Make keys and settings for the sandbox that printed `ready` (its ready line), and register who can ask.

    Shape:   `overrides` are sections of settings laid over the sandbox's own, for example another database;
             a section may hold sections, as `agencies` does
    Errors:  OSError; SettingsFault for overrides that are none; RegisterFault for a database that cannot be written
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = write_papers(folder, sandbox=ready, port=port, overrides=dict(_patient(overrides or {})))
    settings = load_settings(path, environ={})
    filling = fill_registers(folder, ready["subjects"], settings, accounts=("clean",))
    with ThreadPoolExecutor(max_workers=1) as apart:  # whoever calls may run in a loop of its own
        return apart.submit(asyncio.run, filling).result()


async def fill_registers(
    folder: Path, subjects: Mapping[str, str], settings: Settings, *, accounts: tuple[str, ...]
) -> GatewayFiles:
    """Everything that stands in the registers before the gateway opens: callers, consents, accounts to sign in.

    Errors:  RegisterFault; KeyFault
    """
    cast = make_cast(subjects, folder / "keys")
    await register_callers(cast, settings)
    consents = await file_consents(write_standing(folder, subjects, hour().date()), settings)
    return GatewayFiles(folder, settings, cast, consents, await open_accounts(subjects, accounts, settings))


def _patient(overrides: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The overrides as tables, laid over what every test lays over."""
    laid = dict(_tables(overrides))
    for name in {**_UNHURRIED, **laid}:
        yield name, {**_UNHURRIED.get(name, {}), **laid.get(name, {})}


def _tables(sections: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Sections in sections as TOML names them: `agencies.tax`."""
    for name, section in sections.items():
        values = {key: value for key, value in section.items() if not isinstance(value, Mapping)}
        if values:
            yield f"{above}{name}", values
        yield from _tables(
            {key: value for key, value in section.items() if isinstance(value, Mapping)}, f"{above}{name}."
        )
