"""Read a region's catalog into a `Catalog`, or say everything that is wrong with it at once.

Nothing is half loaded: the answer is a whole catalog or a `CatalogFault` with one line per mistake,
each with file and line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources.abc import Traversable

from schema.catalog.article_reader import article_fault
from schema.catalog.assembly import Assembly
from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault
from schema.catalog.edition_reader import EditionBody, EditionFile, EditionHead, read_body, read_heads
from schema.catalog.edition_timeline import bases, chosen, in_order, timeline_faults
from schema.catalog.jurisdiction import Jurisdiction, NationalLaw
from schema.catalog.links import link_faults
from schema.catalog.national_base import NationalBase, read_national_base
from schema.catalog.national_loader import load_national
from schema.vocabulary.reasons import SourceArticle


def load_catalog(
    jurisdiction: Jurisdiction,
    source: Traversable | None = None,
    *,
    national: NationalLaw | None = None,
    edition: str | None = None,
    as_of: date | None = None,
    base: NationalBase | None = None,
) -> Catalog:
    """One edition of this jurisdiction's catalog, from `national/*.toml` and `editions/<code>.toml` below `source`.

    Shape:   `edition` names one; without it the newest in force on `as_of`, without that the newest of all.
             `base` is the national base if it was read before, as it is for several jurisdictions at once.
    Errors:  CatalogFault with every fault of every file that was read
    """
    law = national or load_national()
    below = base or read_national_base(source)
    read = read_heads(jurisdiction.code, source)
    faults = [*below.faults, *_told(read), *timeline_faults(read)]
    heads = in_order(read)
    head = chosen(heads, edition, as_of)
    if head is None and not _told(read):
        faults.append(_no_edition(jurisdiction.code, edition, as_of))
    chain = _chain(head, heads, read) if head is not None else []
    made = Assembly(below, chain, law=jurisdiction, national=law)
    made.run()
    faults += [fault for body in chain for fault in (*body.reader.faults, *_adoption_faults(body, law))]
    faults += [*made.faults, *link_faults(made)]
    if head is None or faults:
        raise CatalogFault(dict.fromkeys(faults))
    digest = _digest(below, chain)
    return Catalog(
        edition=head.code,
        jurisdiction=jurisdiction,
        national=law,
        entries=made.entries,
        records=made.records,
        structural=below.structural,
        digest=digest,
        based_on=head.based_on,
    )


def editions(jurisdiction: str, source: Traversable | None = None) -> tuple[EditionHead, ...]:
    """The editions of this region by their beginning, each ended by the next one at the latest.

    Errors:  CatalogFault if a head cannot be read, or the editions contradict one another
    """
    read = read_heads(jurisdiction, source)
    faults = [*_told(read), *timeline_faults(read)]
    if faults:
        raise CatalogFault(faults)
    return tuple(in_order(read))


def _told(read: Sequence[EditionFile]) -> list[str]:
    return [fault for file in read for fault in file.reader.faults]


def _no_edition(jurisdiction: str, edition: str | None, as_of: date | None) -> str:
    if edition is not None:
        return f"jurisdiction `{jurisdiction}` has no edition `{edition}`"
    return f"jurisdiction `{jurisdiction}` has no edition" + (f" in force on {as_of}" if as_of else "")


def _chain(head: EditionHead, heads: Sequence[EditionHead], read: Sequence[EditionFile]) -> list[EditionBody]:
    """The edition and those it is based on, oldest first."""
    by_code = {one.code: one for one in heads}
    files = {file.head.code: file for file in read if file.head}
    return [read_body(files[code], by_code[code]) for code in reversed(bases(head.code, by_code))]


def _adoption_faults(body: EditionBody, law: NationalLaw) -> Iterator[str]:
    try:
        fault = article_fault(SourceArticle.parse(body.head.adopted_by), law.regulations)
    except ValueError:
        fault = f"`{body.head.adopted_by}` is not a valid article"
    if fault:
        yield f"{body.reader.where(key='adopted_by')}: {fault}"


def _digest(base: NationalBase, chain: Sequence[EditionBody]) -> str:
    hashed = hashlib.sha256(base.digest)
    for body in chain:
        hashed.update(body.reader.name.encode() + b"\0" + body.reader.text.encode() + b"\0")
    return hashed.hexdigest()
