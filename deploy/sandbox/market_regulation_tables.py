"""The exchange tables of the simulated market-regulation authority: columns, types, and what is written into them.

Names are cut at 100 bytes of GBK, amounts are 万元 with 6 decimals, an open end is 9999-09-09.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from deploy.sandbox import market_regulation_codes as codes
from schema.vocabulary.records import RecordKind

NAME_BYTES = 100
OPEN_END = "9999-09-09"
BOOKKEEPING = ("S_EXT_NODENUM", "S_EXT_SEQUENCE", "增删改标志", "更新时间", "交换开关")


class Kind(Enum):
    """How a column is stored: text, calendar day, or amount in 万元."""

    TEXT = "text"
    DAY = "day"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how it is stored, the graph field it states, and the writing of neutral values."""

    name: str
    kind: Kind = Kind.TEXT
    fact: str = ""
    write: Callable[[object], object] = str


@dataclass(frozen=True, slots=True)
class Table:
    """One exchange table; `key` columns are computed by the loader, `lookup` columns are indexed."""

    name: str
    kind: RecordKind
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    lookup: tuple[tuple[str, ...], ...]
    has_display_flag: bool = False

    @property
    def all_columns(self) -> tuple[tuple[str, Kind], ...]:
        """Every column but the bookkeeping, in the order of a row."""
        own = [(name, Kind.TEXT) for name in self.key] + [(column.name, column.kind) for column in self.columns]
        return (*own, ("GSZT", Kind.TEXT)) if self.has_display_flag else tuple(own)


def _cut(value: object) -> str:
    """A name as the old system keeps it: at most 100 bytes of GBK."""
    return str(value).encode("gbk", "replace")[:NAME_BYTES].decode("gbk", "ignore")


def _amount(value: object) -> Decimal:
    """Yuan to 万元 with 6 decimals."""
    return (Decimal(str(value)) / 10_000).quantize(Decimal("0.000001"))


def _day(value: object) -> object:
    return value if isinstance(value, date) else str(value)


def _coded(table: Mapping[str, str]) -> Callable[[object], str]:
    return lambda value: table[str(value)]


def _several(value: object, *, of: Mapping[str, str] | None = None, by: str = ";") -> str | None:
    members = [str(member) for member in value] if isinstance(value, list | tuple) else [str(value)]
    return by.join(of[member] if of else member for member in members) or None


def _text(name: str, fact: str, write: Callable[[object], object] = str) -> Column:
    return Column(name, Kind.TEXT, fact, write)


def _days(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.DAY, fact, _day) for name, fact in pairs)


def _amounts(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.AMOUNT, fact, _amount) for name, fact in pairs)


