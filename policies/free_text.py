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
_STRUCK: Final = "***"
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
    "|出纳|会计|被执行人|申请执行人|原告|被告人|被告|申请人|被申请人|第三人|借款人|出借人|担保人|保证人|债权人|债务人|证人|代理人"
    "|联系人|员工|职工|受让人|转让人|出让人|受害人|责任人员|责任人|办税员|上诉人|违法行为人|行为人|驾驶员|业主|店主|配偶"
)
_DONE: Final = (
    "签收|收取|收到|领取|支付|给付|承担|缴纳|交付|陈述|签名|签字|持有|出资|认缴|受让|转让"
    "|将|把|因|向|购买|出售|所有|名下|偿还|归还|返还"
)
_OWED: Final = "借款|货款|工资|本金|欠款|人民币|款项"
_GAP: Final = r"[ \-－—]?"
_CENTURY: Final = "(?:[1１][8-9８-９]|[2２][0０])"
_REGION: Final = "[省市区县旗州镇乡村路街]"
_PLACES: Final = (
    re.compile(rf"\d{{6}}{_GAP}{_CENTURY}\d{{6}}{_GAP}\d{{3}}[\dXxＸｘ]|0{{6}}\d{{11}}[\dXx]|9{{6}}\d{{11}}[\dXx]"),
    re.compile(r"(?<!\d)\d{15}(?!\d)"),  # identity numbers of the first generation
    re.compile(r"(?<![\dA-Za-z.])(?:\d{16,17}|\d{19}|\d{4}(?: \d{4}){3}(?: \d{1,3})?)(?![\d.])"),  # bank cards
    re.compile(rf"(?<!\d)[1１]\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"),  # mobile telephones
    re.compile(rf"(?<![\d-])[(（]?[0０]\d{{2,3}}[)）]?{_GAP}\d{{7,8}}(?!\d)"),  # landlines
    re.compile(r"[\w.+-]{1,64}[@＠][\w-]+(?:[.．][\w-]+)+"),  # mail addresses
    re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?=出?生)"),  # days of birth
)
_COUNTED: Final = re.compile(r"[\d@＠]")
"""Without a digit and without an `@` no text matches any of these."""
_LED_TO: Final = (
    re.compile(r"((?:护照|通行证|台胞证|居留证|军官证|微信|QQ)(?:号码|号)?[:：为是\s]*)[A-Za-z\d_-]{5,20}"),
    re.compile(r"((?:住址|家住|现住|住所地|户籍地|户籍所在地)[:：]?)[^,，。;；、\s]+"),
    re.compile(rf"((?:^|[,，。;；、)）]\s*)住于?)(?![所房院宿宅建])(?=[^,，。;；\s]{{0,12}}{_REGION})[^,，。;；、\s]+"),
)
"""What comes before stays, as it says what was struck."""
_NAMES: Final = (
    re.compile(rf"((?:{_ROLES})(?:[为由系:：(（\s])*{_SURNAME}){_GIVEN}"),
    re.compile(
        rf"((?:{_ROLES})[:：]\s*[一-鿿])(?:[一-鿿]{{1,3}}|[一-鿿]{{1,8}}(?:[·•][一-鿿]{{1,8}})+)(?=[,，。;；、()（）\s]|$)"
    ),
    re.compile(rf"({_SURNAME}){_GIVEN}(?=先生|女士|[(（](?:{_ROLES})[)）])"),
    re.compile(rf"((?:转让给|支付给|交给|[由向被与和及、]){_SURNAME}){_GIVEN}(?=(?:{_DONE})|[,，。;；、()（）]|$)"),
    re.compile(rf"((?:^|[,，。;；、:：]){_SURNAME}){_GIVEN}(?=(?:{_DONE})[^,，。;；]*(?:股|元|款|权|货|税))"),
    re.compile(rf"((?:判令|责令){_SURNAME}){_GIVEN}(?=于|在|立即|{_DONE})"),
    re.compile(rf"((?:偿还|归还|返还|支付|赔偿){_SURNAME}){_GIVEN}(?={_OWED})"),
)
_NUMBERED: Final = (
    r"(?:[东西南北第]?[\dA-Za-z一二三四五六七八九十百甲乙丙丁]{1,8}(?:[-－—][\dA-Za-z]{1,6}){0,4}"
    r"(?:号院|号楼|号|栋|幢|座|层|楼|单元|室|门|组|区|期|间|铺)?)"
)
_NOT_IN_STREETS: Final = r"[^省市区县旗州镇乡,，。;；、:：()（）\s在于至由为从到将是\d]"
_STREETS: Final = (
    re.compile(rf"{_NOT_IN_STREETS}{{1,10}}?(?:路|街|道|巷|弄|胡同|里|园|村|屯|小区|大厦|广场|市场){_NUMBERED}+"),
    re.compile(rf"{_NOT_IN_STREETS}{{1,6}}?(?:村|屯)(?!镇)"),
)


def strike_persons(text: str) -> str:
    """The text with numbers and addresses of persons replaced by `***` and names cut to the surname; idempotent."""
    if _COUNTED.search(text):
        for pattern in _PLACES:
            text = pattern.sub(_STRUCK, text)
    for pattern in _LED_TO:
        text = pattern.sub(_without_what_follows, text)
    for pattern in _NAMES:
        text = pattern.sub(_without_given_name, text)
    return text


def _without_what_follows(found: re.Match[str]) -> str:
    return f"{found[1]}{_STRUCK}"


def _without_given_name(found: re.Match[str]) -> str:
    return f"{found[1]}*"


def strike_streets(text: str) -> str:
    """The text with every address cut to its district or town; idempotent.

    For subjects that are natural persons in substance: where such a one trades it often lives.
    """
    for pattern in _STREETS:
        text = pattern.sub(_STRUCK, text)
    return text
