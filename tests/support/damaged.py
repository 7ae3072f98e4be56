"""The files of the corpora that are no database of ours, and what is said about each."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = {
    "appended.db": "not a database of smallCRM",
    "bad_magic.db": "not a SQLite database",
    "bitflips40.db": "not a database of smallCRM",
    "empty.db": "no tables yet",
    "header_zeroed.db": "not a SQLite database",
    "ok.db": "not a database of smallCRM",
    "page_size_lie.db": "is damaged",
    "random.db": "not a SQLite database",
    "text.db": "not a SQLite database",
    "truncated_half.db": "is damaged",
    "zero_page.db": "not a database of smallCRM",
}


def damaged_copy(name: str, folder: Path) -> Path:
    """A private copy of such a file in a directory."""
    path = folder / name
    shutil.copy(corpus("attacks/own/db", name), path)
    path.chmod(0o600)
    return path
