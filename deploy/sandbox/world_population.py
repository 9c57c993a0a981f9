"""Who lives in the sandbox: the hand-made subjects first, a seeded population after them."""

from __future__ import annotations

import random
from datetime import date, timedelta

from deploy.sandbox.names import PLACES, Place, Trade, brand, trade
from deploy.sandbox.people import make_person
from deploy.sandbox.world_codes import make_code
from deploy.sandbox.world_subject import Subject

NAMED = (
    "clean",
    "penalised",
    "defaulter",
    "abnormal",
    "deregistered",
    "expired-record",
    "individual-business",
    "unknown",
    "disagreement",
    "old-taxpayer-number",
    "unknown-code",
    "late-rows",
    "captcha",
    "hidden-amounts",
    "visible-amounts",
    "rating-a",
    "rating-c",
    "arrears",
    "major-violation",
    "long-name",
    "open-ended",
    "seriously-listed",
)
"""Names of the hand-made subjects; their place in this list is their serial, so their codes never change."""

_POSITIONS = {"91": "执行董事", "92": "经营者", "93": "理事长", "51": "会长"}


def make_subject(serial: int, seed: int, *, today: date) -> Subject:
    """The subject with this running number."""
    dice = random.Random(seed * 1_000_003 + serial)
    trap = NAMED[serial] if serial < len(NAMED) else ""
    category = "92" if trap == "individual-business" else "91" if trap else _category(dice)
    place = PLACES[0] if trap else dice.choice(PLACES)
    business = trade(dice)
    entity_type = _entity_type(dice, category)
    return Subject(
        serial=serial,
        code=make_code(category, place.division, serial),
        seed=seed,
        today=today,
        place=place,
        trade=business,
        name=_name(dice, place, business, category=category, entity_type=entity_type),
        entity_type=entity_type,
        representative=make_person(dice, place, _POSITIONS[category], today=today),
        founded=today - timedelta(days=dice.randint(6 * 365, 20 * 365)),
        trap=trap,
        is_held=trap != "unknown",
    )


def _category(dice: random.Random) -> str:
    """91 enterprise, 92 individual business, 93 farmers' cooperative, 51 social group."""
    return dice.choices(("91", "92", "93", "51"), (70, 20, 6, 4))[0]


def _entity_type(dice: random.Random, category: str) -> str:
    if category == "91":
        return dice.choices(("1130", "1151", "1219", "1110", "4533"), (60, 20, 8, 6, 6))[0]
    return {"92": "9500", "93": "9100", "51": "9700"}[category]


def _name(dice: random.Random, place: Place, business: Trade, *, category: str, entity_type: str) -> str:
    """A registered name with full-width brackets, as it stands on the licence."""
    own = brand(dice)
    if category == "92":
        return f"{place.city}{place.district}{own}{business.word}经营部"
    if category == "93":
        return f"{place.city}{own}种植专业合作社"
    if category == "51":
        return f"{place.city}{own}行业协会"
    ending = {"1219": "股份有限公司", "4533": "合伙企业（有限合伙）"}.get(entity_type, "有限公司")
    region = place.city.removesuffix("市")
    return (
        f"{own}（{region}）{business.word}{ending}"
        if dice.random() < 0.4
        else f"{place.city}{own}{business.word}{ending}"
    )