def _texts(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(_text(name, fact) for name, fact in pairs)


_BY_REGISTRATION = (("S_EXT_NODENUM", "PRIPID"),)

BASE = Table(
    "E_BASEINFO",
    RecordKind.LEGAL_PERSON,
    ("PRIPID", "REGCAPCUR", "REGORG"),
    (
        *_texts(("UNISCID", "unifiedSocialCreditCode"), ("REGNO", "registrationNumber")),
        _text("ENTNAME", "registeredName", _cut),
        _text("ENTNAME_OLD", "formerNames", _several),
        _text("ENTTYPE", "entityType"),
        _text("REGSTATE", "registrationStatus", _coded(codes.REGSTATE)),
        *_days(("ESTDATE", "establishmentDate"), ("APPRDATE", "approvalDate")),
        *_days(("OPFROM", "businessTermFrom"), ("OPTO", "businessTermTo")),
        *_amounts(("REGCAP", "registeredCapital"), ("PAIDINCAP", "paidInCapital")),
        *_texts(("OPSCOPE", "businessScope"), ("INDUSTRYCO", "industryCode"), ("DOM", "domicile")),
        *_texts(("DOMDISTRICT", "administrativeDivisionCode"), ("REGORG_CN", "registrationAuthority")),
        *_days(("CANDATE", "deregistrationDate"), ("REVDATE", "revocationDate")),
    ),
    (("UNISCID",), *_BY_REGISTRATION),
)
PERSONS = Table(
    "E_PRI_PERSON",
    RecordKind.LEGAL_PERSON,
    ("PERSON_ID", "PRIPID", "LEREPSIGN"),
    (
        *_texts(("NAME", "name"), ("CERTYPE", "identityDocumentType"), ("CERNO", "identityDocumentNumber")),
        *_days(("NATDATE", "birthDate")),
        *_texts(("DOM", "residentialAddress"), ("TEL", "telephone"), ("COUNTRY", "nationality")),
        _text("POSITION", "position", _coded(codes.POSITION)),
    ),
    _BY_REGISTRATION,
)
CHILDREN: Sequence[Table] = (
    Table(
        "E_ALTER_RECODER",
        RecordKind.REGISTRATION_CHANGE,
        ("PRIPID",),
        (
            *_texts(("ALITEM", "changeItem"), ("ALTBE", "contentBefore"), ("ALTAF", "contentAfter")),
            *_days(("ALTDATE", "changeDate")),
        ),
        _BY_REGISTRATION,
    ),
    Table(
        "E_INV_INVESTMENT",
        RecordKind.SHAREHOLDER,
        ("INVID", "PRIPID", "CURRENCY", "CERNO", "BLICNO"),
        (
            _text("INV", "shareholderName", _cut),
            _text("INVTYPE", "shareholderType", _coded(codes.INVTYPE)),
            *_amounts(("SUBCONAM", "subscribedAmount"), ("ACCONAM", "paidAmount")),
            _text("CONPROP", "holdingRatio"),
            _text("CONFORM", "subscribedMethod", _coded(codes.CONFORM)),
            *_days(("CONDATE", "subscribedDate")),
        ),
        _BY_REGISTRATION,
    ),
    Table(
        "E_BRANCH",
        RecordKind.BRANCH,
        ("BRID", "PRIPID"),
        (_text("BRNAME", "branchName", _cut), _text("UNISCID", "branchCode")),
        _BY_REGISTRATION,
    ),
    Table(
        "E_PLEDGE",
        RecordKind.PLEDGE_REGISTRATION,
        ("PRIPID", "EXPMORTYPE", "CURRENCY"),
        (
            _text("PLEKIND", "pledgeKind", _coded(codes.PLEKIND)),
            _text("MORREGNO", "registrationNumber"),
            _text("EXPMOR", "pledgor", _cut),
            _text("IMPMOR", "pledgee", _cut),
            *_amounts(("EXPSHARAM", "pledgedAmount")),
            *_days(("EQUPLEDATE", "registrationDate")),
        ),
        _BY_REGISTRATION,
    ),
    Table(
        "AO_OPADETAIL",
        RecordKind.ABNORMAL_OPERATION_LISTING,
        ("BUSEXCID", "PRIPID"),
        (
            *_texts(("SPECAUSE_CN", "listingReason"), ("DECORG_CN", "listingAuthority")),
            *_texts(("REMEXCPRES_CN", "removalReason"), ("REDECORG_CN", "removalAuthority")),
            *_days(("ABNTIME", "listingDate"), ("REMDATE", "removalDate")),
        ),
        _BY_REGISTRATION,
        has_display_flag=True,
    ),
    Table(
        "XK_XZXK",
        RecordKind.ADMINISTRATIVE_LICENSE,
        ("XK_XDR_SHXYM",),
        (
            *_texts(("XK_XKWS", "licenseDocumentName"), ("XK_WSH", "licenseDocumentNumber")),
            *_texts(("XK_XKLB", "licenseCategory"), ("XK_XKZS", "licenseCertificateName")),
            *_texts(("XK_XKBH", "licenseNumber"), ("XK_NR", "licenseContent")),
            *_days(("XK_JDRQ", "decisionDate"), ("XK_YXQZ", "validFrom"), ("XK_YXQZI", "validTo")),
            *_texts(("XK_XKJG", "licensingAuthority"), ("XK_XKJGDM", "licensingAuthorityCode")),
            _text("XK_ZT", "licenseStatus", _coded(codes.XK_ZT)),
            _text("XK_SFGZCN", "grantedOnPledge", lambda pledged: "1" if pledged else "0"),
        ),
        (("XK_XDR_SHXYM",),),
        has_display_flag=True,
    ),
    Table(
        "CF_XZCF",
        RecordKind.ADMINISTRATIVE_PENALTY,
        ("CF_XDR_SHXYM",),
        (
            *_texts(("CF_WSH", "penaltyDocumentNumber"), ("CF_WFXW", "violationType"), ("CF_SY", "violationFacts")),
            _text("CF_YJ", "legalBasis"),
            _text("CF_CFLB", "penaltyCategory", lambda kinds: _several(kinds, of=codes.CF_CFLB)),
            _text("CF_NR", "penaltyContent"),
            *_amounts(("CF_NR_FK", "fineAmount"), ("CF_NR_WFFF", "confiscatedAmount")),
            _text("CF_NR_ZKDX", "suspendedOrRevokedLicense"),
            *_days(("CF_JDRQ", "decisionDate"), ("CF_YXQ", "penaltyValidUntil"), ("CF_GSJZQ", "displayDeadline")),
            *_texts(("CF_CFJG", "penaltyAuthority"), ("CF_CFJGDM", "penaltyAuthorityCode")),
            _text("case_process_type", "procedureType", _coded(codes.CASE_PROCESS_TYPE)),
        ),
        (("CF_XDR_SHXYM",),),
        has_display_flag=True,
    ),
    Table(
        "XY_CNXX",
        RecordKind.CREDIT_PLEDGE,
        ("承诺编号", "统一社会信用代码"),
        (
            *_texts(("承诺类型", "pledgeType"), ("承诺事由", "pledgeMatter")),
            *_days(("做出承诺日期", "pledgeDate")),
            _text("承诺受理单位", "acceptingUnit"),
            _text("承诺履约状态", "performanceStatus", _coded(codes.CNLYZT)),
        ),
        (("统一社会信用代码",),),
    ),
)
TABLES: Sequence[Table] = (BASE, PERSONS, *CHILDREN)
"""Every exchange table."""
