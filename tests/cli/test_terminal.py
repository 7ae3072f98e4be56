"""The program on a real terminal."""

from __future__ import annotations

import os
import pty
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path

CTRL_C, CTRL_D = "\x03", "\x04"


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


def answering(typed: list[str], *argv: str) -> tuple[int, str]:
    """The exit code and what is on the terminal of a command whose questions are answered so, one after another."""
    child, master = pty.fork()
    if child == 0:
        # Where the tests run in the background it would be ignored, and whoever sits at a terminal does not do that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execve(sys.executable, [sys.executable, "-m", "smallcrm", *argv], {**os.environ, "TERM": "dumb"})  # noqa: S606
    heard, left = b"", list(typed)
    with suppress(OSError):
        while chunk := os.read(master, 65536):
            heard += chunk
            if heard.endswith(b"] "):
                os.write(master, (left.pop(0) if left else CTRL_D).encode())
    _child, status = os.waitpid(child, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), heard.decode().replace("\r\n", "\n")


def test_who_ends_the_questions_of_an_import_has_changed_nothing(home: Path) -> None:
    """By Ctrl-D or Ctrl-C, after an answer; who answers all of them has imported."""
    path = home / "p.csv"
    path.write_text("First Name,Email,Seats,Segment\nAnn,ann@x.org,4,gold\n", encoding="utf-8")
    assert run(["init", "Acme"]).exit_code == 0
    words = ("import", str(path), "--unknown", "ask")
    for key, code, told in ((CTRL_D, 1, "\nNothing was changed.\n"), (CTRL_C, 130, "error: Interrupted.\n")):
        ended, shown = answering(["custom\n", key], *words)
        assert (ended, shown.endswith(told)) == (code, True), shown
        assert (run(["contact", "count"]).stdout, run(["field", "list", "--json"]).stdout) == ("0\n", "[]\n")
    assert answering(["custom\n", "skip\n"], *words)[0] == 0
    assert run(["contact", "count"]).stdout == "1\n"


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
