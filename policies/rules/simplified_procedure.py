"""Was the penalty given by the simplified procedure?

Article: Tianjin 12(2), Shanghai 9(4), Heilongjiang 18 last paragraph: such penalties do not enter the catalog.
"""

from __future__ import annotations

from policies.rules.record_case import RecordCase, RecordCheck
from schema.catalog.switches import NOT_SAID, SwitchName
from schema.vocabulary.codes import PenaltyProcedure
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RULE = "simplified_procedure"


def prepare(case: RecordCase) -> RecordCheck | None:
    """Only the ordinary procedure is shown; what no agency states stays back, unless it publishes no other."""
    fact, silent_ones = case.item.judged.procedure, case.item.judged.ordinary_procedure_only
    if fact is None or case.catalog.jurisdiction.switches[SwitchName.SIMPLIFIED_PENALTIES].value == NOT_SAID:
        return None

    def check(record: SourceRecord) -> ReasonCode | None:
        procedure = record.facts.get(fact)
        if procedure == PenaltyProcedure.ORDINARY or (procedure is None and record.agency in silent_ones):
            return None
        return ReasonCode.SIMPLIFIED_PROCEDURE

    return check
