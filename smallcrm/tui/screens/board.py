"""The board: a pipeline with its stages as lanes, or the tickets by status; cards are moved from lane to lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work

from smallcrm.errors import SmallCRMError
from smallcrm.tui.actions import bindings
from smallcrm.tui.edge import sentence_of
from smallcrm.tui.screens import boards
from smallcrm.tui.screens.base import Base
from smallcrm.tui.screens.boards import Move, Shown
from smallcrm.tui.screens.places import BOARD, PLACES
from smallcrm.tui.widgets.choices import Choices
from smallcrm.tui.widgets.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from smallcrm.services.records.editing import Outcome


class Board(Base):
    """Lanes of cards; what is done takes the selected cards, or the one under the cursor."""

    BINDINGS: ClassVar = bindings("board")
    owners: ClassVar = ("board", "lanes", "app")

    def __init__(self) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self._key: str | None = None
        self._asked: Move | None = None
        self._writing = 0

    def compose(self) -> ComposeResult:
        """Where one can be, the boards, the lanes and what is at the foot."""
        yield Choices(id="nouns")
        yield Choices(id="views")
        yield Lanes()
        yield from self.feet()

    @property
    def lanes(self) -> Lanes:
        """The lanes."""
        return self.query_one(Lanes)

    def namespace(self, owner: str) -> Any:
        """Whose methods are the actions of an owner."""
        return self.lanes if owner == "lanes" else super().namespace(owner)

    def on_mount(self) -> None:
        """Show the board."""
        self.query_one("#nouns", Choices).show(PLACES, BOARD, head="smallCRM")
        self.lanes.focus()
        self.load()
        self.show_hints()

    # -- what is shown

    @work(exclusive=True, group="board", exit_on_error=False)
    async def load(self, stage: int | None = None) -> None:
        """Read the board, and let the cursor stay on its card; or the board with a stage, with the cursor there."""
        # Of a long lane only the first are there, and what is worked on.
        key, also = self._key, self._worked_on()
        with self.told():
            shown = await self.ask(lambda _session: boards.read(key, also, stage))
            # What is being moved is shown where it goes, and read again once it is there.
            if self._writing:
                return
            self.shown, self._key = shown, shown.key
            card = self.lanes.current
            self.lanes.show(shown.lanes, None if card is None else card.number)
            self.query_one("#views", Choices).show(shown.boards, shown.key)
            if stage is not None:
                self.lanes.go(next((at for at, lane in enumerate(shown.lanes) if lane.key == str(stage)), 0))

    def _worked_on(self) -> set[int]:
        """The numbers of what is selected, and of the card under the cursor."""
        card = self.lanes.current
        return self.lanes.marked | ({card.number} if card is not None else set())

    def read_again(self) -> None:
        """Read the board again."""
        self.load()

    def find(self, number: int) -> None:
        """Show the stage of a number, on the board of its pipeline."""
        self.load(stage=number)

    def about(self, noun: str) -> None:
        """Show the board of the tickets, or else one of deals."""
        if noun == "ticket":
            self._look_at(boards.TICKETS)
        elif noun == "deal" and self._key == boards.TICKETS:
            self._look_at(None)

    def _look_at(self, key: str | None) -> None:
        if key != self._key:
            self._key = key
            self.lanes.marked.clear()
            self.load()

    @on(Choices.Chosen, "#views")
    def _board_chosen(self, event: Choices.Chosen) -> None:
        self._look_at(event.key)

    @on(Lanes.Moved)
    def _moved(self) -> None:
        self.retell()

    def retell(self) -> None:
        """Show all that the card under the cursor says, and how much is selected."""
        lanes, shown = self.lanes, self.shown
        if shown is None:
            return
        card, lane = lanes.current, lanes.lane
        if card is None or lane is None:
            count = sum(one.size for one in lanes.lanes)
            parts = [f"{count:,} {shown.noun}{'' if count == 1 else 's'}"]
        else:
            days = "since today" if card.days == 0 else f"for {card.days:,} day{'' if card.days == 1 else 's'}"
            said = (
                f"{shown.noun} {card.number}",
                card.title,
                card.beside,
                card.worth,
                f"{lane.title} {days}",
                card.sign,
            )
            parts = ["  ·  ".join(filter(None, said))]
        if lanes.marked:
            parts.insert(0, f"{len(lanes.marked):,} selected")
        self.tell("  ·  ".join(parts))

    # -- what can be done

    def chosen(self) -> list[int]:
        """The numbers of the cards that an action is for."""
        card = self.lanes.current
        return sorted(self.lanes.marked) or ([] if card is None else [card.number])

    def action_move_right(self) -> None:
        """Move the cards to the lane right of the cursor, or as many lanes on as were said."""
        self._move_by(self.take_count())

    def action_move_left(self) -> None:
        """Move the cards to the lane left of the cursor."""
        self._move_by(-self.take_count())

    def _move_by(self, step: int) -> None:
        lanes, numbers = self.lanes, self.chosen()
        to = max(0, min(lanes.at + step, len(lanes.lanes) - 1))
        if not numbers:
            self.announce("There is no card here.", error=True)
        elif to == lanes.at:
            self.announce(f"There is no lane further to the {'right' if step > 0 else 'left'}.", error=True)
        else:
            self._move(numbers, to)

    @on(Lanes.Dropped)
    def _dropped(self, event: Lanes.Dropped) -> None:
        marked = self.lanes.marked
        self._move(sorted(marked) if event.number in marked else [event.number], event.at)

    def _move(self, numbers: Sequence[int], to: int) -> None:
        lane, shown = self.lanes.lanes[to], self.shown
        if shown is None:
            return
        move = Move(shown.noun, numbers, lane.key)
        if lane.asks and not {card.number for card in lane.cards}.issuperset(numbers):
            self._asked = move
            some = f"{shown.noun} {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} {shown.noun}s"
            self.question("reason", f"Why was {some} lost?" if len(numbers) == 1 else f"Why were {some} lost?")
        else:
            self._begin(move)

    async def answer_reason(self, text: str) -> None:
        """Move what is lost, now that it is known why."""
        move, self._asked = self._asked, None
        if move is not None and not text.strip():
            self.announce("A lost deal needs a reason; nothing was moved.", error=True)
        elif move is not None:
            self._begin(move._replace(reason=text.strip()))

    def _begin(self, move: Move) -> None:
        """Show the cards where they go, and write it."""
        to = next((at for at, lane in enumerate(self.lanes.lanes) if lane.key == move.lane), None)
        if to is not None:
            self.lanes.shift(move.numbers, to)
            self._writing += 1
            self._write(move, self.lanes.lanes[to].title)

    @work(group="write", exit_on_error=False)
    async def _write(self, move: Move, title: str) -> None:
        try:
            outcome = await self.ask(move.do, writes=True)
        except SmallCRMError as error:
            self.announce(sentence_of(error), error=True)
        else:
            self.crm.done.append(move.command)
            self.announce(_told(outcome, move.noun, title), error=bool(outcome.failed))
        finally:
            self._writing -= 1
        self.load()

    def action_open(self) -> None:
        """Go to the record in its list."""
        card, shown = self.lanes.current, self.shown
        if card is not None and shown is not None:
            self.crm.go(shown.noun, card.number)

    @on(Lanes.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_none(self) -> None:
        """Select nothing."""
        self.lanes.unmark()

    def action_next(self) -> None:
        """Show the next board."""
        self._step(self.take_count())

    def action_previous(self) -> None:
        """Show the board before."""
        self._step(-self.take_count())

    def _step(self, step: int) -> None:
        if self.shown is not None:
            keys = [key for key, _name in self.shown.boards]
            self._look_at(keys[(keys.index(self.shown.key) + step) % len(keys)])

    def action_reload(self) -> None:
        """Read the board again."""
        self.load()


def _told(outcome: Outcome, noun: str, title: str) -> str:
    """What came of a move, in a line."""
    changed = len(outcome.changed)
    if not changed and not outcome.failed:
        return "Nothing was moved: it is there already."
    what = f"Moved {changed:,} {noun}{'' if changed == 1 else 's'} to {title}. u takes it back."
    if not outcome.failed:
        return what
    number, why = next(iter(outcome.failed.items()))
    return f"{what} {len(outcome.failed):,} could not be moved; {noun} {number}: {why}"
