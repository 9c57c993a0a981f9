"""Persons struck out of free text (M7): numbers, addresses, and names where a text shows that one stands there.

Nothing here knows who is meant; a name is recognised by its surname in a place where names stand: after a
role, before a title, between a preposition and what was done. It rather strikes too much than too little.
Source: Tianjin Art. 4; the surnames are the commonest of the national list (general knowledge).
"""

from __future__ import annotations

import re
from typing import Final

COMPOUND_SURNAMES: Final = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|南宫|端木|呼延|轩辕|独孤"
)
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文欧"
)
_SURNAME: Final = f"(?:{COMPOUND_SURNAMES.pattern}|[{_SURNAMES}]|于(?![本上该每年月日当同其近此]))"
_NOT_IN_NAMES: Final = (
    "未于在将因以应已与及和等对向拒逾被是为有无不自从经存之的按违实系由担负把持签收领转承交出认给付购缴"
)
_GIVEN: Final = f"(?:(?![{_NOT_IN_NAMES}])[一-鿿]){{1,2}}"

_ROLES: Final = (
    "法定代表人|主要负责人|负责人|当事人|经营者|投资人|股东|自然人|财务负责人|实际控制人|执行董事|董事长|董事|监事|总经理|经理"
    "|出纳|会计|被执行人|申请执行人|原告|被告|申请人|被申请人|第三人|借款人|出借人|担保人|保证人|债权人|债务人|证人|代理人"
    "|联系人|员工|职工|受让人|转让人|出让人|受害人|责任人员|责任人|办税员"
)
_DONE: Final = (
    "签收|收取|收到|领取|支付|给付|承担|缴纳|交付|陈述|签名|签字|持有|出资|认缴|受让|转让"
    "|将|把|因|向|购买|出售|所有|名下"
)
_PLACES: Final = (
    re.compile(r"[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]|0{6}\d{11}[\dXx]|9{6}\d{11}[\dXx]"),  # identity numbers
    re.compile(r"(?<!\d)\d{15}(?!\d)"),  # identity numbers of the first generation
    re.compile(r"(?<!\d)1\d{10}(?!\d)"),  # mobile telephones
    re.compile(r"(?<![\d-])0\d{2,3}-?\d{7,8}(?!\d)"),  # landlines
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # mail addresses
    re.compile(r"(?<=住址)[:：]?[^,，。;；、\s]+|(?<=家住)[^,，。;；、\s]+|(?<=住所地)[:：]?[^,，。;；、\s]+"),
)
_NAMES: Final = (
    re.compile(rf"((?:{_ROLES})(?:[为由系:：\s])*{_SURNAME}){_GIVEN}"),
    re.compile(rf"({_SURNAME}){_GIVEN}(?=先生|女士)"),
    re.compile(rf"((?:转让给|支付给|交给|[由向被与和及、]){_SURNAME}){_GIVEN}(?=(?:{_DONE})|[,，。;；、()（）]|$)"),
    re.compile(rf"((?:^|[,，。;；、:：]){_SURNAME}){_GIVEN}(?=(?:{_DONE})[^,，。;；]*(?:股|元|款|权|货|税))"),
)


def strike_persons(text: str) -> str:
    """The text with numbers and addresses of persons replaced by `***` and names cut to the surname; idempotent."""
    for pattern in _PLACES:
        text = pattern.sub("***", text)
    for pattern in _NAMES:
        text = pattern.sub(r"\1*", text)
    return text
