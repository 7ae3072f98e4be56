"""The tables in the files of an import, each recognised; what nobody named and nobody can read is left out and told."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from smallcrm.errors import Unrecognised, UsageError, ValidationError
from smallcrm.services.records import schema
from smallcrm.services.transfer import detecting, questions
from smallcrm.services.transfer.aliases import WORK
from smallcrm.services.transfer.headers import unique_names
from smallcrm.services.transfer.meanwhile import newest_of_fields
from smallcrm.services.transfer.readers import kinds, vcard
from smallcrm.services.transfer.readers.archive import SHOWN, left_out, several
from smallcrm.services.transfer.remembering import Memory, memory_of
from smallcrm.services.values.dates import DateOrder
from smallcrm.text import fold, replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smallcrm.services.transfer.importing import Request
    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.questions import OpenQuestion
    from smallcrm.services.transfer.tables import Chunk, Table


# What was answered of a table: `date_order`, `decimal`, each as it is typed.
Answers = dict[str, str]
# What was answered of the columns of a table that no field is for: a target, SKIPPED or, to make a field of it, CUSTOM.
Columns = dict[str, str]
CUSTOM, SKIPPED = "custom", "-"
_ASKED = {"--date-order": "date_order", "--decimal": "decimal"}


@dataclass(slots=True)
class Opened:
    """The tables with the files they are in and their mappings, in the order to import them, and what was left out.

    `open_questions`: what only the user can tell and nobody was there to ask. `read_as`: by the identity of a table
    what it is called among the answers, and what was said of it, now and before. `fields_at`: the newest change of a
    field of the workspace's own when this began.
    """

    tables: list[tuple[Path, Table, Mapping]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    refusals: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    damaged: dict[Path, str] = field(default_factory=dict)
    answers: dict[str, Answers] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)
    open_questions: list[OpenQuestion] = field(default_factory=list)
    read_as: dict[int, tuple[str, detecting.Options]] = field(default_factory=dict)
    fields_at: int = 0

    def of_people(self) -> list[tuple[Path, Table, Mapping]]:
        """The tables of people and companies."""
        return [found for found in self.tables if found[2].noun not in WORK]

    def of_work(self) -> list[tuple[Path, Table, Mapping]]:
        """The tables of the work with them."""
        return [found for found in self.tables if found[2].noun in WORK]

    def pass_over(self, path: Path, name: str, error: UsageError | ValidationError) -> None:
        """Leave out a file that nobody named: nothing that can be read, or damaged."""
        if isinstance(error, UsageError):
            self.unread.append(name)
            self.refusals.append(error.sentence)
        else:
            self.leave_out(path, name, error)

    def leave_out(self, path: Path, name: str, error: ValidationError) -> None:
        """Leave out a damaged file that nobody named; it is told by the name that it has where it is."""
        own, said = replace_bad(path.name)[0], error.sentence
        self.damaged[path] = name + said.removeprefix(own) if said.startswith(own) else f"{name}: {said}"
        self.tables = [opened for opened in self.tables if opened[0] != path]

    def refuse_open(self) -> None:
        """Raise UsageError where a question is open: one that names them all, and the flags that answer them."""
        if self.open_questions:
            raise questions.refusal(self.open_questions)

    def tell(self) -> list[str]:
        """What was left out, as sentences; UsageError where nothing else is there."""
        if not self.tables:
            said = [*self.refusals, *self.damaged.values()]
            more = (f"… and {len(said) - SHOWN:,} more",) if len(said) > SHOWN else ()
            raise UsageError("Nothing of that can be imported.", details=(*said[:SHOWN], *more))
        return [*self.left_out, *left_out(list(self.damaged.values()))]


@dataclass(frozen=True, slots=True)
class _Named:
    """A table under the name that the user knows it by."""

    table: Table
    name: str
    columns: tuple[str, ...]
    has_header: bool
    header_line: int
    notes: tuple[str, ...]
    size: int
    sample: list[list[str]]
    exact: bool

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows of the table."""
        return self.table.chunks(size)


# What a table can leave open: the order of dates, the decimal mark.
_QUESTIONS = 3
# A table with its file, whether the user named just that, and the program that is the same for all of its file.
_Opening = tuple["Path", "Table", bool, str | None]


def recognise(request: Request) -> Opened:
    """Read the heads of the files and say what each holds; companies come before the contacts that name them."""
    found = Opened(fields_at=newest_of_fields())
    schema.forget_customs()
    opened = list(_opened(request, found))
    tables = [table for _path, table, _named, _source in opened]
    told = _mapped(request.options, tables)
    found.memory = memory_of(tables)
    keys = unique_names([table.name for table in tables], len(tables))
    found.answers = {key: dict(request.answers[key]) for key in keys if key in request.answers}
    found.columns = {key: dict(request.columns[key]) for key in keys if key in request.columns}
    for (path, table, named, source), own, key in zip(opened, told, keys, strict=True):
        given = own if source is None else replace(own, source=source)
        try:
            with _remembered(found.memory, table):
                mappings = _asked(request, found, key, table, given, named=named)
            found.tables += [(path, table, mapping) for mapping in mappings]
        except Unrecognised as error:
            if named:
                raise
            found.left_out.append(f"Left out: {error.sentence}")
            found.refusals.append(error.sentence)
    found.tell()
    # Activities are about all the others.
    order = [*(name for name in schema.nouns() if name != "activity"), "activity"]
    found.tables.sort(key=lambda table: order.index(table[2].noun))
    return found


