"""One file, read as an import reads it, up to the rows that would be staged; within limits of time and memory."""

from __future__ import annotations

import resource
import signal
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

from smallcrm.errors import SmallCRMError
from smallcrm.services import nouns as _registered  # noqa: F401 - a mapping knows every noun
from smallcrm.services.transfer import opening
from smallcrm.services.transfer.cleaning import compile_mapping
from smallcrm.services.transfer.importing import Request
from smallcrm.services.transfer.sources import gathered

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        with gathered([path]) as sources:
            found = opening.recognise(Request(tuple(sources.paths), inside=sources.inside))
            for _path, table, mapping in found.tables:
                rows += _read(table, mapping)
    except SmallCRMError as error:
        _check_sentence(error)
        return f"{type(error).__name__}: {error.sentence}"
    return f"{rows} rows"


def _read(table: Table, mapping: Mapping) -> int:
    """Read and clean all rows of a table; how many there are."""
    clean, begin, count = compile_mapping(mapping, zone=_UTC, today=_TODAY), 1, 0
    for chunk in table.chunks(500):
        assert len(chunk.rows) == len(chunk.lines)
        assert all(len(row) == len(table.columns) for row in chunk.rows)
        rows = chunk.rows if mapping.only is None else mapping.only.select(chunk.rows, chunk.lines)[0]
        batch = clean(rows, range(begin, begin + len(rows)))
        assert len(batch.records) + len(batch.rejected) + batch.blank == len(rows)
        for text in (*table.columns, *table.notes, *(reason for _row, reason in batch.rejected)):
            text.encode()
        begin, count = begin + len(rows), count + len(chunk.rows) + len(chunk.rejected) + chunk.blank
    return count


def _check_sentence(error: SmallCRMError) -> None:
    """One line that is no page."""
    assert error.sentence
    assert "\n" not in error.sentence, error.sentence
    assert len(error.sentence) < 2_000, error.sentence
