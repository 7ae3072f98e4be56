"""Commands of the command line, run beside the screen: what they say, and what completes them."""

from __future__ import annotations

import asyncio
import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.config import child_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SHOWN = 200_000
_PROGRAM = "smallcrm"
_QUIETLY = ("--no-input", "--no-pager", "--format", "table")


class Said(NamedTuple):
    """What a command said, and whether it did what it was to do."""

    text: str
    done: bool


def words_of(line: str) -> list[str]:
    """The words of a command as typed, with or without the name of the program; raises ValueError for an open quote."""
    words = shlex.split(line)
    return words[1:] if words[:1] == [_PROGRAM] else words


@dataclass(frozen=True)
class Shell:
    """Runs commands for the same workspace: `environment` names it, since others can read what a process is called by.

    `options` are said with every command.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()

    async def run(self, words: Sequence[str], width: int) -> Said:
        """Run a command without anything to read from; its answer, for lines of a width, comes when it is done."""
        process = await self._begin([*words, *self.options, *_QUIETLY], asyncio.subprocess.STDOUT, COLUMNS=str(width))
        out = await _answer(process)
        return Said(out.decode("utf-8", "replace")[:MOST_SHOWN].rstrip(), process.returncode == 0)

    async def complete(self, line: str) -> list[tuple[str, str]]:
        """The line with its last word completed, as a shell would do it."""
        try:
            words = words_of(line)
        except ValueError:
            return []
        if not line or line[-1].isspace():
            words.append("")
        process = await self._begin(["--complete", "zsh", *words], asyncio.subprocess.DEVNULL)
        out = await _answer(process)
        head = line[: len(line) - len(words[-1])] if line.endswith(words[-1]) else line.rpartition(" ")[0] + " "
        found = (one.partition("\t") for one in out.decode("utf-8", "replace").splitlines() if not one.startswith(":"))
        return [(head + shlex.quote(word), told) for word, _tab, told in found if word]

    async def _begin(self, words: Sequence[str], errors: int, **more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", _PROGRAM, *words, env=child_environment() | dict(self.environment) | more,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=errors,
        )  # fmt: skip


async def _answer(process: asyncio.subprocess.Process) -> bytes:
    """All that a command says; one that nobody waits for any more is ended."""
    try:
        out, _errors = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):  # it may have ended by itself
            process.terminate()
        raise
    return out