def _opened(request: Request, found: Opened) -> Iterator[_Opening]:
    """The tables; what cannot be read and was not named is told in one line."""
    names = {path: request.inside.get(path) or replace_bad(path.name)[0] for path in request.paths}
    cards = {path: name for path, name in names.items() if kinds.is_cards(path)}
    if len(cards) > 1:
        yield from _cards(request, cards, found)
    for path in request.paths:
        if len(cards) > 1 and path in cards:
            continue
        shown = request.inside.get(path)
        try:
            tables = kinds.tables_of(path, request.encoding)
        except (UsageError, ValidationError) as error:
            if shown is None:
                raise
            found.pass_over(path, shown, error)
            continue
        source = kinds.source_of_all(tables)
        for table in tables:
            named = table if shown is None else _renamed(table, path, shown)
            yield path, named, shown is None and len(tables) == 1, source
    if found.unread:
        found.left_out.append(f"Left out, as nothing that can be read: {several(found.unread)}.")


def _cards(request: Request, cards: dict[Path, str], found: Opened) -> Iterator[_Opening]:
    """The vCards of several files together: address books write a file for each."""
    tables, bad = vcard.open_many_cards(cards, encoding=request.encoding)
    for path, error in bad.items():
        if path not in request.inside:
            raise error
        found.pass_over(path, cards[path], error)
    source = kinds.source_of_all(tables)
    for table in tables:
        yield next(path for path in cards if path not in bad), table, False, source


def _renamed(table: Table, path: Path, shown: str) -> Table:
    """The table under the name that its file has in the folder or the archive."""
    name = shown + table.name.removeprefix(replace_bad(path.name)[0])
    return _Named(
        table,
        name,
        table.columns,
        table.has_header,
        table.header_line,
        table.notes,
        table.size,
        table.sample,
        table.exact,
    )


def _mapped(options: detecting.Options, tables: Sequence[Table]) -> list[detecting.Options]:
    """What the user said, for each table; UsageError where it is of a column that none of several has."""
    if len(tables) == 1:
        return [options]
    columns = [set(map(fold, table.columns)) for table in tables]
    for header in options.targets:
        if tables and not any(fold(header) in each for each in columns):
            raise UsageError(f"None of the {len(tables)} tables has a column {header!r}.")
    return [
        replace(options, targets={header: spec for header, spec in options.targets.items() if fold(header) in each})
        for each in columns
    ]


def _asked(
    request: Request, found: Opened, key: str, table: Table, said: detecting.Options, *, named: bool
) -> Sequence[Mapping]:
    """What the rows of a table become; what it leaves open is asked, if somebody is there, and counts as said."""
    for _question in range(_QUESTIONS):
        given = _answered(said, found.answers.get(key, {}), found.columns.get(key, {}))
        options = found.memory.over(table, given)
        seen = _seen(table, options, named=named)
        if not seen.ambiguities:
            break
        if request.ask is None:
            found.open_questions += questions.open_of(table.name, seen.ambiguities)
            break
        first = seen.ambiguities[0]
        answer = request.ask(table.name, first)
        if answer is None:
            raise questions.refusal(questions.open_of(table.name, [first]))
        found.answers.setdefault(key, {})[_ASKED[first.flag]] = answer
    if not any(mapping.columns for mapping in seen.mappings):
        # Nor is it kept then that its rows were said to be something.
        hint = '--map "HEADER=name" says where one goes'
        raise Unrecognised(f"{table.name}: none of its columns is known.", hint=hint)
    found.memory.note(table, given)
    found.read_as[id(table)] = key, options
    return seen.mappings


def _answered(said: detecting.Options, answers: Answers, columns: Columns) -> detecting.Options:
    """What the user said of a table, with what they answered where they had said nothing."""
    order = answers.get("date_order")
    targets = {header: answer for header, answer in columns.items() if answer != CUSTOM}
    return replace(
        said,
        targets={**targets, **said.targets},
        date_order=said.date_order or (DateOrder(order) if order else None),
        decimal=said.decimal or answers.get("decimal"),
    )


@contextmanager
def _remembered(memory: Memory, table: Table) -> Iterator[None]:
    """Tell of a mistake in what was kept that it was kept."""
    try:
        yield
    except UsageError as error:
        number = memory.number(table)
        if number is not None:
            error.details = (*error.details, f"{table.name} is read as mapping {number} says.")
            error.hint = f"smallcrm mapping edit {number}, or smallcrm mapping delete {number}"
        raise


def _seen(table: Table, options: detecting.Options, *, named: bool) -> detecting.Recognition:
    """What a table is recognised as; Unrecognised where that is nothing that can be imported."""
    if options.noun and not named:
        kind = detecting.plainly(table)
        if kind not in (None, options.noun):
            raise Unrecognised(f"{table.name}: its rows are no {schema.noun(options.noun).plural}.")
    return detecting.recognise(table, options)
