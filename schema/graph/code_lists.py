"""Code lists of the vocabulary as enums of the graph, each value with its Chinese term."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

import strawberry

from schema.vocabulary.access import AccessEffect, Missing
from schema.vocabulary.alerts import AlertRule
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.codes import (
    EnforcementKind,
    GenderCode,
    PenaltyKind,
    PenaltyProcedure,
    PledgeKind,
    PledgePerformance,
    RegistrationStatus,
    TaxCreditGrade,
    TaxpayerStatus,
)
from schema.vocabulary.consents import ConsentAct, ConsentState, Per
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.inquiries import InquiryAbout, InquiryOutcome


class Freshness(StrEnum):
    """Whether a record is as new as its catalog item demands."""

    CURRENT = "CURRENT"
    STALE = "STALE"


class Direction(StrEnum):
    """Which end of an order comes first."""

    ASC = "ASC"
    DESC = "DESC"


def _describe(codes: type[Enum], description: str, values: Mapping[str, str], *, name: str | None = None) -> None:
    """Make an enum of the vocabulary known to Strawberry, with a description of every value."""
    listed = strawberry.enum(codes, name=name, description=description)
    for value in listed.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by strawberry.enum
        value.description = values[value.name]


_describe(
    RegistrationStatus,
    "State of a registration (登记状态).",
    {
        "ACTIVE": "In operation (存续/在营).",
        "ABNORMAL": "On the list of abnormal operations (经营异常).",
        "REVOKED": "Business licence revoked as a penalty (吊销).",
        "DEREGISTERED": "Struck off the register (注销).",
        "MOVED_OUT": "Moved to another registration authority (迁出).",
    },
)
_describe(
    TaxpayerStatus,
    "State of a taxpayer at the tax authority (纳税人状态).",
    {
        "NORMAL": "Normal (正常).",
        "SUSPENDED": "Business suspended (停业).",
        "NON_NORMAL": "Non-normal household: no longer to be found (非正常户).",
        "DEREGISTERED": "Tax registration cancelled (注销).",
    },
)
_describe(
    TaxCreditGrade,
    "Grade of tax payment credit (纳税缴费信用级别).",
    {grade: f"Grade {grade} ({grade}级)." for grade in ("A", "B", "M", "C", "D")},
)
_describe(
    PledgeKind,
    "What is pledged or mortgaged (质押/抵押种类).",
    {
        "EQUITY": "Equity (股权).",
        "CHATTEL": "Movables (动产).",
        "INTELLECTUAL_PROPERTY": "Intellectual property (知识产权).",
    },
)
_describe(
    PenaltyKind,
    "Kind of administrative penalty, Administrative Penalty Law Art. 9 (处罚类别).",
    {
        "WARNING": "Warning or public criticism (警告、通报批评).",
        "FINE": "Fine or confiscation (罚款、没收违法所得、没收非法财物).",
        "LICENCE": "Permit suspended, grade lowered or permit revoked (暂扣许可证件、降低资质等级、吊销许可证件).",
        "RESTRICTION": "Activity restricted, shutdown, occupational ban (限制开展生产经营活动、责令停产停业).",
        "DETENTION": "Administrative detention (行政拘留).",
        "OTHER": "Another penalty set by law or administrative regulation (其他行政处罚).",
    },
)
_describe(
    PenaltyProcedure,
    "Procedure by which a penalty was decided (案件程序类别).",
    {"SIMPLIFIED": "Simplified procedure (简易程序).", "ORDINARY": "Ordinary procedure (普通程序)."},
)
_describe(
    EnforcementKind,
    "Kind of enforcement case (案件种类).",
    {
        "ENFORCED": "Under enforcement (被执行).",
        "TERMINATED": "This enforcement procedure terminated for want of assets (终结本次执行).",
        "CONSUMPTION_RESTRICTED": "High consumption restricted (限制消费).",
    },
)
_describe(
    GenderCode,
    "Gender, GB/T 2261.1 (性别).",
    {
        "UNKNOWN": "Not known (未知的性别).",
        "MALE": "Male (男性).",
        "FEMALE": "Female (女性).",
        "UNSPECIFIED": "Not stated (未说明的性别).",
    },
)
_describe(
    PledgePerformance,
    "How far a credit pledge has been performed (承诺履约状态).",
    {
        "PERFORMED": "Performed (已履行).",
        "IN_PROGRESS": "Being performed (履行中).",
        "PARTLY_PERFORMED": "Performed in part (部分履行).",
        "UNPERFORMED": "Not performed (未履行).",
    },
)
_describe(
    AgencyId,
    "The agencies whose systems hold the facts (信息提供单位).",
    {
        "MARKET_REGULATION": "Market regulation authority (市场监督管理部门).",
        "ENTERPRISE_DISCLOSURE": "Enterprise credit information disclosure system (企业信用信息公示系统).",
        "TAX": "Tax authority (税务机关).",
        "COURTS": "People's courts, enforcement (人民法院执行机构).",
    },
    name="Agency",
)
_describe(
    Freshness,
    "Whether a record is as new as its catalog item demands (时效状态).",
    {
        "CURRENT": "Within two update cycles of its item (时效内).",
        "STALE": "Older than two update cycles of its item (已过更新周期).",
    },
)
_describe(
    Direction,
    "Which end of an order comes first (排序方向).",
    {"ASC": "Smallest or earliest first (升序).", "DESC": "Largest or latest first (降序)."},
)
_describe(
    Purpose,
    "Purpose of an inquiry (查询事项). Tianjin Art. 19; others where another jurisdiction names them.",
    {
        "ADMINISTRATIVE_PERMIT": "Deciding on an administrative permit (行政许可).",
        "INSPECTION": "Administrative inspection and spot checks (行政检查、监督抽查).",
        "ADMINISTRATIVE_PENALTY": "Deciding on an administrative penalty (行政处罚).",
        "GOVERNMENT_PROCUREMENT": "Government procurement (政府采购).",
        "TENDERING": "Tendering and bidding (招标投标).",
        "PUBLIC_FUNDS": "Public funds, policy and project support (资金和项目支持).",
        "LAND_USE": "Transfer of state-owned land use rights (国有土地使用权出让).",
        "RESEARCH_MANAGEMENT": "Management of scientific research (科研管理).",
        "AUDITING": "Auditing (审计).",
        "OFFICIAL_APPOINTMENT": "Recruiting, transferring and promoting officials (公职人员录用、任用、晋升).",
        "TALENT_INTRODUCTION": "Bringing in talent (人才引进).",
        "COMMENDATION": "Commendations and awards (表彰奖励).",
        "RESIDENCE": "Residence permits and settlement (居住证、落户).",
        "CANDIDATE_VETTING": "Vetting of candidates for political office (代表、委员候选人审查).",
        "PUBLIC_RESOURCE_TRADING": "Trading of public resources (公共资源交易).",
        "PROOF_MATTER": "Matters of proof and other public services (证明事项).",
        "OTHER_MANAGEMENT": "Other management work that needs it (其他管理工作).",
        "CREDIT_GRANTING": "Granting credit (授信).",
    },
)
_describe(
    AccessEffect,
    "What becomes of a field (结果).",
    {
        "SHOW": "Shown as it is (展示).",
        "MASK": "Shown desensitised (脱敏展示).",
        "WITHHOLD": "Withheld (不予提供).",
    },
)
_describe(
    Missing,
    "What is missing for a field (缺少的条件).",
    {
        "TOKEN_SCOPE": "A token whose scope reaches beyond public information (令牌权限).",
        "STAFF_AUTHORITY": "The officer's own authority over the item, given by the unit (工作人员查询权限).",
        "PURPOSE": "A purpose, or another one than was stated (查询事项).",
        "MATTER": "The matter, for a purpose that the law allows on a condition (具体事项).",
        "PUBLISHED_MATTER": "Inquiry matters that the unit has designated and published (公布的查询事项).",
        "CONSENT": "The subject's consent (信用主体授权).",
        "WRITTEN_CONSENT": "The subject's written consent (信用主体书面授权).",
        "OTHER_CALLER": "Nothing that this caller could bring; others may ask (由其他主体查询).",
        "OPERATOR": "A repair by the operator (运营机构处理).",
        "NOTHING_HELPS": "Nobody may see the field (无法提供).",
    },
)
_describe(
    ConsentState,
    "Where a consent stands (授权状态).",
    {
        "REQUESTED": "Asked for and not answered yet (待授权).",
        "ACTIVE": "Given (有效).",
        "PAUSED": "Resting for now, at the subject's wish (已暂停).",
        "REVOKED": "Taken back, given back or replaced (已撤回).",
        "EXPIRED": "Its time is over, or the time to answer is (已到期).",
        "REJECTED": "Declined by the subject (已拒绝).",
    },
)
_describe(
    ConsentAct,
    "What is done with a consent (授权操作).",
    {
        "GRANT": "Given (授权).",
        "REJECT": "Declined (拒绝).",
        "PAUSE": "Laid to rest (暂停).",
        "RESUME": "Taken up again (恢复).",
        "REVOKE": "Taken back or given back (撤回).",
        "REPLACE": "Replaced by a new consent (由新授权替代).",
    },
)
_describe(
    Per,
    "The span in which requests are counted, by the calendar of Shanghai (计次周期).",
    {
        "DAY": "A day (日).",
        "MONTH": "A month (月).",
        "YEAR": "A year (年).",
        "CONSENT": "The whole life of the consent (授权期内).",
    },
    name="ConsentSpan",
)
_describe(
    CallerClass,
    "Classes of callers that catalogs speak of (查询主体类别).",
    {
        "PUBLIC": "Anybody, without a token (社会公众).",
        "SUBJECT_SELF": "The subject itself (信用主体本人).",
        "AUTHORISED_PARTY": "Somebody whom the subject has authorised (被授权人).",
        "STATE_ORGAN": "A state organ (国家机关).",
        "JUDICIAL_ORGAN": "A court or procuratorate (司法机关).",
        "PROVIDER_UNIT": "A unit that provides credit information (信息提供单位).",
        "OPERATOR": "Whoever runs the platform (平台运行机构).",
        "LOWER_LEVEL_PLATFORM": "A platform of a district or county (下级平台).",
        "OTHER_REGION_PLATFORM": "A platform of another region (其他地区平台).",
        "NATIONAL_PLATFORM": "The national platform (国家平台).",
        "CREDIT_SERVICE_ESTABLISHMENT": "A credit service establishment (信用服务机构).",
        "FINANCIAL_INSTITUTION": "A financial institution (金融机构).",
        "ASSOCIATION": "An industry association or chamber of commerce (行业协会商会).",
        "SUPERVISOR_AUDITOR": "An organ of supervision or auditing (监察审计机关).",
    },
)
_describe(
    InquiryOutcome,
    "What became of an inquiry (查询结果).",
    {
        "SHOWN": "Something about the subject was told (已展示).",
        "NOTHING_SHOWN": "There was nothing that might be shown (无可展示内容).",
        "WITHHELD": "Nothing of what was asked for may be seen by whoever asked (未予展示).",
        "REFUSED": "The request was refused as a whole or broke off (已拒绝).",
    },
)
_describe(
    InquiryAbout,
    "What an inquiry was about (查询内容).",
    {
        "RECORDS": "Records of agencies (信用记录).",
        "LAW": "What the law lets the caller see; no record was looked at (查询权限).",
        "CONSENTS": "Consents (授权).",
        "INQUIRIES": "The list of inquiries itself (被查询记录).",
    },
)
_describe(
    AlertRule,
    "Rules by which an alert is raised (预警规则).",
    {
        "BULK_LOOKUPS": "Many distinct subjects within an hour (批量查询).",
        "MANY_SUBJECTS": "Many distinct subjects on one day (单日查询主体过多).",
        "OUT_OF_HOURS": "An officer asked outside working hours (非工作时间查询).",
        "NO_CASE_REFERENCE": "An officer stated a purpose and named no case (无案件编号查询).",
        "MANY_REFUSALS": "Many requests within an hour were refused, and a large share of them (拒绝过多).",
        "ENUMERATION_STOPPED": "Codes seemed to be tried out, and it was stopped (枚举查询被阻断).",
        "QUOTA_EXCEEDED": "More was asked than the caller may (超出配额).",
        "CONSENT_USED_UP": "A consent was to be used more often than was agreed (授权次数用尽).",
        "REVOKED_TOKEN": "A token was used after it, or its holder, had been stopped (使用已吊销令牌).",
    },
)
