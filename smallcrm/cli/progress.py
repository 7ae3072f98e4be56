"""One line of progress on stderr: how far, how fast, how long still."""

from __future__ import annotations

from shutil import get_terminal_size
from time import monotonic

from smallcrm.cli.streams import talk
from smallcrm.text import safe_text, truncate

_EVERY = 0.1
# Before that a rate is noise.
_SOON = 0.5
_CLEAR = "\r\x1b[K"


class Progress:
    """How a job goes; `total` None means that nobody knows how much there is."""

    def __init__(self, label: str, total: int | None, unit: str) -> None:
        self.label = label
        self._total = total
        self._unit = unit
        self._started = monotonic()
        self._shown = 0.0

    def show(self, done: int) -> None:
        """Draw the line again, at most ten times a second."""
        now = monotonic()
        if now - self._shown >= _EVERY:
            self._shown = now
            line = self.line(done, now - self._started)
            talk(_CLEAR + truncate(line, get_terminal_size().columns - 1))

    def line(self, done: int, seconds: float) -> str:
        """The line after so many seconds."""
        if not done and self._total is None:
            return f"{safe_text(self.label)} …"
        rate = done / seconds if seconds >= _SOON else 0.0
        words = [
            safe_text(self.label),
            f"{done:,}" if self._total is None else f"{done:,} of {self._total:,}",
        ]
        words.append(safe_text(self._unit))
        if self._total:
            words.append(f"({100 * done // self._total} %)")
        if rate:
            words.append(f"{rate:,.0f}/s")
            if self._total is not None:
                words.append(f"{_duration((self._total - done) / rate)} left")
        return " ".join(word for word in words if word)

    @staticmethod
    def clear() -> None:
        """Take the line off the screen."""
        talk(_CLEAR)


def _duration(seconds: float) -> str:
    """A time span as people say it."""
    whole = int(seconds + 0.5)
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004
