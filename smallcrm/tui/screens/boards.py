"""The boards of the workspace as they come from the desk: a pipeline of deals each, and the tickets by status."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.services.values.money import money_text
from smallcrm.text import safe_text
from smallcrm.tui.widgets.cards import Card, Lane

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from smallcrm.services import board, ticket_board
    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.weighing import Total
    from smallcrm.services.workspaces import Session

TICKETS = "tickets"
MOST = 100
"""So many cards of a lane are there; what is beyond them is found in the list."""


class Shown(NamedTuple):
    """A board: its key, the noun of its cards, its lanes, and all boards by their keys and names."""

    key: str
    noun: str
    lanes: Sequence[Lane]
    boards: Sequence[tuple[str, str]]


def read(key: str | None, also: Collection[int], stage: int | None = None) -> Shown:
    """The board of a key, or the one with a stage; of one that is gone, or of none, the first pipeline.

    The cards of `also` are there wherever in their lanes they are.
    """
    from smallcrm.services.pipelines import names, pipeline_of

    if stage is not None:
        key = str(pipeline_of(stage))
    boards = [(str(number), name) for number, name in names()]
    known = [*boards, (TICKETS, "Tickets")]
    chosen = key if key in dict(known) else known[0][0]
    lanes = _ticket_lanes(also) if chosen == TICKETS else _deal_lanes(chosen, also)
    return Shown(chosen, "ticket" if chosen == TICKETS else "deal", lanes, known)


def _deal_lanes(pipeline: str, also: Collection[int]) -> list[Lane]:
    from smallcrm.services import board
    from smallcrm.services.pipelines import LOST

    return [
        Lane(
            str(lane.number),
            safe_text(lane.name),
            lane.deals,
            totals_text(lane.totals),
            [_deal(card) for card in lane.cards],
            asks=lane.kind == LOST,
        )
        for lane in board.board(pipeline, most=MOST, also=also).lanes
    ]


def _deal(card: board.Card) -> Card:
    worth = "" if card.amount is None else money_text(card.amount["amount"], card.amount["currency"])
    sign = "rotting" if card.rotting else ""
    return Card(card.number, safe_text(card.name), safe_text(card.company), safe_text(worth), card.days, sign)


def totals_text(totals: dict[str, Total]) -> str:
    """What deals come to in each currency, in a line."""
    sums = (money_text(total.amount, code) for code, total in sorted(totals.items()) if code)
    return safe_text(" + ".join(sums))


def _ticket_lanes(also: Collection[int]) -> list[Lane]:
    from smallcrm.services import ticket_board

    return [
        Lane(
            lane.status,
            lane.status.capitalize(),
            lane.tickets,
            ", ".join(f"{count:,} {priority}" for priority, count in lane.priorities.items()),
            [_ticket(card) for card in lane.cards],
        )
        for lane in ticket_board.board(most=MOST, also=also)
    ]


def _ticket(card: ticket_board.Card) -> Card:
    sign = "due" if card.due else ""
    return Card(card.number, safe_text(card.subject), safe_text(card.requester), card.priority, card.days, sign)


class Move(NamedTuple):
    """Cards that go to a lane, and why where a deal is lost by it."""

    noun: str
    numbers: Sequence[int]
    lane: str
    reason: str | None = None

    def do(self, _session: Session) -> Outcome:
        """Move them, as one operation."""
        from smallcrm.services import deals, tickets

        if self.noun == "ticket":
            return tickets.move(self.numbers, self.lane)
        return deals.move(self.numbers, self.lane, reason=self.reason)

    @property
    def command(self) -> str:
        """The command that does the same."""
        numbers = map(str, self.numbers)
        if self.noun == "deal" and self.reason is None:
            return shlex.join(["smallcrm", "deal", "move", *numbers, self.lane])
        said = [f"stage={self.lane}", f"lost_reason={self.reason}"] if self.noun == "deal" else [f"status={self.lane}"]
        return shlex.join(["smallcrm", self.noun, "edit", *numbers, *(w for one in said for w in ("--set", one))])
