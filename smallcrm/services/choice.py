"""Which workspace a person has chosen to work in: a small file beside the data, one for each database."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.config import Settings

FILE = "workspace.json"


def chosen(settings: Settings) -> str | None:
    """The short name of the chosen workspace; None where there is no choice, or it cannot be read."""
    found = _read(settings.home / FILE).get(_key(settings))
    return found if isinstance(found, str) else None


def choose(settings: Settings, slug: str) -> None:
    """Keep a choice, for this database; other databases keep theirs."""
    from smallcrm.db.engine import make_private_folder

    path = settings.home / FILE
    text = json.dumps(_read(path) | {_key(settings): slug}, indent=2) + "\n"
    make_private_folder(settings.home)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        with open(fresh, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
        fresh.replace(path)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(settings: Settings) -> str:
    """The database, without a password that its address may hold."""
    from smallcrm.config import display

    return display("database_url", settings.database_url)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
