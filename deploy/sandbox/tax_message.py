"""The taxML of the simulated tax office: sections and elements, and rows written from the world's records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from xml.sax.saxutils import escape
from zlib import crc32

from deploy.sandbox import tax_codes
from deploy.sandbox.world import Record, World
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

SPEC = "http://www.chinatax.gov.cn/spec/"
DATASPEC = "http://www.chinatax.gov.cn/dataspec/"
TITLE = "批量查询涉税信用信息"
FLAG = "gbbz"
"""Element of a major violation: whether it is still published (公布标志), Y or N."""
AMOUNTS = frozenset({"qsye", "CF_NR_FK", "CF_NR_WFFF"})
"""Elements that the office never answers about a natural person."""

Writer = Callable[[object], str]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _yuan(value: object) -> str:
    return f"{Decimal(str(value)):.2f}"


def _wan(value: object) -> str:
    """万元 with six decimals: the national template for penalties wants it, unlike everything else of this office."""
    return f"{Decimal(str(value)) / 10_000:.6f}"


def _coded(table: Mapping[str, str], unknown: str) -> Writer:
    return lambda value: table.get(str(value), unknown)


def _penalties(value: object) -> str:
    kinds = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    return ";".join(tax_codes.CF_CFLB[str(kind)] for kind in kinds)


Element = tuple[str, str, Writer]
"""Native name, fact of the world (a part of a person after a point), writer."""

SECTIONS: Mapping[str, tuple[RecordKind, tuple[Element, ...]]] = MappingProxyType(
    {
        "NSRJBXX": (
            RecordKind.TAXPAYER_PROFILE,
            (
                ("nsrsbh", "taxpayerIdentificationNumber", _plain),
                ("djrq", "taxRegistrationDate", _plain),
                ("nsrzt_dm", "taxpayerStatus", _coded(tax_codes.NSRZT_DM, "99")),
                ("nsrzg", "taxpayerType", _coded(tax_codes.NSRZG, "9")),
                ("zgswj_dm", "competentTaxAuthority", _coded(tax_codes.SWJG_DM, "19999990000")),
                ("fzchrdrq", "nonNormalHouseholdSince", _plain),
            ),
        ),
        "NSXYPJXX": (
            RecordKind.TAX_CREDIT_RATING,
            (
                ("pjnd", "ratingYear", _plain),
                ("pjjb", "taxCreditRating", _coded(tax_codes.PJJB, "Z")),
                ("pjdf", "ratingScore", _plain),
                ("pjjg", "ratingAuthority", _plain),
                ("pdrq", "ratingDate", _plain),
                ("yxqz", "ratingValidTo", _plain),
            ),
        ),
        "QSXX": (
            RecordKind.TAX_ARREARS,
            (
                ("ZSXM_DM", "taxCategory", _coded(tax_codes.ZSXM_DM, "99999")),
                ("qsye", "arrearsBalance", _yuan),
                ("SKSSQQ", "taxPeriodFrom", _plain),
                ("SKSSQZ", "taxPeriodTo", _plain),
                ("JKQX", "paymentDueDate", _plain),
                ("fbbm", "announcingAuthority", _plain),
            ),
        ),
        "ZDSSWFXX": (
            RecordKind.MAJOR_TAX_VIOLATION,
            (
                ("ajxz", "caseNature", _plain),
                ("zywfss", "mainIllegalFacts", _plain),
                ("clcfqk", "legalBasisAndHandling", _plain),
                ("cwfzr", "responsibleFinancialOfficer.name", _plain),
                ("cwfzrxb_dm", "responsibleFinancialOfficer.gender", _coded(tax_codes.XB_DM, "9")),
                ("cwfzrzjhm", "responsibleFinancialOfficer.identityDocumentNumber", _plain),
                ("zjjg", "intermediary", _plain),
                ("gbrq", "publicationDate", _plain),
                ("tzgbrq", "publicationStopDate", _plain),
                (FLAG, "_displayed", lambda value: "Y" if value else "N"),
            ),
        ),
        "XZXKXX": (
            RecordKind.ADMINISTRATIVE_LICENSE,
            (
                ("XK_XKWS", "licenseDocumentName", _plain),
                ("XK_WSH", "licenseDocumentNumber", _plain),
                ("XK_XKLB", "licenseCategory", _plain),
                ("XK_XKZS", "licenseCertificateName", _plain),
                ("XK_XKBH", "licenseNumber", _plain),
                ("XK_NR", "licenseContent", _plain),
                ("XK_JDRQ", "decisionDate", _plain),
                ("XK_YXQZ", "validFrom", _plain),
                ("XK_YXQZI", "validTo", _plain),
                ("XK_XKJG", "licensingAuthority", _plain),
                ("XK_XKJGDM", "licensingAuthorityCode", _plain),
                ("XK_ZT", "licenseStatus", _plain),
            ),
        ),
        "XZCFXX": (
            RecordKind.ADMINISTRATIVE_PENALTY,
            (
                ("CF_WSH", "penaltyDocumentNumber", _plain),
                ("CF_WFXW", "violationType", _plain),
                ("CF_SY", "violationFacts", _plain),
                ("CF_YJ", "legalBasis", _plain),
                ("CF_CFLB", "penaltyCategory", _penalties),
                ("CF_NR", "penaltyContent", _plain),
                ("CF_NR_FK", "fineAmount", _wan),
                ("CF_NR_WFFF", "confiscatedAmount", _wan),
                ("CF_NR_ZKDX", "suspendedOrRevokedLicense", _plain),
                ("CF_JDRQ", "decisionDate", _plain),
                ("CF_YXQ", "penaltyValidUntil", _plain),
                ("CF_GSJZQ", "displayDeadline", _plain),
                ("CF_CFJG", "penaltyAuthority", _plain),
                ("CF_CFJGDM", "penaltyAuthorityCode", _plain),
                ("case_process_type", "procedureType", _coded(tax_codes.CASE_PROCESS_TYPE, "99")),
            ),
        ),
    }
)
"""Sections by code."""


def is_known(world: World, code: str) -> bool:
    """Whether the office has registered this taxpayer."""
    return any(world.records(AgencyId.TAX, code, kind) for kind, _ in SECTIONS.values())


def registration_key(code: str) -> str:
    """DJXH 登记序号: the office's own key of a registration, 20 digits that say nothing outside."""
    return f"1012{code[2:8] if code[2:8].isdigit() else '000000'}{crc32(code.encode()):010d}"


