"""`creditgraph policy explain`: what a caller may see and why, told offline from the law alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, TypeAlias

import typer

from gateway.cli.catalog_options import CatalogReader, Configure, read_configured
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.policy_explain_table import show
from gateway.pipeline.access import decision_facts, read_field
from gateway.pipeline.admit import hour
from policies.evidence import Consent, Evidence
from policies.explain import Account, explain
from policies.question import Asker, Question
from policies.reach import a_consent
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind

Several: TypeAlias = list[str] | None
_Consents: TypeAlias = Annotated[Several, typer.Option(metavar="ITEM", help="Item that the subject consented to.")]
_Written: TypeAlias = Annotated[
    Several, typer.Option(metavar="ITEM", help="Item that the subject consented to in writing, after a warning.")
]
_Published: TypeAlias = Annotated[
    Several, typer.Option(metavar="PURPOSE", help="Purpose whose matters the unit has published; `*` for all.")
]
_Items: TypeAlias = Annotated[
    Several, typer.Option(metavar="ITEM", help="Item that the officer may use inside the unit; `*` for all.")
]


def explain_fields(
    fields: Annotated[
        list[str], typer.Argument(metavar="FIELD…", help="`TaxArrears.arrearsBalance`, or `ROLE>PersonRef.name`.")
    ],
    caller_class: Annotated[CallerClass, typer.Option("--class", help="Class of the caller.")] = CallerClass.PUBLIC,
    purpose: Annotated[Purpose | None, typer.Option(help="Purpose of the inquiry.")] = None,
    matter: Annotated[bool, typer.Option("--matter", help="A matter is stated.")] = False,
    published: _Published = None,
    items: _Items = None,
    scope: Annotated[bool, typer.Option(help="The token reaches beyond public information.")] = True,
    subject_kind: Annotated[SubjectKind, typer.Option(help="What the subject is.")] = SubjectKind.ORGANISATION,
    own: Annotated[bool, typer.Option("--own", help="The subject is the caller itself.")] = False,
    consent: _Consents = None,
    written_consent: _Written = None,
    in_region: Annotated[bool, typer.Option(help="The subject is registered in the caller's region.")] = True,
    other_region: Annotated[bool, typer.Option("--other-region", help="The caller sits in another region.")] = False,
    jurisdiction: Annotated[str, typer.Option(help="Code of the jurisdiction.")] = "TJ",
    home: Annotated[str | None, typer.Option(help="Jurisdiction whose data are shared in.")] = None,
    edition: Annotated[str | None, typer.Option(help="Edition of the catalog instead of the newest.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the question; today by default.")] = None,
    entries: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="Folder of catalog files.")] = None,
    configure: Configure = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell per field the verdict, the rule, the article, what is missing and how to get it.

    Exit codes: 0 every field is shown, in full or desensitised; 1 some are withheld; 2 the question or the law cannot
    be read.
    """
    if own and caller_class is not CallerClass.SUBJECT_SELF:
        end_with(["`--own` is for the class SUBJECT_SELF"], as_json=as_json)
    day = _day(as_of, as_json=as_json)
    catalog, neighbour = _catalogs(entries, configure, jurisdiction, edition=edition, home=home, as_json=as_json)
    is_public = caller_class is CallerClass.PUBLIC
    asker = Asker(
        caller_class,
        purpose,
        scope and not is_public,
        published=_purposes(published, as_json=as_json),
        items=frozenset(items or ()),
        states_matter=matter,
        is_from_other_region=other_region,
    )
    given = _consents(consent, day, is_written=False) | _consents(written_consent, day, is_written=True)
    home = neighbour.jurisdiction.code if neighbour is not None else ""
    evidence = Evidence(subject_kind, own, is_in_region=in_region, home=home, consents=given)
    question = Question(asker, tuple(read_field(text) for text in fields), day)
    _tell(explain(question, catalog, evidence, home=neighbour), fields, catalog, as_json=as_json)


def _catalogs(
    entries: Path | None,
    configure: Several,
    jurisdiction: str,
    *,
    edition: str | None,
    home: str | None,
    as_json: bool,
) -> tuple[Catalog, Catalog | None]:
    """The catalog that judges, and that of the region whose data are shared in."""
    reader = CatalogReader(entries, read_configured(configure, None, as_json=as_json))
    try:
        catalog = reader.read(jurisdiction, edition)
        return catalog, reader.read(home) if home is not None and home != jurisdiction else None
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)


def _consents(items: Several, day: date, *, is_written: bool) -> frozenset[Consent]:
    return frozenset({a_consent(frozenset(items), day, is_written=is_written)} if items else ())


def _tell(account: Account, fields: Sequence[str], catalog: Catalog, *, as_json: bool) -> NoReturn:
    """Print the explanations, and end."""
    told = [decision_facts(text, one) for text, one in zip(fields, account.explanations, strict=True)]
    outcome = Exit.FINDINGS if any(one.effect is Effect.WITHHOLD for one in account.explanations) else Exit.OK
    law, day = catalog.jurisdiction, account.sheet.question.as_of
    if as_json:
        head = {"exitCode": int(outcome), "jurisdiction": law.code, "edition": catalog.edition, "asOf": day.isoformat()}
        print_json({**head, "fields": told})
    else:
        show(told, f"{law.name} {law.chinese}, edition {catalog.edition}, as of {day}")
    raise typer.Exit(outcome)


def _day(text: str | None, *, as_json: bool) -> date:
    if text is None:
        return hour().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        end_with(["a day is written 2026-01-31"], as_json=as_json)


def _purposes(given: Several, *, as_json: bool) -> frozenset[Purpose]:
    if given and "*" in given:
        return frozenset(Purpose)
    unknown = [one for one in given or () if one not in Purpose.__members__]
    if unknown:
        end_with([f"unknown purpose; purposes: {', '.join(Purpose)}"], as_json=as_json)
    return frozenset(Purpose(one) for one in given or ())
