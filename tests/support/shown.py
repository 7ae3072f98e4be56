"""What documents show of the program: their commands, what these print, and whether that is what stands there."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from smallcrm import clock
from smallcrm.cli.edge import main
from tests.cli.runner import Stream
from tests.conftest import FROZEN_AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GAP = "…"
SCREEN = {"LOGNAME": "ann", "NO_COLOR": "1", "COLUMNS": "100", "LINES": "400", "PAGER": "cat"}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Talk(Stream):
    """A stderr that appears on the same screen as stdout, and is no terminal of its own: no progress."""

    def __init__(self, screen: Stream) -> None:
        super().__init__()
        self.screen = screen

    def write(self, text: str, /) -> int:
        """Put the text where stdout goes."""
        return self.screen.write(text)


class Shown(NamedTuple):
    """A command in a document, and the lines that stand below it."""

    line: str
    output: list[str]


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a document in one language."""
    return [body for found, body in BLOCK.findall(text) if found == language]


def commands(text: str) -> Iterator[Shown]:
    """The commands of a document's console blocks, in order."""
    for block in blocks(text, "console"):
        shown: Shown | None = None
        for line in block.splitlines():
            if line.startswith("$ "):
                if shown is not None:
                    yield shown
                shown = Shown(line[2:], [])
            elif shown is not None:
                shown.output.append(line)
        if shown is not None:
            yield shown


def run(line: str, home: Path) -> list[str]:
    """What a command line prints on a screen of 100 columns, stdout and stderr as they come."""
    program, *arguments = shlex.split(line)
    assert program == "smallcrm"
    screen = Stream(is_tty=True)
    with (
        clock.frozen(FROZEN_AT),
        patch.object(sys, "stdin", Stream()),
        patch.object(sys, "stdout", screen),
        patch.object(sys, "stderr", Talk(screen)),
    ):
        main(arguments)
    lines = screen.getvalue().replace(str(home), "/home/ann").splitlines()
    return [line.rstrip() for line in lines]


def agrees(shown: list[str], printed: list[str]) -> bool:
    """Whether lines are those printed; a line of … stands for one or more that are left out."""
    if not shown:
        return not printed
    if shown[0] == GAP:
        return any(agrees(shown[1:], printed[at:]) for at in range(1, len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and agrees(shown[1:], printed[1:])
