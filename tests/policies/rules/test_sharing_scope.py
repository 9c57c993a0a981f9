"""With whom an item may be shared at all (Tianjin Art. 10, 38; Shanghai 17¶3, Heilongjiang 18¶2, Liaoning 10¶2)."""

from __future__ import annotations

import pytest

from policies.rules.sharing_scope import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import WIDE, a_case


@pytest.mark.parametrize("caller", CallerClass)
def test_public_items_are_for_anyone(caller: CallerClass) -> None:
    assert judge(a_case(an_asker(caller), sensitivity=Sensitivity.PUBLIC)) is None


@pytest.mark.parametrize("caller", CallerClass)
def test_conditional_items_are_for_the_classes_in_scope(caller: CallerClass) -> None:
    passes = judge(a_case(an_asker(caller))) is None
    assert passes == (caller in {*WIDE, CallerClass.OPERATOR, CallerClass.AUTHORISED_PARTY})


@pytest.mark.parametrize("caller", CallerClass)
def test_items_not_shared_are_for_the_subject_and_whom_it_authorises_and_the_operator(caller: CallerClass) -> None:
    """Whether the subject has authorised this party, the rule on consent asks."""
    passes = judge(a_case(an_asker(caller), sensitivity=Sensitivity.NOT_SHARED)) is None
    assert passes == (caller in {CallerClass.OPERATOR, CallerClass.AUTHORISED_PARTY})
    assert judge(a_case(an_asker(caller), is_own=True, sensitivity=Sensitivity.NOT_SHARED)) is None


@pytest.mark.parametrize(
    ("region", "article"), [("TJ", "TJ 10"), ("SH", "SH 17¶3"), ("HL", "HL 18¶2"), ("LN", "LN 10¶2")]
)
def test_a_refusal_names_its_article_and_says_what_it_means(region: str, article: str) -> None:
    finding = judge(a_case(an_asker(CallerClass.ASSOCIATION), region=region))
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.CALLER_NOT_AUTHORISED)
    assert (finding.rule, str(finding.article)) == ("sharing_scope", article)
    assert finding.help.endswith("callers of your class")
