"""A natural person as other records name one; never a subject of its own."""

from __future__ import annotations

import strawberry
from strawberry import field

import schema.graph.code_lists  # noqa: F401 - names the enums below to Strawberry
from schema.graph.scalars import CountryCode, Date
from schema.vocabulary.codes import GenderCode


@strawberry.type(description="A natural person named in a record (人员).")
class PersonRef:
    """What may be known of one depends on the role under which the person is named."""

    name: str | None = field(description="Name (姓名).")
    position: str | None = field(description="Position held (职务).")
    identity_document_type: str | None = field(description="Type of identity document, GA/T 517 (证件类型).")
    identity_document_number: str | None = field(description="Number of the identity document (证件号码).")
    birth_date: Date | None = field(description="Date of birth; its year alone where desensitised (出生日期).")
    gender: GenderCode | None = field(description="Gender, GB/T 2261.1 (性别).")
    nationality: CountryCode | None = field(description="Nationality, GB/T 2659 (国籍).")
    telephone: str | None = field(description="Telephone number (联系电话).")
    residential_address: str | None = field(description="Residential address (住址).")
