"""Labels come from the graph's own descriptions."""

from __future__ import annotations

import pytest

from gateway.cli.labels import Label, Labels, read_label
from schema.graph.assemble import assemble


@pytest.fixture(scope="module")
def labels():
    return Labels(assemble())


@pytest.mark.parametrize(
    ("description", "label"),
    [
        ("Date of the listing (列入日期).", Label("Date of the listing", "列入日期")),
        ("Last day; null where it is open (营业期限至).", Label("Last day", "营业期限至")),
        ("Grade (纳税(缴费)信用级别).\n\n**Catalog**", Label("Grade", "纳税(缴费)信用级别")),
        ("No Chinese here.", Label("No Chinese here")),
        ("", Label("")),
    ],
)
def test_a_description_is_read_in_two_parts(description, label):
    assert read_label(description) == label


def test_fields_and_values_have_labels(labels):
    assert str(labels.field("LegalPerson", "domicile")) == "Domicile 住所"
    assert str(labels.value("RegistrationStatus", "REVOKED")) == "REVOKED 吊销"
    assert str(labels.value("TaxCreditGrade", "A")) == "A级"


def test_what_the_graph_does_not_know_keeps_its_name(labels):
    assert str(labels.field("LegalPerson", "x")) == "x"
    assert str(labels.field("Planet", "x")) == "x"
    assert str(labels.value("RegistrationStatus", "NEW")) == "NEW"
    assert str(labels.value("", "text")) == "text"
    assert labels.type_of("Planet", "x") is None
