"""Regions are meant one by one or all at once; what an operator has to say comes from two places."""

from __future__ import annotations

import pytest
import typer

from gateway.cli.catalog_options import ALL, CatalogReader, read_configured, regions


def test_all_regions_are_those_with_an_edition():
    assert regions(ALL, None) == ("HL", "LN", "SH", "TJ")
    assert regions("TJ", None) == ("TJ",)


def test_values_of_the_command_line():
    assert read_configured(["a.b = 1", "c=d=e"], None, as_json=False) == {"a.b": "1", "c": "d=e"}
    assert read_configured(None, None, as_json=False) == {}
    with pytest.raises(typer.Exit):
        read_configured(["a"], None, as_json=False)


def test_editions_share_the_national_base():
    reader = CatalogReader(None, {})
    first, second = reader.read("TJ"), reader.read("SH", "SH-2026-1")
    assert first.structural is second.structural
    assert first.national is second.national
