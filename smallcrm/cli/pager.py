"""The pager: only for output that is longer than the screen."""

from __future__ import annotations

import shlex
import subprocess
from contextlib import suppress
from itertools import chain
from shutil import get_terminal_size, which
from typing import TYPE_CHECKING

from smallcrm.cli.streams import emit, flush
from smallcrm.config import child_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def page(chunks: Iterable[str], pager: str | None) -> None:
    """Print text, through the pager if it is longer than the screen; leaving the pager early is fine."""
    size = get_terminal_size()
    stream = iter(chunks)
    head: list[str] = []
    height = 0
    for chunk in stream:
        head.append(chunk)
        height += _height(chunk, size.columns)
        if height >= size.lines:
            _through(_command(pager), chain(head, stream))
            return
    emit(head)


def _height(chunk: str, columns: int) -> int:
    """How many lines of the screen the text takes, at least."""
    return sum(1 + max(0, len(line) - 1) // columns for line in chunk.splitlines())


def _command(pager: str | None) -> list[str]:
    """The program to start, empty if there is none or its name cannot be read."""
    with suppress(ValueError):
        words = shlex.split("less" if pager is None else pager)
        if words and words != ["cat"] and which(words[0]):
            return words
    return []


def _through(command: list[str], chunks: Iterator[str]) -> None:
    """Print text through a program, or straight to stdout without one."""
    if not command:
        emit(chunks)
        return
    flush()
    started = subprocess.Popen(  # noqa: S603 - the user's own PAGER, without a shell
        command, stdin=subprocess.PIPE, env=child_environment(LESS="-FRX", LESSCHARSET="utf-8"), text=True,
        encoding="utf-8", errors="backslashreplace",
    )  # fmt: skip
    try:
        with suppress(BrokenPipeError):
            if started.stdin is not None:
                started.stdin.writelines(chunks)
                started.stdin.close()
    finally:
        _wait(started)


def _wait(started: subprocess.Popen[str]) -> None:
    """Wait until the pager is left; Ctrl-C belongs to the pager meanwhile."""
    while True:
        with suppress(KeyboardInterrupt):
            started.wait()
            return
