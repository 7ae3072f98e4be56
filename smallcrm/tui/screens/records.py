"""The screen of a noun: its list, all that is known of the record under the cursor, and what happened to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.containers import Horizontal
from textual.content import Content

from smallcrm.errors import SmallCRMError
from smallcrm.services import browsing
from smallcrm.services.browsing import Asked, Browser
from smallcrm.services.records import schema, store
from smallcrm.tui.actions import bindings
from smallcrm.tui.edge import sentence_of
from smallcrm.tui.screens.copying import Copying
from smallcrm.tui.screens.places import PLACES
from smallcrm.tui.widgets.cells import NARROWEST, WIDEST
from smallcrm.tui.widgets.choices import Choices
from smallcrm.tui.widgets.panes import Pane, details_text, timeline_text
from smallcrm.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from smallcrm.services.browsing import Row
    from smallcrm.services.details import Line
    from smallcrm.services.timeline import Moment
    from smallcrm.services.workspaces import Session
    from smallcrm.tui.memory import Memory

ALL = ""
_PAUSE = 0.06
_TYPING = 0.08
_ARROWS = {False: " ▲", True: " ▼"}


class _List(NamedTuple):
    """A list as it comes from the desk: what shows it, its first page, how many rows, and where the cursor goes."""

    browser: Browser
    rows: Sequence[Row]
    at: int
    total: int
    exact: bool
    cursor: int


class _Record(NamedTuple):
    """A record as it comes from the desk."""

    title: str
    lines: Sequence[Line]
    moments: Sequence[Moment]


class Records(Copying):
    """The records of one noun."""

    BINDINGS: ClassVar = bindings("records")
    owners: ClassVar = ("table", "records", "app")
    DEFAULT_CSS = """
    Records #panes { height: 1fr; }
    Records Table { width: 1fr; }
    Records #details, Records #timeline { display: none; }
    Records.-medium #details { display: block; width: 40%; }
    Records.-wide #details { display: block; width: 28%; }
    Records.-wide #timeline { display: block; width: 28%; }
    Records.-narrow.-reading Table { display: none; }
    Records.-narrow.-reading #details { display: block; width: 1fr; border-left: none; }
    """

    def __init__(self, noun: str) -> None:
        super().__init__()
        self.asked = Asked(schema.noun(noun))
        self.browser: Browser | None = None
        self._table = Table(page_size=browsing.PAGE)
        self._fetching = False
        self._wanted: list[int] = []
        self._keep: int | None = None
        self._later: Timer | None = None
        self._views: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        """The nouns, the views, the panes and what is at the foot."""
        yield Choices(id="nouns")
        yield Choices(id="views")
        with Horizontal(id="panes"):
            yield self._table
            yield Pane(id="details")
            yield Pane(id="timeline")
        yield from self.feet()

    @property
    def table(self) -> Table:
        """The list."""
        return self._table

    def on_mount(self) -> None:
        """Show the list, as it was the last time."""
        name, memory = self.asked.noun.name, self.crm.memory
        self.asked = replace(self.asked, sort=memory.text(f"{name}.sort"))
        self.table.remembered = memory.numbers(f"{name}.widths", NARROWEST, WIDEST)
        self.query_one("#nouns", Choices).show(PLACES, self.asked.noun.name, head="smallCRM")
        self.table.focus()
        self.load()
        self.load_views()
        self.show_hints()

    def remember(self, memory: Memory) -> None:
        """Keep the order and the widths of the columns."""
        name = self.asked.noun.name
        memory.keep(f"{name}.sort", self.asked.sort)
        if self.asked.view is None:
            memory.keep(f"{name}.widths", self.table.widths)

    # -- the list

    @work(exclusive=True, group="list", exit_on_error=False)
    async def load(self, keep: int | None = None, *, live: bool = False) -> None:
        """Read the list; the cursor stays on the record of a number, or where it was."""
        asked, cursor, column = self.asked, self.table.cursor, self.table.column
        try:
            found = await self.ask(lambda session: _read_list(session, asked, keep, cursor))
        except SmallCRMError as error:
            if self.browser is None and asked.sort is not None:
                # What was remembered may be gone by now.
                self.asked = replace(asked, sort=None)
                self.load(keep)
                return
            # While somebody types, most of it is not whole yet.
            self.tell(sentence_of(error), error=not live)
            return
        self.browser, self._keep = found.browser, None
        table = self.table
        table.exact = found.exact
        table.sorted_by = _marks(found.browser.sort)
        table.reset(found.browser.heads, found.total, found.cursor)
        table.column = min(column, max(len(found.browser.heads) - 1, 0))
        table.put(found.at, found.rows)
        self._tell_list(found.browser)
        if not found.exact:
            with self.told():
                total = await self.ask(lambda _session: found.browser.count())
                table.set_total(total, exact=True)
                self._tell_list(found.browser)

    @work(exclusive=True, group="views", exit_on_error=False)
    async def load_views(self) -> None:
        """Read the saved views of the noun."""
        noun = self.asked.noun
        with self.told():
            self._views = [(name, name) for name in await self.ask(lambda _session: _view_names(noun))]
            self._show_views()

    def _show_views(self) -> None:
        bar = self.query_one("#views", Choices)
        bar.display = bool(self._views)
        bar.show([(ALL, "All"), *self._views], self.asked.view or ALL)

    def retell(self) -> None:
        """Show how much of what there is."""
        if self.browser is not None:
            self._tell_list(self.browser)

    def _tell_list(self, browser: Browser) -> None:
        table, asked = self.table, self.asked
        noun = asked.noun.name if table.total == 1 else asked.noun.plural
        parts = [f"{'' if table.exact else 'more than '}{table.total:,} {noun}"]
        if table.marked:
            parts.append(f"{len(table.marked):,} selected")
        if asked.view:
            parts.append(f"view {asked.view}")
        if asked.filters:
            parts.append(f"filter {' '.join(asked.filters)}")
        if browser.sort != "id":
            parts.append(f"by {browser.sort}")
        self.tell("  ·  ".join([*parts, *browser.warnings]))

    @on(Table.PageWanted)
    def _page_wanted(self, event: Table.PageWanted) -> None:
        self._wanted.append(event.at)
        if not self._fetching:
            self._fetching = True
            self._fetch()

    @work(group="pages", exit_on_error=False)
    async def _fetch(self) -> None:
        """Read the pages that are wanted, the newest wish first; what is out of sight by now is left out."""
        try:
            while self._wanted and self.browser is not None:
                at, browser, total = self._wanted.pop(), self.browser, self.table.total
                if not self.table.is_near(at):
                    self.table.forget(at)
                    continue
                known = total if self.table.exact else None
                with self.told():
                    rows = await self.ask(lambda _session: browser.page(at, known))  # noqa: B023 - it is awaited here
                    if browser is self.browser:
                        self.table.put(at, rows)
        finally:
            self._fetching = False

    @on(Table.RangeEnded)
    @work(group="range", exit_on_error=False)
    async def _range_ended(self, event: Table.RangeEnded) -> None:
        browser, size = self.browser, self.table.page_size
        if browser is None:
            return
        pages = range(event.first // size, event.last // size + 1)
        with self.told():
            found = await self.ask(lambda _session: [row.number for at in pages for row in browser.page(at)])
            first = event.first - pages[0] * size
            self.table.mark(found[first : first + event.last - event.first + 1])

    # -- the record

    @on(Table.Moved)
    def _moved(self) -> None:
        self.retell()
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(_PAUSE, self.show_record)

    @work(exclusive=True, group="record", exit_on_error=False)
    async def show_record(self) -> None:
        """Show what is known of the record under the cursor, where a pane is open for it."""
        details_pane, timeline_pane = self.query_one("#details", Pane), self.query_one("#timeline", Pane)
        row = self.table.current
        if row is None:
            details_pane.show(Content(""))
            timeline_pane.show(Content(""))
        if row is None or not details_pane.display:
            return
        noun, zone, both = self.asked.noun, self.crm.zone, bool(timeline_pane.display)
        with self.told():
            found = await self.ask(lambda _session: _read_record(noun, row.number, zone, moments=both))
            details_pane.show(details_text(found.title, found.lines, zone))
            timeline_pane.show(timeline_text(found.moments, zone))

    def chosen(self) -> list[int]:
        """The numbers of the records that an action is for: those selected, or the one under the cursor."""
        if self.table.marked:
            return sorted(self.table.marked)
        row = self.table.current
        return [] if row is None else [row.number]

    def find(self, number: int) -> None:
        """Put the cursor on a record; a filter that it does not pass gives way."""
        self.asked = replace(self.asked, filters=(), view=None)
        self._show_views()
        self.read_again(number)

    # -- what can be done

    def action_none(self) -> None:
        """Leave, step by step: the details, the selection, the filter, the view."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
            self.table.focus()
        elif not self.table.unmark() and (self.asked.filters or self.asked.view):
            self.asked = (
                replace(self.asked, filters=(), view=None)
                if not self.asked.filters
                else replace(self.asked, filters=())
            )
            self._show_views()
            self.read_again()

    def action_open(self) -> None:
        """Read the details."""
        self.add_class("-reading")
        self.query_one("#details", Pane).focus()
        self.call_after_refresh(self.show_record)

    def action_panes(self) -> None:
        """Put the focus on the next pane."""
        self.focus_next()

    def action_reload(self) -> None:
        """Read everything again."""
        self.read_again()
        self.load_views()

    def read_again(self, number: int | None = None, *, live: bool = False) -> None:
        """Read the list again, with the cursor on a record: a new one, or the one where it was."""
        # A reading that another overtakes hands on where the cursor was to go.
        self._keep = self._keep if number is None else number
        row = self.table.current
        self.load(self._keep if self._keep is not None or row is None else row.number, live=live)

    def action_sort(self) -> None:
        """Sort by the column, and the other way round where it is sorted so already."""
        self._sort(further=False)

    def action_sort_more(self) -> None:
        """Sort by the column where the columns before are equal."""
        self._sort(further=True)

    def _sort(self, *, further: bool) -> None:
        if self.browser is None or not self.browser.heads:
            return
        key = self.browser.heads[self.table.column].key
        now = [] if self.browser.sort == "id" else self.browser.sort.split(",")
        kept = [one for one in now if one.removeprefix("-") != key] if further else []
        turned = f"-{key}" if key in now else key
        self.asked = replace(self.asked, sort=",".join([*kept, turned]))
        self.read_again()

    @on(Table.HeadClicked)
    def _head_clicked(self, event: Table.HeadClicked) -> None:
        self.table.column = event.at
        self.action_sort()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(Choices.Chosen, "#views")
    def _view_chosen(self, event: Choices.Chosen) -> None:
        self._look_through(event.key)

    def _look_through(self, view: str) -> None:
        self.asked = replace(self.asked, view=view or None, sort=None, columns=None)
        self._show_views()
        self.read_again()

    def action_next_view(self) -> None:
        """Look through the next saved view."""
        self._step_view(self.take_count())

    def action_previous_view(self) -> None:
        """Look through the saved view before."""
        self._step_view(-self.take_count())

    def _step_view(self, step: int) -> None:
        names = [ALL, *(name for name, _label in self._views)]
        at = names.index(self.asked.view or ALL) if (self.asked.view or ALL) in names else 0
        self._look_through(names[(at + step) % len(names)])

    @work(exclusive=True, group="every", exit_on_error=False)
    async def action_every(self) -> None:
        """Select all that pass the filter."""
        browser = self.browser
        if browser is not None:
            with self.told():
                self.table.mark(await self.ask(lambda _session: browser.numbers()))


