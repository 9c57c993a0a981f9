"""How the simulated disclosure system words its rows: camelCase with `_CN` twins, two forms of dates, 万元 with unit.

"" is nothing; certificate numbers are always blank; every flag of an annual report is "1" (公示) or "2".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias
from zlib import crc32
from zoneinfo import ZoneInfo

from deploy.sandbox.world import Record, World
from deploy.sandbox.world_codes import ENTITY_TYPES
from schema.vocabulary.codes import PenaltyKind, PledgeKind, RegistrationStatus
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

WireRow: TypeAlias = dict[str, object]
_Writer: TypeAlias = Callable[[Any, bool], object]
"""A neutral value and whether to use the second of two forms, to what stands in the JSON."""

_BEIJING = ZoneInfo("Asia/Shanghai")
_STATUSES = {
    RegistrationStatus.ACTIVE: "存续（在营、开业、在册）",
    RegistrationStatus.ABNORMAL: "经营异常",
    RegistrationStatus.REVOKED: "吊销，未注销",
    RegistrationStatus.DEREGISTERED: "注销",
    RegistrationStatus.MOVED_OUT: "迁出",
}
_PLEDGES = {
    PledgeKind.EQUITY: "股权出质",
    PledgeKind.CHATTEL: "动产抵押",
    PledgeKind.INTELLECTUAL_PROPERTY: "知识产权出质",
}
_PENALTIES = {
    PenaltyKind.WARNING: "警告",
    PenaltyKind.FINE: "罚款",
    PenaltyKind.LICENCE: "暂扣许可证件",
    PenaltyKind.RESTRICTION: "责令停产停业",
    PenaltyKind.DETENTION: "行政拘留",
    PenaltyKind.OTHER: "其他行政处罚",
}


def _text(value: Any, _: bool) -> object:
    return str(value)


def _code(value: Any, _: bool) -> object:
    return value


def _day(value: date, is_second: bool) -> object:
    if is_second:
        return f"{value.year}年{value.month:02d}月{value.day:02d}日"
    return _epoch_ms(datetime.combine(value, time(), _BEIJING))


def _amount(value: Decimal, is_second: bool) -> object:
    tens_of_thousands = value.scaleb(-4)
    return f"{tens_of_thousands:.6f}" if is_second else f"{tens_of_thousands.normalize():f}万元"


def _share(value: Decimal, _: bool) -> object:
    return f"{value:.2f}%"


def _people(value: Sequence[Mapping[str, object]], _: bool) -> object:
    return [{"name": person["name"], "positionCN": person.get("position") or "", "cerNo": ""} for person in value]


def _listed(name: str) -> _Writer:
    return lambda value, _: [{"seq": number, name: str(entry)} for number, entry in enumerate(value, start=1)]


def _investments(value: Sequence[str], _: bool) -> object:
    return [{"entName": f"对外投资企业{number}", "uniscId": code} for number, code in enumerate(value, start=1)]


_Columns: TypeAlias = tuple[tuple[str, str, _Writer], ...]
"""Graph field, native name, writer."""

_BASE: _Columns = (
    ("unifiedSocialCreditCode", "uniscId", _text),
    ("registeredName", "entName", _text),
    ("entityType", "entType", _code),
    ("entityType", "entType_CN", lambda value, _: ENTITY_TYPES.get(value, value)),
    ("registrationStatus", "regState_CN", lambda value, _: _STATUSES[value]),
    ("establishmentDate", "estDate", _day),
    ("businessTermFrom", "opFrom", _day),
    ("businessTermTo", "opTo", _day),
    ("registeredCapital", "regCap", _amount),
    ("businessScope", "opScope", _text),
    ("domicile", "dom", _text),
    ("registrationAuthority", "regOrg_CN", _text),
    ("legalRepresentative", "name", lambda person, _: person["name"]),
    ("legalRepresentative", "positionCN", lambda person, _: person.get("position") or ""),
)
_SHAREHOLDERS: _Columns = (
    ("shareholderName", "inv", _text),
    ("shareholderType", "invType_CN", _text),
    ("shareholderCode", "bLicNo", _text),
    ("holdingRatio", "conProp", _share),
)
_CONTRIBUTIONS: _Columns = (
    ("subscribedAmount", "liSubConAm", _amount),
    ("subscribedDate", "conDate", _day),
    ("subscribedMethod", "sConForm_CN", _text),
    ("paidAmount", "liAcConAm", _amount),
    ("paidDate", "acConDate", _day),
)
_CHANGES: _Columns = (
    ("changeItem", "altItem_CN", _text),
    ("contentBefore", "altBe", _text),
    ("contentAfter", "altAf", _text),
    ("changeDate", "altDate", _day),
)
_PLEDGE: _Columns = (
    ("pledgeKind", "pledType_CN", lambda value, _: _PLEDGES[value]),
    ("registrationNumber", "morRegNo", _text),
    ("pledgor", "pledgor", _text),
    ("pledgee", "impOrg", _text),
    ("pledgedAmount", "impAm", _amount),
    ("registrationDate", "equPleDate", _day),
)
_ABNORMAL: _Columns = (
    ("listingReason", "speCause_CN", _text),
    ("listingDate", "abntime", _day),
    ("listingAuthority", "decOrg_CN", _text),
    ("listingDocumentNumber", "penDecNo", _text),
    ("removalReason", "remExcpRes_CN", _text),
    ("removalDate", "remDate", _day),
    ("removalAuthority", "reDecOrg_CN", _text),
)
_SERIOUS: _Columns = (
    ("listName", "illListName", _text),
    ("inclusionBasis", "serIllRea_CN", _text),
    ("listingDate", "abntime", _day),
    ("listingAuthority", "decOrg_CN", _text),
    ("listingTerm", "validFrom", lambda value, form: _day(value["from"], form) if value["from"] else ""),
    ("listingTerm", "validTo", lambda value, form: _day(value["to"], form) if value["to"] else ""),
    ("removalRequirements", "remCondList", _listed("cond_CN")),
    ("remedyChannels", "remedyList", _listed("way_CN")),
    ("removalDate", "remDate", _day),
    ("linkedPersons", "linkPersonList", _people),
)
_LICENCES: _Columns = (
    ("licenseDocumentName", "licDocName", _text),
    ("licenseDocumentNumber", "licDocNo", _text),
    ("licenseCategory", "licType_CN", _text),
    ("licenseCertificateName", "licName_CN", _text),
    ("licenseNumber", "licNo", _text),
    ("licenseContent", "licItem", _text),
    ("decisionDate", "licDate", _day),
    ("validFrom", "valFrom", _day),
    ("validTo", "valTo", _day),
    ("licensingAuthority", "licAnth", _text),
    ("licensingAuthorityCode", "licAnthCode", _text),
    ("licenseStatus", "licState_CN", _text),
)
_PENALTY: _Columns = (
    ("penaltyDocumentNumber", "penDecNo", _text),
    ("violationType", "illegActType", _text),
    ("violationFacts", "illegFact", _text),
    ("legalBasis", "penBasis", _text),
    ("penaltyCategory", "penType_CN", lambda kinds, _: "、".join(_PENALTIES[kind] for kind in kinds)),
    ("penaltyContent", "penContent", _text),
    ("fineAmount", "penAm", _amount),
    ("confiscatedAmount", "forfAm", _amount),
    ("suspendedOrRevokedLicense", "susLicName", _text),
    ("decisionDate", "penDecIssDate", _day),
    ("displayDeadline", "pubEndDate", _day),
    ("penaltyAuthority", "judAuth_CN", _text),
    ("penaltyAuthorityCode", "judAuth", _text),
)
_FLAGGED: _Columns = (
    ("employeeCount", "empNum", _text),
    ("totalAssets", "assGro", _amount),
    ("totalLiabilities", "liaGro", _amount),
    ("totalEquity", "totEqu", _amount),
    ("totalRevenue", "vendInc", _amount),
    ("mainBusinessRevenue", "maiBusInc", _amount),
    ("totalProfit", "proGro", _amount),
    ("netProfit", "netInc", _amount),
    ("totalTaxPaid", "ratGro", _amount),
    ("externalGuarantees", "forGuaranteeInfo", _listed("content")),
)
_REPORT: _Columns = (
    ("reportYear", "anCheYear", _text),
    ("mailingAddress", "addr", _text),
    ("contactTelephone", "tel", _text),
    ("electronicMail", "email", _text),
    ("operatingStatus", "busSt_CN", _text),
    ("websites", "webSiteList", _listed("webSite")),
    ("outwardInvestments", "forInvestList", _investments),
    ("equityTransfers", "alterStock", _text),
    *_FLAGGED,
)
_HONOURS: _Columns = (
    ("honorName", "honorName", _text),
    ("awardingUnit", "awardOrg_CN", _text),
    ("awardDate", "awardDate", _day),
)
_BRANCHES: _Columns = (("branchName", "brName", _text), ("branchCode", "uniscId", _text))

SECTIONS: Mapping[str, tuple[RecordKind, _Columns]] = MappingProxyType(
    {
        "entBaseInfo": (RecordKind.LEGAL_PERSON, _BASE),
        "shareholderInfo": (RecordKind.SHAREHOLDER, _SHAREHOLDERS),
        "contributionInfo": (RecordKind.SHAREHOLDER, _CONTRIBUTIONS),
        "branchInfo": (RecordKind.BRANCH, _BRANCHES),
        "alterInfo": (RecordKind.REGISTRATION_CHANGE, _CHANGES),
        "pledgeInfo": (RecordKind.PLEDGE_REGISTRATION, _PLEDGE),
        "busExceptionInfo": (RecordKind.ABNORMAL_OPERATION_LISTING, _ABNORMAL),
        "illInfo": (RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, _SERIOUS),
        "licenseInfo": (RecordKind.ADMINISTRATIVE_LICENSE, _LICENCES),
        "punishInfo": (RecordKind.ADMINISTRATIVE_PENALTY, _PENALTY),
        "anCheYearInfo": (RecordKind.ANNUAL_REPORT, _REPORT[:1]),
        "anCheYearDetail": (RecordKind.ANNUAL_REPORT, _REPORT),
        "honorInfo": (RecordKind.COMMENDATION_RECORD, _HONOURS),
    }
)
"""What can be asked about a subject, section by section."""

_IDENTIFIED = {
    RecordKind.SHAREHOLDER: ("invId", "shareholderName"),
    RecordKind.ANNUAL_REPORT: ("anCheId", "reportYear"),
}
_CERTIFIED = frozenset({RecordKind.SHAREHOLDER, RecordKind.PLEDGE_REGISTRATION})


def rows(world: World, code: str, section: str) -> list[WireRow]:
    """All rows of one section about one subject."""
    kind, columns = SECTIONS[section]
    records = world.records(AgencyId.ENTERPRISE_DISCLOSURE, code, kind)
    return [_row(code, kind, columns, record=record, number=number) for number, record in enumerate(records)]


def _row(code: str, kind: RecordKind, columns: _Columns, *, record: Record, number: int) -> WireRow:
    raw, updated = record["_raw"], record["_updated"]
    assert isinstance(raw, Mapping)
    assert isinstance(updated, datetime)
    row: WireRow = {}
    for place, (field, native, write) in enumerate(columns):
        row[native] = _stated(record, field, write, is_second=(number + place) % 2 == 1)
        if field in raw:
            row[native] = raw[field]
    row["pubState_CN"] = "公示中" if record["_displayed"] else "停止公示"
    row["updTime"] = _epoch_ms(updated)
    row |= _party(kind, is_person=bool(record["_natural_person"]))
    if kind is RecordKind.LEGAL_PERSON:
        row |= {"regNo": "", "regCapCur_CN": "人民币" if row["regCap"] else "", "cerNo": ""}
    if kind in _IDENTIFIED:
        name, field = _IDENTIFIED[kind]
        row[name] = f"{crc32(f'{code}/{number}/{record[field]}'.encode()):08x}"
    if columns is _REPORT:
        row |= _flags(record)
    return row


def _stated(record: Record, field: str, write: _Writer, *, is_second: bool) -> object:
    value = record.get(field)
    if value is None:
        open_ended = record["_open_ended"]
        assert isinstance(open_ended, frozenset)
        return _day(date(9999, 9, 9), is_second) if field in open_ended else ""
    return write(value, is_second)


def _party(kind: RecordKind, *, is_person: bool) -> WireRow:
    """Who the row is about; a person's certificate is named, its number blank."""
    if kind in _CERTIFIED:
        return {"cerType_CN": "居民身份证" if is_person else "", "cerNo": ""}
    if not is_person:
        return {"relType_CN": "法人及非法人组织"}
    return {"relType_CN": "个体工商户" if kind is not RecordKind.ADMINISTRATIVE_PENALTY else "自然人"}


def _flags(record: Record) -> WireRow:
    hidden = record["_hidden"]
    assert isinstance(hidden, frozenset)
    return {f"pub{native[0].upper()}{native[1:]}": "2" if field in hidden else "1" for field, native, _ in _FLAGGED}


def _epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
