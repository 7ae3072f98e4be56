"""Workspaces to measure in: made once, copied for each case."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smallcrm import config
from smallcrm.services import workspaces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "bench"
OWNER = "Ada Bench"


def environment(home: Path, url: str = "", system: str = "") -> dict[str, str]:
    """The environment in which smallcrm keeps its data in a directory, or on a server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SMALLCRM_", "XDG_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    here = {"SMALLCRM_HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "NO_COLOR": "1"}
    if url:
        here |= {"SMALLCRM_DATABASE_URL": url, "SMALLCRM_SYSTEM_DATABASE_URL": system}
    return {**kept, **here}


def file_of(home: Path) -> Path:
    """The database file of a home."""
    return home / "smallcrm.db"


def create(home: Path, url: str = "", system: str = "") -> Path:
    """An empty workspace."""
    home.mkdir(parents=True, exist_ok=True)
    workspaces.create_workspace(config.load(environment(home, url, system)), NAME, owner=OWNER)
    return home


def copied(source: Path, target: Path) -> Path:
    """A copy of a home that nobody has open, in place of what was there."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


@contextmanager
def opened(home: Path, url: str = "", system: str = "") -> Iterator[int]:
    """The workspace, open for its owner; gives its number."""
    settings = config.load(environment(home, url, system))
    with workspaces.open_session(settings, NAME, as_member=OWNER if url else None) as session:
        yield session.workspace.number


def contacts() -> Any:
    """The noun that is measured."""
    from smallcrm.services.records import schema

    return schema.noun("contact")