def _marks(sort: str) -> dict[str, str]:
    """What stands beside the heads of the columns that a list is sorted by."""
    keys = [] if sort == "id" else sort.split(",")
    told = [(key.removeprefix("-"), _ARROWS[key.startswith("-")]) for key in keys]
    return {key: arrow + (str(at) if len(told) > 1 else "") for at, (key, arrow) in enumerate(told, 1)}


def _read_list(session: Session, asked: Asked, keep: int | None, cursor: int) -> _List:
    browser = Browser(session, asked)
    total = browser.count(store.COUNT_CAP)
    exact = total < store.COUNT_CAP
    place = browser.place(keep) if keep is not None else None
    at = min(cursor, max(total - 1, 0)) if place is None else place
    rows = browser.page(at // browser.size, total if exact else None)
    return _List(browser, rows, at // browser.size, max(total, at + 1 if rows else 0), exact, at)


def _read_record(noun: schema.Noun, number: int, zone: str, *, moments: bool) -> _Record:
    from smallcrm.services import details, timeline
    from smallcrm.services.records import presenting

    found = store.get(noun, number)
    record = next(iter(presenting.present(noun, [found], list(presenting.columns(noun)))))
    title = str(record.get("name") or record.get(noun.title) or f"{noun.name} {number}")
    told = timeline.timeline(noun, number, zone) if moments else []
    return _Record(title, details.lines(noun, record, zone), told)


def _view_names(noun: schema.Noun) -> list[str]:
    from smallcrm.services import views

    return [name for name, _text in views.names(noun)]
