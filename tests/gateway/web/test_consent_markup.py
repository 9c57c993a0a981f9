"""What is put into a page stays text, whatever it holds."""

from __future__ import annotations

import pytest

from gateway.web.consent_markup import Html, element, fill, joined

BAD = "<script>alert('1')</script>\"&{{title}}"
SAFE = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;{{title}}"


def test_text_and_attributes_are_escaped_and_markup_is_not():
    assert joined([BAD, Html("<br>")]) == f"{SAFE}<br>"
    assert element("a", BAD, {"href": BAD, "class": None}) == f'<a href="{SAFE}">{SAFE}</a>'
    assert element("p", element("b", "x")) == "<p><b>x</b></p>"


def test_a_template_fills_every_slot_once_and_wants_all_of_them():
    values = dict.fromkeys(("title", "text", "way_on", "other_tag", "other_title", "other_text"), "")
    filled = fill("consent_told", values | {"title": BAD, "way_on": Html("<hr>")})
    assert SAFE in filled
    assert "<hr>" in filled
    with pytest.raises(KeyError):
        fill("consent_told", {})
