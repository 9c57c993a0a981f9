"""Which fact stands in which columns of the exchange tables, and how it is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors.market_regulation import codes, readers
from connectors.market_regulation.readers import Reader
from schema.vocabulary.records import RecordKind, of_person


@dataclass(frozen=True, slots=True)
class Native:
    """What a fact is read from: its columns, and the reader that takes their values in this order."""

    columns: tuple[str, ...]
    read: Reader


def _native(columns: str, read: Reader = readers.text) -> Native:
    return Native(tuple(columns.split()), read)


def is_person(kind: Any) -> bool:
    """Whether a party is a natural person; an unknown kind of party is protected like one."""
    code = readers.text(kind)
    return code in codes.NATURAL_PERSONS or code not in codes.INVESTOR_TYPES


FACTS: Final[Mapping[RecordKind, Mapping[str, Native]]] = {
    RecordKind.LEGAL_PERSON: {
        "unifiedSocialCreditCode": _native("UNISCID", readers.shaped("[0-9A-Z]{18}")),
        "registeredName": _native("ENTNAME"),
        "formerNames": _native("ENTNAME_OLD", readers.names),
        "registrationNumber": _native("REGNO"),
        "organizationCode": _native("UNISCID", lambda code: (readers.text(code) or "")[8:17] or None),
        "internalSubjectId": _native("PRIPID"),
        "entityType": _native("ENTTYPE", readers.member_of(codes.ENTITY_TYPES)),
        "registrationStatus": _native("REGSTATE", readers.one_of(codes.REGISTRATION_STATES)),
        "establishmentDate": _native("ESTDATE", readers.day),
        "approvalDate": _native("APPRDATE", readers.day),
        "businessTermFrom": _native("OPFROM", readers.day),
        "businessTermTo": _native("OPTO", readers.day),
        "registeredCapital": _native("REGCAP REGCAPCUR", readers.money),
        "paidInCapital": _native("PAIDINCAP REGCAPCUR", readers.money),
        "businessScope": _native("OPSCOPE"),
        "industryCode": _native("INDUSTRYCO", readers.shaped("[A-T]?[0-9]{2,4}")),
        "domicile": _native("DOM"),
        "registrationAuthority": _native("REGORG_CN"),
        "administrativeDivisionCode": _native("DOMDISTRICT", readers.shaped("[0-9]{6}")),
        "deregistrationDate": _native("CANDATE", readers.day),
        "revocationDate": _native("REVDATE", readers.day),
    },
    RecordKind.REGISTRATION_CHANGE: {
        "changeItem": _native("ALITEM"),
        "contentBefore": _native("ALTBE"),
        "contentAfter": _native("ALTAF"),
        "changeDate": _native("ALTDATE", readers.day),
    },
    RecordKind.SHAREHOLDER: {
        "shareholderName": _native("INV"),
        "shareholderType": _native("INVTYPE", readers.one_of(codes.INVESTOR_TYPES)),
        "shareholderCode": _native("BLICNO"),
        of_person("shareholderCode"): _native("CERNO"),
        "subscribedAmount": _native("SUBCONAM CURRENCY", readers.money),
        "subscribedDate": _native("CONDATE", readers.day),
        "subscribedMethod": _native(
            "CONFORM",
            lambda stated: "、".join(readers.several_of(codes.CONTRIBUTION_FORMS, ",，")(stated) or ()) or None,
        ),
        "paidAmount": _native("ACCONAM CURRENCY", readers.money),
        "holdingRatio": _native("CONPROP", readers.ratio),
    },
    RecordKind.BRANCH: {"branchName": _native("BRNAME"), "branchCode": _native("UNISCID")},
    RecordKind.PLEDGE_REGISTRATION: {
        "pledgeKind": _native("PLEKIND", readers.one_of(codes.PLEDGE_KINDS)),
        "registrationNumber": _native("MORREGNO"),
        "pledgor": _native("EXPMOR"),
        "pledgee": _native("IMPMOR"),
        "pledgedAmount": _native("EXPSHARAM CURRENCY", readers.money),
        "registrationDate": _native("EQUPLEDATE", readers.day),
    },
    RecordKind.ABNORMAL_OPERATION_LISTING: {
        "listingReason": _native("SPECAUSE_CN"),
        "listingDate": _native("ABNTIME", readers.day),
        "listingAuthority": _native("DECORG_CN"),
        "removalReason": _native("REMEXCPRES_CN"),
        "removalDate": _native("REMDATE", readers.day),
        "removalAuthority": _native("REDECORG_CN"),
    },
    RecordKind.ADMINISTRATIVE_LICENSE: {
        "licenseDocumentName": _native("XK_XKWS"),
        "licenseDocumentNumber": _native("XK_WSH"),
        "licenseCategory": _native("XK_XKLB"),
        "licenseCertificateName": _native("XK_XKZS"),
        "licenseNumber": _native("XK_XKBH"),
        "licenseContent": _native("XK_NR"),
        "decisionDate": _native("XK_JDRQ", readers.day),
        "validFrom": _native("XK_YXQZ", readers.day),
        "validTo": _native("XK_YXQZI", readers.day),
        "licensingAuthority": _native("XK_XKJG"),
        "licensingAuthorityCode": _native("XK_XKJGDM"),
        "licenseStatus": _native("XK_ZT", readers.one_of(codes.LICENSE_STATES)),
        "grantedOnPledge": _native("XK_SFGZCN", readers.flag),
    },
    RecordKind.ADMINISTRATIVE_PENALTY: {
        "penaltyDocumentNumber": _native("CF_WSH"),
        "violationType": _native("CF_WFXW"),
        "violationFacts": _native("CF_SY"),
        "legalBasis": _native("CF_YJ"),
        "penaltyCategory": _native("CF_CFLB", readers.several_of(codes.PENALTY_KINDS, ";；")),
        "penaltyContent": _native("CF_NR"),
        "fineAmount": _native("CF_NR_FK", readers.money),
        "confiscatedAmount": _native("CF_NR_WFFF", readers.money),
        "suspendedOrRevokedLicense": _native("CF_NR_ZKDX"),
        "decisionDate": _native("CF_JDRQ", readers.day),
        "penaltyValidUntil": _native("CF_YXQ", readers.day),
        "displayDeadline": _native("CF_GSJZQ", readers.day),
        "penaltyAuthority": _native("CF_CFJG"),
        "penaltyAuthorityCode": _native("CF_CFJGDM"),
        "procedureType": _native("case_process_type", readers.one_of(codes.PROCEDURES)),
    },
    RecordKind.CREDIT_PLEDGE: {
        "pledgeType": _native("承诺类型"),
        "pledgeMatter": _native("承诺事由"),
        "pledgeDate": _native("做出承诺日期", readers.day),
        "acceptingUnit": _native("承诺受理单位"),
        "performanceStatus": _native("承诺履约状态", readers.one_of(codes.PLEDGE_PERFORMANCES)),
    },
}
"""Every fact that this agency holds, and the columns it stands in."""

PERSON_FACTS: Final[Mapping[str, Native]] = {
    "name": _native("NAME"),
    "position": _native("POSITION", readers.one_of(codes.POSITIONS)),
    "identityDocumentType": _native("CERTYPE", readers.one_of(codes.DOCUMENT_TYPES)),
    "identityDocumentNumber": _native("CERNO"),
    "birthDate": _native("NATDATE", readers.day),
    "nationality": _native("COUNTRY", readers.one_of(codes.COUNTRIES)),
    "telephone": _native("TEL"),
    "residentialAddress": _native("DOM"),
}
"""The legal representative, by the field names of `PersonRef`."""
