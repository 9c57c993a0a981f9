"""Settings of the four agencies: how each is reached, and how the gateway is known to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from gateway.setting_values import Count, Duration, Locator, Section, Term, WebAddress


class Agency(Section):
    """How one agency is asked; the deadline of a request may cut every wait shorter."""

    call_timeout: Duration = timedelta(seconds=5)
    """The longest wait for one whole answer."""
    retries: Annotated[int, Field(ge=0)] = 2
    """Of one safe call, as far as the budget of the line allows."""
    pool_size: Count = 32
    """Connections, and so calls under way at once."""
    batch_window: Term = timedelta(milliseconds=2)
    """How long orders wait for others to share a call with."""
    breaker_window: Duration = timedelta(seconds=10)
    """Calls older than this no longer count."""
    breaker_calls: Count = 8
    """Fewer calls than this in the window never open the breaker of an operation."""
    breaker_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of failed calls that opens it."""
    breaker_rest: Duration = timedelta(seconds=5)
    """How long nothing is sent before one probe is let through."""


class MarketRegulation(Agency):
    """Exchange tables in an SQL database."""

    pool_size: Count = 10
    url: Locator
    statement_log: Path | None = None


class HttpAgency(Agency):
    """An agency behind HTTP."""

    url: WebAddress
    connect_timeout: Duration = timedelta(seconds=1)


class EnterpriseDisclosure(HttpAgency):
    """JSON with a token for each subject, behind the exchange platform."""

    rid: str
    """Who requests (gjgxjhpt_rid)."""
    sid: str
    """The service requested (gjgxjhpt_sid)."""
    app_secret: SecretStr


class Tax(HttpAgency):
    """SOAP, behind the exchange platform."""

    channel_id: str
    identity_type: str
    rid: str
    """Who requests (gjgxjhpt_rid)."""
    sid: str
    """The service requested (gjgxjhpt_sid)."""
    app_secret: SecretStr


class Courts(HttpAgency):
    """JSON, signed and encrypted."""

    app_key: str
    sign_key: SecretStr
    sm4_key: SecretStr
    """32 hexadecimal digits."""


class Agencies(Section):
    """The four agencies."""

    market_regulation: MarketRegulation
    enterprise_disclosure: EnterpriseDisclosure
    tax: Tax
    courts: Courts
