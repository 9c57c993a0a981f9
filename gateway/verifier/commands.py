"""The commands of the verifier: one for the log's export, one for a receipt; neither needs a gateway or settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import orjson
import typer

from gateway.verifier.inclusion import prove
from gateway.verifier.jws import type_of
from gateway.verifier.kept import kept_statements
from gateway.verifier.keys import KeysByName, KeysFault, read_keys
from gateway.verifier.lines import Unreadable
from gateway.verifier.progress import Bar
from gateway.verifier.receipts import Receipt, hold_request, hold_response, read_receipt
from gateway.verifier.report import Found
from gateway.verifier.told import receipt_json, receipt_lines, report_json, report_lines
from gateway.verifier.verify import Trusted, Way, verify

VERIFIED: Final = 0
FOUND: Final = 1
UNREADABLE: Final = 2

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def verify_export(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="The export, or its parts in their order.")],
    keys: Annotated[Path | None, typer.Option(help="JWK set that you trust, instead of the keys in the file.")] = None,
    against: Annotated[
        list[str] | None, typer.Option(metavar="FILE|JWS", help="Checkpoints that you kept, or an export of then.")
    ] = None,
    expect_size: Annotated[int | None, typer.Option(min=1, help="Entries that the log has at least.")] = None,
    log_id: Annotated[str | None, typer.Option(help="The log that it has to be.")] = None,
    all_signatures: Annotated[
        bool, typer.Option("--all-signatures", help="Check the signature of every receipt.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes for signatures; all cores if not given.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Verify an exported log, without the gateway that wrote it, and name the first bad entry.

    All hashes are computed, all checkpoints and closings checked, every receipt is held against its entry. Signatures
    of receipts are checked where no checkpoint covers the entry or a root does not fit.

    Exit codes: 0 verified; 1 something was found; 2 a file cannot be read as what it should be.
    """
    try:
        kept = tuple(text for given in against or () for text in kept_statements(given))
        exports = tuple(Path(given) for given in against or () if type_of(given.strip()) is None)
        believed = _content(keys) if keys else None
        trusted = Trusted(keys=believed, log=log_id, reaches=expect_size, kept=kept, exports=exports)
        with Bar() as bar:
            way = Way(all_signatures, workers or os.cpu_count() or 1, bar.begin, bar.advance)
            report = verify(files, trusted, way)
    except Unreadable as fault:
        _end(str(fault), as_json=as_json, code=UNREADABLE)
    code = VERIFIED if report.is_verified else FOUND
    _tell(report_json(report, code), report_lines(report), as_json=as_json)
    raise typer.Exit(code)


def verify_receipt(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT|FILE", help="The receipt, or a file that holds it.")],
    keys: Annotated[Path, typer.Option(help="JWK set with the public keys of the gateway.")],
    request: Annotated[Path | None, typer.Option(help="The bytes of the request.")] = None,
    response: Annotated[Path | None, typer.Option(help="The bytes of the response.")] = None,
    log: Annotated[Path | None, typer.Option(metavar="EXPORT", help="Prove that its entry stands in this log.")] = None,
    as_json: _Json = False,
) -> None:
    """Verify a receipt, and what it was given for as far as that is at hand; only public keys are needed.

    Exit codes: 0 verified; 1 something does not fit; 2 a file cannot be read as what it should be.
    """
    try:
        believed = _keys(keys)
        found = read_receipt(_receipt_text(receipt), believed)
        held = _hold(found, request, response)
        inclusion = prove(found, log, believed) if log else None
    except Unreadable as fault:
        _end(str(fault), as_json=as_json, code=UNREADABLE)
    except Found as fault:
        _end(fault.what, as_json=as_json, code=FOUND)
    _tell(receipt_json(found, held, inclusion), receipt_lines(found, held, inclusion), as_json=as_json)


def _hold(receipt: Receipt, request: Path | None, response: Path | None) -> Sequence[str]:
    held = []
    if request:
        hold_request(receipt, _content(request))
        held.append("the request")
    if response:
        hold_response(receipt, _content(response))
        held.append("the response")
    return held


def _receipt_text(given: str) -> str:
    """The receipt itself, which no file name looks like, or what a file holds."""
    return given if "~" in given and given.count(".") == 2 else _content(Path(given)).decode("ascii", "replace")


def _keys(path: Path) -> KeysByName:
    try:
        return read_keys(_content(path))
    except KeysFault as fault:
        raise Unreadable(f"`{path}`: {fault}") from fault


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unreadable(f"`{path}` cannot be read: {fault.strerror}") from fault


def _tell(told: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() if as_json else "\n".join(lines))


def _end(fault: str, *, as_json: bool, code: int) -> NoReturn:
    if as_json:
        typer.echo(orjson.dumps({"exitCode": code, "verified": False, "faults": [fault]}).decode())
    else:
        typer.echo(f"creditgraph: {fault}", err=True)
    raise typer.Exit(code)
