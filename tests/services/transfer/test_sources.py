"""Workbooks, folders and archives in one import: every table for itself, links resolved, one undo, nothing twice."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import UsageError, ValidationError
from smallcrm.models.operation import Operation
from smallcrm.services.records import undo
from smallcrm.services.transfer import spooling
from smallcrm.services.transfer.sources import gathered
from tests.services.transfer.bringing import bring_all, fates, only, places, records, write
from tests.support.canonical import export
from tests.support.corpora import corpus
from tests.support.workbooks import ods, xlsx

if TYPE_CHECKING:
    from tests.support.world import World

FIRMS = [["Company Name", "Website", "Industry"], ["Bolt Ltd", "bolt.com", "Tools"]]
PEOPLE = [["First Name", "Last Name", "Email", "Company"], ["Ann", "Lee", "ann@x.org", "Bolt Ltd"]]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


def text(rows: list[list[str]]) -> str:
    """The rows as a CSV file has them."""
    return "".join(",".join(row) + "\n" for row in rows)


def pack(path: Path, members: dict[str, str | bytes]) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("kind", ["workbook", "open document", "archive", "folder", "people first"])
def test_it_links_people_and_companies_of_one_import(mara: World, tmp_path: Path, temporary: Path, kind: str) -> None:
    """Whatever they came in, and in whatever order; again, nothing; one undo, and nothing is left, on disk neither."""
    del mara
    named = [tmp_path / "book.xlsx"]
    if kind == "workbook":
        xlsx(named[0], {"People": PEOPLE, "Firms": FIRMS})
    elif kind == "open document":
        ods(named[0], {"People": PEOPLE, "Firms": FIRMS})
    elif kind == "archive":
        pack(named[0], {"a people.csv": text(PEOPLE), "b firms.csv": text(FIRMS)})
    else:
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "a people.csv").write_text(text(PEOPLE))
        xlsx(folder / "firms.xlsx", {"Firms": FIRMS})
        named = [folder] if kind == "folder" else sorted(folder.iterdir())
    empty = export()
    report = bring_all(*named)
    assert [file.noun for file in report.files] == ["company", "contact"]
    assert report.left_out == []
    assert (only("company")["industry"], places(only("contact"))) == ("Tools", ["Bolt Ltd"])
    assert bring_all(*named).operation is None
    undo.undo()
    assert export() == empty
    assert list(temporary.iterdir()) == []


def test_it_leaves_out_what_is_no_table(mara: World, tmp_path: Path) -> None:
    """And names it, with the reason; what can be read is imported."""
    del mara
    inner = pack(tmp_path / "inner.zip", {"x.csv": text(PEOPLE)}).read_bytes()
    book = xlsx(tmp_path / "book.xlsx", {"People": PEOPLE, "Pivot": [["Quarter", "Sum"], ["Q1", 2]]}).read_bytes()
    path = pack(
        tmp_path / "export.zip",
        {
            "book.xlsx": book,
            "deals.csv": "Deal Name,Deal Stage,Amount\nBig,Won,5\n",
            "goods.csv": "Product Name,SKU,Price\nRoof,1,100\n",
            "img/logo.png": PNG,
            "empty.csv": "",
            "inner.zip": inner,
            "letter.docx": pack(tmp_path / "x", {"[Content_Types].xml": "", "word/document.xml": ""}).read_bytes(),
            "../evil.csv": text(PEOPLE),
        },
    )
    report = bring_all(path)
    assert fates(report) == dict.fromkeys(
        ("export.zip: book.xlsx: People", "export.zip: deals.csv"), (1, 0, 0, 0, 0, 0)
    )
    assert report.left_out == [
        "export.zip: left out, as a link or for a name that leads elsewhere: ../evil.csv.",
        "export.zip: inner.zip: left out, as an archive in an archive.",
        (
            "Left out, as nothing that can be read: export.zip: empty.csv, export.zip: img/logo.png,"
            " export.zip: letter.docx."
        ),
        "Left out: export.zip: book.xlsx: Pivot: it is not clear what the rows are. The columns are Quarter, Sum.",
        (
            "Left out: export.zip: goods.csv holds no records of a CRM;"
            " it looks like products (Product Name, SKU, Price)."
        ),
    ]
    assert Operation.select().order_by(Operation.id.desc()).first().summary == "Import export.zip"


@pytest.mark.parametrize(
    ("members", "reason", "detail"),
    [
        ({}, "export.zip is a ZIP archive without files to import", ""),
        ({".DS_Store": "x"}, "export.zip is a ZIP archive without files to import", ""),
        ({"../a.csv": "x"}, "export.zip is a ZIP archive without files to import", "../a.csv"),
        ({"a.png": PNG}, "Nothing of that can be imported", "a.png is a picture"),
        ({"a.csv": "colour,size\nred,5\n"}, "Nothing of that can be imported", "it is not clear what the rows are"),
    ],
)
def test_it_says_why_there_is_nothing_to_import(
    mara: World, tmp_path: Path, members: dict[str, str | bytes], reason: str, detail: str
) -> None:
    """In one sentence, with what was passed over."""
    del mara
    with pytest.raises(UsageError, match=reason) as caught:
        bring_all(pack(tmp_path / "export.zip", members))
    assert detail in " ".join(caught.value.details)


def test_it_names_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own name, also where the user is in it or below it."""
    folder = tmp_path / "empty" / "below"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    for named, name in ((folder, "below"), (Path(), "below"), (Path(".."), "empty")):
        with pytest.raises(UsageError, match=f"{name} is a folder without files"), gathered([named]):
            pass


