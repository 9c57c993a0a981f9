"""The assembled graph: its text, its coordinates, its notes, and that it stays inert."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    parse,
    validate,
    validate_schema,
)

import schema.graph.assemble
from schema.graph.assemble import Graph, assemble
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentState, Per
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

GOLDEN = Path(__file__).parents[2] / "golden" / "schema.graphql"
RENEW = """the graph has changed; if that is meant, renew the golden text and read the difference:
  python -c "from schema.graph.assemble import assemble as a; print(a().sdl(), end='')" > tests/golden/schema.graphql"""
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


def test_text_of_the_graph_is_the_golden_one(graph: Graph) -> None:
    assert graph.sdl() == GOLDEN.read_text(encoding="utf-8"), RENEW


def test_schema_is_valid_and_equal_each_time(graph: Graph) -> None:
    assert validate_schema(graph.core) == []
    assert assemble().sdl() == graph.sdl()


def test_every_record_kind_is_a_type_with_provenance_and_a_place_under_the_subject(graph: Graph) -> None:
    subject = graph.core.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    led_to = {str(made.type).strip("[]!") for made in subject.fields.values()}
    for kind in RecordKind:
        made = graph.core.type_map[kind.value]
        assert isinstance(made, GraphQLObjectType)
        assert str(made.fields["provenance"].type) == "Provenance"
        assert kind.value in led_to


def test_nothing_that_a_policy_may_refuse_is_non_null(graph: Graph) -> None:
    """A refused non-null field would null its parent, and so take its siblings with it."""
    firm = {
        coordinate for coordinate in graph.coordinates() if isinstance(_field(graph, coordinate).type, GraphQLNonNull)
    }
    assert firm == {"CreditSubject.unifiedSocialCreditCode"}


def test_coordinates_name_object_fields_and_no_introspection(graph: Graph) -> None:
    coordinates = graph.coordinates()
    assert len(set(coordinates)) == len(coordinates)
    assert {"Query.subject", "TaxArrears.arrearsBalance", "Money.band", "PersonRef.name"} <= set(coordinates)
    assert not [one for one in coordinates if "__" in one or "Condition." in one or "Order." in one]


def test_everything_is_described_with_its_chinese_term(graph: Graph) -> None:
    """Types, fields, arguments, code values: all but what GraphQL itself brings."""
    silent: list[str] = []
    for name, made in graph.core.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Boolean", "ID", "Float"}:
            continue
        described = {name: made.description}
        if isinstance(made, GraphQLObjectType | GraphQLInputObjectType):
            described |= {f"{name}.{part}": field.description for part, field in made.fields.items()}
        if isinstance(made, GraphQLObjectType):
            described |= {
                f"{name}.{part}({argument})": given.description
                for part, field in made.fields.items()
                for argument, given in field.args.items()
            }
        if isinstance(made, GraphQLEnumType) and not name.endswith("Field"):
            described |= {f"{name}.{value}": given.description for value, given in made.values.items()}
        silent += [place for place, text in described.items() if not text or not CHINESE.search(text)]
    assert silent == []


def test_code_lists_are_the_vocabulary(graph: Graph) -> None:
    for name, codes in (
        ("Agency", AgencyId),
        ("Purpose", Purpose),
        ("ConsentState", ConsentState),
        ("ConsentAct", ConsentAct),
        ("ConsentSpan", Per),
    ):
        made = graph.core.type_map[name]
        assert isinstance(made, GraphQLEnumType)
        assert list(made.values) == [code.value for code in codes]


def test_scalars_are_our_own(graph: Graph) -> None:
    scalars = {name for name, made in graph.core.type_map.items() if isinstance(made, GraphQLScalarType)}
    assert scalars - {"String", "Int", "Boolean", "ID"} == {
        "CreditCode",
        "Date",
        "DateTime",
        "Decimal",
        "CurrencyCode",
        "CountryCode",
        "IndustryCode",
        "EntityTypeCode",
    }


def test_notes_follow_the_description_after_a_blank_line() -> None:
    noted = assemble({"TaxArrears.arrearsBalance": "Catalog item SUP-TX1."})
    text = _field(noted, "TaxArrears.arrearsBalance").description
    assert text == "Balance of the arrears (累计欠税余额).\n\nCatalog item SUP-TX1."
    assert _field(assemble(), "TaxArrears.arrearsBalance").description == "Balance of the arrears (累计欠税余额)."


def test_a_note_on_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"TaxArrears\.nothing"):
        assemble({"TaxArrears.nothing": "…"})


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ("query @inquiry(purpose: AUDITING) { __typename }", 0),
        ('query @inquiry(purpose: AUDITING, matter: "a", caseReference: "b") { __typename }', 0),
        ("query @inquiry { __typename }", 1),
        ("query @inquiry(purpose: CURIOSITY) { __typename }", 1),
        ("{ __typename @inquiry(purpose: AUDITING) }", 1),
    ],
)
def test_inquiry_stands_on_the_operation_and_names_a_known_purpose(graph: Graph, document: str, faults: int) -> None:
    assert len(validate(graph.core, parse(document))) == faults


def test_the_room_is_inert_and_does_not_know_the_catalog() -> None:
    """No resolver can wait for anything, and nothing of the house but the vocabulary is imported."""
    allowed = ("schema.graph", "schema.vocabulary", "strawberry", "graphql")
    outside = {"dataclasses", "enum", "typing", "collections.abc", "__future__"}
    for path in sorted(Path(inspect.getfile(schema.graph)).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), path.name
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert [name for name in names if not name.startswith(allowed) and name not in outside] == [], path.name


def _field(graph: Graph, coordinate: str):
    name, _, field = coordinate.partition(".")
    made = graph.core.type_map[name]
    assert isinstance(made, GraphQLObjectType)
    return made.fields[field]


@strawberry.type(description="A root with a field that no credit record may hold.")
class Planted:
    blood_type: str | None = strawberry.field(description="Planted (测试).")
    surname: str | None = strawberry.field(description="Religious faith (宗教信仰).")
    general: str | None = strawberry.field(description="Harmless (一般).")


def test_a_graph_with_a_field_that_the_law_forbids_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tianjin Art. 16, Shanghai 14, Heilongjiang 20: by its name, or by what is said of it."""
    monkeypatch.setattr(schema.graph.assemble, "Query", Planted)
    with pytest.raises(ValueError, match="no credit record may hold") as refused:
        assemble()
    assert "Planted.bloodType (BLOOD_TYPE)" in str(refused.value)
    assert "Planted.surname (RELIGION)" in str(refused.value)
    assert "Planted.general" not in str(refused.value)
