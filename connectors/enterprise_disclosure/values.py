"""How single values of the disclosure system are read: dates, amounts, shares, code texts, numbers; pure.

Each reader takes the value as it stood in the JSON and gives a fact in releasable form, or None for
"" and what is absent. ValueError means: stated, but nobody can read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from schema.vocabulary.codes import PenaltyKind, PledgeKind, RegistrationStatus
from schema.vocabulary.records import Fact

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one offset, without summer time since 1991; older midnights may fall on 23:00 or 01:00."""

_EPOCH = datetime(1970, 1, 1, tzinfo=SHANGHAI) + timedelta(hours=8)
_DAY_TEXT = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_AMOUNT = re.compile(r"(-?\d{1,16}(?:,\d{3}){0,4}(?:\.\d{1,8})?)(?:万元?)?(人民币|美元|港元|港币|欧元|日元)?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%?")
_OPEN_ENDS = frozenset({date(9999, 9, 9), date(9999, 12, 31), date(2099, 12, 31)})
_BRACKETS = str.maketrans({**dict.fromkeys("（【〔［[﹝", "("), **dict.fromkeys("）】〕］]﹞", ")")})
_CENT = Decimal("0.01")

_CURRENCIES: Mapping[str, str] = MappingProxyType(
    {
        "": "CNY",
        "人民币": "CNY",
        "人民币元": "CNY",
        "美元": "USD",
        "港元": "HKD",
        "港币": "HKD",
        "欧元": "EUR",
        "日元": "JPY",
    }
)
_STATUSES: Mapping[str, RegistrationStatus] = MappingProxyType(
    {
        "存续(在营、开业、在册)": RegistrationStatus.ACTIVE,
        "存续": RegistrationStatus.ACTIVE,
        "在营": RegistrationStatus.ACTIVE,
        "在营(开业)企业": RegistrationStatus.ACTIVE,
        "开业": RegistrationStatus.ACTIVE,
        "在业": RegistrationStatus.ACTIVE,
        "经营异常": RegistrationStatus.ABNORMAL,
        "吊销": RegistrationStatus.REVOKED,
        "吊销,未注销": RegistrationStatus.REVOKED,
        "吊销,已注销": RegistrationStatus.DEREGISTERED,
        "注销": RegistrationStatus.DEREGISTERED,
        "已注销": RegistrationStatus.DEREGISTERED,
        "迁出": RegistrationStatus.MOVED_OUT,
    }
)
_ENTITY_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "有限责任公司": "1100",
        "有限责任公司(国有独资)": "1110",
        "有限责任公司(自然人投资或控股)": "1130",
        "有限责任公司(自然人独资)": "1151",
        "股份有限公司": "1200",
        "股份有限公司(上市)": "1210",
        "股份有限公司(非上市)": "1219",
        "有限合伙企业": "4533",
        "农民专业合作社": "9100",
        "个体工商户": "9500",
        "社会团体法人": "9700",
    }
)
"""Types of market entity by their printed name, to the registry's 4-digit code (GB/T 12402 and the registry's own)."""
_PLEDGES: Mapping[str, PledgeKind] = MappingProxyType(
    {
        "股权出质": PledgeKind.EQUITY,
        "动产抵押": PledgeKind.CHATTEL,
        "知识产权出质": PledgeKind.INTELLECTUAL_PROPERTY,
    }
)
_PENALTIES: Mapping[str, PenaltyKind] = MappingProxyType(
    {
        "警告": PenaltyKind.WARNING,
        "通报批评": PenaltyKind.WARNING,
        "罚款": PenaltyKind.FINE,
        "没收违法所得": PenaltyKind.FINE,
        "没收非法财物": PenaltyKind.FINE,
        "暂扣许可证件": PenaltyKind.LICENCE,
        "降低资质等级": PenaltyKind.LICENCE,
        "吊销许可证件": PenaltyKind.LICENCE,
        "吊销营业执照": PenaltyKind.LICENCE,
        "限制开展生产经营活动": PenaltyKind.RESTRICTION,
        "责令停产停业": PenaltyKind.RESTRICTION,
        "责令关闭": PenaltyKind.RESTRICTION,
        "限制从业": PenaltyKind.RESTRICTION,
        "行政拘留": PenaltyKind.DETENTION,
        "其他": PenaltyKind.OTHER,
        "其他行政处罚": PenaltyKind.OTHER,
    }
)
"""The kinds of the Administrative Penalty Law, Art. 9, by the words it uses."""


class NotReadable(ValueError):
    """Stated in a form that its specification does not know; the message never repeats it."""


