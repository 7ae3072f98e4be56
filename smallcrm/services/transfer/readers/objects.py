"""JSON as tables: lists of objects, wherever they are in the file, a single object, and one object on each line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.aliases import TABLES, target_of
from smallcrm.services.transfer.encoding import examine
from smallcrm.services.transfer.readers import jsonsource
from smallcrm.services.transfer.readers.flattening import Flattener, TooDeep, from_minor, names_of
from smallcrm.services.transfer.readers.jsonsource import Malformed, Source, value_of
from smallcrm.services.transfer.readers.spool import Spool, table_of
from smallcrm.services.transfer.tables import SEPARATOR
from smallcrm.services.values.listing import listed
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from smallcrm.services.transfer.encoding import Encoding
    from smallcrm.services.transfer.readers.spool import SpooledTable

MAX_LEVELS = 5
MAX_LISTS = 100
LOOK = 1 << 20
LINE_SUFFIXES = frozenset((".ndjson", ".jsonl", ".jsonlines", ".ldjson"))
_SHOWN = 60
_SHOWN_NAMES = 5
_MOST_KEYS = 200
_FEW = 2
# By identity: 1 is equal to True.
_WORDS = {id(None): "null", id(True): "true", id(False): "false"}
# What programs call the list of what was asked for, whatever that is; it says nothing about the rows.
_HOLDERS = listed("data results records items rows list value values entries hits objects elements response result")
# What they call lists of records: a record with such a list in it is one that they belong to.
_RECORDS = listed(
    "contacts people persons users members leads customers companies organizations organisations accounts deals"
    " opportunities tickets cases activities tasks"
)
_IDENTITY = frozenset(("name", "first_name", "last_name", "emails", "domains"))
_HALVES = re.compile("[\ud800-\udfff]")


class _Builder:
    """The tables of a file on their way: a spool and a flattener for each list of objects."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: dict[tuple[str, ...], tuple[Spool, Flattener]] = {}
        self.passed = 0
        self.alone: list[str] = []

    @property
    def notes(self) -> list[str]:
        """What to tell of the file as a whole."""
        lists = "1 list" if self.passed == 1 else f"{self.passed:,} lists"
        deep = [f"{lists} of objects left out: more than {MAX_LEVELS} levels deep."] if self.passed else []
        names = ", ".join(self.alone[:_SHOWN_NAMES]) + (", …" if self.alone[_SHOWN_NAMES:] else "")
        return [*deep, *([f"No list of objects, and left out: {names}."] if names else [])]

    def pass_over(self, where: tuple[str, ...], keys: Iterable[str]) -> None:
        """Note an object beside the lists that looks like a record, by the keys of its plain values."""
        fields = [fields_of_key(key) for key in keys]
        if sum(map(bool, fields)) >= _FEW and any(each & _IDENTITY for each in fields):
            self.alone.append(_start(".".join(where) or "what stands beside the lists"))

    def take(self, where: tuple[str, ...], value: Any, line: int, position: int) -> None:
        """Take a value of the list at a place as a record; what is no object is rejected."""
        spool, flattener = self._part(where)
        if not isinstance(value, dict):
            spool.reject(line, f"not an object: {_start(value)}")
            return
        try:
            spool.add(flattener.row(value), line, self.name, position)
        except TooDeep:
            spool.reject(line, "nested too deep")

    def reject(self, line: int, reason: str) -> None:
        """Take a line that cannot be read."""
        self._part(())[0].reject(line, reason)

    def _part(self, where: tuple[str, ...]) -> tuple[Spool, Flattener]:
        if where not in self.parts:
            if len(self.parts) == MAX_LISTS:
                raise ValidationError(f"{self.name} holds more than {MAX_LISTS} lists of objects.", field="file")
            self.parts[where] = Spool(), Flattener()
        return self.parts[where]

    def tables(self, encoding: Encoding) -> list[SpooledTable]:
        """The tables; UsageError where there is none."""
        found = {where: part for where, part in self.parts.items() if part[0].rows}
        if not found:
            bad = next((bad for spool, _ in self.parts.values() for bad in spool.rejected), None)
            why = () if bad is None else (f"line {bad[1]}: {bad[3]}",)
            raise UsageError(f"{self.name} holds no JSON objects to import.", details=why)
        tables = []
        for at, (where, (spool, flattener)) in enumerate(found.items()):
            notes = [*([] if at else [*encoding.notes, *self.notes]), *flattener.notes]
            spool.changes = dict.fromkeys((spool.places[path] for path in flattener.minor), from_minor)
            title = _title(self.name, where, alone=len(found) == 1)
            tables.append(replace(table_of(spool, title, encoding.size, notes, names_of), exact=flattener.exact))
        return tables


