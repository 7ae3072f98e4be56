"""Workspaces to measure in: made once, copied for each case."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smallcrm import config
from smallcrm.services import workspaces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "bench"
OWNER = "Ada Bench"
TIERS = ("Gold", "Silver", "Bronze")
SCORES = 1000
# For the n-th contact: a value of its own, one of a thousand, one of three, a day; one contact in ten has no score.
_SCATTERED = "((c.id & 1099511627775) * 7919 % 1000003)"
_VALUES = {
    "code": ("printf('C-%06d', {0})", "printf('c-%06d', {0})", "NULL", "1"),
    "score": (f"CAST({{0}} % {SCORES} AS TEXT)", "NULL", f"CAST({{0}} % {SCORES} AS REAL)", "{0} % 10 <> 0"),
    "tier": (
        "NULL",
        "(SELECT value FROM field_option o WHERE o.field_id = f.id AND o.position = {0} % 3)",
        "NULL",
        "1",
    ),
    "renewal": ("NULL", "date('2026-01-01', ({0} % 730) || ' days')", "NULL", "1"),
}


def environment(home: Path, url: str = "", system: str = "") -> dict[str, str]:
    """The environment in which smallcrm keeps its data in a directory, or on a server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SMALLCRM_", "XDG_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    here = {"SMALLCRM_HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "NO_COLOR": "1"}
    if url:
        here |= {"SMALLCRM_DATABASE_URL": url, "SMALLCRM_SYSTEM_DATABASE_URL": system}
    return {**kept, **here}


def add_fields(home: Path) -> None:
    """Add fields of some types to the contacts and give them values, by plain SQL: in numbers they are many."""
    from smallcrm.services import field_changes
    from smallcrm.services import nouns as _registered  # noqa: F401 - the rules of every noun
    from smallcrm.services.records.editing import Edit
    from smallcrm.services.values.locale import Locale

    types = {"code": "text", "score": "integer", "tier": "select", "renewal": "date"}
    with opened(home) as tenant:
        for label, kind in types.items():
            options = TIERS if kind == "select" else ()
            field_changes.add(Edit({"object": "contact", "label": label, "type": kind}), options, Locale("EUR", "UTC"))
    with sqlite3.connect(file_of(home)) as connection:
        for at, (key, parts) in enumerate(_VALUES.items()):
            text, folded, number, condition = (part.format(_SCATTERED) for part in parts)
            connection.execute(
                "INSERT INTO custom_value (id, tenant_id, object, field_id, record_id, position, text, key, number) "
                f"SELECT c.id + {at + 1} * 8000000, c.tenant_id, {contacts().code}, f.id, c.id, 0, {text}, {folded}, "
                f"{number} FROM contact c JOIN custom_field f ON f.tenant_id = c.tenant_id AND f.key = ? "
                f"WHERE c.tenant_id = ? AND {condition} ORDER BY c.id",
                (key, tenant),
            )


def add_neighbours(home: Path, source: Path, count: int) -> None:
    """Add other workspaces to the database, each with the contacts of a file."""
    from smallcrm.services.transfer import importing

    settings = config.load(environment(home))
    for at in range(count):
        name = f"neighbour {at}"
        workspaces.create_workspace(settings, name, owner=OWNER)
        with workspaces.open_session(settings, name):
            importing.run_import(importing.Request((source,)))


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


def first_name(place: int = 0) -> str:
    """The name of the contact at a place of the open workspace's list, counted from 0."""
    from smallcrm.services.records import store
    from smallcrm.services.records.store import Listing

    found = store.page(contacts(), Listing(limit=1, skip=place)).records
    return str(found[0]["name"])


def contacts() -> Any:
    """The noun that is measured."""
    from smallcrm.services.records import schema

    return schema.noun("contact")
