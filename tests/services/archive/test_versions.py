"""Archives of every version, as they were once written, still come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.archive import restoring
from smallcrm.services.archive.manifest import VERSION
from smallcrm.services.records import undo
from smallcrm.services.workspaces import contents as records
from tests.services.archive.test_round_trip import archived, contents, quiet
from tests.support.canonical import faults
from tests.support.cast import MARA, MEMBERS, NORTH, OLGA

if TYPE_CHECKING:
    from tests.support.world import World

KEPT = Path(__file__).parent / "versions"
HELD = {1: {"company": 3, "contact": 3, "deal": 3, "activity": 2, "ticket": 3, "comment": 3}}
"""What the archive of each version holds, the hidden records too."""


def test_there_is_one_of_each_version() -> None:
    """Whoever raises the version keeps an archive of the one before; archives of versions to come are refused."""
    assert (
        sorted(path.stem for path in KEPT.iterdir()) == sorted(map(str, HELD)) == list(map(str, range(1, VERSION + 1)))
    )


@pytest.mark.parametrize("version", HELD)
def test_it_comes_in_and_what_was_done_can_be_undone(world: World, version: int) -> None:
    """Its records, nothing wrong with any of them, its journal; the newest gives the same bytes again."""
    path = KEPT / f"{version}.zip"
    tenant = world.settle(NORTH, MEMBERS)
    with world.acts(OLGA, tenant):
        restoring.restore(path, dry_run=False, progress=quiet)
        assert (records(), faults()) == (HELD[version], [])
        if version == VERSION:
            assert contents(archived(journal=True)) == contents(path.read_bytes())
    with world.acts(MARA, tenant):
        undo.undo()
        assert faults() == []
