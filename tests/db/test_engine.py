"""How a connection to SQLite reads: in place while it only looks at something, by copying where much passes through."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from smallcrm.db.engine import MAPPED_BYTES, close_database, create_private_file, open_database
from smallcrm.db.fence import proxy, system_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[None]:
    """A connection that has read nothing yet."""
    open_database(f"sqlite:///{tmp_path / 'a.db'}")
    yield
    close_database()


def mapped() -> int:
    """How many bytes of the file this connection may read in place."""
    with system_scope("look at a setting in a test"):
        return int(proxy.target().execute_sql("PRAGMA mmap_size").fetchone()[0])


@pytest.mark.usefixtures("fresh")
def test_it_reads_in_place_until_it_writes() -> None:
    """What it has read counts as its memory, and bulk work reads much."""
    assert mapped() == MAPPED_BYTES
    with system_scope("write in a test"):
        proxy.target().execute_sql("CREATE TABLE more (x)")
    assert mapped() == 0


@pytest.mark.usefixtures("fresh")
def test_it_copies_where_memory_is_spared() -> None:
    """As an export asks."""
    with system_scope("spare memory in a test"):
        proxy.target().spare_memory()
    assert mapped() == 0


def test_nobody_else_can_enter_a_folder_that_it_makes(tmp_path: Path) -> None:
    """Neither the last one nor those above it, whatever the umask lets through."""
    before = os.umask(0)
    try:
        create_private_file(tmp_path / "a" / "b" / "c.db")
    finally:
        os.umask(before)
    made = (tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "c.db")
    assert [path.stat().st_mode & 0o777 for path in made] == [0o700, 0o700, 0o600]