def test_it_does_not_leave_out_what_the_user_named(mara: World, tmp_path: Path) -> None:
    """A file that cannot be imported stops the others."""
    del mara
    good = write(tmp_path / "a.csv", "First Name,Email", "Ann,ann@x.org")
    (tmp_path / "b.png").write_bytes(PNG)
    with pytest.raises(UsageError, match=r"b.png is a picture"):
        bring_all(good, tmp_path / "b.png")
    pivot = write(tmp_path / "c.csv", "Quarter,Sum", "Q1,2")
    with pytest.raises(UsageError, match=r"c.csv: it is not clear"):
        bring_all(good, pivot)
    damaged = tmp_path / "d.zip"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ValidationError, match=r"d.zip is damaged"):
        bring_all(good, damaged)
    assert records("contact") == []


def test_it_takes_for_a_noun_only_what_can_be_it(mara: World, tmp_path: Path) -> None:
    """Companies in an archive do not become contacts because contacts were asked for."""
    del mara
    members: dict[str, str | bytes] = {
        "firms.csv": text(FIRMS),
        "people.csv": text(PEOPLE),
        "colours.csv": "Colour,Size\nred,5\n",
    }
    report = bring_all(pack(tmp_path / "export.zip", members), noun="contact")
    assert fates(report) == {"export.zip: people.csv": (1, 0, 0, 0, 0, 0)}
    assert report.left_out == [
        "Left out: export.zip: colours.csv: none of its columns is known.",
        "Left out: export.zip: firms.csv: its rows are no companies.".replace("companies", "contacts"),
    ]


def test_it_maps_a_column_in_the_tables_that_have_it(mara: World, tmp_path: Path) -> None:
    """And refuses a column that is in none of them."""
    del mara
    people = [[*PEOPLE[0][:3], "Betrieb"], PEOPLE[1]]
    path = xlsx(tmp_path / "book.xlsx", {"Firms": FIRMS, "People": people})
    with pytest.raises(UsageError, match="None of the 2 tables has a column 'Betreib'"):
        bring_all(path, targets={"Betreib": "company:name"})
    bring_all(path, targets={"Betrieb": "company:name"})
    assert places(only("contact")) == ["Bolt Ltd"]


def test_it_knows_a_table_by_the_name_of_its_sheet(mara: World, tmp_path: Path) -> None:
    """Where the columns alone leave open what the rows are."""
    del mara
    rows = [["Name", "Phone", "City"], ["Ann Lee", "+49 30 1234567", "Bonn"]]
    report = bring_all(xlsx(tmp_path / "book.xlsx", {"Contacts": rows, "Companies": rows}))
    assert {file.name: file.noun for file in report.files} == {
        "book.xlsx: Companies": "company",
        "book.xlsx: Contacts": "contact",
    }


def test_it_keeps_what_it_unpacks_until_the_end_and_no_longer(tmp_path: Path, temporary: Path) -> None:
    """Where only the user can read it; also where the import fails."""
    path = pack(tmp_path / "a.zip", {"a.csv": text(PEOPLE)})
    with gathered([path, path]) as sources:
        (member,) = sources.paths
        assert member.is_relative_to(temporary)
        assert next(temporary.iterdir()).stat().st_mode & 0o077 == 0
        assert sources.rejects[member] == tmp_path / "a.csv.rejects.csv"
    assert list(temporary.iterdir()) == []
    bad = pack(tmp_path / "b.zip", {"a.csv": text(PEOPLE), "b.csv": bytes(40 << 20)})
    with pytest.raises(ValidationError, match="times its size"), gathered([path, bad]):
        pass
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("path", sorted(corpus("attacks", "own", "zip").iterdir()), ids=lambda path: path.name)
def test_it_stands_the_attacks(mara: World, temporary: Path, path: Path) -> None:
    """No archive of the corpus is imported without a sentence, and none leaves anything behind."""
    del mara
    with pytest.raises((UsageError, ValidationError)):
        bring_all(path)
    assert list(temporary.iterdir()) == []
    assert records("contact") == []


def test_what_is_piped_in_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe may have no end; what was taken of it is gone."""
    monkeypatch.setattr(spooling, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Path("/dev/zero").open("rb") as endless:
        monkeypatch.setattr(spooling, "_stdin", endless.fileno)
        with pytest.raises(UsageError, match="What is piped in has more than"), gathered([Path("-")]):
            pass
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
