"""The board of a pipeline: what lies in each stage, what it comes to, and the deals that a person looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import number_of, own_id
from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.deal import Deal, DealStage
from smallcrm.models.pipeline import Pipeline
from smallcrm.services import rotting
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.pipelines import OPEN, PIPELINE, default_pipeline, stages_of
from smallcrm.services.records import lookup
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.presenting import called
from smallcrm.services.weighing import Total, totals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MOST = 5
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Card:
    """A deal on the board: the whole days that it has been in its stage, whether it rots there, and its company."""

    number: int
    name: str
    amount: dict[str, Any] | None
    days: int
    rotting: bool
    company: str = ""


@dataclass(frozen=True)
class Lane:
    """A stage: how many deals are in it, what they come to by currency, and the first of them."""

    number: int
    name: str
    kind: str
    deals: int
    totals: dict[str, Total]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Board:
    """A pipeline with its stages in their order."""

    number: int
    name: str
    lanes: tuple[Lane, ...]


def board(pipeline: str | None = None, *, most: int = MOST, also: Collection[int] = ()) -> Board:
    """The live deals of a pipeline, else of the first: in each stage `most` of them (0: all), and those of `also`.

    Those come first that have been in an open stage for longest, and of those that are decided the newest.
    """
    require(Verb.READ)
    chosen = default_pipeline() if pipeline is None else lookup.find(PIPELINE, pipeline)
    sums, entered = totals(Deal.pipeline == chosen), _entered(chosen)
    kept = {own_id(number) for number in also}
    lanes = []
    for stage in stages_of(chosen):
        deals, amounts = sums.get(stage.id, (0, {}))
        first = _first(stage, entered.get(stage.id, []), most, kept)
        lanes.append(Lane(number_of(stage.id), stage.name, stage.kind, deals, amounts, _cards(stage, first)))
    row: Any = Pipeline.get_by_id(chosen)
    return Board(number_of(chosen), row.name, tuple(lanes))


def _mine(pipeline: int) -> Any:
    return (Deal.pipeline == pipeline) & (Deal.state == State.LIVE)


def _entered(pipeline: int) -> dict[int, list[tuple[int, int]]]:
    """The deals of each stage, with when each came into it: the last entry of its log."""
    query = DealStage.select(Deal.stage, DealStage.deal, pw.fn.MAX(DealStage.at)).join(Deal).where(_mine(pipeline))
    found: dict[int, list[tuple[int, int]]] = {}
    for stage, deal, at in fetch(query.group_by(DealStage.deal, Deal.stage)):
        found.setdefault(stage, []).append((deal, at))
    return found


def _first(stage: Any, deals: Sequence[tuple[int, int]], most: int, also: Collection[int]) -> dict[int, int]:
    """The deals of a stage that come first, and after them those of `also`, with when each came into it."""
    sign = 1 if stage.kind == OPEN else -1
    ranked = sorted(deals, key=lambda pair: (sign * pair[1], pair[0]))
    return dict([*ranked[: most or None], *(pair for pair in ranked if pair[0] in also)])


def _cards(stage: Any, entered: dict[int, int]) -> tuple[Card, ...]:
    ids = list(entered)
    row = by_id(Deal)
    columns = (row.id, row.name, row.amount_amount, row.amount_currency, row.company)
    named = {found[0]: found[1:] for found in fetch(row.select(*columns).where(row.id.in_(Ids(ids))))}
    companies = called(Company, {found[-1] for found in named.values() if found[-1] is not None})
    left = rotting.left_alone_in(stage, ids)
    now = clock.micros(clock.now())
    cards = []
    for deal, at in entered.items():
        # What somebody took away between two queries keeps its place, and no name.
        name, amount, currency, company = named.get(deal, ("?", None, None, None))
        money = None if amount is None else {"amount": amount, "currency": currency}
        days = max(0, now - at) // _DAY
        cards.append(Card(number_of(deal), name, money, days, deal in left, companies.get(company, "")))
    return tuple(cards)
