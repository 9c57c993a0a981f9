"""`creditgraph audit export`: the log as a file that anybody can verify, as a whole or a part after the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from gateway.cli.audit_office import AuditOffice, with_audit
from gateway.cli.callers_acts import AsJson
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.registers.log_export import LogExport
from gateway.verifier.progress import Bar


def export_log(
    after: Annotated[
        int, typer.Option(min=0, metavar="CURSOR", help="Go on after this position, as the part before has told it.")
    ] = 0,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here, where nothing is yet; else to standard output.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many entries.")] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the log as JSON Lines, with the checkpoints and closings that prove it, in the order of its positions.

    A file is whole or not there. Whoever was broken off tells again from the cursor of the last part that it has:
    entries keep their positions, so what comes twice is seen to be the same.

    Exit codes: 0 written; 2 the cursor, the file, the keys or the settings cannot be used; 3 the log cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    if as_json and output is None:
        end_with(["--json tells how it went, so the export needs a file: --output FILE"], as_json=as_json)

    async def tell(office: AuditOffice) -> LogExport:
        export = LogExport(office.reader, office.keys.public(), after=after, most=limit)
        with Bar() as bar, _opened(output) as file:
            ahead = (await office.reader.head()).position - after
            bar.begin("entries", ahead if limit is None else min(limit, ahead))
            told = 0
            async for line in export.lines():
                file.write(line.raw)
                bar.advance(export.entries - told)
                told = export.entries
        return export

    try:
        export = with_audit(settings, tell, as_json=as_json)
    except BrokenPipeError:  # whoever read has had enough; what Python has left to write goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.OK) from None
    except OSError as fault:
        end_with([f"`{output}` cannot be written: {(fault.strerror or str(fault)).lower()}"], as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "entries": export.entries, "next": export.position})
    else:
        typer.echo(f"{export.entries} entries; go on with `--after {export.position}`", err=True)


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that has its name once it is whole; FileExistsError if there is one."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = path.with_name(f".{path.name}.part")
    path.touch(exist_ok=False)
    try:
        with draft.open("wb", buffering=1 << 20) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
