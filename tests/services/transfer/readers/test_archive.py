"""ZIP archives and folders of files."""

from __future__ import annotations

import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.errors import SmallCRMError, UsageError, ValidationError
from smallcrm.services.transfer.readers import zips
from smallcrm.services.transfer.readers.archive import LIMITS, Contents, unpack, walk
from smallcrm.services.transfer.readers.zips import Limits
from tests.support.corpora import corpus
from tests.support.workbooks import ods, xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

CSV = "Name,Email\nAnn,ann@x.org\n"


def pack(path: Path, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def unpacked(path: Path, folder: Path, limits: Limits = LIMITS) -> Contents:
    """What is in an archive; nothing but its members is in the folder, and nothing beside it."""
    target = folder / "unpacked"
    target.mkdir(exist_ok=True)
    before = {entry for entry in folder.rglob("*") if target not in entry.parents}
    found = unpack(path, target, limits)
    files = {entry for entry in target.rglob("*") if not entry.is_dir()}
    assert files == {member.path for member in found.members}
    assert all(stat.S_IMODE(entry.lstat().st_mode) == 0o600 and not entry.is_symlink() for entry in files)
    assert {entry for entry in folder.rglob("*") if target not in entry.parents} == before
    return found


def test_it_unpacks_the_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Those in folders too; what a system left there is passed over in silence."""
    path = pack(
        tmp_path / "a.zip",
        ("b.csv", "b"),
        ("sub/", ""),
        ("sub/a.csv", "a"),
        ("./c.csv", "c"),
        (".DS_Store", "x"),
        ("__MACOSX/._b.csv", "x"),
        ("sub/.hidden", "x"),
        ("sub\\d.csv", "d"),
        ("Thumbs.db", "x"),
    )
    found = unpacked(path, tmp_path)
    assert [(member.name, member.path.read_text()) for member in found.members] == [
        ("b.csv", "b"),
        ("c.csv", "c"),
        ("sub/a.csv", "a"),
        ("sub/d.csv", "d"),
    ]
    assert [member.path.name for member in found.members] == ["b.csv", "c.csv", "a.csv", "d.csv"]
    assert found.notes("a.zip") == []


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "a/../../x.csv", "/etc/x.csv", "..\\x.csv", "C:\\x.csv", "c:x.csv", "\\\\host\\x.csv", "nul",
     "COM1.csv", "a/..", "con/x.csv"],
)  # fmt: skip
def test_it_leaves_out_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    """And says so; the others are read."""
    found = unpacked(pack(tmp_path / "a.zip", (name, "evil"), ("ok.csv", CSV)), tmp_path)
    assert [member.name for member in found.members] == ["ok.csv"]
    (note,) = found.notes("a.zip")
    assert note.startswith("a.zip: left out, as a link or for a name that leads elsewhere: ")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_it_leaves_out_what_is_no_file(tmp_path: Path, kind: int) -> None:
    """A link is not followed, and not made."""
    link = zipfile.ZipInfo("x.csv")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    found = unpacked(pack(tmp_path / "a.zip", (link, "/etc/passwd")), tmp_path)
    assert (found.members, found.unsafe) == ([], ["x.csv"])


@pytest.mark.parametrize(
    ("raw", "shown"), [("Größe.csv".encode(), "Größe.csv"), ("Größe.csv".encode("cp437"), "Größe.csv")]
)
def test_it_reads_names_in_the_encodings_of_archives(tmp_path: Path, raw: bytes, shown: str) -> None:
    """UTF-8 also where the archive does not say so; else the one of old archives."""
    path = pack(tmp_path / "a.zip", ("x" * len(raw), CSV))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    (member,) = unpacked(path, tmp_path).members
    assert member.name == shown


def test_it_gives_every_member_a_name_that_a_file_can_have(tmp_path: Path) -> None:
    """However long it is, and whatever is in it; also where two differ in their case only."""
    names = ["x" * 300 + ".csv", "a\x1b[31m.csv", "A.csv", "a.csv", "d/a.csv", " "]
    found = unpacked(pack(tmp_path / "a.zip", *((name, name) for name in names)), tmp_path)
    assert sorted(member.name for member in found.members) == sorted(names)
    assert all(member.path.read_text() == member.name for member in found.members)
    assert all(member.path.name.isprintable() and len(member.path.name) <= 100 for member in found.members)


def test_it_refuses_an_archive_with_a_file_twice(tmp_path: Path) -> None:
    """Nobody could tell which of them is meant."""
    with pytest.warns(UserWarning, match="Duplicate"):
        path = pack(tmp_path / "a.zip", ("a.csv", "1"), ("a.csv", "2"))
    with pytest.raises(ValidationError, match=r"a.zip holds a.csv twice"):
        unpacked(path, tmp_path)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(2, 1 << 30, 100), "more than 2 files"),
        (Limits(10, 1 << 20, 10_000), "more than 1 MB"),
        (Limits(10, 1 << 30, 100), "more than 100 times its size"),
    ],
)
def test_it_refuses_what_unpacks_without_measure(tmp_path: Path, limits: Limits, reason: str) -> None:
    """Too many files, too large ones, or too many bytes for what it is."""
    path = pack(tmp_path / "a.zip", ("a.csv", bytes(3 << 20)), ("b.csv", "b"), ("c.csv", "c"))
    with pytest.raises(ValidationError, match=f"a.zip is not unpacked: it .*{reason}"):
        unpacked(path, tmp_path, limits=limits)


def test_it_counts_the_members_before_it_lists_them(tmp_path: Path) -> None:
    """A list of members that would fill the memory is never read."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for at in range(60_000):
            archive.writestr(f"{at:060}.csv", "")
    tracemalloc.start()
    with pytest.raises(ValidationError, match="more than 1,000 files"):
        unpacked(path, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


def test_it_counts_the_members_of_a_long_list_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of the list in the record for large archives counts where there is one."""
    path = pack(tmp_path / "a.zip", ("a.csv", CSV))
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    start, size = struct.unpack_from("<LL", data, end + 12)[::-1]
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    small = data[end : end + 12] + bytes(4) + data[end + 16 :]
    path.write_bytes(data[:end] + record + locator + small)
    assert len(unpacked(path, tmp_path).members) == 1
    monkeypatch.setattr(zips, "MAX_DIRECTORY", size - 1)
    with pytest.raises(ValidationError, match="more than 1,000 files"):
        unpacked(path, tmp_path)


def test_it_says_what_is_locked_or_packed_in_another_way(tmp_path: Path) -> None:
    """By the member's name."""
    path = pack(tmp_path / "a.zip", ("a.csv", CSV))
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ValidationError, match=r"a.zip: a.csv is protected by a password"):
        unpacked(path, tmp_path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", CSV)
    with pytest.raises(ValidationError, match=r"a.zip: a.csv is compressed in a way that is not read"):
        unpacked(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("bad_crc.zip", "is damaged"),
        ("bomb_50MB_zeros.zip", "more than 100 times its size"),
        ("duplicate_names.zip", "twice"),
        ("empty.zip", 0),
        ("encrypted_flag.zip", "protected by a password"),
        ("lying_size.zip", "is damaged"),
        ("many_files_5000.zip", "more than 1,000 files"),
        ("nested10.zip", 1),
        ("not_a_zip.zip", "is damaged"),
        ("prefix_garbage.zip", 1),
        ("symlink.zip", 0),
        ("traversal.zip", 1),
        ("truncated.zip", "is damaged"),
    ],
)
def test_it_stands_the_attacks(tmp_path: Path, name: str, outcome: str | int) -> None:
    """Each is refused with a sentence, or its harmless members are read; in little memory."""
    path = corpus("attacks", "own", "zip", name)
    tracemalloc.start()
    if isinstance(outcome, str):
        with pytest.raises(ValidationError, match=outcome):
            unpacked(path, tmp_path)
    else:
        assert len(unpacked(path, tmp_path).members) == outcome
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_it_knows_every_attack() -> None:
    """A file that is new in the corpus is in the list above."""
    listed = test_it_stands_the_attacks.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {name for name, _outcome in listed} == {path.name for path in corpus("attacks", "own", "zip").iterdir()}


def test_it_lists_the_files_of_a_folder(tmp_path: Path) -> None:
    """In the order of their names; links, hidden files and what was rejected before are passed over."""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for name in ("b.csv", "sub/a.csv", "a.csv.rejects.csv", "a.csv.rejects-2.csv", ".hidden", "c.csv"):
        (folder / name).write_text(CSV)
    (folder / "link.csv").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    found = walk(folder)
    assert [member.name for member in found.members] == ["b.csv", "c.csv", "sub/a.csv"]
    assert found.unsafe == ["link.csv", "loop", "pipe"]
    assert found.rejects == ["a.csv.rejects-2.csv", "a.csv.rejects.csv"]
    assert len(found.notes("folder")) == 2


def test_it_refuses_a_folder_without_end(tmp_path: Path) -> None:
    """Nobody means to import a whole disk."""
    for at in range(4):
        (tmp_path / f"{at}.csv").touch()
    with pytest.raises(UsageError, match="more than 3 files"):
        walk(tmp_path, Limits(3, 1, 1))


def test_it_tells_archives_from_workbooks(tmp_path: Path) -> None:
    """Both are ZIP files, as are the documents of other programs."""
    assert zips.kind_of(xlsx(tmp_path / "a", {"P": [["Name"]]})) == "workbook"
    assert zips.kind_of(ods(tmp_path / "a", {"P": [["Name"]]})) == "workbook"
    assert zips.kind_of(pack(tmp_path / "a", ("a.csv", CSV))) == "archive"
    assert zips.kind_of(pack(tmp_path / "a", ("[Content_Types].xml", ""), ("word/document.xml", ""))) == "document"
    assert zips.kind_of(pack(tmp_path / "a", ("mimetype", "application/epub+zip"))) == "document"
    assert zips.kind_of(pack(tmp_path / "a", ("Index/Document.iwa", ""))) == "document"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_never_fails_but_with_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever follows the first bytes of an archive, is missing, or was changed in it."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = pack(folder / "a.zip", ("a.csv", CSV * 30), ("sub/b.csv", CSV), ("ü.csv", CSV))
    base = bytearray(path.read_bytes())
    kind = data.draw(st.sampled_from(["random", "cut", "flipped", "grown"]))
    if kind == "random":
        base = bytearray(b"PK\x03\x04" + data.draw(st.binary(max_size=300)) + b"PK\x05\x06")
        base += data.draw(st.binary(min_size=18, max_size=18))
    elif kind == "cut":
        del base[data.draw(st.integers(1, len(base))) :]
    elif kind == "flipped":
        for at in data.draw(st.lists(st.integers(0, len(base) - 1), min_size=1, max_size=8)):
            base[at] ^= data.draw(st.integers(1, 255))
    else:
        base = bytearray(data.draw(st.binary(max_size=50)) + base + data.draw(st.binary(max_size=50)))
    path.write_bytes(base)
    said: list[str] = []
    for read in (zips.kind_of, lambda each: unpacked(each, folder)):
        try:
            read(path)
        except SmallCRMError as error:
            said.append(error.sentence)
    assert all(said)
    assert {entry.name for entry in folder.iterdir()} <= {"a.zip", "unpacked"}


def test_it_allows_what_an_export_has() -> None:
    """A thousand files, a gigabyte."""
    assert (LIMITS.members, LIMITS.unpacked) == (1_000, 1 << 30)


def test_a_folder_that_is_locked_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told; the one that was named itself has to be read."""
    for name in ("open", "locked"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("a")
    listed = Path.iterdir

    def locked(self: Path) -> Iterator[Path]:
        if self.name == "locked":
            raise PermissionError(13, "Permission denied")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", locked)
    found = walk(tmp_path)
    assert [member.name for member in found.members] == ["open/a.csv"]
    assert found.notes("here") == ["Left out: locked/ cannot be read: permission denied."]
    with pytest.raises(UsageError, match="locked cannot be read: permission denied"):
        walk(tmp_path / "locked")


def test_a_folder_that_tells_no_more_than_names_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be listed, and what is in it cannot be looked at."""
    for name in ("names", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("a")
    looked = Path.is_dir

    def locked(self: Path) -> bool:
        if self.parent.name == "names":
            raise PermissionError(13, "Permission denied")
        return looked(self)

    monkeypatch.setattr(Path, "is_dir", locked)
    found = walk(tmp_path)
    assert [member.name for member in found.members] == ["open/a.csv"]
    assert found.notes("here") == ["Left out: names/ cannot be read: permission denied."]
