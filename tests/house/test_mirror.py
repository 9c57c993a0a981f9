"""Every module has its test file: `gateway/pipeline/run.py` is tried in `tests/gateway/pipeline/test_run.py`.

The list of modules that are tried elsewhere may only shrink.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.house.rooms import HOUSE, modules


@dataclass(frozen=True)
class Elsewhere:
    """Modules without a test file of their own, the file that tries them, and why that is the better place."""

    tried_in: str
    because: str
    modules: tuple[str, ...]


ELSEWHERE = (
    Elsewhere(
        "tests/schema/graph/test_agreement.py",
        "types without behaviour; every field of them is held against catalog and field list at once",
        tuple(
            f"schema/graph/{name}.py"
            for name in (
                "access",
                "alerts",
                "code_lists",
                "consents",
                "courts",
                "enterprise_disclosure",
                "inquiries",
                "market_regulation",
                "pages",
                "people",
                "provenance",
                "roots",
                "subject",
                "tax",
            )
        ),
    ),
    Elsewhere(
        "tests/connectors/test_conformance.py",
        "the counter and the wire are forms; every agency fills them in there",
        ("connectors/port.py", "connectors/transport/wire.py"),
    ),
    Elsewhere(
        "tests/connectors/transport/test_exchange.py",
        "two engines behind one door, tried alike through it",
        (
            "connectors/transport/exchange_log.py",
            "connectors/transport/exchange_postgresql.py",
            "connectors/transport/exchange_sqlite.py",
            "connectors/transport/statements.py",
        ),
    ),
    Elsewhere(
        "tests/connectors/market_regulation/test_connector.py",
        "tables of names, and SQL made from them, mean something only against a database",
        (
            "connectors/market_regulation/codes.py",
            "connectors/market_regulation/facts.py",
            "connectors/market_regulation/queries.py",
            "connectors/market_regulation/tables.py",
            "connectors/market_regulation/translate.py",
        ),
    ),
    Elsewhere(
        "tests/connectors/tax/test_translate.py",
        "tables of sections and codes, and readers of single values, tried through the message that holds them",
        ("connectors/tax/codes.py", "connectors/tax/readers.py", "connectors/tax/sections.py"),
    ),
    Elsewhere(
        "tests/connectors/courts/test_translate.py",
        "a table of courts, tried through the rows that use it",
        ("connectors/courts/codes.py",),
    ),
    Elsewhere(
        "tests/connectors/enterprise_disclosure/test_translate.py",
        "a table of native names, tried through the answers that use it",
        ("connectors/enterprise_disclosure/facts.py",),
    ),
    Elsewhere(
        "tests/gateway/test_settings.py",
        "parts of one tree; what a person writes and reads is the tree",
        (
            "gateway/setting_agencies.py",
            "gateway/setting_identity.py",
            "gateway/setting_sources.py",
            "gateway/setting_values.py",
        ),
    ),
    Elsewhere(
        "tests/gateway/registers/test_standing.py",
        "form, tables and readers of one register, tried on both databases through it",
        tuple(f"gateway/registers/standing_{name}.py" for name in ("entry", "readers", "table")),
    ),
    Elsewhere(
        "tests/gateway/web/test_oauth_endpoints.py",
        "forms, and a flow that speaks through the doors of the authorization server only",
        tuple(
            f"gateway/identity/{name}.py" for name in ("oauth_flow", "oauth_ports", "oauth_refusal", "server_metadata")
        ),
    ),
    Elsewhere(
        "tests/gateway/identity/test_tokens.py",
        "forms of what is presented, believed and refused, which the verifier fills in",
        tuple(f"gateway/identity/{name}.py" for name in ("presented", "refusals", "trust")),
    ),
    Elsewhere(
        "tests/gateway/registers/test_callers.py",
        "forms, rows and tables of one register, tried on both databases through it",
        tuple(f"gateway/registers/callers_{name}.py" for name in ("entry", "rows", "table")),
    ),
    Elsewhere(
        "tests/gateway/cli/test_orgs.py",
        "what several commands on one register share, tried through one of them",
        ("gateway/cli/callers_acts.py", "gateway/cli/callers_told.py"),
    ),
    Elsewhere(
        "tests/gateway/web/test_consent_view.py",
        "what a page is made of, tried on the page",
        ("gateway/web/consent_question.py", "gateway/web/consent_terms.py"),
    ),
    Elsewhere(
        "tests/gateway/registers/test_consents.py",
        "tables and counts of one register, tried on both databases through it",
        ("gateway/registers/consents_counting.py", "gateway/registers/consents_table.py"),
    ),
    Elsewhere(
        "tests/gateway/rights/test_consents.py",
        "how the desk writes, tried at the desk",
        ("gateway/rights/consent_writing.py",),
    ),
    Elsewhere(
        "tests/gateway/verifier/test_verify.py",
        "parts of one walk through an export, tried by walking it",
        tuple(f"gateway/verifier/{name}.py" for name in ("covering", "notes", "report", "segment", "walk")),
    ),
    Elsewhere(
        "tests/gateway/verifier/test_commands.py",
        "how the program speaks, tried by running it",
        tuple(f"gateway/verifier/{name}.py" for name in ("__main__", "progress", "told")),
    ),
    Elsewhere(
        "tests/journeys/test_consent_demo.py",
        "steps of one walk over a running demo, tried by walking it",
        tuple(f"gateway/cli/consent_{name}.py" for name in ("asked", "demo", "graph", "used", "walk")),
    ),
    Elsewhere(
        "tests/gateway/cli/test_standing.py",
        "what commands about consents open, tried through one of them",
        ("gateway/cli/consent_office.py",),
    ),
    Elsewhere(
        "tests/policies/test_alerts.py",
        "forms that the rules of alerts fill in",
        ("policies/logged.py", "schema/vocabulary/alerts.py"),
    ),
    Elsewhere(
        "tests/gateway/registers/test_alerts.py",
        "form and tables of one register, tried on both databases through it",
        ("gateway/registers/alerts_entry.py", "gateway/registers/alerts_table.py"),
    ),
    Elsewhere(
        "tests/gateway/registers/test_log.py",
        "form, founding, places and reading of one log, tried on both databases through it",
        tuple(f"gateway/registers/log_{name}.py" for name in ("entry", "founding", "places", "reader")),
    ),
    Elsewhere(
        "tests/gateway/pipeline/test_alert_roots.py",
        "a few lines about the last statement of the log, tried where auditors read it",
        ("gateway/registers/log_latest.py",),
    ),
    Elsewhere(
        "tests/gateway/pipeline/test_bound_tokens.py",
        "arguments of roots about consents, tried with the tokens that may ask them",
        ("gateway/pipeline/consent_arguments.py",),
    ),
    Elsewhere(
        "tests/gateway/cli/test_audit_acts.py",
        "what the commands of the audit open, tried through one of them",
        ("gateway/cli/audit_office.py",),
    ),
    Elsewhere(
        "tests/gateway/registers/test_tally_redis.py",
        "forms, and a script that runs in Redis alone",
        ("gateway/registers/tally_entry.py", "gateway/registers/tally_script.py"),
    ),
    Elsewhere(
        "tests/journeys/test_permit_check.py",
        "they wire the house; that it is wired shows when a whole story runs",
        ("gateway/agencies.py", "gateway/app.py", "gateway/desks.py", "gateway/log_room.py", "gateway/web/health.py"),
    ),
    Elsewhere(
        "tests/gateway/pipeline/test_inquiry_lists.py",
        "parts of one list, told to a subject in the corridor",
        tuple(f"gateway/pipeline/{name}.py" for name in ("inquiry_arguments", "told")),
    ),
    Elsewhere(
        "tests/gateway/registers/test_withholding.py",
        "form and table of one register, tried on both databases through it",
        ("gateway/registers/withholding_entry.py", "gateway/registers/withholding_table.py"),
    ),
    Elsewhere(
        "tests/gateway/registers/test_log_reading.py",
        "what is read, tried on both databases where it is read",
        ("gateway/registers/inquired.py",),
    ),
    Elsewhere(
        "tests/gateway/pipeline/test_run.py",
        "stages that are a few lines each, tried in the corridor where their order shows",
        tuple(
            f"gateway/pipeline/{name}.py"
            for name in (
                "admit",
                "answer",
                "fetch",
                "find",
                "gather",
                "house",
                "project",
                "release",
                "roots",
                "wave",
            )
        ),
    ),
)


def has_test(path: Path) -> bool:
    """Whether a test file of the module's name stands in the mirrored folder or above it in the package's."""
    name = f"test_{path.stem}.py"
    folders = [HOUSE / "tests" / folder for folder in path.parents if folder.parts]
    return any((folder / name).exists() for folder in folders)


def test_every_module_has_its_test_file_but_for_the_list() -> None:
    own = (path for path in modules() if path.name != "__init__.py")
    without = {path.as_posix() for path in own if not has_test(path)}
    listed = [module for one in ELSEWHERE for module in one.modules]
    assert without - set(listed) == set(), "write a test file for these"
    assert set(listed) - without == set(), "these have a test file now, or are gone; take them off the list"
    assert len(listed) == len(set(listed))


def test_what_is_tried_elsewhere_is_tried_somewhere() -> None:
    for one in ELSEWHERE:
        assert (HOUSE / one.tried_in).exists(), one.tried_in
        assert len(one.because) > 20


def test_init_files_hold_nothing_but_the_rules() -> None:
    held = [path.as_posix() for path in modules() if path.name == "__init__.py" and (HOUSE / path).read_text().strip()]
    assert held == ["policies/rules/__init__.py"]
