"""Export: every record of a noun in constant memory, with all its values, as rows that any writer can take."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import proxy
from smallcrm.errors import UsageError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.coming import NEXT
from smallcrm.services.records import presenting
from smallcrm.services.records.query import sorting
from smallcrm.services.transfer import columnar, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Field, Noun

_SQLITE = b"SQLite format 3\x00"
# What only the database needs, and what a record only tells of its activities.
_APART = frozenset(("trashed_at", "version", NEXT.key))


def export_keys(noun: Noun) -> list[str]:
    """What an export holds of each record: everything that it says of itself, but what only the database needs."""
    return [key for key in presenting.columns(noun) if key not in _APART]


def export_text(
    noun: Noun,
    fields: Sequence[Field],
    kind: str,
    *,
    raw: bool = False,
    where: Filter | None = None,
    sort: str | None = None,
) -> Iterator[str]:
    """Every live record (that passes the filter), by its number or as sorted, as pieces of text for programs."""
    found = _pages(noun, fields, where, sort, cells=writing.wants_texts(kind))
    return writing.text_columns(kind, [field.key for field in fields], found, raw=raw)


def export_rows(
    noun: Noun, fields: Sequence[Field], where: Filter | None = None, sort: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """Every live record (that passes the filter) as a row of texts, by its number or as sorted."""
    found = _pages(noun, fields, where, sort, cells=True)
    return (row for page in found for row in zip(*page, strict=True))


def _pages(
    noun: Noun, fields: Sequence[Field], where: Filter | None, sort: str | None, *, cells: bool
) -> Iterator[list[Sequence[Any]]]:
    """The pages of an export; a wrong key of its order is told before anything is written."""
    require(Verb.EXPORT)
    proxy.target().spare_memory()
    by_number = sort in (None, "id")
    if sort is not None and not by_number:
        sorting.order_of(noun, sort)
    return columnar.pages(noun, fields, cells=cells, where=where, sort=None if by_number else sort)


def _refuse_database(path: Path) -> None:
    """Refuse to put an export in the place of a database, not even where that is forced."""
    if path.exists():
        with path.open("rb") as stream:
            if stream.read(len(_SQLITE)) == _SQLITE:
                raise UsageError(f"{path.name} is a database; an export does not replace it.", hint="give another name")


@contextmanager
def private_file(path: Path, *, force: bool = False) -> Iterator[TextIO]:
    """A text file that only its owner can read, there under its name once it is whole; never over another's."""
    if path.exists() and not path.is_file():
        # A device or a pipe is written to; putting a file in its place would break it for everybody.
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    if path.exists() and not force:
        raise UsageError(f"There is a file {path.name} already.", hint="--force replaces it")
    _refuse_database(path)
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", hint="make it first, or give another name")
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
        raise
