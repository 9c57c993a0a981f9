"""What a caller is told of a field that was refused before anything was fetched."""

from __future__ import annotations

import logging
from typing import Final

from gateway.faults import Problem
from policies.verdict import Verdict
from schema.vocabulary.reasons import ReasonCode

_LOG = logging.getLogger("creditgraph.pipeline")


def refusal(verdict: Verdict, path: tuple[str, ...]) -> Problem:
    """What the caller is told: the reason, the catalog item, the article, and what would help.

    Of a rule that failed the operator is told too, once for each plan, since plans are kept.
    """
    finding = verdict.findings[0]
    if finding.code is ReasonCode.RULE_FAILED:
        _LOG.error("the rule %s failed on %s", finding.rule, verdict.field.coordinate)
    item = verdict.entry.item.code if verdict.entry is not None else None
    return Problem(
        code=finding.code,
        message=_SENTENCES.get(finding.code, "this field is withheld"),
        path=path,
        help=finding.help,
        details={
            "coordinate": verdict.field.coordinate,
            "catalogItem": item,
            "article": str(finding.article),
            "rule": finding.rule,
        },
    )


_SENTENCES: Final = {
    "NOT_IN_CATALOG": "the catalog has no item for this field",
    "PROHIBITED_CATEGORY": "no credit record may hold information of this kind",
    "CALLER_NOT_AUTHORISED": "the catalog does not share this field with this caller",
    "PURPOSE_REQUIRED": "this field is shared for a stated purpose only",
    "PURPOSE_NOT_ALLOWED": "this field is not shared with this caller for the stated purpose",
    "STAFF_NOT_AUTHORISED": "the officer behind this request has no authority over this item",
    "PURPOSE_NOT_PUBLISHED": "the caller's unit has not published the matter for which it inquires",
    "CONSENT_REQUIRED": "this field is shared with the subject's consent only",
    "WRITTEN_CONSENT_REQUIRED": "this field is shared with the subject's written consent only",
    "CONSENT_EXPIRED": "the subject's consent is not in force",
    "CONSENT_USED_UP": "the subject's consent has been used as often as was agreed",
    "CONSENT_INVALID_LIFETIME": "a consent without end is void",
    "OUT_OF_REGION_SCOPE": "this field is not shared with the caller's region",
    "EVIDENCE_CONTRADICTORY": "what is on file for this request contradicts itself",
    "RULE_FAILED": "a rule could not be applied to this field, so it is withheld",
}
