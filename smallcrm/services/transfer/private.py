"""Files for their owner alone: written beside their place, and there under their name once they are whole."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from smallcrm.errors import DiskFull, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_SQLITE = b"SQLite format 3\x00"


@contextmanager
def private_file(path: Path, *, force: bool = False) -> Iterator[TextIO]:
    """A text file that only its owner can read, there under its name once it is whole; never over another's."""
    with private_bytes(path, force=force) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        finally:
            # Closing it would close what the other block still needs.
            text.detach()


@contextmanager
def private_bytes(path: Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """The same of bytes; raises DiskFull where there is no room for them."""
    try:
        with _opened(path, force=force) as stream:
            yield stream
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"There is no room left to write {path}.") from error
        raise


@contextmanager
def _opened(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    if path.exists() and not path.is_file():
        # A device or a pipe is written to; putting a file in its place would break it for everybody.
        with path.open("wb") as stream:
            yield stream
        return
    if path.exists() and not force:
        raise UsageError(f"There is a file {path.name} already.", hint="--force replaces it")
    _refuse_database(path)
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", hint="make it first, or give another name")
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
        raise


def _refuse_database(path: Path) -> None:
    """Refuse to put an export in the place of a database, not even where that is forced."""
    if path.exists():
        with path.open("rb") as stream:
            if stream.read(len(_SQLITE)) == _SQLITE:
                raise UsageError(f"{path.name} is a database; an export does not replace it.", hint="give another name")
