"""What is piped in, as a file: an import reads it more than once."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

STDIN = "-"
MOST_BYTES = 4 << 30
"""The most that is taken from a pipe, which may have no end."""
_NAMES = frozenset({STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """The file itself; of a pipe, or of stdin as `-`, a private copy that is gone afterwards."""
    named = str(path) in _NAMES
    if not named and not path.is_fifo():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="smallcrm-") as folder:
        copy = Path(folder) / ("stdin" if named else path.name)
        descriptor = _stdin() if named else os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        # Without a buffer, which would wait until it is full and hear no signal meanwhile.
        with open(descriptor, "rb", buffering=0, closefd=not named) as source, copy.open("xb") as target:
            if not named:
                target.write(first_of_pipe(path, descriptor))
            _copy(source, target)
        yield copy


def _copy(source: RawIOBase, target: IO[bytes]) -> None:
    """Copy what is piped in; UsageError where it has no end that anybody would wait for."""
    while block := source.read(1 << 20):
        target.write(block)
        if target.tell() > MOST_BYTES:
            raise UsageError(
                f"What is piped in has more than {MOST_BYTES >> 30} GB.", hint="write it into a file, and import that"
            )


def _stdin() -> int:
    """The number of stdin; UsageError where a person sits behind it, who would have to type the file."""
    if stat.S_ISDIR(os.fstat(0).st_mode):
        raise UsageError("stdin is a directory, not a file of rows.", hint="cat FILE | smallcrm import -")
    if os.isatty(0):
        raise UsageError("'-' reads a file from stdin, and stdin is a terminal.", hint="cat FILE | smallcrm import -")
    return 0


def first_of_pipe(path: Path, descriptor: int) -> bytes:
    """What a pipe gives at once; UsageError for one that nobody writes into, which would be waited for without end."""
    try:
        found = os.read(descriptor, 1 << 16)
    except BlockingIOError:
        found = None
    if found == b"":
        raise UsageError(f"{path.name} is a pipe that nobody writes into.", hint="start what writes into it first")
    os.set_blocking(descriptor, True)
    return found or b""
