"""Fields that no credit record may hold are known by their names and descriptions, Chinese or English."""

from __future__ import annotations

import pytest

from schema.vocabulary.prohibited import ProhibitedCategory, prohibited_category

BLOOD, FAITH = ProhibitedCategory.BLOOD_TYPE, ProhibitedCategory.RELIGION
ILLNESS, BODY, GENES = ProhibitedCategory.ILLNESS, ProhibitedCategory.BIOMETRICS, ProhibitedCategory.GENETICS


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("bloodType", BLOOD),
        ("blood_type", BLOOD),
        ("PersonRef.bloodType", BLOOD),
        ("BLOOD", BLOOD),
        ("religiousBelief", FAITH),
        ("religion", FAITH),
        ("churchMember", FAITH),
        ("medicalHistory", ILLNESS),
        ("diagnoses", ILLNESS),
        ("chronicDiseases", ILLNESS),
        ("fingerprint", BODY),
        ("irisScan", BODY),
        ("facialFeatures", BODY),
        ("biometricTemplate", BODY),
        ("geneTest", GENES),
        ("geneticMarker", GENES),
        ("dnaProfile", GENES),
        ("血型", BLOOD),
        ("当事人的宗教信仰", FAITH),
        ("既往病史", ILLNESS),
        ("指纹信息", BODY),
        ("基因检测", GENES),
        ("Whether the person has an illness", ILLNESS),
    ],
)
def test_a_name_or_a_description_gives_the_category_away(name: str, category: ProhibitedCategory) -> None:
    assert prohibited_category(name) is category


@pytest.mark.parametrize(
    "name",
    [
        "registeredName",
        "generalManager",
        "surface",
        "interfaceName",
        "genealogy",
        "统一社会信用代码",
        "creditPledge",
        "",
    ],
)
def test_a_word_inside_another_word_means_nothing(name: str) -> None:
    assert prohibited_category(name) is None


def test_any_of_several_texts_gives_it_away_and_no_text_none() -> None:
    assert prohibited_category("group", "The group of the blood") is BLOOD
    assert prohibited_category() is None


@pytest.mark.parametrize("category", ProhibitedCategory)
def test_every_category_has_its_words(category: ProhibitedCategory) -> None:
    assert any(prohibited_category(word) is category for word in ("宗教", "血型", "疾病", "生物识别", "基因"))
