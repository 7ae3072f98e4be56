"""One file, read as an import reads it, up to the rows that would be staged; within limits of time and memory."""

from __future__ import annotations

import resource
import signal
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

from smallcrm.errors import FenceError, SmallCRMError
from smallcrm.services import nouns as _registered  # noqa: F401 - a mapping knows every noun
from smallcrm.services.transfer import opening
from smallcrm.services.transfer.aliases import WORK
from smallcrm.services.transfer.cleaning import compile_mapping
from smallcrm.services.transfer.importing import Request
from smallcrm.services.transfer.remembering import Memory
from smallcrm.services.transfer.sources import gathered
from smallcrm.services.transfer.work.rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.tables import Table

SECONDS = 5
MEGABYTES = 300
_UTC, _TODAY = ZoneInfo("UTC"), date(2026, 3, 14)


class TooSlow(BaseException):
    """A file took more time of the processor than a small file may."""


@contextmanager
def limits(seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Iterator[None]:
    """No more time of the processor and no more memory than that; TooSlow or MemoryError for what takes more."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGPROF, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (megabytes << 20), hard))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGPROF, before)


def _too_slow(_number: int, _frame: Any) -> NoReturn:
    raise TooSlow


def attempt(path: Path) -> str:
    """What became of a file: its refusal, or how many rows it has; anything that is neither is raised."""
    rows = 0
    try:
        with gathered([path]) as sources, _no_workspace():
            found = opening.recognise(Request(tuple(sources.paths), inside=sources.inside))
            found.refuse_open()
            for _path, table, mapping in found.tables:
                rows += _read(table, mapping)
    except SmallCRMError as error:
        if isinstance(error, FenceError):
            raise
        _check_sentence(error)
        return f"{type(error).__name__}: {error.sentence}"
    return f"{rows} rows"


@contextmanager
def _no_workspace() -> Iterator[None]:
    """Nothing is known of files of this shape and no field was ever made: there is no workspace that could say."""
    known = dict(vars(opening))
    vars(opening).update(memory_of=lambda _tables: Memory(), newest_of_fields=lambda: 0)
    try:
        yield
    finally:
        vars(opening).update({name: known[name] for name in ("memory_of", "newest_of_fields")})


def _read(table: Table, mapping: Mapping) -> int:
    """Read and clean all rows of a table; how many there are."""
    count, read = 0, _work if mapping.noun in WORK else _people
    clean = read(mapping)
    for chunk in table.chunks(500):
        assert len(chunk.rows) == len(chunk.lines)
        assert all(len(row) == len(table.columns) for row in chunk.rows)
        rows, lines = chunk.rows, chunk.lines
        if mapping.only is not None:
            rows, lines = mapping.only.select(rows, lines)
        for text in (*table.columns, *table.notes, *clean(rows, lines)):
            text.encode()
        count += len(chunk.rows) + len(chunk.rejected) + chunk.blank
    return count


def _people(mapping: Mapping) -> Callable[[list[list[str]], Sequence[int]], list[str]]:
    """What cleans rows of people and companies, and gives the reasons of those that it rejects."""
    clean = compile_mapping(mapping, zone=_UTC, today=_TODAY)

    def cleaned(rows: list[list[str]], _lines: Sequence[int]) -> list[str]:
        batch = clean(rows, range(1, 1 + len(rows)))
        assert len(batch.records) + len(batch.rejected) + batch.blank == len(rows)
        return [reason for _row, reason in batch.rejected]

    return cleaned


def _work(mapping: Mapping) -> Callable[[list[list[str]], Sequence[int]], list[str]]:
    """The same for rows of deals, tickets and activities."""
    clean = RowReader(mapping, _UTC)

    def cleaned(rows: list[list[str]], lines: Sequence[int]) -> list[str]:
        found, batch = clean(rows, lines)
        assert len(found) == len(rows)
        return [warning.reason for warning in batch.warnings]

    return cleaned


def _check_sentence(error: SmallCRMError) -> None:
    """One line that is no page."""
    assert error.sentence
    assert "\n" not in error.sentence, error.sentence
    assert len(error.sentence) < 2_000, error.sentence
