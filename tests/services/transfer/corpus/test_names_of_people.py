"""People whom rows of work name in other ways than they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.transfer.bringing import bring, records, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


@pytest.mark.parametrize("name", ["Lee, Ann", "Dr. Ann Lee", "Ann Lee", "Ann Lee PhD"])
def test_it_finds_a_person_however_the_name_is_written(olga: World, tmp_path: Path, name: str) -> None:
    """One is made for two deals, and both are linked; a second file finds the same."""
    del olga
    header = "Deal Name,Stage,Amount,Contact Name"
    report = bring(write(tmp_path / "a.csv", header, f'Roof,Lead,100,"{name}"', f'Wall,Lead,200,"{name}"'))
    assert report.files[0].warnings == []
    assert report.files[0].also_created == {"contact": 1}
    bring(write(tmp_path / "b.csv", header, 'Door,Lead,300,"Ann Lee"'))
    assert [record["name"] for record in records("contact")] == ["Ann Lee"]
    assert [len(record["contacts"]) for record in records("deal")] == [1, 1, 1]
