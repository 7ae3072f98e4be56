"""Small files that say something about an import: plans, mappings, owners. Read up to a limit, whatever they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError
from smallcrm.services.transfer.spooling import first_of_pipe
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from pathlib import Path


def small_file(path: Path, what: str, most: int) -> bytes:
    """The bytes of a file or a pipe; UsageError for a folder, a device, or more than `most` bytes."""
    name = replace_bad(path.name or str(path))[0]
    if not (path.is_file() or path.is_fifo()) and path.exists():
        raise UsageError(f"{name} is no file, so it cannot be {what}.")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        data = first_of_pipe(path, descriptor) if path.is_fifo() else b""
        data += file.read(max(0, most + 1 - len(data)))
    if len(data) > most:
        raise UsageError(f"{name} has more than {most >> 20} MB, too much for {what}.")
    return data
