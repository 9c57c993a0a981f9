"""One invented subject: what follows from its number alone, and the dice for the rest."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from deploy.sandbox.names import Place, Trade


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject before any record is made."""

    serial: int
    code: str
    seed: int
    today: date
    place: Place
    trade: Trade
    name: str
    entity_type: str
    """ENTTYPE, a key of `world_codes.ENTITY_TYPES`."""
    representative: Mapping[str, object]
    founded: date
    trap: str = ""
    is_held: bool = True
    """False for a valid code that no agency has ever heard of."""

    @property
    def is_individual(self) -> bool:
        """Whether this is an individual business (个体工商户)."""
        return self.code.startswith("92")

    def dice(self, topic: str) -> random.Random:
        """Dice for one topic, so that a new topic does not change the others."""
        return random.Random(crc32(f"{self.seed}/{self.serial}/{topic}".encode()))

    def back(self, *, years: int = 0, days: int = 0) -> date:
        """The day that lies so far before today; a year is counted as the same calendar day."""
        day = self.today - timedelta(days=days)
        last_day = 28 if (day.month, day.day) == (2, 29) else day.day
        return day.replace(year=day.year - years, day=last_day)

    @property
    def market_authority(self) -> str:
        """Name of the market-regulation authority."""
        return f"{self.place.city}{self.place.district}市场监督管理局"

    @property
    def tax_authority(self) -> str:
        """Name of the tax authority in charge."""
        return f"国家税务总局{self.place.city}{self.place.district}税务局"

    @property
    def court(self) -> str:
        """Name of the court of first instance."""
        return f"{self.place.city}{self.place.district}人民法院"


def later(day: date, *, years: int) -> date:
    """The same calendar day so many years later; February 29 becomes 28."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)
