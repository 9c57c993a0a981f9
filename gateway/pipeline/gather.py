"""Stage 4: facts from our own books and from the arguments that the judge needs, as values.

Today a subject's kind and whether it is the caller itself; consents and objections join here.
"""

from __future__ import annotations

from policies.evidence import Evidence
from policies.question import Asker
from schema.vocabulary.caller import Caller, CallerClass, Inquiry
from schema.vocabulary.identifiers import SubjectId

READ_SCOPE = "credit:read"
"""The token scope that reaches beyond public information."""


def gather(subject: SubjectId, caller: Caller) -> Evidence:
    """What is known about the subject before any agency is asked."""
    is_own = caller.caller_class is CallerClass.SUBJECT_SELF and caller.own_subject == subject
    return Evidence(subject.subject_kind, is_own)


def asker_of(caller: Caller, inquiry: Inquiry) -> Asker:
    """The caller as far as judgement depends on it."""
    return Asker(caller.caller_class, inquiry.purpose, READ_SCOPE in caller.scopes)
