"""Many records of one name, and many rows about one record: none is looked at once for each of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.transfer.work.namesakes import Known
from smallcrm.services.transfer.work.writing import _waves
from tests.services.transfer.bringing import bring, fates, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.support.world import World


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
def test_namesakes_are_not_all_looked_at(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    """Each row looks at some few of them, in whatever order they come again."""
    del mara
    rows = [f"Call,Call,p{at}@x.org,Acme" for at in range(300)]
    header = "Subject,Activity Type,Contact Email,Company Name"
    bring(write(tmp_path / "a.csv", header, *rows), look=False)
    looked, has = [], Known.has

    def counted(self: Known, about: Iterable[tuple[str, int]]) -> bool:
        looked.append(1)
        return has(self, about)

    monkeypatch.setattr(Known, "has", counted)
    path = write(tmp_path / "a.csv", header, *rows[::order])
    assert fates(bring(path, look=False))["a.csv"] == (0, 0, 0, 300, 0, 0)
    lone = write(tmp_path / "b.csv", "Subject,Activity Type,Contact Email", *(row[:-5] for row in rows[::order]))
    assert fates(bring(lone, look=False))["b.csv"] == (0, 0, 0, 300, 0, 0)
    assert len(looked) <= 600


def test_rows_about_one_record_wait_for_each_other() -> None:
    """And for nothing else; each key of each row is asked for once."""
    rows: Any = [("a", ["1"]), ("b", ["1", "2"]), ("c", ["3"]), ("d", ["2"]), ("e", ["1"]), ("f", [])]
    asked: list[str] = []

    def keys(row: Any) -> list[str]:
        asked.append(row[0])
        found: list[str] = row[1]
        return found

    found: Any = _waves(rows, keys)
    waves = [[row[0] for row in wave] for wave in found]
    assert waves == [["a", "c", "f"], ["b"], ["d", "e"]]
    assert "".join(asked) == "abcdef"
