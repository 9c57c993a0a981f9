"""Tells inquiries to their subject: as facts of the graph, and all of a stretch of days as claims to be signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from gateway.pipeline.inquiry_facts import OrganisationName, inquiry_facts, without_others_consents
from gateway.registers.consents_entry import ConsentFile
from gateway.registers.inquired import Inquired
from gateway.registers.log_entry import Signer
from gateway.rights.inquiries import LARGEST_READ, Asking, Days, InquiryDesk
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import SubjectId

EXPORT_TYPE: Final = "inquiries+jwt"
"""The type of the signed text (`typ` of a JWS)."""
MOST_EXPORTED: Final = 10_000
"""Inquiries in one signed text; where there are more, the latest are told and it says so."""


class Consents(Protocol):
    """Whose consents these are; `gateway.rights.consents.ConsentDesk`."""

    async def files(self, consent_ids: Collection[str], /) -> Mapping[str, ConsentFile]: ...


@dataclass(frozen=True, slots=True)
class InquiryTeller:
    """What it takes to tell inquiries."""

    desk: InquiryDesk
    consents: Consents
    name_of: OrganisationName
    signer: Signer
    issuer: str

    async def facts(self, entries: Sequence[Inquired], subject: SubjectId, catalog: Catalog) -> list[dict[str, Any]]:
        """Each inquiry as the graph's `SubjectInquiry`; raises RegisterFault."""
        told = [inquiry_facts(one, catalog, name_of=self.name_of) for one in entries]
        named = {name for facts in told for name in facts["consents"]}
        files = await self.consents.files(named) if named else {}
        own = {name for name, file in files.items() if file.terms.subject == subject}
        return [without_others_consents(facts, own) for facts in told]

    def signed(self, claims: Mapping[str, Any]) -> str:
        """The claims as JWS compact, signed by the gateway's key."""
        return self.signer.sign(EXPORT_TYPE, claims)


async def export_claims(
    subject: SubjectId, catalog: Catalog, *, teller: InquiryTeller, now: datetime, days: Days | None = None
) -> dict[str, Any]:
    """What the signed text says: of the last twelve months unless other days are given.

    Shape:   `iss`, `iat`, `sub` the subject's code; `from` and `to` the days, both included; `inquiries` as on the
             graph, the latest first; `complete` whether these are all
    Errors:  RegisterFault
    """
    days = days or Days(a_year_before(now.date()), now.date())
    page = await teller.desk.page(Asking(subject, now.date(), days), first=MOST_EXPORTED)
    inquiries: list[dict[str, Any]] = []
    for start in range(0, len(page.entries), LARGEST_READ):
        inquiries += await teller.facts(page.entries[start : start + LARGEST_READ], subject, catalog)
    return {
        "iss": teller.issuer,
        "iat": int(now.timestamp()),
        "sub": str(subject),
        "from": days.first.isoformat() if days.first else None,
        "to": days.last.isoformat() if days.last else None,
        "complete": not page.has_next,
        "inquiries": inquiries,
    }


def a_year_before(day: date) -> date:
    """The same day of the year before, the last of February where there is none."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
