"""Code tables of market regulation, as this agency uses them; other agencies give the same digits other meanings."""

from __future__ import annotations

from typing import Final

from schema.vocabulary.codes import PenaltyKind, PenaltyProcedure, PledgeKind, PledgePerformance, RegistrationStatus

_ENTITY_TYPES: Final = """
    1000 1100 1110 1120 1121 1122 1123 1130 1140 1150 1151 1152 1190 1200 1210 1211 1212 1213 1219 1220 1221 1222
    1223 1229 2000 2100 2110 2120 2121 2122 2123 2130 2140 2150 2151 2152 2190 2200 2210 2219 2220 2229 3000 3100 3200
    3300 3400 3500 4000 4100 4110 4120 4200 4300 4310 4320 4330 4340 4400 4500 4530 4531 4532 4533 4540 4550 4551 4552
    4553 4560 4600 4700 5000 5100 5110 5120 5130 5140 5150 5160 5190 5200 5210 5220 5230 5240 5290 5300 5310 5320 5390
    5400 5410 5420 5430 5490 5800 6000 6100 6110 6120 6130 6140 6150 6160 6170 6190 6200 6210 6220 6230 6240 6250 6260
    6290 6300 6310 6320 6390 6400 6410 6420 6430 6490 6800 7000 7100 7110 7120 7130 7190 7200 7300 7310 7390 8000 8500
    9000 9100 9200 9500 9600 9700 9800 9900"""
ENTITY_TYPES: Final = frozenset(_ENTITY_TYPES.split())
"""ENTTYPE (GB/T 12402 as extended by the registration system)."""

REGISTRATION_STATES: Final = {
    "1": RegistrationStatus.ACTIVE,
    "2": RegistrationStatus.ABNORMAL,
    "3": RegistrationStatus.REVOKED,
    "4": RegistrationStatus.DEREGISTERED,
    "5": RegistrationStatus.MOVED_OUT,
}
"""REGSTATE: 1 to 4 as GB/T 36104, where 3 is revoked and 4 deregistered; other agencies say 2 and 3."""

CURRENCIES: Final = {"156": "CNY", "344": "HKD", "392": "JPY", "446": "MOP", "826": "GBP", "840": "USD", "978": "EUR"}
"""REGCAPCUR, CURRENCY (GB/T 12406)."""

DOCUMENT_TYPES: Final = {
    "10": "居民身份证",
    "20": "军官证",
    "30": "警官证",
    "40": "外国(地区)护照",
    "51": "香港身份证",
    "52": "澳门身份证",
    "53": "台湾身份证",
    "90": "其他有效身份证件",
}
"""CERTYPE."""

COUNTRIES: Final = {
    "156": "CHN",
    "158": "TWN",
    "344": "HKG",
    "446": "MAC",
    "276": "DEU",
    "392": "JPN",
    "410": "KOR",
    "702": "SGP",
    "826": "GBR",
    "840": "USA",
}
"""COUNTRY (GB/T 2659)."""

POSITIONS: Final = {
    "410A": "理事长",
    "410B": "会长",
    "408A": "监事",
    "431A": "董事长",
    "431B": "副董事长",
    "432A": "董事",
    "432K": "执行董事",
    "434Q": "经理",
    "436A": "总经理",
    "490A": "负责人",
    "491A": "执行事务合伙人",
    "495A": "经营者",
}
"""POSITION."""

INVESTOR_TYPES: Final = {
    "10": "企业法人",
    "20": "自然人股东",
    "30": "社会团体法人",
    "40": "事业法人",
    "50": "机关法人",
    "60": "合伙企业",
    "70": "外国(地区)企业",
    "80": "外国(地区)自然人",
    "90": "其他投资者",
}
"""INVTYPE, EXPMORTYPE."""

NATURAL_PERSONS: Final = frozenset({"20", "80"})
"""Investor types that are natural persons."""

CONTRIBUTION_FORMS: Final = {
    "1": "货币",
    "2": "实物",
    "3": "知识产权",
    "4": "债权",
    "5": "土地使用权",
    "6": "股权",
    "9": "其他",
}
"""CONFORM; several forms are separated by commas."""

PLEDGE_KINDS: Final = {
    "1": PledgeKind.EQUITY,
    "2": PledgeKind.CHATTEL,
    "3": PledgeKind.INTELLECTUAL_PROPERTY,
}
"""PLEKIND."""

LICENSE_STATES: Final = {"0": "有效", "1": "撤销", "2": "异议", "3": "其他"}
"""XK_ZT."""

PROCEDURES: Final = {"01": PenaltyProcedure.SIMPLIFIED, "02": PenaltyProcedure.ORDINARY}
"""case_process_type."""

PENALTY_KINDS: Final = {
    "警告": PenaltyKind.WARNING,
    "通报批评": PenaltyKind.WARNING,
    "罚款": PenaltyKind.FINE,
    "没收违法所得": PenaltyKind.FINE,
    "没收非法财物": PenaltyKind.FINE,
    "没收违法所得、没收非法财物": PenaltyKind.FINE,
    "暂扣许可证件": PenaltyKind.LICENCE,
    "降低资质等级": PenaltyKind.LICENCE,
    "吊销许可证件": PenaltyKind.LICENCE,
    "暂扣或吊销许可证件": PenaltyKind.LICENCE,
    "限制开展生产经营活动": PenaltyKind.RESTRICTION,
    "责令停产停业": PenaltyKind.RESTRICTION,
    "责令关闭": PenaltyKind.RESTRICTION,
    "限制从业": PenaltyKind.RESTRICTION,
    "行政拘留": PenaltyKind.DETENTION,
    "其他": PenaltyKind.OTHER,
    "法律、行政法规规定的其他行政处罚": PenaltyKind.OTHER,
}
"""CF_CFLB; several kinds are separated by semicolons."""

PLEDGE_PERFORMANCES: Final = {
    "已履行": PledgePerformance.PERFORMED,
    "履行中": PledgePerformance.IN_PROGRESS,
    "部分履行": PledgePerformance.PARTLY_PERFORMED,
    "未履行": PledgePerformance.UNPERFORMED,
}
"""承诺履约状态."""
