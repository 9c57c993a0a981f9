"""Court records: judgment defaulters and enforcement cases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from deploy.sandbox.names import person_name
from deploy.sandbox.world_draft import CT, Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import EnforcementKind
from schema.vocabulary.records import RecordKind

_CONDUCT = (
    "有履行能力而拒不履行生效法律文书确定义务",
    "违反财产报告制度",
    "违反限制消费令",
    "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
)
_PERFORMANCE = ("全部未履行", "部分履行", "全部已履行")


def judgment_defaulter(subject: Subject, number: int, *, published: date, exited: date | None = None) -> Draft:
    """One listing as judgment defaulter; after the exit the courts no longer display it."""
    dice = subject.dice(f"defaulter {number}")
    filed = published - timedelta(days=dice.randint(30, 200))
    performance = dice.choice(_PERFORMANCE[:2]) if exited is None else _PERFORMANCE[2]
    is_partial = performance == "部分履行"
    facts = {
        "caseNumber": f"（{filed.year}）{subject.place.short}0101执{1000 + number}号",
        "enforcementCourt": subject.court,
        "province": subject.place.province.removesuffix("省").removesuffix("市"),
        "enforcementBasisNumber": f"（{filed.year - 1}）{subject.place.short}0101民初{2000 + number}号",
        "basisIssuingUnit": subject.court,
        "filingDate": filed,
        "publicationDate": published,
        "obligation": f"向自然人{person_name(dice)}支付货款{dice.randint(10, 900) * 1000}元及利息。",
        "performanceStatus": performance,
        "performedPart": "已支付5000元" if is_partial else None,
        "unperformedPart": "其余款项及利息" if is_partial else None,
        "defaultConduct": dice.choice(_CONDUCT),
        "responsiblePerson": dict(subject.representative),
        "exitDate": exited,
    }
    is_displayed = exited is None or exited > subject.today
    return Draft(
        RecordKind.JUDGMENT_DEFAULTER,
        facts,
        (CT,),
        exited or published,
        is_displayed=is_displayed,
        is_natural_person=subject.is_individual,
    )


def defaulter_listing(subject: Subject, *, published: date) -> Draft:
    """The same matter as the courts' entry in the lists of seriously untrustworthy subjects."""
    linked = {**subject.representative, "position": "法定代表人"}
    facts = {"listName": "失信被执行人名单", "linkedPersons": [linked]}
    return Draft(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, facts, (CT,), published)


def enforcement_case(subject: Subject, number: int, kind: EnforcementKind) -> Draft:
    """One enforcement case; amounts in yuan."""
    dice = subject.dice(f"enforcement {number}")
    filed = subject.back(days=dice.randint(20, 900))
    amount = Decimal(dice.randint(20, 3_000)) * 1_000
    facts = {
        "caseNumber": f"（{filed.year}）{subject.place.short}0101执{5000 + number}号",
        "caseKind": kind,
        "enforcementAmount": amount,
        "unperformedAmount": amount / 2,
        "causeOfAction": dice.choice(("买卖合同纠纷", "金融借款合同纠纷", "劳动争议")),
        "consumptionRestrictionOrderDate": filed + timedelta(days=15)
        if kind is EnforcementKind.CONSUMPTION_RESTRICTED
        else None,
    }
    return Draft(RecordKind.ENFORCEMENT_CASE, facts, (CT,), filed)
