"""A damaged file among others: left out and told in one line where nobody named it, an error where somebody did."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer import bounds
from smallcrm.services.transfer.detecting import Options
from smallcrm.services.transfer.importing import Request, run_import
from smallcrm.services.transfer.readers import vcard
from smallcrm.services.transfer.reading import CsvTable
from tests.services.transfer.bringing import bring_all, fates, records, write
from tests.support.workbooks import xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.world import World

HEADER = "First Name,Email"
GOOD = f"{HEADER}\nAnn,ann@x.org\n"
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{0} Lee\nEMAIL:{0}@x.org\nEND:VCARD\n"


def a_folder(path: Path) -> Path:
    """A folder with one good file in it."""
    path.mkdir()
    (path / "good.csv").write_text(GOOD)
    return path


def crc_broken(path: Path, *names: str) -> bytes:
    """An archive of such members, the bytes of the last of which are not what they were."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, f"{HEADER}\nEve,eve@{name}.org\n")
    data = bytearray(path.read_bytes())
    data[data.rfind(b"Eve,")] ^= 1
    path.write_bytes(data)
    return bytes(data)


def cut_workbook(path: Path) -> bytes:
    """A workbook whose second half is missing."""
    data = xlsx(path, {"People": [["First Name", "Email"], ["Eve", "eve@x.org"]]}).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return data[: len(data) // 2]


def long_cell(path: Path) -> None:
    """A table with a cell that is too large, behind all that its head shows."""
    write(path, HEADER, *(f"P{at},p{at}@x.org" for at in range(3_000)), f"Eve,{'x' * 200_000}")


DAMAGED = {
    "cut.xlsx": "cut.xlsx is damaged: it cannot be unpacked.",
    "crc.zip": "crc.zip: a.csv is damaged: it cannot be unpacked.",
    "cell.csv": "cell.csv, line 3002: a cell has more than 0 MB, or a quote is never closed.",
    "broken.json": "broken.json, line 1: this is not JSON",
    "long.vcf": "long.vcf, line 4: it has more than 0 MB.",
}


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A damaged file of each kind in a folder."""
    monkeypatch.setattr(bounds, "MAX_CELL", 100_000)
    monkeypatch.setattr(vcard, "MAX_LINE", 100_000)
    folder = tmp_path / "damaged"
    folder.mkdir()
    cut_workbook(folder / "cut.xlsx")
    crc_broken(folder / "crc.zip", "a.csv")
    long_cell(folder / "cell.csv")
    (folder / "broken.json").write_text('[{"first name": "Eve"}, {')
    (folder / "long.vcf").write_text(f"BEGIN:VCARD\nFN:Cut Off\nEND:VCARD\nNOTE:{'x' * 200_000}\n")
    return folder


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("packed", [False, True])
def test_it_leaves_out_what_is_damaged(mara: World, tmp_path: Path, damaged: Path, name: str, *, packed: bool) -> None:
    """In a folder and in an archive: one line with its name there, and the rest comes in."""
    del mara
    folder, sub = a_folder(tmp_path / "folder"), "sub/"
    (folder / sub).mkdir()
    (damaged / name).rename(folder / sub / name)
    named, before = folder, ""
    if packed:
        named, before = tmp_path / "all.zip", "all.zip: "
        with zipfile.ZipFile(named, "w") as archive:
            archive.write(folder / sub / name, f"{sub}{name}")
            archive.write(folder / "good.csv", "good.csv")
    report = bring_all(named)
    assert fates(report) == {f"{before}good.csv": (1, 0, 0, 0, 0, 0)}
    (line,) = report.left_out
    if packed and name == "crc.zip":
        assert line == f"{before}{sub}{name}: left out, as an archive in an archive."
    else:
        assert line.startswith(f"Left out: {before}{sub}{DAMAGED[name]}")
    assert [record["first_name"] for record in records("contact")] == ["Ann"]


@pytest.mark.parametrize("name", DAMAGED)
def test_it_refuses_what_the_user_named(mara: World, tmp_path: Path, damaged: Path, name: str) -> None:
    """Nothing of the others comes in."""
    del mara
    good = write(tmp_path / "good.csv", HEADER, "Ann,ann@x.org")
    with pytest.raises(ValidationError) as caught:
        bring_all(good, damaged / name)
    assert caught.value.sentence.startswith(DAMAGED[name])
    assert records("contact") == []


def test_it_says_why_where_nothing_is_left(mara: World, damaged: Path) -> None:
    """Every damaged file with its reason, those too that break off only when their rows are read."""
    del mara
    with pytest.raises(UsageError, match="Nothing of that can be imported") as caught:
        bring_all(damaged)
    assert len(caught.value.details) == len(DAMAGED) - 1
    (damaged / "cell.csv").unlink()
    with pytest.raises(UsageError, match="Nothing of that can be imported"):
        bring_all(damaged)


def test_it_takes_the_sound_members_of_an_archive(mara: World, tmp_path: Path) -> None:
    """The one whose bytes are not what they were, and the one with a password, are left out."""
    del mara
    data = bytearray(crc_broken(tmp_path / "a.zip", "good.csv", "locked.csv", "crc.csv"))
    locked = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[locked + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    report = bring_all(tmp_path / "a.zip")
    assert fates(report) == {"a.zip: good.csv": (1, 0, 0, 0, 0, 0)}
    assert report.left_out == [
        "Left out: a.zip: crc.csv is damaged: it cannot be unpacked.",
        "Left out: a.zip: locked.csv is protected by a password.",
    ]


def test_it_leaves_out_all_cards_of_a_damaged_file_of_several(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those too that stand before the damage."""
    del mara
    monkeypatch.setattr(vcard, "MAX_LINE", 1_000)
    folder = tmp_path / "cards"
    folder.mkdir()
    for name in "abcd":
        more = f"NOTE:{'x' * 2_000}\n" if name in "bd" else ""
        (folder / f"{name}.vcf").write_text(CARD.format(name) + more)
    report = bring_all(folder)
    assert sorted(record["first_name"] for record in records("contact")) == ["a", "c"]
    assert [line.partition(",")[0] for line in report.left_out] == ["Left out: b.vcf", "Left out: d.vcf"]


def test_it_says_of_many_only_how_many_more(mara: World, tmp_path: Path) -> None:
    """A folder of a hundred damaged files is told in a few lines."""
    del mara
    folder = a_folder(tmp_path / "folder")
    for at in range(25):
        (folder / f"{at:02}.json").write_text("[{")
    report = bring_all(folder)
    assert len(report.left_out) == 11
    assert report.left_out[-1] == "Left out: 15 more files that cannot be read."


@pytest.mark.parametrize("inside", [False, True])
def test_it_notices_a_file_that_changes_between_its_readings(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, inside: bool
) -> None:
    """Grown, or cut off, after its head was read: refused, or left out among others; nothing of it is half there."""
    del mara
    chunks = CsvTable.chunks

    def changing(table: CsvTable, size: int = 5_000) -> Iterator[Any]:
        if table.name == "moving.csv":
            with table.path.open("r+b") as file:
                file.truncate(os.fstat(file.fileno()).st_size - 5)
        yield from chunks(table, size)

    monkeypatch.setattr(CsvTable, "chunks", changing)
    folder = a_folder(tmp_path / "folder")
    moving = write(folder / "moving.csv", HEADER, "Eve,eve@x.org", "Bob,bob@x.org")
    if inside:
        report = bring_all(folder)
        assert report.left_out == ["Left out: moving.csv changed while it was read; import it again."]
        assert [record["first_name"] for record in records("contact")] == ["Ann"]
    else:
        with pytest.raises(ValidationError, match=r"moving.csv changed while it was read; import it again"):
            bring_all(folder / "good.csv", moving)
        assert records("contact") == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_file_of_which_no_column_is_known_is_refused_whatever_it_is_said_to_be(mara: World, tmp_path: Path) -> None:
    """It would bring nothing; and nothing is kept of what was said of it."""
    del mara
    path = write(tmp_path / "a.csv", "Kitten,Win", "1,2", "3,4")
    for _again in range(2):
        with pytest.raises(UsageError, match="none of its columns is known") as caught:
            run_import(Request((path,), options=Options("contact")))
        assert caught.value.hint == '--map "HEADER=name" says where one goes'
