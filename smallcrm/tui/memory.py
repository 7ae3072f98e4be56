"""What the screen remembers from one time to the next: the colours, and the order and the widths of each list."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE = "screen.json"
MOST_BYTES = 1 << 20
MOST_COLUMNS = 500


class Memory:
    """Texts and numbers by name, in a file that only its owner can read; without a path nothing is kept.

    The file may hold anything: what does not fit is as if it were not there.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = _read(path)

    def text(self, name: str) -> str | None:
        """A text; None where there is none."""
        found = self._known.get(name)
        return found if isinstance(found, str) else None

    def numbers(self, name: str, low: int, high: int) -> list[int]:
        """Numbers, each within limits; none where one of them is not."""
        found = self._known.get(name)
        fits = isinstance(found, list) and len(found) <= MOST_COLUMNS
        if not fits or not all(type(one) is int and low <= one <= high for one in found or ()):
            return []
        return list(found or ())

    def keep(self, name: str, value: str | list[int] | None) -> None:
        """Keep something, or forget it."""
        if value:
            self._known[name] = value
        else:
            self._known.pop(name, None)

    def save(self) -> None:
        """Write the file anew; where that cannot be done, the next time begins as this one did."""
        if self._path is None:
            return
        fresh = self._path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            try:
                with open(fresh, "x", encoding="utf-8", opener=_private) as file:
                    json.dump(self._known, file, indent=1)
                fresh.replace(self._path)
            finally:
                with suppress(FileNotFoundError):
                    fresh.unlink()


def _read(path: Path | None) -> dict[str, Any]:
    try:
        if path is None or path.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
