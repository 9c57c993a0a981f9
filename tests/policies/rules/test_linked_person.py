"""Who may be named with a listed unit (Tianjin Art. 32, Shanghai 33, Heilongjiang 33, Liaoning 29)."""

from __future__ import annotations

import pytest

from policies.rules.linked_person import is_unlinked
from schema.vocabulary.records import Fact
from tests.builders import the_law
from tests.policies.rules.cases import REGIONS

EVERYWHERE = {"TJ", "SH", "HL", "LN"}


@pytest.mark.parametrize(
    ("position", "linked"),
    [
        ("法定代表人", EVERYWHERE),
        ("法定代表人、实际控制人", EVERYWHERE),
        ("主要负责人", EVERYWHERE),
        ("经营者", EVERYWHERE),
        ("实际控制人", EVERYWHERE - {"SH"}),
        ("直接责任人员", EVERYWHERE - {"TJ"}),
        ("其他直接责任人", EVERYWHERE - {"TJ"}),
        ("财务负责人", set()),
        ("项目负责人", set()),
        ("监事", set()),
        ("", set()),
    ],
)
def test_each_text_names_its_own_roles(position: str, linked: set[str]) -> None:
    """Tianjin knows no one else directly responsible, Shanghai no actual controller, the others know all four."""
    assert {region for region in REGIONS if not is_unlinked({"position": position}, the_law(region))} == linked


@pytest.mark.parametrize("person", [{}, {"position": None}, {"position": 7}])
def test_whose_role_nobody_states_is_not_named(person: dict[str, Fact]) -> None:
    assert is_unlinked(person, the_law("LN"))
