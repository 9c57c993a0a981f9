"""Officers on the command line."""

from __future__ import annotations

import pytest

from tests.gateway.cli.test_orgs import BANK, SETTINGS


@pytest.fixture
def officers(creditgraph):
    creditgraph("orgs", *BANK, *SETTINGS)
    return lambda *arguments: creditgraph("officers", *arguments, *SETTINGS)


def test_what_is_added_is_listed(officers):
    assert officers("add", "bank", "17", "--item", "SUP-TX1", "--item", "NB01-1").code == 0
    assert officers("add", "bank", "18").code == 0
    assert officers("list").out == "bank/17  items NB01-1, SUP-TX1\nbank/18  items none\n"
    assert officers("list", "--organisation", "other").out == "no officer is registered\n"
    assert officers("list", "--organisation", "bank", "--json").json["officers"][0] == {
        "organisation": "bank",
        "officer": "17",
        "items": ["NB01-1", "SUP-TX1"],
        "isActive": True,
    }


def test_a_suspension_tells_what_it_stops(officers):
    officers("add", "bank", "17")
    assert officers("suspend", "bank", "17").out == (
        "officer `bank/17` is suspended: no token that names this officer is believed any more; "
        "this acts at once in every running gateway\n"
    )
    assert officers("list").out == "bank/17  items none  SUSPENDED\n"
    assert officers("resume", "bank", "17").code == 0
    assert officers("list").out == "bank/17  items none\n"


def test_what_is_wrong_ends_with_2(officers):
    for arguments, sentence in (
        (("add", "nobody", "17"), "officer `nobody/17`: its organisation is not registered"),
        (("add", "bank", "a b"), "officer: `officer_id` has 1 to 64"),
        (("add", "bank", "17", "--item", "tax"), "catalog items are named by their codes"),
        (("suspend", "bank", "17"), "officer `bank/17` is not registered"),
    ):
        ended = officers(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert sentence in ended.err
