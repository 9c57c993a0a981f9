"""Two addresses are one or they are not, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.web_addresses import is_same_address

HERE = "https://gateway.example/graphql"


@pytest.mark.parametrize(
    "written",
    [
        HERE,
        "HTTPS://Gateway.EXAMPLE/graphql",
        "https://gateway.example:443/graphql",
        "https://gateway.example/graphql?query=x",
        "https://gateway.example/graphql#part",
        "https://gateway.example/%67raph%71l",
    ],
)
def test_one_place(written: str) -> None:
    assert is_same_address(written, HERE)


@pytest.mark.parametrize(
    "written",
    [
        None,
        5,
        "",
        "/graphql",
        "gateway.example/graphql",
        "http://gateway.example/graphql",
        "https://gateway.example:8443/graphql",
        "https://gateway.example:0x1bb/graphql",
        "https://gateway.example:99999/graphql",
        "https://gateway.example/GraphQL",
        "https://gateway.example/graphql/",
        "https://gateway.example//graphql",
        "https://gateway.example",
        "https://gateway.example.attacker.example/graphql",
        "https://gateway.example@attacker.example/graphql",
        "https://user@gateway.example/graphql",
        "https://@gateway.example/graphql",
        "https://gateway.example./graphql",
        " https://gateway.example/graphql",
        "https://gateway.example/graph\nql",
        "https://gateway.example/graphql\t",
        "https://gateway.example/ｇraphql",
        "https://[::1/graphql",
        "ftp://gateway.example/graphql",
        HERE + "x" * 2000,
    ],
)
def test_another_place_or_none(written: object) -> None:
    assert not is_same_address(written, HERE)


def test_letters_of_what_is_encoded_and_the_root() -> None:
    assert is_same_address("http://a.example/%e4%bf%a1", "http://a.example:80/%E4%BF%A1")
    assert not is_same_address("http://a.example/%2F", "http://a.example//")
    assert is_same_address("http://a.example", "http://a.example/")
    assert is_same_address("http://[::1]:80/x", "http://[::1]/x")


def test_no_place_is_no_place_to_be() -> None:
    assert not is_same_address("", "")


@given(st.text(max_size=80))
def test_whatever_is_written(written: str) -> None:
    is_same_address(written, HERE)
    is_same_address(f"https://{written}", HERE)
