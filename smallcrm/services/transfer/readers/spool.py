"""Records of named values, such as those of JSON and of vCards, as a table: which columns it has is known at its end.

So a file is read through once and its rows wait in a file without a name: nobody else can read it, it is gone with the
table, and what is imported is what was there at one moment.
"""

from __future__ import annotations

import errno
import tempfile
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import DiskFull, ValidationError
from smallcrm.services.transfer import bounds
from smallcrm.services.transfer.headers import unique_names
from smallcrm.services.transfer.sorting import fit
from smallcrm.services.transfer.tables import Chunk, Rejected
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import IO

SAMPLE = 2_000
MAX_BYTES = 4 << 30
IN_MEMORY = 1 << 18
_LOT_ROWS = 500
_LOT_TEXT = 4 << 20
_MAX_NAME = 1_000


@dataclass(frozen=True, slots=True)
class _Lot:
    """Rows as they were written: where, how many bytes, how many rows, and how far the source was read by then."""

    begin: int
    size: int
    rows: int
    position: int


class Spool:
    """Takes records one after the other; `table` is what they are together.

    `changes`: what becomes of the cells of a column, where that is known at the end only.
    """

    def __init__(self, columns: Iterable[str] = ()) -> None:
        self.places = {path: at for at, path in enumerate(columns)}
        self._unsaid = set(self.places)
        self.replaced = 0
        self.rows = self.blank = 0
        self.rejected: list[tuple[int, int, dict[str, str], str]] = []
        self.lots: list[_Lot] = []
        self.changes: dict[int, Callable[[str], str]] = {}
        self.ordered = True
        # A folder may have a thousand small files, and a process no thousand open ones.
        self._file: IO[bytes] | None = None
        self._kept: list[bytes] = []
        self._written = 0
        self._waiting: list[tuple[int, int, list[str]]] = []
        self._text = self._last = 0
        self._position = 0

    @property
    def unsaid(self) -> frozenset[int]:
        """The places of the columns that every table of its kind has and that no record says anything of."""
        return frozenset(self.places[path] for path in self._unsaid)

    @property
    def records(self) -> int:
        """How many records were taken, whatever they are."""
        return self.rows + self.blank + len(self.rejected)

    def add(self, values: Mapping[str, str], line: int, name: str, position: int) -> None:
        """Take a record that begins on a line of the file of that name."""
        self._see(line)
        cells = self._cells(values, line, name)
        self._position = position
        if not any(map(str.strip, cells)):
            self.blank += 1
            return
        self._waiting.append((self.records + 1, line, cells))
        self.rows += 1
        self._text += sum(map(len, cells)) + len(cells)
        if len(self._waiting) >= _LOT_ROWS or self._text > _LOT_TEXT:
            self.flush(name)

    def reject(self, line: int, reason: str, values: Mapping[str, str] | None = None) -> None:
        """Take a record that cannot be read, with what is known of it."""
        self._see(line)
        clean = {key: replace_bad(value)[0] for key, value in (values or {}).items()}
        self.rejected.append((self.records + 1, line, clean, reason))

    def _see(self, line: int) -> None:
        self.ordered = self.ordered and line > self._last
        self._last = line

    def name_columns(self, values: Mapping[str, str], line: int, name: str) -> None:
        """Have a column for each of the values; ValidationError for more than a table may have."""
        places = self.places
        self._unsaid -= values.keys()
        for path in values:
            if path not in places:
                if len(places) >= bounds.MAX_COLUMNS or len(path) > _MAX_NAME:
                    much = f"more than {bounds.MAX_COLUMNS:,} different names of values"
                    why = much if len(path) <= _MAX_NAME else f"a name of more than {_MAX_NAME:,} characters"
                    raise ValidationError(f"{name}, line {line}: there is {why}.", field="file")
                places[path] = len(places)

    def _cells(self, values: Mapping[str, str], line: int, name: str) -> list[str]:
        """The values in the order of the columns, of which there may be new ones."""
        self.name_columns(values, line, name)
        places = self.places
        cells = [""] * (1 + max((places[path] for path in values), default=-1))
        for path, value in values.items():
            if value:
                clean, bad = replace_bad(value)
                self.replaced += bad
                cells[places[path]] = clean
        return cells

    def flush(self, name: str) -> None:
        """Write what waits."""
        import orjson

        if not self._waiting:
            return
        begin, data = self._written, orjson.dumps(self._waiting)
        self._written += len(data)
        if self._written > MAX_BYTES:
            raise ValidationError(f"{name} is too large to be read in one piece.", field="file")
        self._kept.append(data)
        if self._written > IN_MEMORY:
            self._write(name)
        self.lots.append(_Lot(begin, len(data), len(self._waiting), self._position))
        self._waiting, self._text = [], 0

    def _write(self, name: str) -> None:
        """Write what was kept into the file."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the table is there
                weakref.finalize(self, self._file.close)
            self._file.writelines(self._kept)
            self._file.flush()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DiskFull(f"There is no room to read {name}.") from error
        self._kept.clear()

    def read(self, lot: _Lot) -> list[tuple[int, int, list[str]]]:
        """The rows of a lot, each with its number and its line."""
        from os import pread

        import orjson

        if self._file is None:
            data = b"".join(self._kept)[lot.begin : lot.begin + lot.size]
        else:
            data = pread(self._file.fileno(), lot.size, lot.begin)
        found: list[tuple[int, int, list[str]]] = orjson.loads(data)
        for at, change in self.changes.items():
            for _number, _line, cells in found:
                if at < len(cells) and cells[at]:
                    cells[at] = change(cells[at])
        return found


@dataclass(frozen=True)
class SpooledTable:
    """The records of a file, or of a part of it."""

    name: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    size: int
    sample: list[list[str]]
    spool: Spool
    several: bool = False
    has_header: bool = True
    header_line: int = 0
    exact: bool = False

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows in order, each with its line; with its number where several begin on one line."""
        width, spool = len(self.columns), self.spool
        size = max(1, min(size, bounds.CHUNK_CELLS // max(1, width)))
        yield Chunk([], [], list(map(self._rejected, spool.rejected)), spool.blank)
        for lot in spool.lots:
            found = spool.read(lot)
            for begin in range(0, len(found), size):
                some = found[begin : begin + size]
                yield Chunk(
                    [fit(cells, width) for _number, _line, cells in some],
                    [line if spool.ordered else number for number, line, _cells in some],
                    position=lot.position,
                )

    def _rejected(self, bad: tuple[int, int, dict[str, str], str]) -> Rejected:
        number, line, values, reason = bad
        row = [""] * len(self.columns)
        for path, value in values.items():
            at = self.spool.places.get(path)
            if at is not None:
                row[at] = value
        return Rejected(line if self.spool.ordered else number, row, reason)


def table_of(
    spool: Spool,
    name: str,
    size: int,
    notes: Iterable[str],
    shown: Callable[[list[str]], list[str]] | None = None,
    *,
    several: bool = False,
) -> SpooledTable:
    """The table of what was taken, from `several` files too; `shown` gives the names that columns have for people."""
    spool.flush(name)
    paths = list(spool.places)
    columns = unique_names([replace_bad(path)[0] for path in (shown(paths) if shown else paths)], len(paths))
    sample: list[list[str]] = []
    most = min(SAMPLE, max(1, bounds.CHUNK_CELLS // max(1, len(columns))))
    for lot in spool.lots:
        sample += [fit(cells, len(columns)) for _number, _line, cells in spool.read(lot)]
        if len(sample) >= most:
            break
    said = list(notes)
    if spool.replaced:
        said.append(f"{spool.replaced:,} characters that no text may have were replaced by U+FFFD.")
    if not spool.ordered and not several:
        said.append("Several records stand on one line; where a line is named, their number is meant.")
    return SpooledTable(name, columns, tuple(said), size, sample[:most], spool, several)
