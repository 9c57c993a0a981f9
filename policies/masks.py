"""Desensitisation (脱敏) by kind: pure functions from a fact to what may be seen of it.

Every mask is idempotent, and what it cannot understand it removes. Source: the catalog's masks
M0-M8; Tianjin Art. 4, Heilongjiang Art. 23.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from schema.catalog.entry import MaskKind
from schema.vocabulary.records import Fact

_COMPOUND_SURNAMES: Final = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|南宫|端木|呼延|轩辕|独孤"
)
_DISTRICT: Final = re.compile(
    r"^(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{2,12}?(?:市|自治州|地区|盟))?.{1,12}?(?:区|县|旗|市)"
)
_BANDS: Final = tuple(Decimal(bound) for bound in (0, 100_000, 1_000_000, 10_000_000, 100_000_000))

_STRUCK: Final = "***"
_ROLES: Final = (
    "法定代表人|主要负责人|负责人|当事人|经营者|投资人|股东|自然人|财务负责人|实际控制人"
    "|执行董事|董事长|董事|监事|总经理|经理|出纳|会计|被执行人"
)
_PERSONAL_TEXT: Final = (
    re.compile(r"[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]|0{6}\d{11}[\dXx]|9{6}\d{11}[\dXx]"),  # identity numbers
    re.compile(r"(?<!\d)\d{15}(?!\d)"),  # identity numbers of the first generation
    re.compile(r"(?<!\d)1\d{10}(?!\d)"),  # mobile telephones
    re.compile(r"(?<![\d-])0\d{2,3}-?\d{7,8}(?!\d)"),  # landlines
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # mail addresses
    re.compile(r"(?<=住址)[:：]?[^,，。;；、\s]+|(?<=家住)[^,，。;；、\s]+|(?<=住所地)[:：]?[^,，。;；、\s]+"),
)
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文欧"
)
_VERBS: Final = "未于在将因以应已与及和等对向拒逾被是为有无不自从经存之的按违实系由担负"
_NAME_AFTER_ROLE: Final = re.compile(
    rf"((?:{_ROLES})(?:[为由系:：\s])*)((?:{_COMPOUND_SURNAMES.pattern}|[{_SURNAMES}]|于(?![本上该每年月日当同其近此])))"
    rf"(?:(?![{_VERBS}])[一-鿿]){{1,2}}"
)
_NAME_BEFORE_TITLE: Final = re.compile(
    rf"((?:{_COMPOUND_SURNAMES.pattern}|[{_SURNAMES}于]))[一-鿿]{{1,2}}(?=先生|女士)"
)


def mask(kind: MaskKind, fact: Fact) -> Fact:
    """What may be seen of a fact under this mask; None stays None.

    A fact in a form that the mask does not expect becomes None, so a mask never lets through what
    it does not understand.
    """
    if fact is None or kind is MaskKind.M0:
        return fact
    if isinstance(fact, list | tuple):
        return [mask(kind, part) for part in fact]
    if kind is MaskKind.M6:
        return _band(fact)
    return _TEXT_MASKS[kind](fact) if isinstance(fact, str) else None


def _surname(name: str) -> str:
    text = name.strip()
    surname = text[: 2 if _COMPOUND_SURNAMES.match(text) else 1]
    return f"{surname}*" if surname.isalpha() else "*"


def _identity_number(number: str) -> str:
    return f"{number[:3]}{_STRUCK}{number[-4:]}" if len(number) >= 10 else _STRUCK


def _district(address: str) -> str | None:
    found = _DISTRICT.match(address)
    return found.group() if found else None


def _telephone(number: str) -> str:
    text = number.strip()
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "****"


def _mail(address: str) -> str | None:
    name, at, host = address.partition("@")
    return f"{name[:1]}***@{host}" if at else None


def _band(fact: Fact) -> Fact:
    """Money becomes its band `[lower, upper)` in its own currency; a bare number has no band and goes."""
    if not isinstance(fact, Mapping):
        return None
    if fact.get("amount") is None:
        return {"amount": None, "currency": fact.get("currency"), "band": fact.get("band")}
    try:
        amount = Decimal(str(fact["amount"]))
    except InvalidOperation:
        return None
    lower = max((bound for bound in _BANDS if bound <= amount), default=None)
    upper = min((bound for bound in _BANDS if bound > amount), default=None)
    band = f"[{'' if lower is None else lower}, {'' if upper is None else upper})"
    return {"amount": None, "currency": fact.get("currency"), "band": band}


def _free_text(text: str) -> str:
    for pattern in _PERSONAL_TEXT:
        text = pattern.sub(_STRUCK, text)
    text = _NAME_AFTER_ROLE.sub(r"\1\2*", text)
    return _NAME_BEFORE_TITLE.sub(r"\1*", text)


def _year(day: str) -> str | None:
    return day[:4] if re.match(r"\d{4}(?:-|$)", day) else None


_TEXT_MASKS: Final[Mapping[MaskKind, Callable[[str], str | None]]] = {
    MaskKind.M1: _surname,
    MaskKind.M2: _identity_number,
    MaskKind.M3: _district,
    MaskKind.M4: _telephone,
    MaskKind.M5: _mail,
    MaskKind.M7: _free_text,
    MaskKind.M8: _year,
}
