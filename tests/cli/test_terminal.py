"""The program on a real terminal."""

from __future__ import annotations

import os
import pty
import sys
from contextlib import suppress


def on_terminal(*argv: str, **env: str) -> str:
    """What the program writes to a terminal of its own."""
    child, master = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "smallcrm", *argv], {**os.environ, **env})  # noqa: S606
    heard = b""
    with suppress(OSError):
        while chunk := os.read(master, 65536):
            heard += chunk
    os.waitpid(child, 0)
    os.close(master)
    return heard.decode().replace("\r\n", "\n")


def test_it_draws_a_table_with_a_bold_header() -> None:
    """On a terminal that can; without escapes on one that cannot."""
    shown = on_terminal("config", "show", TERM="xterm", COLUMNS="100", LINES="50")
    assert shown.startswith("\x1b[1mSETTING")
    assert shown.splitlines()[1].startswith("home ")
    for env in ({"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("config", "show", COLUMNS="100", LINES="50", **env)


def test_it_prints_the_same_data_in_machine_formats() -> None:
    """JSON on a terminal is JSON in a pipe: no colour, no pager escapes."""
    shown = on_terminal("config", "show", "--json", TERM="xterm", COLUMNS="100", LINES="50")
    assert shown.startswith("[\n{")
    assert "\x1b" not in shown
