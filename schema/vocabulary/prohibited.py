"""Categories of personal information that no credit record may hold, and how a field of one gives itself away.

One list for all jurisdictions: what any of the texts forbids, none of the graphs gets.
Source: Tianjin Art. 16¶2 (religion, blood type, illness, medical history, biometrics), Shanghai Art. 14¶3 (genes,
fingerprints), Heilongjiang Art. 20¶3 (other identifying information), Credit Reporting Industry Regulation Art. 14¶1.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class ProhibitedCategory(StrEnum):
    """What may never be collected about a natural person."""

    RELIGION = "RELIGION"  # 宗教信仰
    BLOOD_TYPE = "BLOOD_TYPE"  # 血型
    ILLNESS = "ILLNESS"  # 疾病、病史
    BIOMETRICS = "BIOMETRICS"  # 生物识别信息、指纹
    GENETICS = "GENETICS"  # 基因


_WORDS: Final = {
    ProhibitedCategory.RELIGION: r"religio\w*|faith|creed|church|宗教|信仰",
    ProhibitedCategory.BLOOD_TYPE: r"blood|血型",
    ProhibitedCategory.ILLNESS: r"illness\w*|disease\w*|diagnos\w*|medical|patholog\w*|疾病|病史|诊断",
    ProhibitedCategory.BIOMETRICS: (
        r"biometr\w*|fingerprints?|palmprints?|iris|retina\w*|facial|face|voiceprints?|生物识别|指纹|虹膜|声纹|人脸"
    ),
    ProhibitedCategory.GENETICS: r"gene|genes|genetic\w*|genom\w*|dna|基因",
}
_PATTERNS: Final = tuple(
    (category, re.compile(rf"(?:^|[^a-z])(?:{words})(?:$|[^a-z])", re.IGNORECASE)) for category, words in _WORDS.items()
)
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_|\.")


def prohibited_category(*texts: str) -> ProhibitedCategory | None:
    """The category that a field's name or description speaks of; None if it is none.

    Shape:   names in any case (`bloodType`, `blood_type`, `PersonRef.bloodType`) and descriptions, Chinese or English
    """
    for text in texts:
        apart = _HUMPS.sub(" ", text)
        for category, pattern in _PATTERNS:
            if pattern.search(apart):
                return category
    return None
