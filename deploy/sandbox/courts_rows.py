"""The simulated courts' four lists: native rows, typos kept, and the key that each row is filed under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from zlib import crc32

from schema.vocabulary.codes import EnforcementKind, GenderCode
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

Row = dict[str, str]


class Holdings(Protocol):
    """What the service needs of a world."""

    @property
    def codes(self) -> Sequence[str]:
        """Every subject's unified social credit code."""

    def records(self, agency: AgencyId, code: str, kind: RecordKind) -> Sequence[Mapping[str, object]]:
        """Neutral records, see `deploy.sandbox.world`."""


class Filing(StrEnum):
    """Which key a row is filed under: old rows under the organisation code, some under both."""

    CREDIT_CODE = "CREDIT_CODE"
    ORGANISATION_CODE = "ORGANISATION_CODE"
    BOTH = "BOTH"


LISTS: Mapping[str, tuple[RecordKind, EnforcementKind | None]] = MappingProxyType(
    {
        "sxbzxr": (RecordKind.JUDGMENT_DEFAULTER, None),
        "zxgk": (RecordKind.ENFORCEMENT_CASE, EnforcementKind.ENFORCED),
        "xgl": (RecordKind.ENFORCEMENT_CASE, EnforcementKind.CONSUMPTION_RESTRICTED),
        "zhongben": (RecordKind.ENFORCEMENT_CASE, EnforcementKind.TERMINATED),
    }
)
"""Name of a list → the records that stand on it."""

NATIVE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sxbzxr": {
            "caseNumber": "caseCode",
            "enforcementCourt": "courtName",
            "province": "areaName",
            "enforcementBasisNumber": "gistId",
            "basisIssuingUnit": "gistUnit",
            "filingDate": "regDate",
            "publicationDate": "publishDate",
            "obligation": "duty",
            "performanceStatus": "performance",
            "performedPart": "performedPart",
            "unperformedPart": "unperformPart",
            "defaultConduct": "disruptTypeName",
            "exitDate": "exitDate",
        },
        "zxgk": {
            "caseNumber": "caseCode",
            "enforcementAmount": "execMoney",
            "unperformedAmount": "not_execute_amt",
            "causeOfAction": "execute_causes",
        },
        "xgl": {"caseNumber": "caseCode", "consumptionRestrictionOrderDate": "publishDate"},
        "zhongben": {
            "caseNumber": "case_no",
            "enforcementAmount": "execute_amt",
            "unperformedAmount": "not_execute_amt",
            "causeOfAction": "execute_causes",
        },
    }
)
"""List → graph field → the service's own name, typos kept."""

COURT_CODES: Mapping[str, str] = MappingProxyType(
    {
        "北京市朝阳区人民法院": "110105",
        "天津市和平区人民法院": "120101",
        "天津市滨海新区人民法院": "120116",
        "沈阳市和平区人民法院": "210102",
        "大连市中山区人民法院": "210202",
        "哈尔滨市道里区人民法院": "230102",
        "大庆市萨尔图区人民法院": "230602",
        "上海市静安区人民法院": "310106",
        "上海市浦东新区人民法院": "310115",
        "深圳市南山区人民法院": "440305",
    }
)
_GENDERS = {GenderCode.UNKNOWN: "0", GenderCode.MALE: "1", GenderCode.FEMALE: "2", GenderCode.UNSPECIFIED: "9"}
_NARROW = str.maketrans("（）", "()")


def filing_of(case_number: str) -> Filing:
    """Half of the rows under the credit code, a quarter under the organisation code, a quarter under both."""
    lot = _lot(case_number)
    return (Filing.CREDIT_CODE, Filing.CREDIT_CODE, Filing.ORGANISATION_CODE, Filing.BOTH)[lot % 4]


