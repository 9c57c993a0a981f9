"""A corridor whose house tells inquiries, from a log on a real database that tests write into."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.identity.statements import StatementSigner
from gateway.pipeline.inquiry_export import InquiryTeller
from gateway.registers.consents_entry import ConsentFile
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import Caller, CallerClass
from tests.builders import SOME_CODE
from tests.corridor import Corridor, open_corridor
from tests.gateway.registers.log_stage import ISSUER, a_signer
from tests.inquiry_stage import Books, open_books
from tests.logged import Reply

OPERATOR = Caller(CallerClass.OPERATOR, "desk", "中心", scopes=frozenset({"credit:read"}))


class NoConsents:
    """Nobody has given any."""

    async def files(self, _ids: Collection[str], /) -> Mapping[str, ConsentFile]:
        return {}


@dataclass
class Stage:
    """The corridor, the books that it reads, and the key that signs."""

    corridor: Corridor
    books: Books
    signer: StatementSigner

    def tell_by(self, **changes: Any) -> None:
        """Another desk, or others' consents."""
        house = self.corridor.house
        assert house.teller is not None
        self.corridor.house = replace(house, teller=replace(house.teller, **changes))


@asynccontextmanager
async def open_stage(url: str, folder: Path, catalog: Catalog | None = None) -> AsyncIterator[Stage]:
    """Books on this database; the corridor's own record lies in the folder."""
    signer = a_signer(folder)
    async with open_books(url, folder) as books, open_corridor(folder, catalog=catalog) as corridor:
        teller = InquiryTeller(books.desk, NoConsents(), _name_of, signer, ISSUER)
        corridor.house = replace(corridor.house, teller=teller)
        yield Stage(corridor, books, signer)


def _name_of(organisation_id: str) -> str | None:
    return {"police": "公安分局", "bank": "第一银行"}.get(organisation_id)


def about_it(fields: str) -> str:
    """A question about the subject."""
    return f'{{ subject(code: "{SOME_CODE}") {{ {fields} }} }}'


def told(reply: Reply, field: str = "inquiries") -> Any:
    """What stands in the answer about the subject."""
    return reply.data["subject"][field]
