"""Runs the command line inside the test's process, with streams of its own."""

from __future__ import annotations

import os
import sys
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from smallcrm.cli.edge import main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEPT = ("HOME", "PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


class Result(NamedTuple):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str


class Stream(StringIO):
    """A stream that is a terminal or not, as the test wants it."""

    def __init__(self, text: str = "", *, is_tty: bool = False) -> None:
        super().__init__(text)
        self._is_tty = is_tty

    def isatty(self) -> bool:
        """Whether it plays a terminal."""
        return self._is_tty


class Untouchable(Stream):
    """A stdin that must not be read."""

    def read(self, size: int | None = -1, /) -> str:
        """Fail the test."""
        msg = f"stdin was read ({size}) although nobody asked for it"
        raise AssertionError(msg)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # stub: bytes
        """Fail the test."""
        return self.read(size)

    def __next__(self) -> str:  # type: ignore[override]  # the same
        """Fail the test."""
        return self.read()


def run(
    argv: Sequence[str], *, stdin: str | None = None, tty: bool = False, env: Mapping[str, str] | None = None
) -> Result:
    """Run one command line; `tty` makes all three streams a terminal of 80x24.

    Without `stdin`, a command that reads it fails. The environment is the test's home,
    PAGER=cat, and what `env` adds.
    """
    said = Untouchable(is_tty=tty) if stdin is None else Stream(stdin, is_tty=tty)
    out, err = Stream(is_tty=tty), Stream(is_tty=tty)
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    base = kept | {"PAGER": "cat", "COLUMNS": "80", "LINES": "24"}
    with (
        patch.dict(os.environ, base | dict(env or {}), clear=True),
        patch.object(sys, "stdin", said),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
    ):
        code = main(list(argv))
    return Result(code, out.getvalue(), err.getvalue())
