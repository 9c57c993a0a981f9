"""Which agency holds which facts of which kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

_PERMIT = """licenseDocumentName licenseDocumentNumber licenseCategory licenseCertificateName licenseNumber
licenseContent decisionDate validFrom validTo licensingAuthority licensingAuthorityCode licenseStatus"""
_PENALTY_EVERYWHERE = """penaltyDocumentNumber violationType violationFacts legalBasis penaltyCategory penaltyContent
fineAmount confiscatedAmount suspendedOrRevokedLicense decisionDate displayDeadline penaltyAuthority
penaltyAuthorityCode"""
_PENALTY = _PENALTY_EVERYWHERE + " penaltyValidUntil procedureType"
_ABNORMAL = "listingReason listingDate listingAuthority removalReason removalDate removalAuthority"
_SHAREHOLDER = """shareholderName shareholderType shareholderCode subscribedAmount subscribedDate subscribedMethod
paidAmount holdingRatio"""
_CHANGE = "changeItem contentBefore contentAfter changeDate"
_PLEDGE = "pledgeKind registrationNumber pledgor pledgee pledgedAmount registrationDate"
_AMOUNTS = """employeeCount totalAssets totalLiabilities totalEquity totalRevenue mainBusinessRevenue totalProfit
netProfit totalTaxPaid externalGuarantees"""

_PERSON = """name position identityDocumentType identityDocumentNumber birthDate nationality telephone
residentialAddress"""

_MARKET_REGULATION = {
    RecordKind.LEGAL_PERSON: """unifiedSocialCreditCode registeredName formerNames registrationNumber organizationCode
internalSubjectId entityType registrationStatus establishmentDate approvalDate businessTermFrom businessTermTo
registeredCapital paidInCapital businessScope industryCode domicile registrationAuthority administrativeDivisionCode
deregistrationDate revocationDate legalRepresentative""",
    RecordKind.REGISTRATION_CHANGE: _CHANGE,
    RecordKind.SHAREHOLDER: _SHAREHOLDER,
    RecordKind.BRANCH: "branchName branchCode",
    RecordKind.PLEDGE_REGISTRATION: _PLEDGE,
    RecordKind.ABNORMAL_OPERATION_LISTING: _ABNORMAL,
    RecordKind.ADMINISTRATIVE_LICENSE: _PERMIT + " grantedOnPledge",
    RecordKind.ADMINISTRATIVE_PENALTY: _PENALTY,
    RecordKind.CREDIT_PLEDGE: "pledgeType pledgeMatter pledgeDate acceptingUnit performanceStatus",
}
_ENTERPRISE_DISCLOSURE = {
    RecordKind.LEGAL_PERSON: """unifiedSocialCreditCode registeredName entityType registrationStatus establishmentDate
businessTermFrom businessTermTo registeredCapital businessScope domicile registrationAuthority legalRepresentative""",
    RecordKind.REGISTRATION_CHANGE: _CHANGE,
    RecordKind.SHAREHOLDER: _SHAREHOLDER + " paidDate",
    RecordKind.BRANCH: "branchName branchCode",
    RecordKind.PLEDGE_REGISTRATION: _PLEDGE,
    RecordKind.ABNORMAL_OPERATION_LISTING: _ABNORMAL + " listingDocumentNumber",
    RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: """listName inclusionBasis listingDate listingAuthority listingTerm
removalRequirements remedyChannels removalDate linkedPersons""",
    RecordKind.ADMINISTRATIVE_LICENSE: _PERMIT,
    RecordKind.ADMINISTRATIVE_PENALTY: _PENALTY_EVERYWHERE,
    RecordKind.ANNUAL_REPORT: """reportYear mailingAddress contactTelephone electronicMail operatingStatus websites
outwardInvestments equityTransfers """
    + _AMOUNTS,
    RecordKind.COMMENDATION_RECORD: "honorName awardingUnit awardDate",
}
_TAX = {
    RecordKind.LEGAL_PERSON: "unifiedSocialCreditCode",
    RecordKind.TAXPAYER_PROFILE: """taxpayerIdentificationNumber taxRegistrationDate taxpayerStatus taxpayerType
competentTaxAuthority nonNormalHouseholdSince""",
    RecordKind.TAX_CREDIT_RATING: """ratingYear taxCreditRating ratingScore ratingAuthority ratingDate
ratingValidTo""",
    RecordKind.TAX_ARREARS: """taxCategory arrearsBalance taxPeriodFrom taxPeriodTo paymentDueDate
announcingAuthority""",
    RecordKind.MAJOR_TAX_VIOLATION: """caseNature mainIllegalFacts legalBasisAndHandling responsibleFinancialOfficer
intermediary publicationDate publicationStopDate""",
    RecordKind.ADMINISTRATIVE_LICENSE: _PERMIT,
    RecordKind.ADMINISTRATIVE_PENALTY: _PENALTY,
    RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: "listName",
}
_COURTS = {
    RecordKind.LEGAL_PERSON: "unifiedSocialCreditCode",
    RecordKind.JUDGMENT_DEFAULTER: """caseNumber enforcementCourt province enforcementBasisNumber basisIssuingUnit
filingDate publicationDate obligation performanceStatus performedPart unperformedPart defaultConduct responsiblePerson
exitDate""",
    RecordKind.ENFORCEMENT_CASE: """caseNumber caseKind enforcementAmount unperformedAmount causeOfAction
consumptionRestrictionOrderDate""",
    RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: "listName linkedPersons",
}


def _held(texts: Mapping[RecordKind, str]) -> Mapping[RecordKind, frozenset[str]]:
    return MappingProxyType({kind: frozenset(texts.get(kind, "").split()) for kind in RecordKind})


HELD: Mapping[AgencyId, Mapping[RecordKind, frozenset[str]]] = MappingProxyType(
    {
        AgencyId.MARKET_REGULATION: _held(_MARKET_REGULATION),
        AgencyId.ENTERPRISE_DISCLOSURE: _held(_ENTERPRISE_DISCLOSURE),
        AgencyId.TAX: _held(_TAX),
        AgencyId.COURTS: _held(_COURTS),
    }
)
"""Fields of each kind that an agency holds; empty for a kind it does not keep."""

PERSON_FIELDS = frozenset({"legalRepresentative", "linkedPersons", "responsibleFinancialOfficer", "responsiblePerson"})
"""Fields whose value is a person or a list of persons."""

PERSON_HELD: Mapping[AgencyId, frozenset[str]] = MappingProxyType(
    {
        AgencyId.MARKET_REGULATION: frozenset(_PERSON.split()),
        AgencyId.ENTERPRISE_DISCLOSURE: frozenset({"name", "position"}),
        AgencyId.TAX: frozenset({"name", "identityDocumentNumber", "gender"}),
        AgencyId.COURTS: frozenset({"name", "identityDocumentNumber", "birthDate", "gender"}),
    }
)
"""What each agency has of a person."""
