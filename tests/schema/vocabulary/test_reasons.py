"""Only a reason that was found without data has a public face."""

from __future__ import annotations

import pytest

from schema.vocabulary.reasons import ReasonCode, SourceArticle


def test_what_depends_on_data_is_silent() -> None:
    silent = {code for code in ReasonCode if not code.is_public}
    assert silent == {
        ReasonCode.DISPLAY_EXPIRED,
        ReasonCode.NOT_DISPLAYED,
        ReasonCode.NOT_PUBLIC_BY_RECORD,
        ReasonCode.VALUE_ON_CONDITION,
        ReasonCode.NATURAL_PERSON,
        ReasonCode.MASKED,
    }


def test_articles_are_read_as_they_are_written() -> None:
    assert str(SourceArticle.parse("TJ 19")) == "TJ 19"
    with pytest.raises(ValueError, match="not enough values"):
        SourceArticle.parse("TJ19")
