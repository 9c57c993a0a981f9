"""What the corridor needs of the house, wired once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from connectors.port import Connector
from gateway.identity.tokens import TokenVerifier
from gateway.pipeline.alert_roots import AuditOffice
from gateway.pipeline.consent_roots import ConsentOffice
from gateway.pipeline.demand import Documents
from gateway.pipeline.find import Searcher
from gateway.pipeline.gather import Books, EmptyBooks
from gateway.pipeline.identify import Callers
from gateway.pipeline.inquiry_export import InquiryTeller
from gateway.pipeline.inquiry_lists import InquiryOffice
from gateway.pipeline.limits import Counting
from gateway.pipeline.plan import Planner
from gateway.pipeline.views import Views
from gateway.registers.alerts import AlertRegister
from gateway.registers.log import AuditLog
from gateway.registers.subject_keys import SubjectKeys
from gateway.rights.consents import ConsentDesk
from policies.verdict import DecisionSheet
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import AgencyId

Watch = Callable[[str], AbstractContextManager[object]]
"""Given a stage's name, something to run the stage inside; telemetry and benchmarks put theirs here."""

Judged = Callable[[Sequence[DecisionSheet], int], None]
"""Is told how the subjects and searches of a request were judged, and how many subjects there are."""


def _no_watch(_stage: str) -> AbstractContextManager[object]:
    return nullcontext()


def _not_told(_sheets: Sequence[DecisionSheet], _subjects: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class House:
    """Everything with a life longer than one request."""

    core: GraphQLSchema
    catalog: Catalog
    verifier: TokenVerifier
    callers: Callers
    documents: Documents
    planner: Planner
    searcher: Searcher
    connectors: Mapping[AgencyId, Connector]
    audit: AuditLog
    subject_keys: SubjectKeys
    """Digest the codes of subjects for the log."""
    audit_subject_key: bytes
    """Digests documents for the log."""
    introspection_scope: str | None = None
    """What a token must hold to be told about the graph; None: everybody is told what its class may ever see."""
    books: Books = field(default_factory=EmptyBooks)
    consents: ConsentDesk | None = None
    """Where subjects and grantees see to their consents; None: nobody has any."""
    teller: InquiryTeller | None = None
    """Tells subjects who has looked at them; None: there is no log that could be read."""
    alerts: AlertRegister | None = None
    """Callers to look at again; None: nobody looks."""
    counting: Counting | None = None
    """Counts what callers ask; None: nobody counts."""
    watch: Watch = field(default=_no_watch)
    judged: Judged = field(default=_not_told)
    views: Views = field(init=False)
    """The graph as each class is offered it; follows from graph and catalog."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "views", Views(self.core, self.catalog))

    @property
    def office(self) -> ConsentOffice | None:
        """What roots about consents need."""
        return ConsentOffice(self.consents, self.searcher.cursors, self.catalog) if self.consents is not None else None

    @property
    def inquiries(self) -> InquiryOffice | None:
        """What a subject's list of inquiries needs."""
        return InquiryOffice(self.teller, self.searcher.cursors) if self.teller is not None else None

    @property
    def auditing(self) -> AuditOffice | None:
        """What roots about the log itself need."""
        return AuditOffice(self.alerts, self.audit, self.searcher.cursors) if self.alerts is not None else None

    def may_introspect(self, caller: Caller) -> bool:
        """Whether the caller is told about the graph."""
        return not self.introspection_scope or self.introspection_scope in caller.scopes
