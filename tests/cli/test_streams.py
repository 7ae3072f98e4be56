"""Streams that are full, closed or left: what was done is told apart from what could not be said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli import streams
from tests.cli.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = Path("/dev/full")
LOST = (
    "error: The output could not be written: no space left on device. "
    "If the command changed anything, that is stored.\n"
    "hint: smallcrm log shows what was done\n"
)


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """One line of bash, in which `crm` is the program, with streams that buffer as a user's do."""
    script = f'crm() {{ "{sys.executable}" -m smallcrm "$@"; }}; unset PYTHONUNBUFFERED; {line}'
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)


def names() -> list[str]:
    """The contacts of the workspace."""
    return run(["contact", "list", "--columns", "name", "--format", "csv"]).stdout.splitlines()[1:]


@pytest.fixture
def crm(home: Path) -> Path:
    """A home with an empty workspace."""
    assert run(["init", "Acme"]).exit_code == 0
    return home


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, a device of Linux")
@pytest.mark.parametrize("line", ["contact add Ann", "contact list", "contact export", "log", "--version"])
def test_it_says_that_stdout_is_full_and_not_that_nothing_was_changed(crm: Path, line: str) -> None:
    """A second run would store the contact twice."""
    del crm
    done = shell(f"crm {line} --quiet >{FULL}" if line != "--version" else f"crm {line} >{FULL}")
    assert (done.returncode, done.stderr) == (1, LOST)
    assert names() == (["Ann"] if "add" in line else [])


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_it_works_with_closed_streams(crm: Path, closed: str) -> None:
    """As a program does that nobody watches; nothing that is printed ends in a file."""
    done = shell(f"crm contact add Ann {closed}")
    assert (done.returncode, "rror" in done.stderr) == (0, False)
    assert done.stdout == ("" if closed.startswith(">&-") else "1\n")
    assert names() == ["Ann"]
    assert run(["doctor"]).exit_code == 0
    assert crm.is_dir()


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, a device of Linux")
def test_it_does_its_work_where_nobody_can_be_told(crm: Path) -> None:
    """Notes and progress are no reason to stop."""
    path = crm / "p.csv"
    path.write_text("First Name,Email\nEve,e@x.org\n", encoding="utf-8")
    assert shell(f"crm import {path} 2>{FULL}").returncode == 0
    assert shell(f"crm contact frobnicate 2>{FULL}").returncode == 2
    assert names() == ["Eve"]


def test_it_keeps_the_cause_of_what_fails_before_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read while lines are made is no fault of stdout."""
    from smallcrm.cli import streams

    def pieces() -> Iterator[str]:
        yield "one\n"
        raise PermissionError(13, "Permission denied", "x.csv")

    with Path(os.devnull).open("w", encoding="utf-8") as null:
        monkeypatch.setattr(sys, "stdout", null)
        with pytest.raises(PermissionError):
            streams.emit(pieces())


def test_it_tells_the_beginning_of_what_is_long(capsys: pytest.CaptureFixture[str]) -> None:
    """Of each passage some lines, once that there are more, and afterwards everything again."""
    lines = ["plan\n", "  a\n", "  b\n", "  c\n", "  d\n", "then\n", "  e\n", "warning: f\n", "warning: g\n"]
    with streams.briefly(1):
        for line in lines:
            streams.talk(line)
    for line in lines:
        streams.talk(line)
    brief = ["plan\n", "  a\n", "  …\n", "then\n", "  e\n", "warning: f\n", "  …\n"]
    assert capsys.readouterr().err == "".join([*brief, *lines])
