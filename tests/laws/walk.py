"""The corridor without its doors and its record: from a document to the bytes that would leave, synchronously."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import execute_sync, parse

from connectors.port import Fetched, FetchOrder
from gateway.pipeline.answer import answer_body
from gateway.pipeline.demand import Demand
from gateway.pipeline.fetch import Harvest
from gateway.pipeline.gather import asker_of, gather
from gateway.pipeline.plan import Planner, SubjectPlan
from gateway.pipeline.release import SubjectRelease, release_subject
from gateway.settings import Limits
from schema.vocabulary.caller import Caller, Inquiry
from tests.builders import NOW, tianjin
from tests.corridor import a_demand, some_documents, the_core
from tests.documents import Asked
from tests.fakes import four_agencies
from tests.strategies import World

DOCUMENTS = some_documents(Limits(tokens=20_000, aliases=2_000))  # how much may be asked is not what is tested here
PLANNER = Planner(tianjin())


@dataclass(frozen=True)
class Walked:
    """Everything on the way."""

    demand: Demand
    plans: tuple[SubjectPlan, ...]
    orders: tuple[FetchOrder, ...]
    harvest: Harvest
    body: bytes

    @property
    def data(self) -> bytes:
        return orjson.dumps(orjson.loads(self.body)["data"])


def asking_agencies(asked: Asked) -> Asked:
    """The same question without what our own log answers, which no walk asks."""
    children = tuple(asking_agencies(one) for one in asked.children if not one.name.startswith("inquiries"))
    if asked.children and not children:
        children = (Asked("__typename", on="String"),)
    return replace(asked, children=children)


def walk(
    text: str,
    asker: tuple[Caller, Inquiry],
    world: World,
    *,
    variables: Mapping[str, Any] | None = None,
    lavish: bool = False,
    planner: Planner = PLANNER,
) -> Walked:
    """One root about named subjects; `lavish` agencies bring everything they hold, whatever was ordered."""
    caller, stated = asker
    demand = a_demand(text, variables=variables, stated=stated, documents=DOCUMENTS)
    [root] = (root for root in demand.roots if root.demands)
    codes = [code for code in root.codes if code is not None]
    plans = tuple(
        planner.plan(root.demands[0], asker_of(caller, stated), evidence=gather(code, caller), as_of=NOW.date())
        for code in codes
    )
    orders = tuple(order for code, plan in zip(codes, plans, strict=True) for order in plan.orders(code))
    agencies = four_agencies(world)
    harvest = Harvest(
        {
            order: Fetched(
                tuple(
                    one
                    for code, one in world
                    if (code, one.kind, one.agency) == (order.subject, order.kind, order.agency)
                )
            )
            if lavish
            else agencies[order.agency]._answer(order)
            for order in orders
        }
    )
    releases = [release_subject(code, plan, harvest, NOW) for code, plan in zip(codes, plans, strict=True)]
    body = answer_body(demand, [(root, None, (releases,))], {})
    return Walked(demand, plans, orders, harvest, body)


class Tree(dict[str, Any]):
    """A released tree as the resolvers of the graph read it: what is not there is null."""

    def __missing__(self, key: str) -> None:
        return None


def reference_data(text: str, walked: Walked) -> bytes:
    """What graphql-core's own execution makes of the same released facts."""
    [root] = walked.demand.roots
    subjects = []
    for code, plan in zip(root.codes, walked.plans, strict=True):
        assert code is not None
        bare = replace(plan, places={path: replace(one, project=dict) for path, one in plan.places.items()})
        released = release_subject(code, bare, walked.harvest, NOW)
        subjects.append(_subject(released))
    tree = {root.selection.key: subjects if root.selection.name == "subjects" else subjects[0]}
    result = execute_sync(the_core(), parse(text), tree)
    assert result.errors is None
    return orjson.dumps(result.data)


def _subject(released: SubjectRelease) -> Tree:
    """Lists are read by their key in the response, everything else by its name."""
    by_key = {child.key: child for child in released.plan.demand.selection.children}
    tree = Tree({"unifiedSocialCreditCode": str(released.subject)})
    for key, value in released.answer.items():
        selection = by_key[key]
        if selection.definition is not None and selection.name != "unifiedSocialCreditCode":
            tree[key if selection.definition.args else selection.name] = _tree(value)
    return tree


def _tree(value: Any) -> Any:
    if isinstance(value, dict):
        return Tree({name: _tree(part) for name, part in value.items()})
    return [_tree(part) for part in value] if isinstance(value, list | tuple) else value
