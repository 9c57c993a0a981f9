"""May a person who answers for a listed unit in this role be named with it?

Article: Tianjin 32 (legal representative, principal responsible person, actual controller), Shanghai 33 (no controller,
but others directly responsible), Heilongjiang 33, Liaoning 29 (all four).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schema.catalog.entry import LinkedRole
from schema.catalog.jurisdiction import Jurisdiction
from schema.vocabulary.records import Fact

RULE = "linked_person"
_ROLES: Final = (
    ("法定代表人", LinkedRole.LEGAL_REPRESENTATIVE),
    ("实际控制人", LinkedRole.ACTUAL_CONTROLLER),
    ("直接责任", LinkedRole.DIRECTLY_RESPONSIBLE),
    ("负责人", LinkedRole.PRINCIPAL_RESPONSIBLE),
    ("经营者", LinkedRole.PRINCIPAL_RESPONSIBLE),
)
"""Words of an agency for a person's role, the more telling ones first (财务负责人 is not the unit's own 负责人)."""
_OF_A_PART: Final = ("财务", "部门", "项目")


def is_unlinked(person: Mapping[str, Fact], law: Jurisdiction) -> bool:
    """Whether the regulation does not name the person's role; a role that nobody states is not named either."""
    position = person.get("position")
    role = _role(position) if isinstance(position, str) else None
    return role not in law.linked_roles


def _role(position: str) -> LinkedRole | None:
    for words, role in _ROLES:
        if words in position:
            is_of_a_part = role is LinkedRole.PRINCIPAL_RESPONSIBLE and position.startswith(_OF_A_PART)
            return None if is_of_a_part else role
    return None
