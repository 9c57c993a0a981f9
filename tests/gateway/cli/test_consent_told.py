"""Consents as lines and as JSON: nothing of a name that could steer a terminal, times by the clock of the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from gateway.cli.consent_told import chain_of, json_of_consent, line_of_consent, span
from gateway.registers.consents_entry import NOTICE_SHOWN
from policies.authorisation import NOTICE
from schema.vocabulary.consents import ConsentAct, Frequency, Per
from tests.builders import NOW
from tests.consent_builders import CONSENT_ID, acted, asked, the_papers


def test_a_line_says_where_it_stands():
    papers = the_papers()
    file = asked(papers, frequency=Frequency(3, Per.MONTH), client_id="bank-web")
    assert line_of_consent(file, NOW) == (
        f"consent {CONSENT_ID} REQUESTED to bank (client bank-web); not written, 2026-06-01 to 2026-12-31; "
        "3 per MONTH: SUP-TX1 for CREDIT_GRANTING"
    )


def test_who_was_warned_is_said_only_if_the_grant_says_so():
    papers = the_papers()
    file = asked(papers, is_written=True, notice=NOTICE)
    warned = acted(papers, file, ConsentAct.GRANT, evidence={NOTICE_SHOWN: NOTICE})
    assert "; written, warned before, " in line_of_consent(warned, NOW)
    assert "warned" not in line_of_consent(acted(papers, file, ConsentAct.GRANT), NOW)


def test_the_chain_is_told_statement_by_statement():
    papers = the_papers()
    file = acted(papers, asked(papers), ConsentAct.GRANT, ConsentAct.REVOKE, evidence={"door": "graph"})
    assert list(chain_of(file)) == [
        "0 terms    2026-06-01 10:00  asked for by bank-web, for 第一银行",
        "1 GRANT    2026-06-01 10:00  by the subject; door graph",
        "2 REVOKE   2026-06-01 10:00  by the subject; door graph",
    ]
    (terms, *_) = chain_of(replace(file, asked_by="", grantee_name="第\x1b[31m"))
    assert terms.endswith("filed by the operator, for 第 [31m")


def test_programs_are_told_everything():
    papers = the_papers()
    told = json_of_consent(acted(papers, asked(papers, data_from=date(2020, 1, 1)), ConsentAct.GRANT), NOW)
    assert told["id"] == CONSENT_ID
    assert told["state"] == "ACTIVE"
    assert (told["dataFrom"], told["dataTo"], told["frequency"], told["replaces"]) == (
        date(2020, 1, 1),
        None,
        None,
        None,
    )
    assert [act["act"] for act in told["acts"]] == ["GRANT"]


def test_a_span_may_be_open():
    assert span(date(2026, 1, 1), None) == "since 2026-01-01"
    assert span(date(2026, 1, 1), date(2026, 2, 1)) == "2026-01-01 to 2026-02-01"
