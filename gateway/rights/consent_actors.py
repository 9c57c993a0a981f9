"""Who may do what with a consent; a consent that isn't somebody's own doesn't exist for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gateway.registers.consents_entry import NOTICE_SHOWN, ConsentFile, Party
from schema.vocabulary.consents import ConsentAct

MOST_ACTS: Final = 200
"""Acts that may stand on a consent before it can't be paused any more; ended it can be at any time.

A chain is read whole, and kept whole for each of its lengths, so one without end would cost more with every act.
"""


class ConsentRefusal(StrEnum):
    """Why an act on a consent isn't done."""

    NOT_FOUND = "CONSENT_NOT_FOUND"
    STATE = "CONSENT_STATE"
    ACT = "CONSENT_ACT"
    NOTICE = "CONSENT_NOTICE"


class ConsentRefused(Exception):
    """The act isn't done. `message` and `help` are safe to show and tell nothing of consents that aren't one's own."""

    def __init__(self, code: ConsentRefusal, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = advice


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the door has established it."""

    by: Party
    name: str = ""
    """The subject's code, or the grantee's organisation; the operator needs none."""
    notice_read: bool = False
    """Whether the subject was shown the notice of adverse consequences and has said so."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """What is signed along with the act, e.g. through which door it came; no personal data."""

    def owns(self, file: ConsentFile) -> bool:
        """Whether the consent is the actor's own; the operator answers for all of them."""
        match self.by:
            case Party.SUBJECT:
                return self.name == file.terms.subject
            case Party.GRANTEE:
                return self.name != "" and self.name == file.terms.organisation
            case _:
                return self.by is Party.OPERATOR


def check(act: ConsentAct, actor: Actor, file: ConsentFile) -> Mapping[str, str]:
    """The evidence to be signed with an act that this actor may do, whatever the consent's state.

    Errors:  ConsentRefused
    """
    if act not in _MAY[actor.by]:
        raise ConsentRefused(ConsentRefusal.ACT, "this act on a consent is not yours", _YOURS[actor.by])
    if act is ConsentAct.PAUSE and len(file.acts) >= MOST_ACTS:
        message = "this consent has been paused too often to be paused once more"
        raise ConsentRefused(ConsentRefusal.STATE, message, "revoke it, and give another one if it is asked for")
    notice = file.terms.notice
    if act is not ConsentAct.GRANT or not notice:
        return actor.evidence
    if not actor.notice_read and actor.evidence.get(NOTICE_SHOWN) != notice:
        message = "this consent can't be given before its notice of adverse consequences has been read"
        raise ConsentRefused(
            ConsentRefusal.NOTICE, message, f"show the subject the notice `{notice}` and say that it was"
        )
    return {**actor.evidence, NOTICE_SHOWN: notice}


def not_found() -> ConsentRefused:
    """There is no such consent, or none that the actor may know of; nobody can tell which."""
    return ConsentRefused(
        ConsentRefusal.NOT_FOUND, "there is no such consent", "ask for your consents to see their ids"
    )


_OF_SUBJECT: Final = frozenset(ConsentAct) - {ConsentAct.REPLACE}
_MAY: Final[Mapping[Party, frozenset[ConsentAct]]] = {
    Party.SUBJECT: _OF_SUBJECT,
    Party.OPERATOR: _OF_SUBJECT,
    Party.GRANTEE: frozenset({ConsentAct.REVOKE}),
    Party.GATEWAY: frozenset(),
}
"""A consent is replaced by the grant of another one and in no other way."""
_YOURS: Final[Mapping[Party, str]] = {
    Party.SUBJECT: "a consent is replaced by giving the one that takes its place",
    Party.OPERATOR: "a consent is replaced by giving the one that takes its place",
    Party.GRANTEE: "you may give a consent back; ask the subject for everything else",
    Party.GATEWAY: "the gateway itself does nothing with consents",
}
