"""What is done with records of a list: one operation with one undo each; all but a comment take the selection."""

from __future__ import annotations

import shlex
from abc import abstractmethod
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on, work

from smallcrm.errors import SmallCRMError
from smallcrm.services import comments, searching
from smallcrm.services.records import changes, completion, editing, presenting, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query import completion as filter_completion
from smallcrm.services.records.showing import readable
from smallcrm.services.records.words import whole_name
from smallcrm.services.values.reading import reader
from smallcrm.text import fold
from smallcrm.tui.edge import sentence_of
from smallcrm.tui.screens.base import Base
from smallcrm.tui.screens.confirm import Confirm
from smallcrm.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smallcrm.services.browsing import Asked, Browser
    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.schema import Field, Noun
    from smallcrm.services.workspaces import Session
    from smallcrm.tui.widgets.table import Table

SHOWN_CHANGES = 12
_OFFERED = 8
# One letter says nothing.
_LETTERS = 2


class RecordActions(Base):
    """A screen with a list of records of one noun."""

    asked: Asked
    browser: Browser | None

    def __init__(self) -> None:
        super().__init__()
        self._edited: tuple[Field, list[int]] | None = None
        # Whom a question is about: the cursor may be moved by the mouse before it is answered.
        self._about: list[int] = []
        self._filters_before: tuple[str, ...] = ()

    @property
    @abstractmethod
    def table(self) -> Table:
        """The list."""

    @abstractmethod
    def chosen(self) -> list[int]:
        """The numbers of the records that an action is for."""

    @abstractmethod
    def read_again(self, number: int | None = None, *, live: bool = False) -> None:
        """Read the list again, with the cursor on a record."""

    def namespace(self, owner: str) -> Any:
        """Whose methods are the actions of an owner."""
        return self.table if owner == "table" else super().namespace(owner)

    @property
    def noun(self) -> Noun:
        """What the records are."""
        return self.asked.noun

    # -- asking

    def offers(self, find: Callable[[str], Iterable[tuple[str, str]]], *, begun: bool = True) -> Any:
        """What completes a line, found at the desk: what begins as the line does, or whatever `find` gives for it."""

        async def complete(typed: str) -> Sequence[tuple[str, str]]:
            def job(_session: Session) -> list[tuple[str, str]]:
                head = fold(typed)
                found = (one for one in find(typed) if not begun or (one[0] != typed and fold(one[0]).startswith(head)))
                return [one for one, _at in zip(found, range(_OFFERED), strict=False)]

            try:
                return await self.ask(job)
            except SmallCRMError:
                return []

        return complete

    def left(self, name: str) -> None:
        """Forget a filter that was not said to the end."""
        if name == "filter" and self.asked.filters != self._filters_before:
            self.asked = replace(self.asked, filters=self._filters_before)
            self.read_again()

    # -- the filter

    def action_filter(self) -> None:
        """Show only what passes a filter, while it is typed."""
        self._filters_before = self.asked.filters
        find = partial(filter_completion.terms, self.noun)
        self.question("filter", "Filter", " ".join(self.asked.filters), self.offers(find), live=True)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        self._filter_by(event.text, live=True)

    def _filter_by(self, text: str, *, live: bool) -> None:
        filters = (text.strip(),) if text.strip() else ()
        if filters != self.asked.filters or not live:
            self.asked = replace(self.asked, filters=filters)
            self.read_again(live=live)

    async def answer_filter(self, text: str) -> None:
        """Show what passes."""
        self._filter_by(text, live=False)

    # -- writing

    @work(group="write", exit_on_error=False)
    async def write(self, job: Callable[[Session], Outcome], done: str, command: str) -> None:
        """Do what changes records, tell what came of it, and read the list again."""
        try:
            outcome = await self.ask(job, writes=True)
        except SmallCRMError as error:
            self.announce(sentence_of(error), error=True)
            return
        self.crm.done.append(command)
        self.announce(_told(outcome, self.noun, done), error=bool(outcome.failed))
        self.read_again(outcome.changed[0] if outcome.changed and done == "Added" else None)

    async def confirmed(self, question: str, plan: Callable[[Session], list[str]], numbers: Sequence[int]) -> bool:
        """Whether an action on several records is wanted, once what would happen was shown; one is not asked about."""
        if len(numbers) == 1:
            return bool(numbers)
        try:
            lines = await self.ask(plan)
        except SmallCRMError as error:
            self.announce(sentence_of(error), error=True)
            return False
        wanted: bool | None = await self.app.push_screen_wait(Confirm(question, lines))
        return bool(wanted)

    def _some(self, numbers: Sequence[int]) -> str:
        return f"{self.noun.name} {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} {self.noun.plural}"

    def _command(self, verb: str, numbers: Sequence[int], *more: str) -> str:
        return shlex.join(["smallcrm", self.noun.name, verb, *map(str, numbers), *more])

    @work(exclusive=True, group="edit", exit_on_error=False)
    async def action_edit(self) -> None:
        """Change the field of the column, in every record that is selected."""
        numbers = self.chosen()
        if not numbers or self.browser is None:
            return
        key = self.browser.heads[self.table.column].key
        noun = self.noun
        key = noun.title if key in (noun.title, "name") and not noun.by_key[noun.title].derived else key
        field = noun.by_key.get(key)
        if field is None or not field.writable:
            self.announce(f"{self.browser.heads[self.table.column].label} cannot be changed here.", error=True)
            return
        with self.told():
            value = await self.ask(lambda session: _as_typed(session, noun, numbers, field))
            self._edited = field, numbers
            find = partial(_values, noun, field)
            self.question("edit", f"{field.label} of {self._some(numbers)}", value, self.offers(find))

    async def answer_edit(self, text: str) -> None:
        """Change the field."""
        if self._edited is not None:
            self._edit(*self._edited, text)

    @work(exclusive=True, group="edit", exit_on_error=False)
    async def _edit(self, field: Field, numbers: list[int], text: str) -> None:
        noun = self.noun
        edit = Edit({field.key: text}) if text.strip() else Edit(clear=(field.key,))

        def plan(session: Session) -> list[str]:
            planned = changes.plan_edit(noun, numbers[:SHOWN_CHANGES], edit, session.locale)
            return _plan_lines(planned, session.workspace.zone, len(numbers))

        if await self.confirmed(f"Change {field.label} of {self._some(numbers)}?", plan, numbers):
            more = ("--set", f"{field.key}={text}") if text.strip() else ("--clear", field.key)
            command = self._command("edit", numbers, *more)
            self.write(lambda session: editing.edit_many(noun, numbers, edit, session.locale), "Changed", command)

    def action_add(self) -> None:
        """Make a new record; those of the same name are offered while it is typed."""
        noun = self.noun
        self.question("add", f"New {noun.name}", "", self.offers(partial(_alike, noun), begun=False))

    async def answer_add(self, text: str) -> None:
        """Make it."""
        if text.strip():
            noun, name = self.noun, text.strip()
            edit = Edit(whole_name(noun, name))
            command = shlex.join(["smallcrm", noun.name, "add", name])
            self.write(lambda session: editing.add(noun, edit, session.locale), "Added", command)

    @work(exclusive=True, group="trash", exit_on_error=False)
    async def action_trash(self) -> None:
        """Move the records to the trash."""
        noun, numbers = self.noun, self.chosen()
        if not numbers:
            return

        def plan(_session: Session) -> list[str]:
            names = [f"{one.number}  {one.name}" for one in changes.plan_moved(noun, numbers[:SHOWN_CHANGES])]
            return [*names, *_and_more(len(numbers) - len(names))]

        if await self.confirmed(f"Move {self._some(numbers)} to the trash?", plan, numbers):
            command = self._command("delete", numbers)
            self.table.unmark()
            self.write(lambda _session: editing.trash_many(noun, numbers), "Trashed", command)

    def action_tag(self) -> None:
        """Add a tag to the records."""
        self._about = self.chosen()
        if self._about:
            self.question("tag", f"Tag for {self._some(self._about)}", "", self.offers(completion.tags))

    async def answer_tag(self, text: str) -> None:
        """Add it."""
        noun, numbers, tag = self.noun, self._about, text.strip()
        if tag and numbers:
            edit = Edit(append=(("tags", tag),))
            command = self._command("edit", numbers, "--append", f"tags={tag}")
            self.write(lambda session: editing.edit_many(noun, numbers, edit, session.locale), "Tagged", command)

    def action_comment(self) -> None:
        """Say something about the record under the cursor."""
        row = self.table.current
        if row is not None:
            self._about = [row.number]
            self.question("comment", f"Comment on {self.noun.name} {row.number}")

    async def answer_comment(self, text: str) -> None:
        """Say it."""
        noun, numbers = self.noun, self._about
        if text.strip() and numbers:
            number = numbers[0]
            command = self._command("comment", [number], text)
            self.write(lambda _session: comments.add(comments.record(noun, number), text).outcome, "Commented", command)


