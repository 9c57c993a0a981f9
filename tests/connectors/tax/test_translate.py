"""What is asked of the tax office, and what its taxML says."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree

from connectors.tax.envelope import DATASPEC, TITLE
from connectors.tax.sections import SECTIONS
from connectors.tax.translate import elements, held, normalised, read_page, write_message
from connectors.transport.wire import MalformedAnswer
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

SAIC = SubjectId.parse("91310000132260250X")
NEUSOFT = SubjectId.parse("91210100604608172K")
ANSWERED_AT = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
PENALTY = RecordKind.ADMINISTRATIVE_PENALTY
ARREARS = RecordKind.TAX_ARREARS
PROFILE = RecordKind.TAXPAYER_PROFILE
VIOLATION = RecordKind.MAJOR_TAX_VIOLATION


def message(sections, *, taxpayers=(("A1", SAIC),), head="<pageNum>1</pageNum><pageTotal>1</pageTotal>"):
    """A taxML with rows by section; each row is the text of its cells."""
    grid = "".join(f"<nsrGridlb><DJXH>{key}</DJXH><shxydm>{code}</shxydm></nsrGridlb>" for key, code in taxpayers)
    rows = "".join(
        f'<jgGridlb bm="{code}">' + "".join(f"<lb>{row}</lb>" for row in cells) + "</jgGridlb>"
        for code, cells in sections.items()
    )
    return etree.fromstring(
        f'<taxML xmlns="{DATASPEC}" cnName="{TITLE}"><sjrq>2026-05-31</sjrq>{head}'
        f"<nsrGrid>{grid}</nsrGrid><jgGrid>{rows}</jgGrid></taxML>"
    )


def read_one(kind, facts, *cells):
    """The records of `kind` told by rows with `cells`, all about one taxpayer."""
    told = message({SECTIONS[kind].code: [f"<DJXH>A1</DJXH>{cell}" for cell in cells]})
    page = read_page(told, [SAIC], {kind: frozenset(facts)}, answered_at=ANSWERED_AT)
    return page.records.get((SAIC, kind), ())


def test_only_held_facts_are_kept():
    wanted = {
        PENALTY: frozenset({"fineAmount", "severityClass"}),
        RecordKind.ADMINISTRATIVE_LICENSE: frozenset({"grantedOnPledge"}),
        RecordKind.ANNUAL_REPORT: frozenset({"reportYear"}),
    }

    assert held(wanted) == {PENALTY: frozenset({"fineAmount"})}


def test_each_fact_asks_for_its_own_element_and_no_other():
    assert elements(ARREARS, {"taxCategory", "arrearsBalance"}) == ("ZSXM_DM", "qsye")


def test_a_kind_that_others_keep_too_is_asked_with_what_makes_two_records_one():
    assert elements(PENALTY, {"fineAmount"}) == ("CF_WSH", "CF_NR_FK", "CF_CFJGDM")

    cells = "<CF_WSH>津税稽罚（2025）3号</CF_WSH><CF_CFJGDM>X</CF_CFJGDM><CF_NR_FK>1</CF_NR_FK>"
    (record,) = read_one(PENALTY, {"fineAmount"}, cells)
    assert record.key == "津税稽罚(2025)3号|X"
    assert record.facts == {"fineAmount": {"amount": "10000.00", "currency": "CNY"}}


def test_a_violation_asks_for_the_published_flag_and_not_for_the_stop_date():
    assert elements(VIOLATION, {"caseNature"}) == ("ajxz", "gbbz")
    assert "tzgbrq" in elements(VIOLATION, {"publicationStopDate"})


def test_no_native_element_serves_two_facts():
    for section in SECTIONS.values():
        natives = [element.native for element in section.elements.values()]
        assert len(natives) == len(set(natives))


def test_the_message_names_taxpayers_sections_and_elements():
    written = write_message([SAIC, NEUSOFT], {PROFILE: frozenset({"taxpayerStatus"})}, page=2, page_size=50)
    node = etree.fromstring(written.encode("utf-8"))

    assert node.xpath("//*[local-name()='nsrsbh']/text()") == [SAIC, NEUSOFT]
    assert node.xpath("//*[local-name()='xxlb']/@bm") == ["NSRJBXX"]
    assert node.xpath("//*[local-name()='fhzd']/text()") == ["nsrzt_dm"]
    assert node.findtext(f"{{{DATASPEC}}}pageNum") == "2"


def test_arrears_in_yuan_with_category_name_and_data_date_of_the_row():
    cells = (
        "<sjgxrq>2026-03-31</sjgxrq><ZSXM_DM>10101</ZSXM_DM><qsye>1234567.80</qsye>"
        "<SKSSQQ>2025-10-01</SKSSQQ><SKSSQZ>2025-12-31</SKSSQZ>"
    )
    (record,) = read_one(ARREARS, {"taxCategory", "arrearsBalance", "taxPeriodFrom", "taxPeriodTo"}, cells)

    assert record.agency is AgencyId.TAX
    assert record.facts == {
        "taxCategory": "增值税",
        "arrearsBalance": {"amount": "1234567.80", "currency": "CNY"},
        "taxPeriodFrom": "2025-10-01",
        "taxPeriodTo": "2025-12-31",
    }
    assert record.key == "增值税|2025-10-01|2025-12-31"
    assert record.as_of.isoformat() == "2026-03-31T00:00:00+08:00"


def test_penalty_amounts_are_ten_thousands_of_yuan_as_the_national_template_wants():
    (record,) = read_one(
        PENALTY,
        {"fineAmount", "confiscatedAmount", "penaltyCategory", "procedureType"},
        "<CF_NR_FK>0.020000</CF_NR_FK><CF_CFLB>罚款;没收违法所得；警告</CF_CFLB><case_process_type>01</case_process_type>",
    )

    assert record.facts == {
        "fineAmount": {"amount": "200.00", "currency": "CNY"},
        "confiscatedAmount": None,
        "penaltyCategory": ["FINE", "WARNING"],
        "procedureType": "SIMPLIFIED",
    }


def test_a_penalty_is_known_by_normalised_number_and_authority_and_served_as_stated():
    facts = {"penaltyDocumentNumber", "penaltyAuthorityCode"}
    cells = "<CF_WSH>津税稽罚〔2025〕 12号a</CF_WSH><CF_CFJGDM>11120000MB1541123U</CF_CFJGDM>"
    (record,) = read_one(PENALTY, facts, cells)

    assert record.key == "津税稽罚(2025)12号A|11120000MB1541123U"
    assert record.facts["penaltyDocumentNumber"] == "津税稽罚〔2025〕 12号a"
    assert normalised("慈税罚（2018）40号") == normalised("慈税罚【2018】40号") == "慈税罚(2018)40号"


def test_a_key_is_never_made_of_half_its_facts():
    (unnumbered,) = read_one(PENALTY, {"penaltyAuthorityCode"}, "<CF_CFJGDM>11120000MB1541123U</CF_CFJGDM>")
    (undated,) = read_one(ARREARS, {"taxCategory"}, "<ZSXM_DM>10101</ZSXM_DM>")

    assert (unnumbered.key, undated.key) == ("", "")


def test_an_unknown_code_spoils_its_own_fact_only():
    (record,) = read_one(
        PROFILE,
        {"taxpayerStatus", "taxpayerType", "taxRegistrationDate", "competentTaxAuthority"},
        "<nsrzt_dm>77</nsrzt_dm><nsrzg>1</nsrzg><djrq>2019-02-30</djrq><zgswj_dm>11201160000</zgswj_dm>",
    )

    assert record.unreadable == {"taxpayerStatus", "taxRegistrationDate"}
    assert record.facts == {"taxpayerType": "一般纳税人", "competentTaxAuthority": "国家税务总局天津市滨海新区税务局"}


@pytest.mark.parametrize("number", ["120116100000014", "91310000132260250X"])
def test_a_taxpayer_number_of_15_or_18_characters_is_normal(number):
    (record,) = read_one(PROFILE, {"taxpayerIdentificationNumber"}, f"<nsrsbh>{number}</nsrsbh>")

    assert record.facts == {"taxpayerIdentificationNumber": number}


@pytest.mark.parametrize(
    ("kind", "fact", "cell"),
    [
        (ARREARS, "arrearsBalance", "<qsye>1,000.00</qsye>"),
        (ARREARS, "arrearsBalance", "<qsye>NaN</qsye>"),
        (ARREARS, "paymentDueDate", "<JKQX>20250131</JKQX>"),
        (RecordKind.TAX_CREDIT_RATING, "ratingYear", "<pjnd>25</pjnd>"),
        (RecordKind.TAX_CREDIT_RATING, "taxCreditRating", "<pjjb>E</pjjb>"),
        (RecordKind.TAX_CREDIT_RATING, "ratingScore", "<pjdf>９６</pjdf>"),
        (PENALTY, "penaltyCategory", "<CF_CFLB>罚款;鞭笞</CF_CFLB>"),
        (PROFILE, "taxpayerIdentificationNumber", "<nsrsbh>无</nsrsbh>"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(kind, fact, cell):
    (record,) = read_one(kind, {fact}, cell)

    assert record.facts == {}
    assert record.unreadable == {fact}


def test_an_open_end_and_an_absent_or_blank_element_are_none():
    (record,) = read_one(
        RecordKind.ADMINISTRATIVE_LICENSE,
        {"validTo", "validFrom", "licenseNumber"},
        "<XK_YXQZI>9999-12-31</XK_YXQZI><XK_YXQZ> </XK_YXQZ>",
    )

    assert record.facts == {"validTo": None, "validFrom": None, "licenseNumber": None}


def test_publication_stopped_and_flag_missing_are_not_displayed():
    shown, stopped, silent = read_one(
        VIOLATION, {"caseNature"}, "<gbbz>Y</gbbz>", "<gbbz>N</gbbz>", "<ajxz>偷税</ajxz>"
    )

    assert [record.is_displayed for record in (shown, stopped, silent)] == [True, False, False]
    assert "publicationStopDate" not in stopped.facts


def test_facts_of_the_financial_officer_are_gathered_below_the_person():
    facts = {"responsibleFinancialOfficer.name", "responsibleFinancialOfficer.gender"}
    told, untold = read_one(VIOLATION, facts, "<cwfzr>王示甲</cwfzr><cwfzrxb_dm>2</cwfzrxb_dm>", "<gbbz>Y</gbbz>")

    assert told.facts == {"responsibleFinancialOfficer": {"name": "王示甲", "gender": "FEMALE"}}
    assert untold.facts == {"responsibleFinancialOfficer": None}


def test_an_unasked_element_is_not_taken():
    (record,) = read_one(ARREARS, {"taxCategory"}, "<ZSXM_DM>10104</ZSXM_DM><qsye>1.00</qsye>")

    assert record.facts == {"taxCategory": "企业所得税"}


def test_strangers_are_passed_over_and_two_registrations_of_one_taxpayer_are_joined():
    told = message(
        {"QSXX": [f"<DJXH>{key}</DJXH><ZSXM_DM>10101</ZSXM_DM>" for key in ("A1", "A2", "B1", "??")]},
        taxpayers=(("A1", SAIC), ("A2", SAIC.lower()), ("B1", NEUSOFT)),
    )
    page = read_page(told, [SAIC], {ARREARS: frozenset({"taxCategory"})}, answered_at=ANSWERED_AT)

    assert page.taxpayers == {SAIC}
    assert [len(rows) for rows in page.records.values()] == [2]


def test_a_section_that_was_asked_for_and_is_not_there_is_named():
    page = read_page(message({}), [SAIC], {ARREARS: frozenset({"taxCategory"})}, answered_at=ANSWERED_AT)

    assert page.missing == {ARREARS}


def test_without_dates_of_its_own_the_answer_is_as_old_as_itself():
    told = message({"QSXX": ["<DJXH>A1</DJXH><sjgxrq>gestern</sjgxrq>"]})
    told.remove(told.find(f"{{{DATASPEC}}}sjrq"))
    page = read_page(told, [SAIC], {ARREARS: frozenset({"taxCategory"})}, answered_at=ANSWERED_AT)

    assert page.records[SAIC, ARREARS][0].as_of == ANSWERED_AT


@pytest.mark.parametrize(
    "broken",
    [
        message({"QSXX": ["<ZSXM_DM>10101</ZSXM_DM>"]}),
        message({}, head="<pageNum>1</pageNum>"),
        message({}, head="<pageNum>0</pageNum><pageTotal>1</pageTotal>"),
        message({}, head="<pageNum>1</pageNum><pageTotal>999</pageTotal>"),
        message({}, taxpayers=(("", SAIC),)),
        etree.fromstring(f'<taxML xmlns="{DATASPEC}"><pageNum>1</pageNum><pageTotal>1</pageTotal></taxML>'),
    ],
)
def test_a_page_without_its_bones_is_malformed(broken):
    with pytest.raises(MalformedAnswer):
        read_page(broken, [SAIC], {ARREARS: frozenset({"taxCategory"})}, answered_at=ANSWERED_AT)
