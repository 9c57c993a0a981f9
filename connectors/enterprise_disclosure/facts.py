"""Which facts of which kind the disclosure system holds: its native names, and the section each one stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from connectors.enterprise_disclosure import values
from schema.vocabulary.records import Fact, RecordKind

Row: TypeAlias = Mapping[str, Any]
"""One row as it stood in the JSON."""

BASE, CHANGES, BRANCHES, PLEDGES = "entBaseInfo", "alterInfo", "branchInfo", "pledgeInfo"
SHAREHOLDERS, CONTRIBUTIONS = "shareholderInfo", "contributionInfo"
ABNORMAL, SERIOUS, LICENCES, PENALTIES = "busExceptionInfo", "illInfo", "licenseInfo", "punishInfo"
REPORTS, REPORT_DETAIL, HONOURS = "anCheYearInfo", "anCheYearDetail", "honorInfo"


@dataclass(frozen=True, slots=True)
class Native:
    """One fact on the agency's side."""

    section: str
    read: Callable[[Row], Fact]
    flag: str = ""
    """Name of the `pub…` flag that says whether the fact is public; "" if it has none."""


def _plain(section: str, name: str, read: Callable[[Any], Fact] = values.text, *, flag: str = "") -> Native:
    return Native(section, lambda row: read(row.get(name)), flag)


def _capital(row: Row) -> Fact:
    return values.money(row.get("regCap"), row.get("regCapCur_CN"))


def _listing_term(row: Row) -> Fact:
    first, last = values.day(row.get("validFrom")), values.day(row.get("validTo"))
    return None if first is None and last is None else {"from": first, "to": last}


def _texts(list_name: str, *names: str) -> Callable[[Row], Fact]:
    """The first stated of `names` in each row of an inner list."""

    def read(row: Row) -> Fact:
        found = (
            next((words for name in names if (words := values.text(inner.get(name)))), None)
            for inner in rows_of(row, list_name)
        )
        return [words for words in found if words is not None]

    return read


def rows_of(row: Row, list_name: str) -> list[Row]:
    """The rows of an inner list; "" stands for none. Raises ValueError for anything else."""
    inner = row.get(list_name) or []
    if not isinstance(inner, list) or not all(isinstance(entry, dict) for entry in inner):
        raise values.NotReadable("not a list of rows")
    return inner


def _reported(name: str, flag: str, read: Callable[[Any], Fact] = values.money) -> Native:
    return _plain(REPORT_DETAIL, name, read, flag=flag)


