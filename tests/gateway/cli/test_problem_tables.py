"""What was refused and what went wrong, each said once."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from gateway.cli.ask import Reply
from gateway.cli.problem_tables import code_of, plain_path, print_problems

REFUSAL = {
    "message": "no",
    "path": ["subject", "legalPerson", "paidInCapital"],
    "extensions": {
        "code": "PURPOSE_REQUIRED",
        "coordinate": "LegalPerson.paidInCapital",
        "catalogItem": "NB01-2",
        "article": "TJ 19",
        "help": "state one with `@inquiry`",
    },
}
OUTAGE = {
    "message": "cannot be reached",
    "extensions": {"code": "SOURCE_UNAVAILABLE", "agency": "TAX", "help": "later"},
}


def printed(*errors):
    file = StringIO()
    print_problems(Reply(200, None, errors, ""), Console(file=file, width=200, no_color=True))
    return [" ".join(line.split()) for line in file.getvalue().splitlines() if line.strip()]


def test_nothing_is_printed_where_nothing_is_wrong():
    assert printed() == []


def test_refusals_name_item_and_article():
    assert printed(REFUSAL, REFUSAL) == [
        "Refused 不予提供",
        "field code catalog item article",
        "LegalPerson.paidInCapital PURPOSE_REQUIRED NB01-2 TJ 19",
        "help: state one with `@inquiry`",
        "with this command: --purpose NAME",
    ]


def test_other_problems_name_agency_and_advice():
    assert printed(OUTAGE, OUTAGE)[2:] == ["SOURCE_UNAVAILABLE TAX cannot be reached later"]
    assert printed({"message": "odd"})[2:] == ["— odd"]


def test_positions_in_lists_are_left_out_of_paths():
    assert plain_path({"path": ["subjects", 3, "legalPerson"]}) == ("subjects", "legalPerson")
    assert plain_path({}) == ()
    assert code_of({}) == ""
