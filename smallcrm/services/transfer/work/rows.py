"""Rows about deals, tickets or activities as what each of them says: values by where its columns go."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from smallcrm.errors import SmallCRMError
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.parsing import parse
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer import lists, parts
from smallcrm.services.transfer.amounts import Amount, AmountReader, Bare
from smallcrm.services.transfer.batch import Batch
from smallcrm.services.transfer.columns import exact_texts, long_texts, names, plain, texts, typed, unguarded
from smallcrm.services.transfer.customs import NAMING, reader_of
from smallcrm.services.values.dates import clock_time, has_time, parse_date, parse_instant
from smallcrm.services.values.due import canonical, instant_text
from smallcrm.services.values.enumerating import elements
from smallcrm.services.values.numbers import parse_number
from smallcrm.services.values.words import is_empty, parse_bool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from smallcrm.services.records.schema import Field, Values
    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping
    from smallcrm.services.transfer.work.namesakes import Match

Cells = tuple[str, ...]
_NAMED = frozenset(("contact", "company", "deal", "ticket", "links"))
_LISTS = frozenset(("tags", "currency", "external_ids", "links:listed"))
_LONG = frozenset(("description",))
_WHOLE = 100
_HOUR = 60


@dataclass(slots=True)
class Row:
    """What one row says: its line, its values by target (`company:name`), its tags, and the workspace's own fields.

    `ids`: what other programs call it, as source and key. `origins`: what earlier workspaces called it, in a
    file of ours. `mine`: the record here whose number it has.
    `people`, `links`: who and what else it names, as our own exports do: by full names, each of which is told apart.
    `bare`: its amounts without a currency, by field. `dollars`: for what a `$` was taken, by field.
    """

    line: int
    cells: list[str]
    said: dict[str, Any]
    tags: list[str] = field(default_factory=list)
    ids: list[tuple[str, str]] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    mine: Match | None = None
    people: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    customs: Values = field(default_factory=dict)
    bare: dict[str, Bare] = field(default_factory=dict)
    dollars: dict[str, str] = field(default_factory=dict)

    def noted(self, key: str, amount: Amount) -> dict[str, Any]:
        """The value of an amount; what is to be known besides is noted."""
        if amount.bare is not None:
            self.bare[key] = amount.bare
        if amount.dollar is not None:
            self.dollars[key] = amount.dollar
        return amount.value

    @property
    def owner(self) -> str | None:
        """Who the row says its owner is."""
        named: str | None = self.get("assignee") or self.get("owner")
        return named

    def get(self, spec: str) -> Any:
        """What is said there; None where nothing is."""
        return self.said.get(spec)


def spec_of(column: ColumnTarget) -> str:
    """Where a column goes, as `--map` takes it."""
    target = column.target
    # Who or what is named without saying how is named by its name.
    part = target.part or ("name" if target.field in _NAMED else "")
    return f"{target.field}:{part}" if part else target.field


class RowReader:
    """Turns chunks of cells into rows; what is none of its kind is left out with a warning."""

    def __init__(self, mapping: Mapping, zone: tzinfo) -> None:
        self._mapping = mapping
        ranked = sorted(mapping.columns, key=lambda column: (column.target.rank, column.index))
        self._currency = next((column for column in ranked if spec_of(column) == "currency"), None)
        self._own = [(column, _custom(column, column.custom, zone)) for column in ranked if column.custom]
        self._columns: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        for column in ranked:
            spec = spec_of(column)
            if column.custom is None and spec not in _LISTS and not self._names_people(spec):
                self._columns[spec].append((column.index, self._reader(column, spec, zone)))
        self._lists = [(spec_of(column), column) for column in ranked if column.custom is None]

    def _names_people(self, spec: str) -> bool:
        return self._mapping.ours and spec == "contact:name"

    def _reader(self, column: ColumnTarget, spec: str, zone: tzinfo) -> Any:
        order, mark, header = column.decision.date_order, column.decision.decimal, column.header
        instants = partial(_instant, order=order, zone=zone), "not a date"
        moments = partial(_moment, order=order, zone=zone), "not a date"
        times = clock_time, "not a time of day"
        minutes, yes = (partial(_minutes, mark=mark), "not a number of minutes"), (parse_bool, "not yes or no")
        readers: dict[str, tuple[Callable[[str], Any], str]] = {
            "probability": (partial(_percent, mark=mark), "not a percentage"),
            "expected_close": (partial(parse_date, order=order), "not a date"),
            **dict.fromkeys(("created_at", "updated_at", "closed_at", "done_at"), instants),
            **dict.fromkeys(("when", "ends", "due"), moments),
            **dict.fromkeys(("when:time", "ends:time", "due:time"), times),
            **dict.fromkeys(("status:won", "status:closed", "status:done"), yes),
            "duration": minutes,
            "duration:seconds": (partial(_seconds, mark=mark), "not a number of seconds"),
        }
        if spec == "amount":
            return AmountReader(column, self._currency)
        if spec in readers:
            return typed(*readers[spec], header)
        line, lines = (names, exact_texts) if self._mapping.ours else (texts, long_texts)
        return lambda cells, _lines, _batch: (lines if spec in _LONG else line)(cells)

    def __call__(self, cells: list[list[str]], lines: Sequence[int]) -> tuple[list[Row], Batch]:
        """The rows, and a batch with the warnings that they gave, each of the line that it is of."""
        batch = Batch()
        columns: list[tuple[str, ...]] = list(zip(*cells, strict=True))
        if self._mapping.guarded:
            columns = list(map(unguarded, columns))
        rows = [Row(line, found, {}) for line, found in zip(lines, cells, strict=True)]
        if not rows:
            return rows, batch
        codes = columns[self._currency.index] if self._currency is not None else [""] * len(rows)
        for spec, readers in self._columns.items():
            for index, read in readers:
                extra = (codes,) if spec == "amount" else ()
                values = read(columns[index], lines, batch, *extra)
                for row, value in zip(rows, values, strict=True):
                    if value is not None and value != "" and spec not in row.said:
                        row.said[spec] = row.noted(spec, value) if extra else value
        self._add_tags(rows, columns, batch)
        self._add_lists(rows, columns, batch)
        self._add_customs(rows, columns, batch)
        return rows, batch

    def _add_tags(self, rows: list[Row], columns: list[tuple[str, ...]], batch: Batch) -> None:
        lines = [row.line for row in rows]
        add = lists.add_tags if self._mapping.ours else parts.add_tags
        for spec, column in self._lists:
            if spec == "tags":
                add(batch, lines, columns[column.index], column.header)
        by_line = dict(zip(lines, rows, strict=True))
        seen: set[tuple[int, str]] = set()
        full: set[int] = set()
        for line, name, key in batch.tags:
            row = by_line[line]
            if (line, key) in seen:
                continue
            seen.add((line, key))
            if len(row.tags) < MAX_PARTS:
                row.tags.append(name)
            elif line not in full:
                full.add(line)
                batch.warn(line, "tags", name, f"more than {MAX_PARTS} tags; the rest is left out")

    def _add_lists(self, rows: list[Row], columns: list[tuple[str, ...]], batch: Batch) -> None:
        """Add the ids of other programs, and what our own exports name by lists of names."""
        lines = [row.line for row in rows]
        own = self._mapping.source if self._mapping.of("external_id") else ""
        for spec, column in self._lists:
            cells = columns[column.index]
            if spec == "external_ids":
                lists.add_further_ids(batch, lines, cells, column.header, own)
            elif spec == "links:listed" or self._names_people(spec):
                # The names of one record are not parted: a comma in it is its own.
                several = spec == "links:listed" or column.header == "contacts"
                for row, cell in zip(rows, plain(cells), strict=True):
                    found = elements(cell) if several else [cell] if cell else []
                    (row.links if spec == "links:listed" else row.people).extend(found)
        by_line = dict(zip(lines, rows, strict=True))
        for line, source, key in batch.further_ids:
            by_line[line].ids.append((source, key))
        for line, key in batch.origins:
            by_line[line].origins.append(key)

    def _add_customs(self, rows: list[Row], columns: list[tuple[str, ...]], batch: Batch) -> None:
        for column, (read, reason) in self._own:
            key = column.target.field
            for row, cell in zip(rows, columns[column.index], strict=True):
                if not is_empty(cell) and key not in row.customs:
                    value, whole = read(cell.strip())
                    if not whole:
                        batch.warn(row.line, column.header, cell, reason)
                    if isinstance(value, Amount):
                        value = row.noted(key, value)
                    if value not in (None, []):
                        row.customs[key] = value


def _custom(column: ColumnTarget, own: Field, zone: tzinfo) -> tuple[Callable[[str], tuple[Any, bool]], str]:
    """How a cell of one of the workspace's own fields is read, and what to say of one that is none."""
    if own.kind in NAMING:
        return (lambda cell: _named(partial(parse, own), cell)), f"no {own.target or 'member'} that is known"
    if own.kind is Kind.MONEY:
        amounts = AmountReader(column)
        return (lambda cell: (found := amounts.read(cell), found is not None)), "not an amount"
    return reader_of(own, column.decision, zone)


