"""Files of callers: every fault with its line, and nobody blamed for another's."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey

from gateway.cli.callers_file import read_callers
from gateway.registers.callers_book import CallerBook
from gateway.registers.callers_entry import Binding, Client, Grant, Level, Officer, Organisation
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import CallerClass, Purpose
from tests.builders import SOME_CODE

KEY = ECKey.generate_key("P-256", {"kid": "desk-1"})


def a_key(key=KEY, *, private=False):
    members = key.as_dict(private=private)
    return "{" + ", ".join(f'{name} = "{value}"' for name, value in members.items()) + "}"


CALLERS = f"""
[[organisation]]
organisation_id = "tj-permits"
name = "天津审批局"
class = "STATE_ORGAN"
jurisdiction = "120000"
level = "PROVINCIAL"
designated = ["ADMINISTRATIVE_PERMIT"]
case_reference_for = ["INSPECTION"]
agreements = {{"津〔2026〕1号" = ["SUP-TX1", "NB01-1"]}}

[[client]]
client_id = "desk"
organisation_id = "tj-permits"
scopes = ["credit:read"]
grants = ["authorization_code", "refresh_token"]
redirect_uris = ["https://desk.example/back"]
keys = [{a_key()}]
binding = "MTLS"

[[client]]
client_id = "own"
subject = "{SOME_CODE}"
issuer = "elsewhere"
is_active = false

[[officer]]
organisation_id = "tj-permits"
officer_id = "17"
items = ["*"]
"""


def read(text, book=None):
    found = read_callers(DataFile.of("callers.toml", text.encode()))
    found.check_against(book or CallerBook())
    return found


def faults(text):
    return read(text).data.faults


def test_a_file_that_holds():
    found = read(CALLERS)
    assert found.data.faults == []
    bureau, desk, own, officer = found.entries
    assert bureau == Organisation(
        "tj-permits",
        "天津审批局",
        CallerClass.STATE_ORGAN,
        jurisdiction="120000",
        level=Level.PROVINCIAL,
        designated=frozenset({Purpose.ADMINISTRATIVE_PERMIT}),
        case_reference_for=frozenset({Purpose.INSPECTION}),
        agreements={"津〔2026〕1号": frozenset({"SUP-TX1", "NB01-1"})},
    )
    assert isinstance(desk, Client)
    assert '"desk-1"' in desk.keys
    assert desk == Client(
        "desk",
        "tj-permits",
        scopes=frozenset({"credit:read"}),
        grants=frozenset({Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN}),
        redirect_uris=("https://desk.example/back",),
        keys=desk.keys,
        binding=Binding.MTLS,
    )
    assert own == Client("own", subject=SOME_CODE, issuer="elsewhere", is_active=False)
    assert officer == Officer("tj-permits", "17", frozenset({"*"}))


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ('class = "STATE_ORGAN"', 'class = "KING"', 5, "`KING` is not a valid class of caller"),
        ('class = "STATE_ORGAN"', 'class = "SUBJECT_SELF"', 5, "no organisation is of the class `SUBJECT_SELF`"),
        ('"PROVINCIAL"', '"ROYAL"', 7, "`ROYAL` is not a valid level"),
        ('jurisdiction = "120000"', "jurisdiction = 120000", 6, "`jurisdiction` must be a text"),
        ('"120000"', '"12"', 6, "`jurisdiction` is a division code of six digits (GB/T 2260)"),
        ('["INSPECTION"]', '["SPYING"]', 9, "`SPYING` is not a valid purpose"),
        ('"SUP-TX1"', '"tax"', 10, "catalog items are named by their codes, or all of them by `*`"),
        (
            'organisation_id = "tj-permits"\nscopes',
            'organisation_id = "x"\nscopes',
            14,
            "its organisation is not registered",
        ),
        ('["credit:read"]', '["credit:write"]', 15, "`credit:write` is no scope"),
        ('"refresh_token"', '"password"', 16, "`password` is not a valid grant"),
        ("https://desk", "http://desk", 17, "a redirect URI is an `https` address"),
        (a_key(), a_key(private=True), 18, "`keys` holds a private key"),
        (a_key(), '{kty = "oct"}', 18, "`keys` holds a key that cannot be read"),
        (a_key(), "{kty = 99999999999999999999}", 18, "`keys` is a list of public keys"),
        (a_key(), "5", 18, "`keys` must be a list of tables"),
        ('"MTLS"', '"ROPE"', 19, "`ROPE` is not a valid binding"),
        (f'"{SOME_CODE}"', '"1"', 23, "`subject`: a unified social credit code has 18 characters"),
        (f'"{SOME_CODE}"', "1", 23, "`subject` must be a unified social credit code"),
        ("false", '"no"', 25, "`is_active` must be true or false"),
        ("items =", "item =", 30, "unknown key `item`"),
        ('officer_id = "17"', 'officer_id = "a b"', 29, "`officer_id` has 1 to 64 letters"),
    ],
)
def test_every_fault_has_its_line(old, new, line, sentence):
    assert old in CALLERS
    found = faults(CALLERS.replace(old, new, 1))
    assert found[0].startswith(f"callers.toml:{line}: {sentence}")
    assert str(KEY.as_dict(private=True)["d"]) not in "".join(found)
    assert len(found) == 1 or "`keys`" in sentence


def test_all_faults_are_told_at_once_and_nobody_is_blamed_for_another():
    text = CALLERS.replace('class = "STATE_ORGAN"', "").replace('"17"', '""') + CALLERS.replace("tj-permits", "other")
    assert [fault.partition(": ")[2] for fault in faults(text)] == [
        "`None` is not a valid class of caller",
        "`officer_id` must be a text",
        *["this stands there more than once"] * 4,
    ]


def test_who_is_registered_already_is_known():
    book = CallerBook.of(1, [Organisation("bank", "Bank", CallerClass.FINANCIAL_INSTITUTION)])
    text = '[[officer]]\norganisation_id = "bank"\nofficer_id = "1"\n'
    assert read(text, book).data.faults == []
    assert faults(text) == ["callers.toml:2: its organisation is not registered"]


@pytest.mark.parametrize("text", ["x = 1", "[[king]]\n", "organisation = 5", "not toml"])
def test_other_files(text):
    assert faults(text)
