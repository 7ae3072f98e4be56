"""The rows that could not be imported, in a file that can be mended and imported again."""

from __future__ import annotations

import csv
import filecmp
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError
from smallcrm.services.transfer.tables import ADDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from smallcrm.services.transfer.report import FileReport

_TRIES = 100
_SIGNS = ("=", "+", "-", "@")
# A number or a phone runs nothing, and is easier to read without a guard.
_NUMBER = re.compile(r"[+-][\d .,()/-]*")


def write_rejects(report: FileReport, path: Path | None = None, taken: Collection[Path] = ()) -> Path:
    """Write a file's rejects beside it, or where it is said; gives the path.

    An existing file is never replaced: the next number is added to the name, for several files of one import too.
    Where one of them holds just these rejects it is the one, and none is added; but none of those `taken` for other
    tables of the import.
    """
    wanted = path or report.path.with_name(report.path.name + ".rejects.csv")
    there = [one for one in _numbered(wanted) if one not in taken and one.is_file() and not one.is_symlink()]
    target, descriptor = _fresh(wanted)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([*report.columns, *ADDED])
            writer.writerows([*map(_guarded, row), line, _guarded(reason)] for line, reason, row in _complete(report))
    except BaseException:
        # Half of them would be taken for all of them.
        target.unlink(missing_ok=True)
        raise
    same = next((one for one in reversed(there) if _are_same(one, target)), None)
    if same is not None:
        target.unlink()
    return same or target


def _numbered(wanted: Path) -> Iterator[Path]:
    """The names that a file may have where others have been written before it."""
    for number in range(1, _TRIES):
        yield wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")


def _are_same(one: Path, other: Path) -> bool:
    """Whether two files can be read and hold the same."""
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet runs, since people mend the file in one; an import takes the guard off again."""
    return f"'{cell}" if cell[:1] in _SIGNS and not _NUMBER.fullmatch(cell) else cell


def _fresh(wanted: Path) -> tuple[Path, int]:
    """A new file that only its owner can read."""
    for path in _numbered(wanted):
        with suppress(FileExistsError):
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    raise UsageError(f"There is a file {wanted.name} already.", hint="--rejects OTHER.csv")


def _complete(report: FileReport) -> Iterator[tuple[int, str, list[str]]]:
    """The rejects in the order of the file, each with its cells; those found late are read again."""
    late = {line for line, _reason, row in report.rejected if not row}
    cells: dict[int, list[str]] = {}
    if late:
        for chunk in report.table.chunks():
            cells.update((line, row) for line, row in zip(chunk.lines, chunk.rows, strict=True) if line in late)
    for line, reason, row in sorted(report.rejected):
        yield line, reason, row or cells.get(line, [""] * len(report.columns))