def open_objects(path: Path, *, encoding: str | None = None) -> list[SpooledTable]:
    """A table for each list of objects; UsageError where there is none, ValidationError for what is no JSON."""
    found = examine(path, encoding, by_line=False)
    name = replace_bad(path.name)[0]
    stamp = path.stat()
    builder = _Builder(name)
    by_line = path.suffix.lower() in LINE_SUFFIXES or _has_lines(path, found)
    with _open(path, found) as stream:
        if by_line:
            _read_lines(stream, builder)
        else:
            _read_document(path, Source(stream, name), found, builder)
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (stamp.st_size, stamp.st_mtime_ns):
        raise ValidationError(f"{name} changed while it was read; import it again.", field="file")
    return builder.tables(found)


def _open(path: Path, encoding: Encoding) -> TextIO:
    return path.open(encoding=encoding.codec, errors=encoding.errors)


def _has_lines(path: Path, encoding: Encoding) -> bool:
    """Whether the first line is a whole object and another begins after it."""
    with _open(path, encoding) as stream:
        lines = (line for line in iter(lambda: stream.readline(jsonsource.MAX_VALUE), "") if line.strip())
        first, second = next(lines, ""), next(lines, "")
    if not second.lstrip().startswith("{"):
        return False
    try:
        return isinstance(value_of(first), dict)
    except Malformed:
        return False


def _read_lines(stream: TextIO, builder: _Builder) -> None:
    """Take an object from each line; a line that is none is rejected, and the others come in."""
    position = 0
    most = jsonsource.MAX_VALUE
    for number, line in enumerate(iter(lambda: stream.readline(most + 1), ""), start=1):
        if len(line) > most:
            raise ValidationError(f"{builder.name}, line {number}: it has more than {most >> 20} MB.", field="file")
        position += len(line)
        if not line.strip():
            continue
        try:
            value = value_of(line.strip().removeprefix("\x1e"))
        except Malformed as error:
            builder.reject(number, f"not JSON: {error}: {_start(line.strip())}")
        else:
            builder.take((), value, number, position)


def _read_document(path: Path, source: Source, encoding: Encoding, builder: _Builder) -> None:
    """Take what a file holds that is one value, or objects one after the other."""
    first = source.peek()
    if first == "[":
        _take_list(source, builder, ())
    elif first == "{":
        _take_objects(source, builder, _small(path, encoding, builder.name))
    elif first:
        said = source.error("it begins with no object and no list")
        raise UsageError(said.sentence, hint=said.hint)
    if source.peek():
        raise source.error("there is more after its end")


def _take_objects(source: Source, builder: _Builder, small: list[tuple[int, Any]] | None) -> None:
    """Take what begins with an object: a holder of lists, records each under a key, or records one after the other.

    `small`: the first two of them, where they could be looked at; what is too large for that holds lists.
    """
    alone = small[0][1] if small is not None and len(small) == 1 else None
    if small is None or (alone is not None and _holds_lists(alone)):
        _walk(source, builder, ())
        return
    for line, value in _sequence(source):
        for record in value.values() if alone is not None and _are_by_key(alone) else [value]:
            builder.take((), record, line, source.read)


def _small(path: Path, encoding: Encoding, name: str) -> list[tuple[int, Any]] | None:
    """The first objects of the file, two at most; None where the first is too large to be looked at at once."""
    with _open(path, encoding) as stream:
        source = Source(stream, name, LOOK)
        try:
            found = [(source.line, source.value())]
        except ValidationError:
            if encoding.size > LOOK:
                return None
            raise
        if source.peek() == "{":
            found.append((source.line, None))
        return found


