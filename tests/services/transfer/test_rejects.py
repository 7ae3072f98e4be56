"""The file of rejects: every reject once, in the order of the file, private, never over another file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from smallcrm.services.transfer.rejects import write_rejects
from smallcrm.services.transfer.tables import ADDED
from tests.services.transfer.bringing import bring, write_cells

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

HEADER = ["First Name", "Last Name", "E-mail", "E-mail 2", "Notes"]


def test_it_holds_what_was_refused_at_every_stage(mara: World, tmp_path: Path) -> None:
    """Rows refused when read, cleaned and compared, with the line each begins on in spite of quoted newlines."""
    del mara
    bring(write_cells(tmp_path / "a.csv", [HEADER, ["A", "A", "a@x.org", "", ""], ["B", "B", "b@x.org", "", ""]]))
    rows = [
        ["C", "C", "c@x.org", "", "two\nlines"],
        ["W", "K", "a@x.org", "b@x.org", 'say "no"'],
        ["", "", "", "", "nobody"],
        ["D", "D", "d@x.org", "", "one", "more"],
    ]
    report = bring(write_cells(tmp_path / "b.csv", [HEADER, *rows])).files[0]
    path = write_rejects(report)
    with path.open(encoding="utf-8", newline="") as stream:
        found = list(csv.reader(stream))
    assert found[0] == [*HEADER, *ADDED]
    assert [row[: len(cells)] for row, cells in zip(found[1:], rows[1:], strict=True)] == rows[1:]
    assert [row[-2] for row in found[1:]] == ["4", "5", "6"]
    assert all(row[-1] for row in found[1:])
    assert path.stat().st_mode & 0o777 == 0o600
    assert write_rejects(report).name == "b.csv.rejects-2.csv"


def test_no_cell_of_it_is_run_by_a_spreadsheet(mara: World, tmp_path: Path) -> None:
    """What begins like a formula is guarded, numbers are as they were; mended and imported again it is what it was."""
    del mara
    cells = ["=cmd|' /C calc'!A0", "@SUM(1)", "a@x.org", "bad", "+49 30 1"]
    path = write_rejects(bring(write_cells(tmp_path / "a.csv", [HEADER, cells, [*cells, "more"]])).files[0])
    with path.open(encoding="utf-8", newline="") as stream:
        row = list(csv.reader(stream))[-1]
    assert row[:2] == ["'=cmd|' /C calc'!A0", "'@SUM(1)"]
    assert row[4] == "+49 30 1"
    assert not [cell for cell in row if cell[:1] in ("=", "@", "-")]