def rows_under(holdings: Holdings, code: str, list_name: str, *, by_credit_code: bool, with_past: bool) -> list[Row]:
    """Rows about the subject `code` filed under its credit code, or under the organisation code inside it."""
    kind, case_kind = LISTS[list_name]
    rows = []
    for record in holdings.records(AgencyId.COURTS, code, kind):
        other = Filing.ORGANISATION_CODE if by_credit_code else Filing.CREDIT_CODE
        if case_kind not in {None, record.get("caseKind")} or filing_of(str(record["caseNumber"])) is other:
            continue
        if record.get("_displayed", True) or with_past:
            rows.append(_row(record, code, list_name, by_credit_code=by_credit_code))
    return rows


def _row(record: Mapping[str, object], code: str, list_name: str, *, by_credit_code: bool) -> Row:
    case_number = str(record["caseNumber"])
    lot = _lot(case_number)
    native = NATIVE[list_name]
    row = {name: _written(record.get(field), lot + place) for place, (field, name) in enumerate(native.items())}
    row |= _party(record, code if by_credit_code else code[8:17], hyphen=lot % 3 == 0)
    case_name = native["caseNumber"]
    row[case_name] = case_number if by_credit_code else case_number.translate(_NARROW)
    if list_name == "sxbzxr":
        row |= _person(record.get("responsiblePerson"), with_data=bool(record.get("_natural_person")))
        row["fydm"] = COURT_CODES.get(row["courtName"], "暂无")
        if lot % 5 == 0 and row["fydm"] != "暂无":
            row["courtName"] = "暂无"
    row["caseType"] = "02" if "恢" in case_number else "01"
    row["delist"] = "0" if record.get("_displayed", True) else "1"
    updated = record.get("_updated")
    row["updateTime"] = f"{updated:%Y%m%d}" if isinstance(updated, datetime) else "暂无"
    raw = record.get("_raw")
    if isinstance(raw, Mapping):
        row |= {native.get(str(field), str(field)): str(text) for field, text in raw.items()}
    return row


def _party(record: Mapping[str, object], key: str, *, hyphen: bool) -> Row:
    """Whom the row is about: an organisation with its key, a natural person with a masked identity number."""
    if record.get("_natural_person"):
        person = record.get("responsiblePerson")
        number = person.get("identityDocumentNumber") if isinstance(person, Mapping) else None
        return {"type": "0", "partyTypeName": "自然人", "cardNum": _masked(number)}
    shown = f"{key[:8]}-{key[8]}" if len(key) == 9 and hyphen else key
    return {"type": "1", "partyTypeName": "法人或其他组织", "cardNum": shown}


def _person(person: object, *, with_data: bool) -> Row:
    """The representative by name; of a natural person who is the debtor also sex, birth and masked number."""
    if not isinstance(person, Mapping):
        return {"businessEntity": "暂无"}
    row = {"businessEntity": str(person.get("name") or "无")}
    if with_data:
        row["gen"] = _GENDERS.get(person.get("gender"), "0")  # type: ignore[arg-type]  # a world's person is untyped
        row["birth_dt"] = _written(person.get("birthDate"), 1)
        row["identi_id"] = _masked(person.get("identityDocumentNumber"))
    return row


def _masked(number: object) -> str:
    """`000000********123X`: the ten characters that tell persons apart never leave whole."""
    text = str(number or "")
    return f"{text[:6]}{'*' * 8}{text[-4:]}" if len(text) == 18 else "暂无"


def _written(value: object, lot: int) -> str:
    """A value as the lists write it; the form of a date and of nothing changes from field to field."""
    if value is None or value == "":
        return "暂无" if lot % 2 else "无"
    if isinstance(value, date):
        return f"{value:%Y年%m月%d日}" if lot % 2 else f"{value:%Y%m%d}"
    if isinstance(value, Decimal):
        return f"{value:.2f}" if lot % 2 or value % 1 else f"{value:.0f}"
    return str(value)


def _lot(case_number: str) -> int:
    """A number that stays the same for a case, whatever its brackets."""
    return crc32(case_number.translate(_NARROW).encode())
