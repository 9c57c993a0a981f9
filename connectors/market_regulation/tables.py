"""The exchange tables of market regulation as their specification names them, and who is current in them.

A registration is known by its `PRIPID` inside one province's node, so tables of registration are reached
from a code through `E_BASEINFO`; permits, penalties and credit pledges carry the code themselves. Rows
are never changed: a later row (`更新时间`, then `S_EXT_SEQUENCE`) of the same natural key replaces an
earlier one, `D` takes it away, and `交换开关` 0 says that the province does not share it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from schema.vocabulary.records import RecordKind

NODE: Final = "S_EXT_NODENUM"
SEQUENCE: Final = "S_EXT_SEQUENCE"
FLAG: Final = "增删改标志"
UPDATED: Final = "更新时间"
SWITCH: Final = "交换开关"
SUBJECT: Final = "SUBJECT_CODE"
"""Our own name for the subject's code in every answer."""


@dataclass(frozen=True, slots=True)
class ExchangeTable:
    """One exchange table (to us a read-only view).

    `identity` is what makes two rows the same fact at different times; `code_column` is the column with
    the subject's code, "" if the table is reached through `PRIPID`; `only` restricts to rows that now
    have a value. `GSZT` 0, where there is one, says that the agency has stopped displaying the record.
    """

    name: str
    columns: frozenset[str]
    identity: tuple[str, ...]
    code_column: str = ""
    only: tuple[str, str] | None = None

    def selectable(self) -> sa.TableClause:
        """The table for SQLAlchemy; every column is text to us, readers take what comes."""
        own = self.columns | {NODE, SEQUENCE, FLAG, UPDATED, SWITCH} | set(self.identity)
        return sa.table(self.name, *(sa.column(name, sa.String) for name in sorted(own)))


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


BASE: Final = ExchangeTable(
    "E_BASEINFO",
    _columns("""PRIPID UNISCID REGNO ENTNAME ENTNAME_OLD ENTTYPE REGSTATE ESTDATE APPRDATE OPFROM OPTO REGCAP REGCAPCUR
    PAIDINCAP OPSCOPE INDUSTRYCO DOM DOMDISTRICT REGORG REGORG_CN CANDATE REVDATE"""),
    identity=(NODE, "PRIPID"),
    code_column="UNISCID",
)
LEGAL_REPRESENTATIVE: Final = ExchangeTable(
    "E_PRI_PERSON",
    _columns("PERSON_ID PRIPID NAME CERTYPE CERNO NATDATE DOM TEL LEREPSIGN COUNTRY POSITION"),
    identity=(NODE, "PERSON_ID"),
    only=("LEREPSIGN", "1"),
)
TABLES: Final = {
    RecordKind.LEGAL_PERSON: BASE,
    RecordKind.REGISTRATION_CHANGE: ExchangeTable(
        "E_ALTER_RECODER", _columns("PRIPID ALITEM ALTBE ALTAF ALTDATE"), identity=(NODE, "PRIPID", "ALITEM", "ALTDATE")
    ),
    RecordKind.SHAREHOLDER: ExchangeTable(
        "E_INV_INVESTMENT",
        _columns("INVID PRIPID INV INVTYPE CERNO BLICNO CURRENCY SUBCONAM ACCONAM CONPROP CONFORM CONDATE"),
        identity=(NODE, "INVID"),
    ),
    RecordKind.BRANCH: ExchangeTable("E_BRANCH", _columns("BRID PRIPID BRNAME UNISCID"), identity=(NODE, "BRID")),
    RecordKind.PLEDGE_REGISTRATION: ExchangeTable(
        "E_PLEDGE",
        _columns("PRIPID PLEKIND MORREGNO EXPMOR EXPMORTYPE IMPMOR EXPSHARAM CURRENCY EQUPLEDATE"),
        identity=(NODE, "PLEKIND", "MORREGNO"),
    ),
    RecordKind.ABNORMAL_OPERATION_LISTING: ExchangeTable(
        "AO_OPADETAIL",
        _columns("BUSEXCID PRIPID SPECAUSE_CN ABNTIME DECORG_CN REMEXCPRES_CN REMDATE REDECORG_CN GSZT"),
        identity=(NODE, "BUSEXCID"),
    ),
    RecordKind.ADMINISTRATIVE_LICENSE: ExchangeTable(
        "XK_XZXK",
        _columns("""XK_XDR_SHXYM XK_XKWS XK_WSH XK_XKLB XK_XKZS XK_XKBH XK_NR XK_JDRQ XK_YXQZ XK_YXQZI XK_XKJG
        XK_XKJGDM XK_ZT XK_SFGZCN GSZT"""),
        identity=("XK_XDR_SHXYM", "XK_WSH", "XK_XKJGDM"),
        code_column="XK_XDR_SHXYM",
    ),
    RecordKind.ADMINISTRATIVE_PENALTY: ExchangeTable(
        "CF_XZCF",
        _columns("""CF_XDR_SHXYM CF_WSH CF_WFXW CF_SY CF_YJ CF_CFLB CF_NR CF_NR_FK CF_NR_WFFF CF_NR_ZKDX CF_JDRQ CF_YXQ
        CF_GSJZQ CF_CFJG CF_CFJGDM case_process_type GSZT"""),
        identity=("CF_XDR_SHXYM", "CF_WSH", "CF_CFJGDM"),
        code_column="CF_XDR_SHXYM",
    ),
    RecordKind.CREDIT_PLEDGE: ExchangeTable(
        "XY_CNXX",
        _columns("承诺编号 统一社会信用代码 承诺类型 承诺事由 做出承诺日期 承诺受理单位 承诺履约状态"),
        identity=(NODE, "承诺编号"),
        code_column="统一社会信用代码",
    ),
}
"""Where each kind of record stands."""
