"""The three streams of the process, and the only writer to them: what cannot be printed is no fault of the database."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.errors import OutputLost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO


def prepare() -> None:
    """Make all three streams usable, and let characters that one cannot encode be shown as escapes.

    A stream that the caller closed goes to the null device, as in a program that nobody watches; left closed, its
    number would be given to the next file that is opened, and that file would receive what is printed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # It hands on what waits first: that the stream takes no more is told when something is printed.
            with suppress(OSError):
                stream.reconfigure(errors="backslashreplace")


def emit(pieces: Iterable[str]) -> None:
    """Write text to stdout; OutputLost if it takes no more, BrokenPipeError if nobody reads it any more."""
    for piece in pieces:
        # What goes wrong in making the next piece is no fault of stdout and stays what it is.
        try:
            sys.stdout.write(piece)
        except OSError as fault:
            raise _lost(fault) from fault
    flush()


def flush() -> None:
    """Hand on what waits in stdout; errors as of `emit`."""
    try:
        sys.stdout.flush()
    except OSError as fault:
        raise _lost(fault) from fault


def talk(text: str) -> None:
    """Write text to stderr, if it can be written: a command does not fail because nobody hears it."""
    try:
        sys.stderr.write(_brief[-1].shown(text) if _brief else text)
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


class _Brief:
    """Cuts what is told line by line: of each passage of details or of warnings the beginning stays."""

    _PASSAGES = ("  ", "warning: ")

    def __init__(self, most: int) -> None:
        self._most = most
        self._passage = ""
        self._lines = 0

    def shown(self, text: str) -> str:
        """A line, or that some are left out, or nothing."""
        passage = next((head for head in self._PASSAGES if text.startswith(head)), "")
        self._lines = self._lines + 1 if passage == self._passage else 1
        self._passage = passage
        if not passage or self._lines <= self._most:
            return text
        return "  …\n" if self._lines == self._most + 1 else ""


_brief: list[_Brief] = []


@contextmanager
def briefly(most: int) -> Iterator[None]:
    """Let only so many lines of each passage of details or of warnings be told on stderr."""
    _brief.append(_Brief(most))
    try:
        yield
    finally:
        _brief.pop()


def silence(stream: TextIO) -> None:
    """Point a stream that takes no more at the null device, so that the end of the program is quiet."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def _lost(fault: OSError) -> OSError | OutputLost:
    """The error for a stdout that failed; nothing more is tried on it."""
    silence(sys.stdout)
    if isinstance(fault, BrokenPipeError):
        return fault
    reason = (fault.strerror or "it failed").lower()
    return OutputLost(
        f"The output could not be written: {reason}. If the command changed anything, that is stored.",
        hint="smallcrm log shows what was done",
    )
