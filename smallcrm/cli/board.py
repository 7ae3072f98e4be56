"""The board of deals: drawn in columns for people, flat rows of stages and deals for programs."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from smallcrm.cli.output import Column, Table
from smallcrm.services.values.money import money_text
from smallcrm.services.weighing import NO_AMOUNT
from smallcrm.text import display_width, pad, safe_text, truncate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.board import Board, Card, Lane
    from smallcrm.services.weighing import Total

WIDTH = 80
_NARROWEST = 22
_GAP = "  "
_ROTS = "!"
COLUMNS = (
    Column("row"), Column("pipeline"), Column("stage"), Column("kind"), Column("deals", kind="int"),
    Column("amount", kind="money"), Column("weighted", kind="money"), Column("id", kind="id"), Column("name"),
    Column("days", kind="int"), Column("rotting", kind="bool"),
)  # fmt: skip


def flat(board: Board, *, deals_only: bool = False) -> Table:
    """A row for each stage and currency, and one for each deal that is shown."""
    return Table(COLUMNS, [row for lane in board.lanes for row in _rows(board, lane, deals_only=deals_only)])


def _rows(board: Board, lane: Lane, *, deals_only: bool) -> Iterator[list[Any]]:
    head = [board.name, lane.name, lane.kind]
    if not deals_only:
        if not lane.totals:
            yield ["stage", *head, 0, None, None, None, None, None, None]
        for code, total in _totals(lane):
            amounts = [None if code == NO_AMOUNT else _money(each, code) for each in (total.amount, total.weighted)]
            yield ["stage", *head, total.deals, *amounts, None, None, None, None]
    for card in lane.cards:
        yield ["deal", *head, None, card.amount, None, card.number, card.name, card.days, card.rotting]


def _totals(lane: Lane) -> list[tuple[str, Total]]:
    """By currency; what has no amount comes last."""
    return sorted(lane.totals.items(), key=lambda pair: (pair[0] == NO_AMOUNT, pair[0]))


def _money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def drawn(board: Board, width: int | None) -> Iterator[str]:
    """The lines of the board: as many stages side by side as there is room for, the others below them."""
    room = width or WIDTH
    beside = max(1, min(len(board.lanes), (room + len(_GAP)) // (_NARROWEST + len(_GAP))))
    cells = max(1, (room - len(_GAP) * (beside - 1)) // beside)
    for start in range(0, len(board.lanes), beside):
        if start:
            yield ""
        lanes = [_drawn_lane(lane, cells) for lane in board.lanes[start : start + beside]]
        for parts in zip_longest(*lanes, fillvalue=""):
            yield _GAP.join(pad(part, cells) for part in parts).rstrip()
    if any(card.rotting for lane in board.lanes for card in lane.cards):
        yield from ("", _cut(f"{_ROTS} left alone for longer than its stage allows", room))


def _drawn_lane(lane: Lane, cells: int) -> list[str]:
    count = "1 deal" if lane.deals == 1 else f"{lane.deals:,} deals"
    lines = [_cut(safe_text(lane.name), cells), "─" * cells, count]
    for code, total in _totals(lane):
        if code == NO_AMOUNT:
            lines.append(f"{total.deals:,} without amount")
        else:
            lines += [money_text(total.amount, code), f"{money_text(total.weighted, code)} weighted"]
    if lane.cards:
        lines += ["", *(line for card in lane.cards for line in _drawn_card(card, cells))]
    more = lane.deals - len(lane.cards)
    return [_cut(line, cells) for line in [*lines, *([f"… {more:,} more"] if more else [])]]


def _drawn_card(card: Card, cells: int) -> Sequence[str]:
    """The number and the name of a deal with its days at the end of the line, marked if it rots; its amount below."""
    days = f"{card.days:,}d{_ROTS if card.rotting else ''}"
    name = pad(_cut(safe_text(f"{card.number} {card.name}"), cells - len(days) - 1), cells - len(days) - 1)
    amount = () if card.amount is None else (f"  {money_text(card.amount['amount'], card.amount['currency'])}",)
    return (f"{name} {days}", *amount)


def _cut(text: str, cells: int) -> str:
    return truncate(text, cells) if display_width(text) > cells else text
