"""Which section and element of the tax office's message holds which fact of the graph.

The element is the finest thing that the office lets one ask for, so it is the grain of every order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from connectors.tax import codes
from connectors.tax.readers import (
    Reader,
    code,
    day,
    last_day,
    score,
    taxpayer_number,
    ten_thousand_yuan,
    text,
    year,
    yuan,
)
from connectors.tax.readers import codes as several
from schema.vocabulary.records import RecordKind


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the message and how its text is read."""

    native: str
    read: Reader


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the message: the records of one kind."""

    code: str
    elements: Mapping[str, Element]
    """By fact name; a fact of a person is written `responsibleFinancialOfficer.name`."""
    key: tuple[str, ...] = ()
    """Facts that together tell one record of a subject from another; none where there is one record only."""
    is_kept_elsewhere: bool = False
    """Whether other agencies keep records of this kind too. Then the key's elements are asked with any fact, because
    without them one penalty would be told twice; for all other kinds the key is made only of what was ordered."""
    published_flag: str = ""
    """Element that says whether the office still publishes the record (Y or N); asked with any fact."""


_PROFILE = Section(
    "NSRJBXX",
    {
        "taxpayerIdentificationNumber": Element("nsrsbh", taxpayer_number),
        "taxRegistrationDate": Element("djrq", day),
        "taxpayerStatus": Element("nsrzt_dm", code(codes.TAXPAYER_STATES)),
        "taxpayerType": Element("nsrzg", code(codes.TAXPAYER_QUALIFICATIONS)),
        "competentTaxAuthority": Element("zgswj_dm", code(codes.TAX_AUTHORITIES)),
        "nonNormalHouseholdSince": Element("fzchrdrq", day),
    },
)
_RATING = Section(
    "NSXYPJXX",
    {
        "ratingYear": Element("pjnd", year),
        "taxCreditRating": Element("pjjb", code(codes.CREDIT_GRADES)),
        "ratingScore": Element("pjdf", score),
        "ratingAuthority": Element("pjjg", text),
        "ratingDate": Element("pdrq", day),
        "ratingValidTo": Element("yxqz", last_day),
    },
    key=("ratingYear",),
)
_ARREARS = Section(
    "QSXX",
    {
        "taxCategory": Element("ZSXM_DM", code(codes.TAX_CATEGORIES)),
        "arrearsBalance": Element("qsye", yuan),
        "taxPeriodFrom": Element("SKSSQQ", day),
        "taxPeriodTo": Element("SKSSQZ", day),
        "paymentDueDate": Element("JKQX", day),
        "announcingAuthority": Element("fbbm", text),
    },
    key=("taxCategory", "taxPeriodFrom", "taxPeriodTo"),
)
_VIOLATION = Section(
    "ZDSSWFXX",
    {
        "caseNature": Element("ajxz", text),
        "mainIllegalFacts": Element("zywfss", text),
        "legalBasisAndHandling": Element("clcfqk", text),
        "responsibleFinancialOfficer.name": Element("cwfzr", text),
        "responsibleFinancialOfficer.gender": Element("cwfzrxb_dm", code(codes.GENDERS)),
        "responsibleFinancialOfficer.identityDocumentNumber": Element("cwfzrzjhm", text),
        "intermediary": Element("zjjg", text),
        "publicationDate": Element("gbrq", day),
        "publicationStopDate": Element("tzgbrq", last_day),
    },
    key=("publicationDate", "caseNature"),
    published_flag="gbbz",
)
_LICENSE = Section(
    "XZXKXX",
    {
        "licenseDocumentName": Element("XK_XKWS", text),
        "licenseDocumentNumber": Element("XK_WSH", text),
        "licenseCategory": Element("XK_XKLB", text),
        "licenseCertificateName": Element("XK_XKZS", text),
        "licenseNumber": Element("XK_XKBH", text),
        "licenseContent": Element("XK_NR", text),
        "decisionDate": Element("XK_JDRQ", day),
        "validFrom": Element("XK_YXQZ", day),
        "validTo": Element("XK_YXQZI", last_day),
        "licensingAuthority": Element("XK_XKJG", text),
        "licensingAuthorityCode": Element("XK_XKJGDM", text),
        "licenseStatus": Element("XK_ZT", text),
    },
    key=("licenseDocumentNumber", "licensingAuthorityCode"),
    is_kept_elsewhere=True,
)
_PENALTY = Section(
    "XZCFXX",
    {
        "penaltyDocumentNumber": Element("CF_WSH", text),
        "violationType": Element("CF_WFXW", text),
        "violationFacts": Element("CF_SY", text),
        "legalBasis": Element("CF_YJ", text),
        "penaltyCategory": Element("CF_CFLB", several(codes.PENALTY_KINDS)),
        "penaltyContent": Element("CF_NR", text),
        "fineAmount": Element("CF_NR_FK", ten_thousand_yuan),
        "confiscatedAmount": Element("CF_NR_WFFF", ten_thousand_yuan),
        "suspendedOrRevokedLicense": Element("CF_NR_ZKDX", text),
        "decisionDate": Element("CF_JDRQ", day),
        "penaltyValidUntil": Element("CF_YXQ", last_day),
        "displayDeadline": Element("CF_GSJZQ", last_day),
        "penaltyAuthority": Element("CF_CFJG", text),
        "penaltyAuthorityCode": Element("CF_CFJGDM", text),
        "procedureType": Element("case_process_type", code(codes.PROCEDURES)),
    },
    key=("penaltyDocumentNumber", "penaltyAuthorityCode"),
    is_kept_elsewhere=True,
)

SECTIONS: Final[Mapping[RecordKind, Section]] = MappingProxyType(
    {
        RecordKind.TAXPAYER_PROFILE: _PROFILE,
        RecordKind.TAX_CREDIT_RATING: _RATING,
        RecordKind.TAX_ARREARS: _ARREARS,
        RecordKind.MAJOR_TAX_VIOLATION: _VIOLATION,
        RecordKind.ADMINISTRATIVE_LICENSE: _LICENSE,
        RecordKind.ADMINISTRATIVE_PENALTY: _PENALTY,
    }
)
"""The kinds of record that the tax office keeps."""