def write_answer(
    world: World, taxpayers: Sequence[str], asked: Mapping[str, Iterable[str]], *, page: int, pages: int
) -> str:
    """The taxML about `taxpayers`, all of them known: for each section the asked elements and nothing else."""
    data_date = world.today - timedelta(days=1)
    grid = "".join(
        f"<nsrGridlb><DJXH>{registration_key(code)}</DJXH><shxydm>{code}</shxydm></nsrGridlb>" for code in taxpayers
    )
    sections = "".join(
        f'<jgGridlb bm="{section}">'
        + "".join(_rows(world, code, section, asked=frozenset(names), data_date=data_date) for code in taxpayers)
        + "</jgGridlb>"
        for section, names in asked.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><taxML xmlns="{DATASPEC}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:type="PLCXSSXYXXResponse" bbh="V1.0" cnName="{TITLE}">'
        f"<sjrq>{data_date}</sjrq><pageNum>{page}</pageNum><pageTotal>{pages}</pageTotal>"
        f"<nsrGrid>{grid}</nsrGrid><jgGrid>{sections}</jgGrid></taxML>"
    )


def _rows(world: World, code: str, section: str, *, asked: frozenset[str], data_date: date) -> str:
    kind, elements = SECTIONS[section]
    chosen = [element for element in elements if element[0] in asked]
    if code.startswith("92"):
        chosen = [element for element in chosen if element[0] not in AMOUNTS]
    return "".join(
        _row(record, code, chosen, data_date=data_date) for record in world.records(AgencyId.TAX, code, kind)
    )


def _row(record: Record, code: str, elements: Iterable[Element], *, data_date: date) -> str:
    """One row; what the office does not have is an absent element."""
    updated = record["_updated"]
    stated_on = min(updated.date(), data_date) if isinstance(updated, datetime) else data_date
    cells = [("DJXH", registration_key(code)), ("sjgxrq", str(stated_on))]
    raw, open_ended = record["_raw"], record["_open_ended"]
    assert isinstance(raw, Mapping)
    assert isinstance(open_ended, frozenset)
    for native, fact, write in elements:
        value = _value(record, fact)
        if fact in raw:
            cells.append((native, str(raw[fact])))
        elif value is not None:
            cells.append((native, write(value)))
        elif fact in open_ended:
            cells.append((native, "9999-12-31"))
    return "<lb>" + "".join(f"<{native}>{escape(text)}</{native}>" for native, text in cells) + "</lb>"


def _value(record: Record, fact: str) -> object:
    name, _, part = fact.partition(".")
    value = record.get(name)
    if not part:
        return value
    return value.get(part) if isinstance(value, Mapping) else None
