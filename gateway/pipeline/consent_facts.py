"""A consent as plain values, keyed as the graph's `ConsentGrant` is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from gateway.pipeline.admit import SHANGHAI
from gateway.registers.consents_entry import ConsentActed, ConsentFile
from schema.catalog.catalog import Catalog

ItemNames: TypeAlias = Mapping[str, tuple[str, str]]
"""By the item's code its name in English and in Chinese."""


def item_names(catalog: Catalog) -> ItemNames:
    """What the edition in force calls its items."""
    items = (entry.item for entry in catalog.entries.values())
    return {item.code: (item.name, item.chinese) for item in items}


def consent_facts(file: ConsentFile, names: ItemNames, now: datetime) -> dict[str, Any]:
    """Everything that its holders are told of a consent, as it stands at this hour.

    Units:   moments in Shanghai's time
    """
    terms, frequency, ended = file.terms, file.terms.frequency, file.ended_by
    return {
        "id": file.consent_id,
        "state": file.state_at(now).value,
        "subject": str(terms.subject),
        "grantee": {
            "organisation": terms.organisation,
            "name": file.grantee_name or None,
            "client": terms.client_id or None,
        },
        "items": [_item(code, names) for code in sorted(terms.items)],
        "purposes": sorted(purpose.value for purpose in terms.purposes),
        "validFrom": terms.valid_from.isoformat(),
        "endsOn": terms.ends_on.isoformat(),
        "dataFrom": _day(terms.data_from),
        "dataTo": _day(terms.data_to),
        "frequency": {"times": frequency.times, "per": frequency.per.value} if frequency is not None else None,
        "isWritten": terms.is_written,
        "notice": terms.notice or None,
        "replaces": terms.replaces or None,
        "requestedAt": _moment(file.asked_at),
        "answerBy": _moment(file.answer_by),
        "grantedAt": _moment(file.granted_at) if file.granted_at is not None else None,
        "endedAt": _moment(ended.at) if ended is not None else None,
        "acts": [_acted(acted) for acted in file.acts],
        "signed": list(file.statements),
    }


def _item(code: str, names: ItemNames) -> dict[str, str | None]:
    name, chinese = names.get(code, (None, None))
    return {"code": code, "name": name, "chineseName": chinese}


def _acted(acted: ConsentActed) -> dict[str, str]:
    return {"act": acted.act.value, "at": _moment(acted.at), "by": acted.by.value}


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
