"""Only a reason that was found without data has a public face."""

from __future__ import annotations

import pytest

from schema.vocabulary.reasons import ReasonCode, SourceArticle


def test_what_depends_on_data_is_silent() -> None:
    silent = {code for code in ReasonCode if not code.is_public}
    assert silent == {
        ReasonCode.LINKED_PERSON,
        ReasonCode.DISPLAY_EXPIRED,
        ReasonCode.RETENTION_ENDED,
        ReasonCode.RESTORED,
        ReasonCode.REVOKED,
        ReasonCode.OUTSIDE_CONSENT,
        ReasonCode.HIDDEN_AT_SUBJECT_REQUEST,
        ReasonCode.SIMPLIFIED_PROCEDURE,
        ReasonCode.NO_LEGAL_DOCUMENT,
        ReasonCode.MINOR,
        ReasonCode.RETENTION_ENDED,
        ReasonCode.RESTORED,
        ReasonCode.REVOKED,
        ReasonCode.HIDDEN_AT_SUBJECT_REQUEST,
        ReasonCode.SIMPLIFIED_PROCEDURE,
        ReasonCode.NO_LEGAL_DOCUMENT,
        ReasonCode.MINOR,
        ReasonCode.LINKED_PERSON,
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


@pytest.mark.parametrize(
    ("text", "number"),
    [("TJ 19", 19), ("TJ 43¶1", 43), ("SH 28¶1(1)", 28), ("TJ silent", None), ("house rule", None)],
)
def test_an_article_has_a_number_where_the_text_was_numbered(text: str, number: int | None) -> None:
    assert SourceArticle.parse(text).number == number
