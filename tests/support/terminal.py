"""The program on a real pseudo-terminal, run inside the test's process, and what of its bytes a terminal would obey."""

from __future__ import annotations

import os
import pty
import sys
import tty
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from smallcrm.cli.edge import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_KEPT = ("HOME", "PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
# Written last: a terminal that is closed with bytes still on their way may drop them.
_END = f"\x00end {os.urandom(8).hex()}\x00".encode()
_BASE = {"PAGER": "cat", "COLUMNS": "120", "LINES": "40", "TERM": "xterm", "NO_COLOR": "1"}
OWN = ("\r\x1b[K",)
"""What the program itself writes without colours: it takes the line of progress off the screen."""
_OBEYED = frozenset(
    chr(code)
    for low, high in (
        (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200B),
        (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F),
    )
    for code in range(low, high + 1)
)  # fmt: skip


class Heard(NamedTuple):
    """What a command wrote to its terminal, on both streams, and its exit code."""

    exit_code: int
    raw: bytes

    @property
    def text(self) -> str:
        """The bytes as text; those that are none fail."""
        return self.raw.decode("utf-8")


def on_terminal(argv: Sequence[str], env: Mapping[str, str] | None = None) -> Heard:
    """Run a command line with a terminal of its own behind all three streams."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    with _terminal() as heard, patch.dict(os.environ, kept | _BASE | dict(env or {}), clear=True):
        code = main([str(word) for word in argv])
    return Heard(code, b"".join(heard))


@contextmanager
def _terminal() -> Iterator[list[bytes]]:
    """A terminal in place of the process's streams; gives what it hears, which is whole after the block."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    heard: list[bytes] = []
    listener = Thread(target=_listen, args=(master, heard))
    listener.start()
    saved = [os.dup(number) for number in range(3)]
    try:
        for number in range(3):
            os.dup2(slave, number)
        os.close(slave)
        streams = [open(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")]  # noqa: SIM115
        with (
            patch.object(sys, "stdin", streams[0]),
            patch.object(sys, "stdout", streams[1]),
            patch.object(sys, "stderr", streams[2]),
        ):
            yield heard
            for stream in streams[1:]:
                stream.flush()
    finally:
        os.write(1, _END)
        listener.join()
        for number, copy in enumerate(saved):
            os.dup2(copy, number)
            os.close(copy)
        os.close(master)


def _listen(master: int, heard: list[bytes]) -> None:
    """Gather what comes, until the end is said."""
    whole = bytearray()
    while not whole.endswith(_END):
        whole += os.read(master, 1 << 16)
    heard.append(bytes(whole.removesuffix(_END)))


def obeyed(raw: bytes) -> set[str]:
    """The characters among these bytes that a terminal would obey, reorder or hide, beside those of the program."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        return {f"bytes that are no text: {raw[fault.start : fault.end]!r}"}
    for own in OWN:
        text = text.replace(own, "")
    return {f"U+{ord(sign):04X}" for sign in _OBEYED & set(text)}
