"""The board of a pipeline: what lies in each stage, what it comes to, and the deals that a person looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.deal import Deal, DealStage
from smallcrm.models.pipeline import Pipeline
from smallcrm.services import rotting
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.pipelines import OPEN, PIPELINE, default_pipeline, stages_of
from smallcrm.services.records import lookup
from smallcrm.services.records.documents import fetch
from smallcrm.services.weighing import Total, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Values

MOST = 5
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Card:
    """A deal on the board, the whole days that it has been in its stage, and whether it rots there."""

    number: int
    name: str
    amount: dict[str, Any] | None
    days: int
    rotting: bool


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


def board(pipeline: str | None = None, *, most: int = MOST) -> Board:
    """The live deals of a pipeline, else of the first: in each stage `most` of them (0: all).

    Those come first that have been in an open stage for longest, and of those that are decided the newest.
    """
    require(Verb.READ)
    chosen = default_pipeline() if pipeline is None else lookup.find(PIPELINE, pipeline)
    deals = _deals(chosen)
    entered = _entered(chosen)
    lanes = [_lane(stage, deals.get(stage.id, []), entered, most) for stage in stages_of(chosen)]
    row: Any = Pipeline.get_by_id(chosen)
    return Board(number_of(chosen), row.name, tuple(lanes))


def _mine(pipeline: int) -> Any:
    return (Deal.pipeline == pipeline) & (Deal.state == State.LIVE)


def _deals(pipeline: int) -> dict[int, list[Values]]:
    """What weighing needs of each live deal, by its stage."""
    columns = (Deal.id, Deal.stage, Deal.amount_amount, Deal.amount_currency, Deal.probability)
    found: dict[int, list[Values]] = {}
    for record_id, stage, amount, currency, probability in fetch(Deal.select(*columns).where(_mine(pipeline))):
        money = None if amount is None else {"amount": amount, "currency": currency}
        values = {"id": record_id, "stage": stage, "amount": money, "probability": probability}
        found.setdefault(stage, []).append(values)
    return found


def _entered(pipeline: int) -> dict[int, int]:
    """When each deal came into the stage that it is in: the last entry of its log."""
    query = DealStage.select(DealStage.deal, pw.fn.MAX(DealStage.at)).join(Deal).where(_mine(pipeline))
    return {row[0]: row[1] for row in fetch(query.group_by(DealStage.deal))}


def _lane(stage: Any, deals: Sequence[Values], entered: dict[int, int], most: int) -> Lane:
    # What somebody threw away or moved elsewhere between two queries is on no board.
    deals = [deal for deal in deals if deal["id"] in entered]

    def age(deal: Values) -> tuple[int, int]:
        since = entered[deal["id"]]
        return (since if stage.kind == OPEN else -since), deal["id"]

    first = sorted(deals, key=age)[: most or None]
    cards = _cards(stage, first, entered)
    return Lane(number_of(stage.id), stage.name, stage.kind, len(deals), totals(deals), cards)


def _cards(stage: Any, deals: Sequence[Values], entered: dict[int, int]) -> tuple[Card, ...]:
    ids = [deal["id"] for deal in deals]
    row = by_id(Deal)
    names = dict(fetch(row.select(row.id, row.name).where(row.id.in_(Ids(ids)))))
    left = rotting.left_alone_in(stage, ids)
    now = clock.micros(clock.now())
    return tuple(
        Card(
            number_of(deal["id"]),
            names.get(deal["id"], "?"),
            deal["amount"],
            max(0, now - entered[deal["id"]]) // _DAY,
            deal["id"] in left,
        )
        for deal in deals
    )