_FACTS: dict[RecordKind, dict[str, Native]] = {
    RecordKind.LEGAL_PERSON: {
        "unifiedSocialCreditCode": _plain(BASE, "uniscId"),
        "registeredName": _plain(BASE, "entName"),
        "entityType": _plain(BASE, "entType_CN", values.entity_type),
        "registrationStatus": _plain(BASE, "regState_CN", values.registration_status),
        "establishmentDate": _plain(BASE, "estDate", values.day),
        "businessTermFrom": _plain(BASE, "opFrom", values.day),
        "businessTermTo": _plain(BASE, "opTo", values.day),
        "registeredCapital": Native(BASE, _capital),
        "businessScope": _plain(BASE, "opScope"),
        "domicile": _plain(BASE, "dom"),
        "registrationAuthority": _plain(BASE, "regOrg_CN"),
    },
    RecordKind.REGISTRATION_CHANGE: {
        "changeItem": _plain(CHANGES, "altItem_CN"),
        "contentBefore": _plain(CHANGES, "altBe"),
        "contentAfter": _plain(CHANGES, "altAf"),
        "changeDate": _plain(CHANGES, "altDate", values.day),
    },
    RecordKind.SHAREHOLDER: {
        "shareholderName": _plain(SHAREHOLDERS, "inv"),
        "shareholderType": _plain(SHAREHOLDERS, "invType_CN"),
        "shareholderCode": _plain(SHAREHOLDERS, "bLicNo"),
        "holdingRatio": _plain(SHAREHOLDERS, "conProp", values.share),
        "subscribedAmount": _plain(CONTRIBUTIONS, "liSubConAm", values.money),
        "subscribedDate": _plain(CONTRIBUTIONS, "conDate", values.day),
        "subscribedMethod": _plain(CONTRIBUTIONS, "sConForm_CN"),
        "paidAmount": _plain(CONTRIBUTIONS, "liAcConAm", values.money),
        "paidDate": _plain(CONTRIBUTIONS, "acConDate", values.day),
    },
    RecordKind.BRANCH: {
        "branchName": _plain(BRANCHES, "brName"),
        "branchCode": _plain(BRANCHES, "uniscId"),
    },
    RecordKind.PLEDGE_REGISTRATION: {
        "pledgeKind": _plain(PLEDGES, "pledType_CN", values.pledge_kind),
        "registrationNumber": _plain(PLEDGES, "morRegNo"),
        "pledgor": _plain(PLEDGES, "pledgor"),
        "pledgee": _plain(PLEDGES, "impOrg"),
        "pledgedAmount": _plain(PLEDGES, "impAm", values.money),
        "registrationDate": _plain(PLEDGES, "equPleDate", values.day),
    },
    RecordKind.ABNORMAL_OPERATION_LISTING: {
        "listingReason": _plain(ABNORMAL, "speCause_CN"),
        "listingDate": _plain(ABNORMAL, "abntime", values.day),
        "listingAuthority": _plain(ABNORMAL, "decOrg_CN"),
        "listingDocumentNumber": _plain(ABNORMAL, "penDecNo"),
        "removalReason": _plain(ABNORMAL, "remExcpRes_CN"),
        "removalDate": _plain(ABNORMAL, "remDate", values.day),
        "removalAuthority": _plain(ABNORMAL, "reDecOrg_CN"),
    },
    RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: {
        "listName": _plain(SERIOUS, "illListName"),
        "inclusionBasis": _plain(SERIOUS, "serIllRea_CN"),
        "listingDate": _plain(SERIOUS, "abntime", values.day),
        "listingAuthority": _plain(SERIOUS, "decOrg_CN"),
        "listingTerm": Native(SERIOUS, _listing_term),
        "removalRequirements": Native(SERIOUS, _texts("remCondList", "cond_CN")),
        "remedyChannels": Native(SERIOUS, _texts("remedyList", "way_CN")),
        "removalDate": _plain(SERIOUS, "remDate", values.day),
    },
    RecordKind.ADMINISTRATIVE_LICENSE: {
        "licenseDocumentName": _plain(LICENCES, "licDocName"),
        "licenseDocumentNumber": _plain(LICENCES, "licDocNo"),
        "licenseCategory": _plain(LICENCES, "licType_CN"),
        "licenseCertificateName": _plain(LICENCES, "licName_CN"),
        "licenseNumber": _plain(LICENCES, "licNo"),
        "licenseContent": _plain(LICENCES, "licItem"),
        "decisionDate": _plain(LICENCES, "licDate", values.day),
        "validFrom": _plain(LICENCES, "valFrom", values.day),
        "validTo": _plain(LICENCES, "valTo", values.day),
        "licensingAuthority": _plain(LICENCES, "licAnth"),
        "licensingAuthorityCode": _plain(LICENCES, "licAnthCode"),
        "licenseStatus": _plain(LICENCES, "licState_CN"),
    },
    RecordKind.ADMINISTRATIVE_PENALTY: {
        "penaltyDocumentNumber": _plain(PENALTIES, "penDecNo"),
        "violationType": _plain(PENALTIES, "illegActType"),
        "violationFacts": _plain(PENALTIES, "illegFact"),
        "legalBasis": _plain(PENALTIES, "penBasis"),
        "penaltyCategory": _plain(PENALTIES, "penType_CN", values.penalty_kinds),
        "penaltyContent": _plain(PENALTIES, "penContent"),
        "fineAmount": _plain(PENALTIES, "penAm", values.money),
        "confiscatedAmount": _plain(PENALTIES, "forfAm", values.money),
        "suspendedOrRevokedLicense": _plain(PENALTIES, "susLicName"),
        "decisionDate": _plain(PENALTIES, "penDecIssDate", values.day),
        "displayDeadline": _plain(PENALTIES, "pubEndDate", values.day),
        "penaltyAuthority": _plain(PENALTIES, "judAuth_CN"),
        "penaltyAuthorityCode": _plain(PENALTIES, "judAuth"),
    },
    RecordKind.ANNUAL_REPORT: {
        "reportYear": _plain(REPORTS, "anCheYear", values.whole),
        "mailingAddress": _plain(REPORT_DETAIL, "addr"),
        "contactTelephone": _plain(REPORT_DETAIL, "tel"),
        "electronicMail": _plain(REPORT_DETAIL, "email"),
        "operatingStatus": _plain(REPORT_DETAIL, "busSt_CN"),
        "websites": Native(REPORT_DETAIL, _texts("webSiteList", "webSite")),
        "outwardInvestments": Native(REPORT_DETAIL, _texts("forInvestList", "uniscId", "entName")),
        "equityTransfers": _plain(REPORT_DETAIL, "alterStock"),
        "employeeCount": _reported("empNum", "pubEmpNum", values.whole),
        "totalAssets": _reported("assGro", "pubAssGro"),
        "totalLiabilities": _reported("liaGro", "pubLiaGro"),
        "totalEquity": _reported("totEqu", "pubTotEqu"),
        "totalRevenue": _reported("vendInc", "pubVendInc"),
        "mainBusinessRevenue": _reported("maiBusInc", "pubMaiBusInc"),
        "totalProfit": _reported("proGro", "pubProGro"),
        "netProfit": _reported("netInc", "pubNetInc"),
        "totalTaxPaid": _reported("ratGro", "pubRatGro"),
        "externalGuarantees": Native(REPORT_DETAIL, _texts("forGuaranteeInfo", "content"), "pubForGuaranteeInfo"),
    },
    RecordKind.COMMENDATION_RECORD: {
        "honorName": _plain(HONOURS, "honorName"),
        "awardingUnit": _plain(HONOURS, "awardOrg_CN"),
        "awardDate": _plain(HONOURS, "awardDate", values.day),
    },
}

FACTS: Mapping[RecordKind, Mapping[str, Native]] = MappingProxyType(_FACTS)
"""Kinds kept here, and their facts."""

FIRST_SECTION: Mapping[RecordKind, str] = MappingProxyType(
    {kind: next(iter(natives.values())).section for kind, natives in _FACTS.items()}
)
"""The section that lists the records of a kind; needed whatever is ordered."""

PERSONS: Mapping[RecordKind, tuple[str, str]] = MappingProxyType(
    {
        RecordKind.LEGAL_PERSON: ("legalRepresentative", BASE),
        RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: ("linkedPersons", SERIOUS),
    }
)
"""The fact of a kind that is a person or persons, and its section."""

PERSON_PARTS: Mapping[str, str] = MappingProxyType({"name": "name", "position": "positionCN"})
"""What the agency tells of a person; certificate numbers come blank and are not read."""
