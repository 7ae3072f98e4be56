"""Columns that no field is for: what is in them, and what the user wants to become of each.

They are read through once, all tables of an import together, as columns of one name become one field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.accounts.access import Verb, actor, may
from smallcrm.services.records import schema
from smallcrm.services.transfer import headers
from smallcrm.services.transfer.detecting import refuse_unknown
from smallcrm.services.transfer.guessing import Guess
from smallcrm.services.transfer.headers import SHOWN_NAME
from smallcrm.services.transfer.opening import CUSTOM, SKIPPED
from smallcrm.services.transfer.questions import OpenQuestion, refusal
from smallcrm.text import truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from smallcrm.services.transfer.mapping import Mapping as FileMapping
    from smallcrm.services.transfer.opening import Opened
    from smallcrm.services.transfer.tables import Table

    Ask = Callable[["Question"], str | None]

_CHUNK = 5_000
_SKIP = "skip"
_MEANT = {CUSTOM: CUSTOM, _SKIP: SKIPPED}
_SHOWN_SAMPLE, _SHOWN_COLUMNS = 40, 3


@dataclass(slots=True)
class Unknown:
    """The columns of one name that no field of a noun is for: the first table that has one, and what is in them all.

    `fit`: whether a field can be made of them; `rows`: of how many rows `guess` has seen the cells.
    """

    table: str
    noun: str
    header: str
    guess: Guess
    fit: bool
    rows: int = 0

    @property
    def named(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.noun, headers.key_of(self.header)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a column that no field is for: where it is, what it holds, and what type of field it would be.

    `type` is empty where no field can be made of it; `allowed`: whether the role of who is asked lets them make fields.
    """

    table: str
    header: str
    nouns: tuple[str, ...]
    filled: int
    of: int
    samples: tuple[str, ...]
    type: str
    allowed: bool

    @property
    def sentence(self) -> str:
        """What there is to know about the column, for a person who is to say what becomes of it."""
        fill = f"{self.filled:,} of {self.of:,} rows {'fills' if self.filled == 1 else 'fill'} it ({self._rate})"
        samples = ", ".join(truncate(" ".join(sample.split()), _SHOWN_SAMPLE) for sample in self.samples)
        name = truncate(self.header, SHOWN_NAME)
        return f"{self.table}: no field of {_plurals(self.nouns)} is for {name!r}. {fill}: {samples}.{self._made}"

    @property
    def _rate(self) -> str:
        percent = 100 * self.filled // self.of
        return f"{percent} %" if percent else "under 1 %"

    @property
    def _made(self) -> str:
        if not self.type:
            return ""
        return f" As a field of your own: {self.type}." if self.allowed else " Only an admin can make a field of it."

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be answered."""
        return (*((CUSTOM,) if self.type and self.allowed else ()), _SKIP, "FIELD")

    def answer(self, said: str) -> str:
        """What was typed as an answer: CUSTOM, SKIPPED or where the column goes; UsageError for none of these."""
        typed = said.strip()
        words = self.choices[:-1]
        if typed.lower() in words:
            return _MEANT[typed.lower()]
        try:
            self._refuse(typed)
        except UsageError:
            # The beginning of a word does, where it is no field.
            begun = [word for word in words if typed and word.startswith(typed.lower())]
            if len(begun) != 1:
                raise
            return _MEANT[begun[0]]
        return typed

    def _refuse(self, typed: str) -> None:
        """Raise UsageError where this is no field of all the nouns that the column is of."""
        if not typed:
            raise UsageError(f"Type {', '.join(self.choices[:-1])}, or the field that it is for, such as name.")
        if typed.lower() == CUSTOM:
            raise UsageError("No field can be made of it." if self.allowed else "Only an admin can make a field of it.")
        for noun in self.nouns:
            refuse_unknown(noun, typed)


def look(found: Opened, inside: Mapping[Path, str]) -> list[Unknown]:
    """The columns that no field is for, of all tables: read through once, to know what a field has to hold.

    A damaged file that nobody named, which `inside` names, is left out.
    """
    known: dict[tuple[str, str], Unknown] = {}
    for path, table, mapping in found.tables:
        try:
            _see(found, table, mapping, known)
        except ValidationError as error:
            if path not in inside:
                raise
            found.leave_out(path, inside[path], error)
            return look(found, inside)
    return [one for one in known.values() if one.guess.filled]


def _see(found: Opened, table: Table, mapping: FileMapping, known: dict[tuple[str, str], Unknown]) -> None:
    seeing = []
    for column in mapping.unmapped:
        if column.is_open:
            new = Unknown(table.name, mapping.noun, column.header, Guess(), table.has_header)
            seeing.append((column.index, known.setdefault(new.named, new)))
    if not seeing:
        return
    _key, options = found.read_as[id(table)]
    for _index, one in seeing:
        one.guess.hold(options.date_order, options.decimal)
    for chunk in table.chunks(_CHUNK):
        rows = chunk.rows if mapping.only is None else mapping.only.select(chunk.rows, chunk.lines)[0]
        for index, one in seeing:
            one.rows += len(rows)
            one.guess.see(row[index] for row in rows)


def ask_all(found: Opened, unknown: Sequence[Unknown], ask: Ask | None) -> list[Unknown]:
    """Ask of each column what is to become of it, and note the answers; gives those to make fields of.

    Where there is nobody to ask, what was not answered before stays open in `found`. A column that one half of the rows
    of a file has a field for is not asked of: an answer would be of both halves.
    """
    said: dict[tuple[tuple[str, ...], str], str] = {}
    left: dict[tuple[tuple[str, ...], str], Question] = {}
    for key, header, question in _asked(found, unknown):
        named = question.nouns, headers.key_of(header)
        before = found.columns.get(key, {}).get(header) or said.get(named)
        if before is None and ask is None:
            left[named] = question
            continue
        said[named] = found.columns.setdefault(key, {})[header] = before or _answer(question, ask)
    found.open_questions += _open(list(left.values()))
    chosen = {(noun, word) for (nouns, word), answer in said.items() if answer == CUSTOM for noun in nouns}
    return [one for one in unknown if one.named in chosen]


def _asked(found: Opened, unknown: Sequence[Unknown]) -> Iterator[tuple[str, str, Question]]:
    """The columns to ask of: what their table is called among the answers, the header, and the question."""
    by_name = {one.named: one for one in unknown}
    tables = {id(table): table for _path, table, _mapping in found.tables}
    for number in tables:
        mappings = [mapping for _path, table, mapping in found.tables if id(table) == number]
        left = [{column.header for column in mapping.unmapped if column.is_open} for mapping in mappings]
        nouns = tuple(mapping.noun for mapping in mappings)
        for column in mappings[0].unmapped:
            word = headers.key_of(column.header)
            those = [by_name[noun, word] for noun in nouns if (noun, word) in by_name]
            if those and all(column.header in each for each in left):
                yield found.read_as[number][0], column.header, _question(those, nouns)


def _question(those: Sequence[Unknown], nouns: tuple[str, ...]) -> Question:
    first = those[0]
    filled, rows = sum(one.guess.filled for one in those), sum(one.rows for one in those)
    allowed, kind = may(actor().role, Verb.CONFIGURE), _type_of(first.guess) if first.fit else ""
    return Question(first.table, first.header, nouns, filled, rows, tuple(first.guess.samples), kind, allowed)


def _type_of(guess: Guess) -> str:
    told = guess.definition()
    options = ", ".join(truncate(option, _SHOWN_SAMPLE) for option in told.get("options", ()))
    return f"{told['type']} of {options}" if options else str(told["type"])


def _answer(question: Question, ask: Ask | None) -> str:
    answer = ask(question) if ask else None
    if answer is None:
        raise refusal(_open([question]))
    return answer


def _open(questions: Sequence[Question]) -> list[OpenQuestion]:
    """What nobody has said of some columns, a question for each table."""
    by_table: dict[tuple[str, tuple[str, ...]], list[Question]] = {}
    for one in questions:
        by_table.setdefault((one.table, one.nouns), []).append(one)
    return [_of_table(table, nouns, those) for (table, nouns), those in by_table.items()]


def _of_table(table: str, nouns: tuple[str, ...], those: Sequence[Question]) -> OpenQuestion:
    names = [repr(truncate(one.header, SHOWN_NAME)) for one in those[:_SHOWN_COLUMNS]]
    more = len(those) - len(names)
    names += [f"{more:,} more {'column' if more == 1 else 'columns'}"] if more else []
    shown = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    custom = any(CUSTOM in one.choices for one in those)
    ways = [f"--unknown {CUSTOM}"] * custom + [f"--unknown {_SKIP}", '--map "HEADER=FIELD"']
    hint = f"{', '.join(ways[:-1])} or {ways[-1]}"
    return OpenQuestion(f"{table}: no field of {_plurals(nouns)} is for {shown}.", hint)


def _plurals(nouns: tuple[str, ...]) -> str:
    return " or ".join(schema.noun(noun).plural for noun in nouns)
