"""The program on a pseudo-terminal: how soon rows are on the screen, and how soon after a key it is painted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIZE = (100, 30)
# What is painted after a key is over when nothing comes for so long, in seconds.
QUIET = 0.12
PATIENCE = 60.0
KEYS: tuple[tuple[str, bytes], ...] = (
    ("down", b"j"), ("up", b"k"), ("page down", b"\x1b[6~"), ("last row", b"G"), ("first row", b"\x1b[H"),
)  # fmt: skip


class Frame(NamedTuple):
    """Seconds until a text was on the screen, and the memory of the process by then in MB."""

    seconds: float
    memory: float


class Painted(NamedTuple):
    """Seconds from a key to the first of what is painted for it, and to the last, with what stands beside the list."""

    first: float
    last: float


class Terminal:
    """A program with a terminal of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.begun = time.perf_counter()
        self.process, self._master = pty.fork()
        if not self.process:
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color"})  # noqa: S606
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))

    def until(self, marker: bytes) -> float:
        """Seconds from the start until a text has come; raises TimeoutError where it never does."""
        heard = b""
        while marker not in heard:
            some = self._read(PATIENCE)
            if not some:
                raise TimeoutError(f"{marker!r} never came; the end was {heard[-300:]!r}")
            heard += some
        return time.perf_counter() - self.begun

    def press(self, key: bytes) -> Painted:
        """Seconds from a key to the first and to the last of what is painted for it."""
        begun = time.perf_counter()
        os.write(self._master, key)
        times: list[float] = []
        while self._read(QUIET if times else PATIENCE):
            times.append(time.perf_counter() - begun)
        return Painted(times[0], times[-1])

    def wait(self) -> None:
        """Wait until the program has ended."""
        while self._read(PATIENCE):
            pass

    def settle(self) -> None:
        """Wait until nothing is painted any more."""
        while self._read(QUIET * 5):
            pass

    def _read(self, wait: float) -> bytes:
        if not select.select([self._master], [], [], wait)[0]:
            return b""
        try:
            return os.read(self._master, 1 << 16)
        except OSError:
            return b""

    def end(self) -> float:
        """End the program; gives the most memory that it had, in MB."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        _pid, _status, usage = os.wait4(self.process, 0)
        os.close(self._master)
        return usage.ru_maxrss / 1024


@contextmanager
def opened(environment: Mapping[str, str]) -> Iterator[Terminal]:
    """The program, left at the end."""
    terminal = Terminal([sys.executable, "-m", "smallcrm", "tui", "contacts"], environment)
    try:
        yield terminal
    finally:
        terminal.end()


def nothing(environment: Mapping[str, str]) -> Frame:
    """An interpreter that does nothing, on a terminal too."""
    terminal = Terminal([sys.executable, "-c", "pass"], environment)
    terminal.wait()
    seconds = time.perf_counter() - terminal.begun
    return Frame(seconds, terminal.end())


def first_frame(environment: Mapping[str, str], marker: bytes) -> Frame:
    """The program until the name of a record is on the screen."""
    terminal = Terminal([sys.executable, "-m", "smallcrm", "tui", "contacts"], environment)
    try:
        seconds = terminal.until(marker)
    except TimeoutError:
        terminal.end()
        raise
    return Frame(seconds, terminal.end())


def key_times(environment: Mapping[str, str], marker: bytes, rounds: int) -> dict[str, list[Painted]]:
    """What is painted how soon, key by key."""
    found: dict[str, list[Painted]] = {name: [] for name in [*(name for name, _key in KEYS), "filter keystroke"]}
    with opened(environment) as terminal:
        terminal.until(marker)
        terminal.settle()
        for _round in range(rounds):
            for name, key in KEYS:
                found[name].append(terminal.press(key))
        terminal.press(b"/")
        for letter in b"name:a":
            found["filter keystroke"].append(terminal.press(bytes([letter])))
    return found
