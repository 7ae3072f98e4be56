"""Commands of the command line, run beside the screen: what they say, and what completes them."""

from __future__ import annotations

import asyncio
import shlex
import sys
from typing import NamedTuple

from smallcrm.config import child_environment

MOST_SHOWN = 200_000
_PROGRAM = "smallcrm"


class Said(NamedTuple):
    """What a command said, and whether it did what it was to do."""

    text: str
    done: bool


def words_of(line: str) -> list[str]:
    """The words of a command as typed, with or without the name of the program; raises ValueError for an open quote."""
    words = shlex.split(line)
    return words[1:] if words[:1] == [_PROGRAM] else words


async def run(words: list[str], width: int) -> Said:
    """Run a command without anything to read from; its answer, for lines of a width, comes when it is done."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", _PROGRAM, *words, "--no-input", "--format", "table", "--no-pager",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=child_environment() | {"COLUMNS": str(width)},
    )  # fmt: skip
    try:
        out, _err = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    return Said(out.decode("utf-8", "replace")[:MOST_SHOWN].rstrip(), process.returncode == 0)


async def complete(line: str) -> list[tuple[str, str]]:
    """The line with its last word completed, as a shell would do it."""
    try:
        words = words_of(line)
    except ValueError:
        return []
    if not line or line[-1].isspace():
        words.append("")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", _PROGRAM, "--complete", "zsh", *words,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _err = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    head = line[: len(line) - len(words[-1])] if line.endswith(words[-1]) else line.rpartition(" ")[0] + " "
    found = (one.partition("\t") for one in out.decode("utf-8", "replace").splitlines() if not one.startswith(":"))
    return [(head + shlex.quote(word), told) for word, _tab, told in found if word]
