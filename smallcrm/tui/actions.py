"""Everything that can be done, by name: keys, the palette, the footer, the help and the manual are made from this."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from collections.abc import Container


class Action(NamedTuple):
    """One thing that can be done: where it is done, by which keys, and what it is called.

    `name` is `OWNER.METHOD`: the method is `action_METHOD` of the class that takes `bindings(OWNER)`. `keys` are
    parted by commas; two keys that are pressed one after the other stand with a space between. `hint` is the rank in
    the footer, 0 for what is not there. `writes`: it changes records.
    """

    name: str
    keys: str
    label: str
    hint: int = 0
    writes: bool = False

    @property
    def owner(self) -> str:
        """Where it is done."""
        return self.name.partition(".")[0]

    @property
    def method(self) -> str:
        """What the method is called that does it, after `action_`."""
        return self.name.partition(".")[2]

    @property
    def single(self) -> list[str]:
        """The keys that do it alone."""
        return [key for key in self.keys.split(",") if " " not in key]

    @property
    def chords(self) -> list[tuple[str, ...]]:
        """The keys that do it one after the other."""
        return [tuple(keys.split()) for keys in self.keys.split(",") if " " in keys]


ACTIONS: tuple[Action, ...] = (
    Action("app.help", "question_mark,f1", "Keys", hint=90),
    Action("app.palette", "ctrl+p", "All actions", hint=80),
    Action("app.command", "colon", "Command line"),
    Action("app.search", "ctrl+k,g slash", "Search everything", hint=30),
    Action("app.undo", "u,ctrl+z", "Undo", writes=True),
    Action("app.redo", "ctrl+r,ctrl+y", "Redo", writes=True),
    Action("app.go_home", "g h,f8", "Go home"),
    Action("app.go_companies", "g o,f2", "Go to companies"),
    Action("app.go_contacts", "g c,f3", "Go to contacts"),
    Action("app.go_deals", "g d,f4", "Go to deals"),
    Action("app.go_tickets", "g t,f5", "Go to tickets"),
    Action("app.go_activities", "g a,f6", "Go to activities"),
    Action("app.go_board", "g b,f7", "Go to the board"),
    Action("app.themes", "ctrl+t", "Next theme"),
    Action("app.close", "q,ctrl+q", "Quit"),
    Action("table.down", "j,down", "Down"),
    Action("table.up", "k,up", "Up"),
    Action("table.left", "h,left", "Column to the left"),
    Action("table.right", "l,right", "Column to the right"),
    Action("table.page_down", "ctrl+f,pagedown", "Page down"),
    Action("table.page_up", "ctrl+b,pageup", "Page up"),
    Action("table.half_down", "ctrl+d", "Half a page down"),
    Action("table.half_up", "ctrl+u", "Half a page up"),
    Action("table.top", "g g,home", "First row"),
    Action("table.bottom", "G,end", "Last row"),
    Action("table.centre", "z z", "Row to the middle"),
    Action("table.mark", "space", "Select", hint=50),
    Action("table.range", "v", "Select a range"),
    Action("table.narrower", "less_than_sign", "Narrower column"),
    Action("table.wider", "greater_than_sign", "Wider column"),
    Action("records.filter", "slash", "Filter", hint=20),
    Action("records.every", "V", "Select all that pass"),
    Action("records.none", "escape", "Clear selection, then filter"),
    Action("records.open", "enter", "Details"),
    Action("records.edit", "e", "Edit the field", hint=40, writes=True),
    Action("records.add", "a", "Add", hint=10, writes=True),
    Action("records.trash", "x,delete", "To the trash", writes=True),
    Action("records.tag", "t", "Add a tag", writes=True),
    Action("records.comment", "c", "Comment", writes=True),
    Action("records.sort", "o", "Sort by the column"),
    Action("records.sort_more", "O", "Sort by the column too"),
    Action("records.next_view", "right_square_bracket", "Next view"),
    Action("records.previous_view", "left_square_bracket", "Previous view"),
    Action("records.panes", "tab", "Next pane"),
    Action("records.copy_command", "y c", "Copy as command"),
    Action("records.copy_done", "y y", "Copy what was done, as command"),
    Action("records.copy_csv", "y v", "Copy as CSV"),
    Action("records.copy_json", "y j", "Copy as JSON"),
    Action("records.copy_markdown", "y m", "Copy as Markdown"),
    Action("records.reload", "ctrl+l", "Read again"),
    Action("lanes.down", "j,down", "Next card"),
    Action("lanes.up", "k,up", "Card before"),
    Action("lanes.left", "h,left", "Lane to the left"),
    Action("lanes.right", "l,right", "Lane to the right"),
    Action("lanes.page_down", "ctrl+f,pagedown,ctrl+d", "Page down"),
    Action("lanes.page_up", "ctrl+b,pageup,ctrl+u", "Page up"),
    Action("lanes.top", "g g,home", "First card"),
    Action("lanes.bottom", "G,end", "Last card"),
    Action("lanes.mark", "space", "Select", hint=50),
    Action("board.move_right", "L,shift+right", "Move on", hint=10, writes=True),
    Action("board.move_left", "H,shift+left", "Move back", hint=20, writes=True),
    Action("board.open", "enter", "Open", hint=40),
    Action("board.none", "escape", "Clear selection"),
    Action("board.next", "tab,right_square_bracket", "Next board", hint=60),
    Action("board.previous", "shift+tab,left_square_bracket", "Previous board"),
    Action("board.reload", "ctrl+l", "Read again"),
    Action("blocks.down", "j,down", "Down"),
    Action("blocks.up", "k,up", "Up"),
    Action("blocks.top", "g g,home", "First row"),
    Action("blocks.bottom", "G,end", "Last row"),
    Action("home.open", "enter", "Open", hint=10),
    Action("home.next", "tab,l,right", "Next block", hint=20),
    Action("home.previous", "shift+tab,h,left", "Block before"),
    Action("home.reload", "ctrl+l", "Read again"),
)
BY_NAME = {action.name: action for action in ACTIONS}


def of(owner: str) -> list[Action]:
    """The actions of an owner, in the order in which they are told."""
    return [action for action in ACTIONS if action.owner == owner]


def bindings(owner: str) -> list[BindingType]:
    """What Textual needs to know of the keys of an owner; the name of the action lets them be changed."""
    return [
        Binding(",".join(action.single), action.method, action.label, id=action.name, show=False)
        for action in of(owner)
        if action.single
    ]


def chords(owners: Container[str]) -> dict[tuple[str, ...], Action]:
    """The actions of some owners that are done by keys one after the other."""
    return {keys: action for action in ACTIONS if action.owner in owners for keys in action.chords}