def _told(outcome: Outcome, noun: Noun, done: str) -> str:
    """What came of an action, in a line."""
    changed, failed = len(outcome.changed), len(outcome.failed)
    what = f"{done} {changed:,} {noun.name if changed == 1 else noun.plural}. u takes it back."
    if not changed and not failed:
        return "Nothing was changed: it is so already."
    if not failed:
        return what
    number, why = next(iter(outcome.failed.items()))
    return f"{what} {failed:,} could not be changed; {noun.name} {number}: {why}"


def _as_typed(session: Session, noun: Noun, numbers: Sequence[int], field: Field) -> str:
    """The value of a field as it would be typed; empty where several records have several."""
    if len(numbers) > 1:
        return ""
    record = next(iter(presenting.present(noun, [store.get(noun, numbers[0])], [field.key])))
    return reader(session.workspace.zone)(presenting.cell_of(field, record[field.key]))


def _values(noun: Noun, field: Field, typed: str) -> Iterable[tuple[str, str]]:
    """What a value may be, by what was typed of it."""
    head = f"{field.key}="
    return (
        (text.removeprefix(head), told)
        for text, told in completion.fields(noun, head + typed)
        if text.startswith(head) and text != head
    )


def _alike(noun: Noun, typed: str) -> Iterable[tuple[str, str]]:
    """Records that have the words in their name already."""
    words = typed.split()
    if not words or len(typed.strip()) < _LETTERS:
        return []
    found = searching.search(words, only=(noun.name,), limit=_OFFERED).found
    return [(one.title, f"is there already: {noun.name} {one.number}") for one in found]


def _plan_lines(planned: Iterable[Any], zone: str, total: int) -> list[str]:
    """What would be changed, a line for each record, of many the first."""
    read = reader(zone)
    lines = []
    for one in planned:
        sides = [
            (read(readable(shown.field, shown.before)), read(readable(shown.field, shown.after)))
            for shown in one.fields
        ]
        told = "; ".join(f"{before or '—'} → {after or '—'}" for before, after in sides) or "as it is"
        lines.append(f"{one.number}  {one.name}: {told}")
    return [*lines, *_and_more(total - len(lines))]


def _and_more(count: int) -> list[str]:
    return [f"… and {count:,} more"] if count > 0 else []