def text(stated: Any) -> str | None:
    """Text without surrounding blanks; a number becomes its digits."""
    if stated is None or stated == "":
        return None
    if isinstance(stated, bool) or not isinstance(stated, str | int):
        raise NotReadable("not a text")
    return str(stated).strip() or None


def day(stated: Any) -> str | None:
    """`YYYY-MM-DD` from epoch milliseconds (Beijing time) or from `yyyy年MM月dd日`; an open end is None."""
    if stated is None or stated == "":
        return None
    found = _printed_day(stated) if isinstance(stated, str) and not stated.lstrip("-").isdigit() else _epoch_day(stated)
    return None if found in _OPEN_ENDS else found.isoformat()


def moment(stated: Any) -> datetime | None:
    """An aware time, Asia/Shanghai, from epoch milliseconds."""
    return None if stated is None or stated == "" else _epoch_moment(stated)


def money(stated: Any, currency: Any = "") -> Fact:
    """An amount in units of its currency, from ten thousands of it (`120.5万元`, or `120.500000` without unit).

    Errors:  ValueError for text that is no amount, for an unknown currency, and for fractions of a
             cent, which could not be stated exactly.
    """
    words = text(stated)
    if words is None:
        return None
    match = _AMOUNT.fullmatch(words.replace(" ", ""))
    code = _CURRENCIES.get((match and match[2]) or text(currency) or "")
    if match is None or code is None:
        raise NotReadable("not an amount in ten thousands of a known currency")
    units = Decimal(match[1].replace(",", "")) * 10_000
    amount = units.quantize(_CENT)
    if amount != units:
        raise NotReadable("an amount finer than a cent")
    return {"amount": f"{amount:f}", "currency": code}


def share(stated: Any) -> str | None:
    """A share in per cent as a plain decimal without needless zeros: `60.50%` is `60.5`."""
    words = text(stated)
    if words is None:
        return None
    match = _SHARE.fullmatch(words)
    if match is None or Decimal(match[1]) > 100:
        raise NotReadable("not a share in per cent")
    return match[1].rstrip("0").rstrip(".") if "." in match[1] else match[1]


def whole(stated: Any) -> int | None:
    """A whole number, `12` or `12人`."""
    words = text(stated)
    return None if words is None else int(words.removesuffix("人"))


def registration_status(stated: Any) -> str | None:
    """登记状态 by its Chinese text."""
    return _looked_up(stated, _STATUSES)


def entity_type(stated: Any) -> str | None:
    """The registry's 4-digit code of a type of market entity."""
    return _looked_up(stated, _ENTITY_TYPES)


def pledge_kind(stated: Any) -> str | None:
    """质押/抵押种类 by its Chinese text."""
    return _looked_up(stated, _PLEDGES)


def penalty_kinds(stated: Any) -> list[Fact] | None:
    """处罚类别: one or more terms of the law, each kind once, in the order stated."""
    words = text(stated)
    if words is None:
        return None
    terms = [term for term in re.split(r"[、，,；;]", words.replace(" ", "")) if term]
    if any(term not in _PENALTIES for term in terms):
        raise NotReadable("an unknown kind of penalty")
    return list(dict.fromkeys(str(_PENALTIES[term]) for term in terms))


def comparable(words: str | None) -> str:
    """A name or document number as two agencies would agree on it: half-width brackets, no blanks, upper case."""
    return "" if words is None else "".join(words.translate(_BRACKETS).split()).upper()


def _looked_up(stated: Any, table: Mapping[str, str]) -> str | None:
    words = text(stated)
    if words is None:
        return None
    found = table.get(comparable(words).replace("，", ","))
    if found is None:
        raise NotReadable("a text of no known code list")
    return str(found)


def _printed_day(stated: str) -> date:
    match = _DAY_TEXT.fullmatch(stated.strip())
    if match is None:
        raise NotReadable("not a date")
    return date(int(match[1]), int(match[2]), int(match[3]))


def _epoch_day(stated: Any) -> date:
    """A midnight written in a summer of 1986-1991 is 23:00 of the day before; an hour on, both are in the day."""
    return _epoch_moment(stated, ahead=timedelta(hours=1)).date()


def _epoch_moment(stated: Any, ahead: timedelta = timedelta()) -> datetime:
    if isinstance(stated, bool) or not isinstance(stated, int | str):
        raise NotReadable("not a time in epoch milliseconds")
    try:
        return _EPOCH + ahead + timedelta(milliseconds=int(stated))
    except OverflowError as fault:
        raise NotReadable("a time out of range") from fault