def _named(find: Callable[[str], Any], cell: str) -> tuple[Any, bool]:
    try:
        return find(cell), True
    except SmallCRMError:
        return None, False


def _instant(cell: str, order: Any, zone: tzinfo) -> int | None:
    from smallcrm.clock import micros

    found = parse_instant(cell, order, zone)
    return None if found is None else micros(found)


def _moment(cell: str, order: Any, zone: tzinfo) -> str | None:
    """A day, or an instant where a time of day is said; midnight is how spreadsheets write a day."""
    if not has_time(cell):
        return canonical(parse_date(cell, order) or "")
    found = parse_instant(cell, order, zone)
    if found is None:
        return None
    local = found.astimezone(zone)
    return local.date().isoformat() if not (local.hour or local.minute) else instant_text(found)


def _percent(cell: str, mark: str | None) -> int | None:
    """A whole number from 0 to 100; of a fraction of one, such as 0.4, its hundredfold."""
    number = parse_number(cell.replace("%", "").strip(), mark)
    if number is None:
        return None
    if 0 < number < 1 and "%" not in cell:
        number *= _WHOLE
    return int(number.to_integral_value()) if 0 <= number <= _WHOLE else None


_PIECES = re.compile(r"(?:(\d{1,6})\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,6})\s*m(?:in(?:ute)?s?)?)?", re.IGNORECASE)
_COUNTED = re.compile(r"(\d{1,6}):([0-5]?\d)(?::[0-5]?\d)?")


def _minutes(cell: str, mark: str | None) -> int | None:
    """Minutes of a number of them, of `1:30` and `01:30:00`, or of `1h 30m`."""
    text = cell.strip()
    if ":" in text:
        counted = _COUNTED.fullmatch(text)
        return int(counted[1]) * _HOUR + int(counted[2]) if counted else None
    words = _PIECES.fullmatch(text)
    if words and (words[1] or words[2]):
        return int(words[1] or 0) * _HOUR + int(words[2] or 0)
    number = parse_number(text, mark)
    return int(number.to_integral_value()) if number is not None and number >= 0 else None


def _seconds(cell: str, mark: str | None) -> int | None:
    number = parse_number(cell, mark)
    return int((number / 60).to_integral_value()) if number is not None and number >= 0 else None
