"""All settings in one frozen tree, from a TOML file and the environment; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway import setting_sources
from gateway.setting_agencies import Agencies
from gateway.setting_alerts import Alerts
from gateway.setting_identity import Consents, Identity, Quotas
from gateway.setting_sources import SettingsFault
from gateway.setting_telemetry import Telemetry
from gateway.setting_values import (
    Count,
    Duration,
    KeySecret,
    Locator,
    SecretUrl,
    Section,
    Size,
    Term,
    TextList,
    WebAddress,
    with_sections,
)
from schema.vocabulary.records import RecordKind


class Server(Section):
    """Where the gateway listens, and how the world calls it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: WebAddress = Field(default_factory=lambda given: f"http://{given.get('host')}:{given.get('port')}")
    tls_certificate: Path | None = None
    """PEM file with the certificate chain; without it the gateway speaks plain HTTP and a proxy ends TLS."""
    tls_key: Path | None = None
    """PEM file with the certificate's key."""
    tls_client_authorities: Path | None = None
    """PEM file of authorities whose client certificates are accepted; without it none is asked for."""


class Limits(Section):
    """What one request may ask; more is refused before anything is judged or fetched."""

    body_size: Size = 64 * 1024
    tokens: Count = 4000
    depth: Count = 12
    aliases: Count = 100
    root_fields: Count = 20
    cost: Count = 50_000
    subjects: Count = 100
    list_size: Count = 100
    request_timeout: Duration = timedelta(seconds=5)


class Database(Section):
    """Where the gateway's own registers are kept."""

    url: Locator = SecretUrl("sqlite+aiosqlite:///creditgraph.db")


def _read_kinds(value: object) -> object:
    names = {kind.value.lower(): kind.value for kind in RecordKind}
    return {names.get(key.lower(), key): ttl for key, ttl in value.items()} if isinstance(value, dict) else value


class Cache(Section):
    """Where agencies' records are kept for a while."""

    url: Locator = SecretUrl("memory://")
    key: KeySecret
    """Protects what lies in a shared cache."""
    ttl: Term = timedelta(minutes=5)
    """Zero keeps nothing."""
    ttl_by_kind: Annotated[Mapping[RecordKind, Term], BeforeValidator(_read_kinds)] = Field(default_factory=dict)
    max_entries: Count = 50_000
    """Of the in-process cache."""
    record_timeout: Duration = timedelta(milliseconds=100)
    """The longest wait for a record in the cache server; then the agency is asked."""
    tally_timeout: Duration = timedelta(seconds=1)
    """The longest wait for counters and marks in the cache server; then nobody is answered."""


class CatalogSettings(Section):
    """Which catalog judges."""

    jurisdiction: str = "TJ"
    neighbours: TextList = ("TJ", "SH", "HL", "LN")
    """Jurisdictions whose law also judges what their regions share in."""
    configured: Mapping[str, str] = Field(default_factory=dict)
    """Values that a regulation's text has lost, by the name that the fault at start gives them."""
    edition: str | None = None
    """The edition in force; the newest of the day unless given."""
    folder: Path | None = None
    """Catalog files outside the package, `national/` and `editions/` below."""
    active: Path | None = None
    """File that names the edition in force; `creditgraph catalog activate` writes it, running gateways follow it."""
    refresh: Duration = timedelta(seconds=5)
    """How often a running gateway looks for a new edition."""
    code_exceptions: TextList = ()
    """Codes in real use whose check character is wrong."""
    calendar_overrides: Path | None = None
    """Days off and days worked by notices that the installed calendar does not have."""


class Audit(Section):
    """The log of requests."""

    subject_key: KeySecret
    """Wraps the keys that turn a subject's code into what the log keeps of it."""
    checkpoint_every: Duration = timedelta(minutes=1)
    """How often it is signed how far the log has come."""
    segment_entries: Annotated[int, Field(ge=1)] = 1_000_000
    """A segment is closed when it has so many entries, and with each month; only closed ones can be dropped."""


class Cursors(Section):
    """Paging."""

    key: KeySecret
    """Seals cursors to their caller."""


class Graphiql(Section):
    """The page for people who try questions."""

    enabled: bool = False
    personas: Path | None = None
    """Tokens to choose from, in a sandbox only."""


class Settings(BaseSettings):
    """The whole tree."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    server: Server
    limits: Limits
    database: Database
    cache: Cache
    catalog: CatalogSettings
    identity: Identity
    consents: Consents
    quotas: Quotas
    audit: Audit
    alerts: Alerts
    cursors: Cursors
    agencies: Agencies
    graphiql: Graphiql
    telemetry: Telemetry

    @model_validator(mode="before")
    @classmethod
    def _open_every_section(cls, given: object) -> object:
        return _with_names_of_the_house(with_sections(cls, given))

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # the other sources have no part here
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_others: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What `load_settings` has read and nothing else, so that tests can bring an environment of their own."""
        return (init_settings,)


def load_settings(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the file at `path`, or the one named by `CREDITGRAPH_SETTINGS`, and the environment above it.

    Errors:  SettingsFault with every fault at once.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - this is the one reader
    named = environ.get(setting_sources.FILE_VARIABLE)
    file = path or (Path(named) if named else None)
    from_file = setting_sources.read_file(file) if file else {}
    from_environment, faults = setting_sources.read_environment(environ)
    try:
        settings = Settings(**setting_sources.laid_over(from_file, from_environment))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        faults += setting_sources.sentences(errors, from_environment, [key for key, _ in _keys(Settings)])
        raise SettingsFault(faults) from None  # the library's own message would repeat what was written
    if faults:
        raise SettingsFault(faults)
    return settings


def shown(settings: Settings) -> Iterator[tuple[str, object]]:
    """Every setting as `section.key` with its value as it would be written; secrets hidden."""
    yield from _flat(settings.model_dump(mode="json"), names=set(setting_names()))


def setting_names() -> list[str]:
    """Every setting as `section.key`; the example file is held against this list."""
    return [name for name, is_section in _keys(Settings) if not is_section]


def _flat(tree: Mapping[str, Any], *, names: set[str], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        name = above + key
        if name in names:
            yield name, value
        else:
            yield from _flat(value, names=names, above=f"{name}.")


def _keys(section: type[BaseModel], above: str = "") -> Iterator[tuple[str, bool]]:
    for name, field in section.model_fields.items():
        kind = field.annotation
        is_section = isinstance(kind, type) and issubclass(kind, Section)
        yield f"{above}{name}", is_section
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _keys(kind, f"{above}{name}.")


def _with_names_of_the_house(given: object) -> object:
    """Issuer and audience follow the public address unless they are given."""
    match given:
        case {"server": dict() as server, "identity": dict() as identity, **_rest}:
            address = server.get("public_url") or f"http://{server.get('host', '127.0.0.1')}:{server.get('port', 8000)}"
            names = {"issuer": address, "audience": f"{str(address).rstrip('/')}/graphql"}
            return {**given, "identity": names | identity} if isinstance(given, dict) else given
        case _:
            return given
