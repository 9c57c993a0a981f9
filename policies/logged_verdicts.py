"""The verdicts of a sheet as the log has them: written short, as each request keeps its own for years, and read again.

`[["SHOW", "LegalPerson.registeredName domicile"], ["WITHHOLD PURPOSE_REQUIRED purpose TJ 19", "Branch.branchName"]]`:
runs of fields in the sheet's order, each with the words of one verdict, which are its effect and, where there is a
finding, its code or mask, its rule and its article. A field that names no type is of that of the one before in its run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from policies.verdict import Effect, Verdict


def written(verdicts: Iterable[Verdict]) -> list[tuple[str, str]]:
    """The runs, each as its verdict's words and the names of its fields."""
    worded = ((_words(verdict), _name(verdict)) for verdict in verdicts)
    return [(words, " ".join(_shortened(name for _, name in run))) for words, run in groupby(worded, key=itemgetter(0))]


def read(runs: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Each field with the words of its verdict, in the sheet's order.

    Shape:   a field is `Type.field`, one of a person with the role that it stands below, `Type.role>PersonRef.field`
    Errors:  ValueError for what nobody has written
    """
    for words, names in runs:
        kind = ""
        for name in names.split(" "):
            own_kind, dot, field = name.rpartition(".")
            kind = own_kind or kind
            if not field or not kind or (dot and not own_kind):
                raise ValueError("a field without its type")
            yield f"{kind}.{field}", words


def _words(verdict: Verdict) -> str:
    if verdict.effect is Effect.SHOW:
        return "SHOW"
    finding = verdict.findings[0]
    head = f"MASK {verdict.mask}" if verdict.effect is Effect.MASK else f"WITHHOLD {finding.code}"
    return f"{head} {finding.rule} {finding.article}"


def _name(verdict: Verdict) -> str:
    field = verdict.field
    return f"{field.below}>{field.coordinate}" if field.below else field.coordinate


def _shortened(names: Iterable[str]) -> Iterator[str]:
    before = ""
    for name in names:
        kind, _, field = name.rpartition(".")
        yield field if kind == before else name
        before = kind
