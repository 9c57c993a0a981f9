"""`creditgraph standing`: file consents and marks, and see what is on file about a subject."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.consent_office import Office, with_office
from gateway.cli.consent_told import json_of_consent, line_of_consent, span
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.standing_file import StandingFile, read_standing
from gateway.pipeline.admit import hour
from gateway.registers.consents_entry import ConsentFile
from gateway.registers.standing_entry import FiledMark
from gateway.settings import Settings
from schema.catalog.data_file import DataFile
from schema.vocabulary.identifiers import InvalidCode, SubjectId

_PAGE = 100


class StandingFaults(Exception):
    """The file cannot be filed; `faults` says why, one `file:line: sentence` each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def load_standing(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML with [[consent]] and [[mark]] tables.")],
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """File everything that stands in FILE; what is told again with another end takes the place of what was told before.

    A consent is filed as a signed statement of the operator's, and ended by `creditgraph consents revoke`.

    Exit codes: 0 filed; 1 the file has faults, one `file:line: sentence` each, and nothing was filed; 2 the file, the
    keys or the settings cannot be used; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    try:
        data = DataFile.of(file.name, file.read_bytes())
    except OSError as fault:
        end_with([f"`{file}` cannot be read: {fault.strerror}"], as_json=as_json)
    read = read_standing(data, frozenset(settings.catalog.code_exceptions))
    if data.faults:
        end_with(data.faults, as_json=as_json, code=Exit.FINDINGS)
    try:
        filed = with_office(settings, lambda office: file_standing(read, office, settings), as_json=as_json)
    except StandingFaults as faults:
        end_with(faults.faults, as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        ids = [consent.consent_id for consent in filed]
        print_json({"exitCode": int(Exit.OK), "consents": len(filed), "marks": len(read.marks), "ids": ids})
    else:
        typer.echo(f"filed: {len(filed)} consents, {len(read.marks)} marks")


def list_standing(
    subject: Annotated[str, typer.Option(metavar="CODE", help="Unified social credit code.")],
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what is on file about one subject: its consents with their ids and states, and marks on its records.

    Exit codes: 0 shown, also if it is nothing; 1 a consent on file was altered; 2 the code, the keys or the settings
    are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    try:
        code = SubjectId.parse(subject, frozenset(settings.catalog.code_exceptions))
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)

    async def read(office: Office) -> tuple[Sequence[ConsentFile], Sequence[FiledMark]]:
        return await consents_of(office, subject=code), await office.marks.filed(code)

    consents, marks = with_office(settings, read, as_json=as_json)
    now = hour()
    if as_json:
        told = {"consents": [json_of_consent(one, now) for one in consents], "marks": [_as_json(one) for one in marks]}
        print_json({"exitCode": int(Exit.OK), "subject": str(code), **told})
        return
    for line in (*(line_of_consent(one, now) for one in consents), *(_line(one) for one in marks)):
        typer.echo(line)
    if not consents and not marks:
        typer.echo("nothing is on file")


async def file_standing(read: StandingFile, office: Office, settings: Settings) -> Sequence[ConsentFile]:
    """File the consents and marks of a file without faults; returns the consents as they stand then, in its order.

    Errors:  StandingFaults for consents that would be void or worthless, and then nothing is filed; CatalogFault,
             RegisterFault, after which some consents may stand, and telling all again does no harm
    """
    now = hour()
    for told in read.consents:
        longest = settings.consents.longest.days
        told.check(office.callers.book, office.catalog(), today=now.date(), longest_days=longest)
    if read.data.faults:
        raise StandingFaults(read.data.faults)
    filed = [await office.consents.file_by_operator(told.terms, told.evidence, now=now) for told in read.consents]
    await office.marks.file(read.marks)
    return filed


async def consents_of(office: Office, *, subject: SubjectId | None = None, organisation: str = "") -> list[ConsentFile]:
    """Every consent of a subject or of an organisation, the latest first; raises RegisterFault."""
    found: list[ConsentFile] = []
    while True:
        after = found[-1].consent_id if found else ""
        desk = office.consents
        page = await (
            desk.of_grantee(organisation, after=after, first=_PAGE)
            if subject is None
            else desk.of_subject(subject, after=after, first=_PAGE)
        )
        found += page
        if len(page) < _PAGE:
            return found


def _as_json(entry: FiledMark) -> dict[str, Any]:
    mark = entry.mark
    return {
        "mark": mark.mark,
        "kind": mark.kind,
        "key": mark.key or None,
        "since": mark.since,
        "until": mark.until,
    }


def _line(entry: FiledMark) -> str:
    mark = entry.mark
    records = f"{mark.kind} {mark.key}" if mark.key else f"every {mark.kind}"
    return f"{mark.mark} {records}, {span(mark.since, mark.until)}"