def _sequence(source: Source) -> Iterator[tuple[int, Any]]:
    """The objects that stand one after the other, each with its line."""
    while source.peek() == "{":
        yield source.line, source.value()


def _holds_lists(found: dict[str, Any]) -> bool:
    """Whether an object is a holder of lists of records, and no record itself."""
    lists = list(_lists(found, 0))
    if not lists:
        return False
    fields = [fields_of_key(key) for key, value in found.items() if value is not None and _is_plain(value)]
    known = sum(1 for each in fields if each)
    named = any(each & _IDENTITY for each in fields)
    return not named or known < _FEW or not (_HOLDERS | _RECORDS).isdisjoint(key.lower() for key in lists)


def fields_of_key(key: str) -> set[str]:
    """The fields of any noun that a key may be for."""
    return {target.field for noun in TABLES if (target := target_of(noun, key))}


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _are_by_key(found: dict[str, Any]) -> bool:
    """Whether an object holds nothing but records of one kind, each under a key of its own."""
    records = list(found.values())
    if len(records) < _FEW or not all(isinstance(record, dict) for record in records):
        return False
    common = set.intersection(*(set(record) for record in records))
    return any(fields_of_key(key) & _IDENTITY for key in common)


def _of_objects(value: Any) -> bool:
    """Whether a value is a list with an object in it, or pages of such."""
    return isinstance(value, list) and any(
        isinstance(item, dict) or (isinstance(item, list) and any(isinstance(one, dict) for one in item))
        for item in value
    )


def _lists(found: dict[str, Any], level: int) -> Iterator[str]:
    """The keys under which there are lists of objects."""
    for key, value in found.items():
        if _of_objects(value):
            yield key
        elif isinstance(value, dict) and level < MAX_LEVELS:
            yield from _lists(value, level + 1)


def _walk(source: Source, builder: _Builder, where: tuple[str, ...]) -> None:
    """Take the lists of objects that an object holds, and pass over all else."""
    source.expect("{", "a {")
    if source.take("}"):
        return
    plain: list[str] = []
    while True:
        if source.peek() != '"':
            raise source.error("a key in quotes is missing")
        key = source.value()
        source.expect(":", "a colon")
        begins = source.peek(2)
        if begins == "[{":
            _take_list(source, builder, (*where, key))
        elif begins[:1] == "{" and len(where) < MAX_LEVELS:
            _walk(source, builder, (*where, key))
        else:
            line, value = source.line, source.value()
            if _is_plain(value) and value is not None and len(plain) < _MOST_KEYS:
                plain.append(key)
            _take_value(builder, (*where, key), line, value, source.read)
        if source.take("}"):
            builder.pass_over(where, plain)
            return
        source.expect(",", "a comma")


def _take_value(builder: _Builder, where: tuple[str, ...], line: int, value: Any, position: int) -> None:
    """Take the records of a list that begins with something else than one; count what lies too deep."""
    if _of_objects(value):
        for item in value:
            for one in item if isinstance(item, list) and item else [item]:
                builder.take(where, one, line, position)
    elif isinstance(value, dict):
        builder.passed += sum(1 for _key in _lists(value, 0))


def _take_list(source: Source, builder: _Builder, where: tuple[str, ...]) -> None:
    """Take each element of a list as a record; of lists in it, as pages are kept, each of their elements."""
    source.expect("[", "a [")
    if source.take("]"):
        return
    while True:
        source.peek()
        line, value = source.line, source.value()
        for item in value if isinstance(value, list) and value else [value]:
            builder.take(where, item, line, source.read)
        if source.take("]"):
            return
        source.expect(",", "a comma")


def _title(name: str, where: tuple[str, ...], *, alone: bool) -> str:
    """The name of a table: the file's, and that of the list where it says something."""
    said = [_HALVES.sub("\ufffd", key) for key in where if key.lower() not in _HOLDERS]
    last = said[-1] if said else ".".join(where)
    return name if not where or (alone and not said) else f"{name}{SEPARATOR}{replace_bad(last)[0][:_SHOWN]}"


def _start(value: Any) -> str:
    """The beginning of what is there, for people."""
    text = (
        value if isinstance(value, str) else "a list" if isinstance(value, list) else _WORDS.get(id(value), repr(value))
    )
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"
