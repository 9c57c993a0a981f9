"""Settings of what operators see: traces, metrics, log lines."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from gateway.setting_values import Networks, Section

_PREFIX: Final = "otlp+"
_PATH: Final = "/v1/traces"


def _read_collector(value: object) -> str:
    parts = urlsplit(value.removeprefix(_PREFIX)) if isinstance(value, str) and value.startswith(_PREFIX) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write an address that begins with otlp+http:// or otlp+https://")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("write the address without account, query or fragment")
    return _PREFIX + parts.geturl().rstrip("/")


class Telemetry(Section):
    """What operators see; none of it holds the code, the name or a value of a subject."""

    traces: Annotated[str, BeforeValidator(_read_collector)] | None = None
    """Where spans are sent (OTLP over HTTP, protobuf), for example `otlp+http://127.0.0.1:4318`; None: nowhere."""
    traces_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the requests that are traced; those whose caller traces them already are traced in any case."""
    metrics: bool = False
    """Whether `/metrics` is there."""
    metrics_addresses: Networks = ("127.0.0.0/8", "::1")
    """Networks that may read it."""
    log_format: Literal["text", "json"] = "text"

    @property
    def collector(self) -> str | None:
        """The address to which spans are posted, with the path of the protocol unless another one is given."""
        if self.traces is None:
            return None
        address = self.traces.removeprefix(_PREFIX)
        return address if urlsplit(address).path else address + _PATH
