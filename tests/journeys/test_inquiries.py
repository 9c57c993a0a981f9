"""A subject reads over HTTP who has looked at it, keeps it signed, and holds it against the receipt of an inquiry."""

from __future__ import annotations

from gateway.identity.keys import load_key_set
from gateway.identity.statements import StatementSigner
from gateway.pipeline.inquiry_export import EXPORT_TYPE
from tests.journeys.gateways import Gateway
from tests.logged import StillKeys

ARREARS = "query($code: CreditCode!) { subject(code: $code) { taxArrears { taxCategory } } }"
INQUIRIES = """query($code: CreditCode!) { subject(code: $code) { inquiriesExport inquiries(first: 5) { totalCount
    edges { node { id organisation { id name } callerClass purpose outcome items { code } legalBasis } } } } }"""


def test_a_subject_reads_who_has_looked_at_it(gateway: Gateway, stage):
    code = stage.named["clean"]
    asked = gateway.ask(ARREARS, "permit-officer", purpose="ADMINISTRATIVE_PERMIT", matter="permit 7", code=code)
    public = gateway.ask(ARREARS, code=code)
    told = gateway.ask(INQUIRIES, "subject", code=code)
    assert told.errors == []
    subject = told.data["subject"]
    first, second = (edge["node"] for edge in subject["inquiries"]["edges"][:2])
    assert (first["id"], first["callerClass"], first["organisation"]) == (
        public.headers["x-request-id"],
        "PUBLIC",
        None,
    )
    assert (second["id"], second["purpose"]) == (asked.headers["x-request-id"], "ADMINISTRATIVE_PERMIT")
    assert second["organisation"]["name"]
    assert second["legalBasis"][-1] == "TJ 19(1)" or second["outcome"] == "NOTHING_SHOWN"
    keys = StillKeys(load_key_set(gateway.files.settings.identity.keys))
    claims = StatementSigner(keys).verify(subject["inquiriesExport"], EXPORT_TYPE)
    assert claims["sub"] == code
    assert [one["id"] for one in claims["inquiries"][:2]] == [first["id"], second["id"]]
    again = gateway.ask(INQUIRIES, "subject", code=code).data["subject"]["inquiries"]
    assert again["totalCount"] == subject["inquiries"]["totalCount"] + 1
    assert again["edges"][0]["node"]["id"] == told.headers["x-request-id"]


def test_nobody_else_is_told(gateway: Gateway, stage):
    for persona, code in (("public", "clean"), ("permit-officer", "clean"), ("subject", "penalised")):
        refused = gateway.ask(INQUIRIES, persona, code=stage.named[code])
        assert refused.data["subject"] == {"inquiriesExport": None, "inquiries": None}
        assert {error["extensions"]["article"] for error in refused.errors} == {"TJ 39¶1"}
