"""The file of rejects: every reject once, in the order of the file, private, never over another file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from smallcrm.services.transfer.rejects import write_rejects
from smallcrm.services.transfer.tables import ADDED
from tests.services.transfer.bringing import bring, fates, only, write, write_cells

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
    path.write_text("mine", "utf-8")
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


def test_rows_with_only_a_company_come_in_as_companies(mara: World, tmp_path: Path) -> None:
    """As the reject says; what the rejects are is not kept of the file that they are from."""
    del mara
    header = "First Name,Last Name,Organization Name,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value"
    phone = "Work,+1 512 555 0100"
    path = write(tmp_path / "g.csv", header, "Ann,Lee,,ann@x.org,,", f",,Initech,,{phone}", f",,,,{phone}")
    report = bring(path)
    nameless = "no name or e-mail address"
    way = ", only a company: import the rejects with --as company"
    assert [(line, reason) for line, reason, _row in report.files[0].rejected] == [(3, nameless + way), (4, nameless)]
    assert fates(bring(write_rejects(report.files[0]), noun="company"))["g.csv.rejects.csv"][0] == 1
    assert (only("company")["name"], len(only("company")["phones"])) == ("Initech", 1)
    again = bring(path)
    assert (again.files[0].noun, again.files[0].unchanged) == ("contact", 1)


def test_the_same_rejects_are_written_once(mara: World, tmp_path: Path) -> None:
    """The file that holds them is named, unless another table of the import has it; one that was mended stays."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,Email,City", ",,Ulm")
    first = write_rejects(bring(path).files[0])
    before = first.read_bytes()
    assert write_rejects(bring(path).files[0]) == first
    write(path, "First Name,Email,City", ",,Bonn")
    second = write_rejects(bring(path).files[0])
    assert second.name == "p.csv.rejects-2.csv"
    assert write_rejects(bring(path).files[0]) == second
    second.write_text("mended", "utf-8")
    third = write_rejects(bring(path).files[0])
    assert (third.name, second.read_text("utf-8")) == ("p.csv.rejects-3.csv", "mended")
    assert first.read_bytes() == before
    assert len([*tmp_path.glob("*.rejects*")]) == 3
    assert write_rejects(bring(path).files[0], None, [third]).name == "p.csv.rejects-4.csv"
