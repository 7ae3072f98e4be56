"""Workbooks as tables."""

from __future__ import annotations

import os
import struct
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.errors import SmallCRMError, UsageError, ValidationError
from smallcrm.services.transfer.readers import sheets
from smallcrm.services.transfer.readers.sheets import open_sheets
from smallcrm.services.transfer.tables import Chunk
from tests.support.corpora import corpus
from tests.support.workbooks import DURATION, PERCENT, TIME, compound, ods, sheet_xml, styled, xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.readers.sheets import SheetTable

FAR = sheet_xml({1: ["Name", "Email"], 1048576: [*[None] * 16383, 1]})

# Long, and not so much the same that it would pass for a bomb.
LONG = "".join(f"{at:x} " for at in range(3_000_000))


def whole(table: SheetTable, size: int = 2) -> Chunk:
    """All chunks of a sheet as one."""
    found = Chunk([], [], [], 0)
    for chunk in table.chunks(size):
        found = Chunk(
            found.rows + chunk.rows,
            [*found.lines, *chunk.lines],
            found.rejected + chunk.rejected,
            found.blank + chunk.blank,
            found.skipped + chunk.skipped,
        )
    return found


def test_it_reads_every_kind_of_cell(tmp_path: Path) -> None:
    """As text that loses nothing; formulas are what they came to when the file was saved."""
    header = ["Name", "Email", "Number", "Since", "Seen", "At", "Took", "Share", "Active", "Sum", "Unknown"]
    row = [
        " Ann  Lee ",
        "a@x.org\nb@x.org",
        1054,
        date(2026, 3, 1),
        datetime(2026, 3, 1, 14, 30),  # noqa: DTZ001
        styled(0.604166666666667, TIME),
        styled(1.5, DURATION),
        styled(0.25, PERCENT),
        True,
        "<c R><f>1+1</f><v>2</v></c>",
        "<c R><f>1+1</f></c>",
    ]
    (table,) = open_sheets(xlsx(tmp_path / "book.xlsx", {"People": [header, row]}))
    assert (table.name, table.columns, table.header_line) == ("book.xlsx: People", tuple(header), 1)
    assert whole(table).rows == [
        [
            " Ann  Lee ",
            "a@x.org\nb@x.org",
            "1054",
            "2026-03-01",
            "2026-03-01T14:30:00",
            "14:30:00",
            "36:00:00",
            "0.25",
            "true",
            "2",
            "",
        ]
    ]
    assert table.sample == whole(table).rows


def test_it_reads_open_documents(tmp_path: Path) -> None:
    """With their own kinds of cells."""
    kinds = "<table:table-cell office:value-type="
    rows = [
        ["Name", "Since"],
        ["Ann", f"{kinds}'date' office:date-value='2026-03-01'/>"],
        ["Bob", f"{kinds}'boolean' office:boolean-value='true'/>"],
        ["Eve", f"{kinds}'float' office:value='5' table:formula='of:=1'><text:p>5</text:p></table:table-cell>"],
    ]
    (table,) = open_sheets(ods(tmp_path / "book.ods", {"People": rows}))
    assert whole(table).rows == [["Ann", "2026-03-01"], ["Bob", "true"], ["Eve", "5"]]


@pytest.mark.parametrize(
    ("name", "sheet", "rows"),
    [
        ("sheet2.xlsx", "Sheet2", [["1", "english"], ["2", "中国人"]]),
        ("simple.xls", "simple.csv", [["2011-01-01", "1", "Galway"], ["2011-01-02", "-1", "Galway"]]),
        ("simple.xlsx", "simple.csv", [["2011-01-01", "1", "Galway"], ["2011-01-02", "-1", "Galway"]]),
        ("table-with-booleans.xls", "Лист1", [["1", "true"], ["2", "false"]]),
    ],
)
def test_it_reads_what_spreadsheets_saved(name: str, sheet: str, rows: list[list[str]]) -> None:
    """The empty sheets of a file are no tables."""
    (table,) = open_sheets(corpus("import", "torture", name))
    assert table.name == f"{name}: {sheet}"
    assert whole(table).rows[:2] == rows
    assert table.notes == ()


def test_it_numbers_rows_as_the_sheet_does(tmp_path: Path) -> None:
    """Titles above the header, blank rows, totals and remarks are what they are in a text file."""
    rows: dict[int, list[object]] = {
        3: ["All our people"],
        5: ["First Name", "Email", "Revenue"],
        6: ["Ann", "a@x.org", 1],
        8: ["Bob", "b@x.org", 2],
        9: ["First Name", "Email", "Revenue"],
        10: ["Eve", None, None],
        11: ["Total", None, 3],
        12: [],
        13: ["Confidential"],
    }
    (table,) = open_sheets(xlsx(tmp_path / "book.xlsx", {"People": sheet_xml(rows)}))
    found = whole(table)
    assert list(zip(found.lines, (row[0] for row in found.rows), strict=True)) == [(6, "Ann"), (8, "Bob"), (10, "Eve")]
    assert (table.header_line, found.blank, len(found.skipped)) == (5, 2, 3)
    assert "2 rows above the header were left out." in table.notes


def test_it_takes_a_title_above_two_columns_for_no_header(tmp_path: Path) -> None:
    """A title has one cell, however wide it is merged; also where nobody knows the names of the columns."""
    rows = [["Things of Acme"], ["Shape", "Colour"], ["round", "red"], ["square", "blue"]]
    (table,) = open_sheets(xlsx(tmp_path / "book.xlsx", {"P": rows}))
    assert table.columns == ("Shape", "Colour")


def test_it_finds_the_tables_among_the_sheets(tmp_path: Path) -> None:
    """Covers, empty and hidden sheets are left out, and all but the empty ones are named."""
    book: dict[str, list[list[object]]] = {
        "Cover": [["Export of our people"], ["made on Monday"]],
        "People": [["Name", "Email"], ["Ann", "a@x.org"]],
        "Empty": [],
        "Lists": [["Stage"], ["Lead"]],
        "Firms & Co": [["Company", "Website"], ["Acme", "acme.com"]],
        "Figures": [[1, 2], [3, 4]],
    }
    found = open_sheets(xlsx(tmp_path / "book.xlsx", book, hidden=["Lists"]))
    assert [table.name for table in found] == ["book.xlsx: People", "book.xlsx: Firms & Co"]
    assert found[0].notes == ("Sheets left out: Cover (no table), Lists (hidden), Figures (no table).",)
    assert found[1].notes == ()


def test_it_reads_one_sheet_without_a_header(tmp_path: Path) -> None:
    """Or the sheets as they are, where the user says that there are names above the columns."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Ann Lee", "a@x.org"], ["Bob Ray", "b@x.org"]]})
    (table,) = open_sheets(path)
    assert (table.has_header, len(whole(table).rows)) == (False, 2)
    (table,) = open_sheets(path, header=True)
    assert table.columns == ("Ann Lee", "a@x.org")


def test_it_says_what_the_spreadsheet_had_lost(tmp_path: Path) -> None:
    """Errors and the digits after the fifteenth, each sheet for itself."""
    error = '<c R t="e"><v>#N/A</v></c>'
    people: list[list[object]] = [["Name", "Id"], [error, 12345678901234567890], ["Ann", error], ["Bob", "#REF!"]]
    first, second = open_sheets(
        xlsx(tmp_path / "book.xlsx", {"A & B": people, "C": [["Name", "Email"], ["Eve", error]]})
    )
    assert first.notes == (
        "3 cells hold an error such as #N/A or #REF!, and count as empty.",
        "1 number has more than 15 digits: a spreadsheet keeps no more of a number, so the last ones may be wrong.",
    )
    assert second.notes == ("1 cell holds an error such as #N/A or #REF!, and count as empty.",)
    assert whole(first).rows == [["", "12345678901234567000"], ["Ann", ""], ["Bob", ""]]


def test_it_counts_errors_across_the_pieces_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that two pieces share is counted once."""
    from smallcrm.services.transfer.readers import workbook

    path = xlsx(tmp_path / "book.xlsx", {"P": [['<c R t="e"><v>#N/A</v></c>'] * 50] * 20})
    for piece in (1, 7, 64, 1000):
        monkeypatch.setattr(workbook, "_PIECE", piece)
        assert workbook._error_cells(str(path)) == {"P": 1000}


def test_it_gives_many_rows_in_chunks(tmp_path: Path) -> None:
    """Of the size that is asked for, again and again the same, with a position that ends with the file."""
    rows = [["Name", "Email"], *([f"P{at}", f"p{at}@x.org"] for at in range(1300))]
    (table,) = open_sheets(xlsx(tmp_path / "book.xlsx", {"P": rows}))
    for size in (1, 499, 1000, 5000):
        chunks = list(table.chunks(size))
        assert max(len(chunk.rows) for chunk in chunks) == min(size, 1300)
        assert [row for chunk in chunks for row in chunk.rows] == rows[1:]
        assert [line for chunk in chunks for line in chunk.lines] == list(range(2, 1302))
        assert chunks[-1].position == table.size == (tmp_path / "book.xlsx").stat().st_size
    assert len(table.sample) == 1300


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: compound(path, {"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "protected by a password"),
        (lambda path: compound(path, {"WordDocument": b"x"}), "no workbook"),
        (lambda path: xlsx(path, {"P": FAR}), "more memory or time"),
        (lambda path: xlsx(path, {"P": "<worksheet><sheetData><row"}), "no workbook"),
        (lambda path: xlsx(path, {"P": [['<c R t="s"><v>7</v></c>']]}), "no workbook"),
        (lambda path: xlsx(path, {f"S{at}": [["Name"]] for at in range(1001)}), "more sheets than can be read"),
        (lambda path: xlsx(path, {"P": [["Name", "Email"], [LONG, "a@x.org"]]}), "a row of more than 16 MB"),
        (lambda path: xlsx(path, {"P": []}), "no sheet with rows"),
        (lambda path: xlsx(path, {}), "no sheet with rows"),
    ],
    ids=[
        "encrypted",
        "a document",
        "far apart",
        "cut off",
        "no such text",
        "sheets",
        "a long row",
        "empty sheet",
        "no sheets",
    ],
)
def test_it_says_in_a_line_what_is_no_table(tmp_path: Path, make: object, reason: str) -> None:
    """The file is named first."""
    path = tmp_path / "book.xlsx"
    make(path)  # type: ignore[operator]
    with pytest.raises(SmallCRMError, match=f"^book.xlsx .*{reason}"):
        open_sheets(path)


@pytest.mark.parametrize("name", ["book", "book.xls", "book.xlsx", "book.ods", "book.csv"])
def test_it_does_not_believe_the_ending_of_a_name(tmp_path: Path, name: str) -> None:
    """Of a workbook of any kind, nor of one that is locked."""
    path = tmp_path / name
    people = [["Name", "Email"], ["Ann", "a@x.org"]]
    for make in (xlsx, ods):
        assert [whole(table).rows for table in open_sheets(make(path, {"P": people}))] == [people[1:]]
    path.write_bytes(corpus("import", "torture", "table-with-booleans.xls").read_bytes())
    assert len(open_sheets(path)) == 1
    with pytest.raises(ValidationError, match="protected by a password"):
        open_sheets(compound(path, {"EncryptedPackage": b"x"}))


def test_it_says_that_an_old_workbook_is_locked(tmp_path: Path) -> None:
    """By the record that says so in it."""
    begin, locked = struct.pack("<HHHH12x", 0x809, 16, 0x600, 5), struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)
    path = compound(tmp_path / "book.xls", {"Workbook": begin + locked + struct.pack("<HH", 10, 0)})
    with pytest.raises(ValidationError, match="protected by a password"):
        open_sheets(path)


def test_it_refuses_a_sheet_with_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from the first to the last."""
    monkeypatch.setattr(sheets, "MAX_CELLS", 1000)
    path = xlsx(tmp_path / "book.xlsx", {"P": sheet_xml({1: ["Name", "Email"], 600: ["Ann", "a@x.org"]})})
    with pytest.raises(ValidationError, match="more than 1,000 cells"):
        open_sheets(path)


def test_it_refuses_a_workbook_that_unpacks_without_measure(tmp_path: Path) -> None:
    """Before anything is unpacked, whatever part of it that is."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Name"]]}, extra={"xl/media/x": bytes(40 << 20)})
    with pytest.raises(ValidationError, match="more than 200 times its size"):
        open_sheets(path)


def test_it_ends_what_takes_too_long_or_writes_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading is stopped, and nothing else."""
    text = "x" * 30_000
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 200))
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    path = xlsx(
        tmp_path / "book.xlsx",
        {"P": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>"},
        extra={"xl/sharedStrings.xml": strings},
    )
    monkeypatch.setattr(sheets, "DISK", 1 << 20)
    with pytest.raises(ValidationError, match="more memory or time"):
        open_sheets(path)
    monkeypatch.undo()
    assert open_sheets(path)
    large: dict[int, list[object]] = {1: ["Name", "Email"], 1048576: [*[None] * 9, "x"]}
    monkeypatch.setattr(sheets, "MEMORY", 200 << 20)
    with pytest.raises(ValidationError, match="more memory or time"):
        open_sheets(xlsx(tmp_path / "large.xlsx", {"P": sheet_xml(large)}))
    monkeypatch.setattr(sheets, "SECONDS", 0)
    with pytest.raises(ValidationError, match="more memory or time"):
        open_sheets(path)


def test_it_refuses_a_workbook_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of two versions are never mixed."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Name", "Email"], ["Ann", "a@x.org"]]})
    reading = sheets._read

    def slowly(*said: object) -> object:
        found = reading(*said)  # type: ignore[arg-type]
        os.utime(path, ns=(1, 1))
        return found

    monkeypatch.setattr(sheets, "_read", slowly)
    with pytest.raises(ValidationError, match="changed while it was read"):
        open_sheets(path)


def test_it_reads_what_was_there_when_it_was_opened(tmp_path: Path) -> None:
    """Also where the file is gone by then."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Name", "Email"], ["Ann", "a@x.org"]]})
    (table,) = open_sheets(path)
    path.unlink()
    assert whole(table).rows == [["Ann", "a@x.org"]]


def test_it_says_how_to_get_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with the command."""
    monkeypatch.setattr(sheets, "_PROGRAM", "import sys\nsys.modules['python_calamine'] = None\n" + sheets._PROGRAM)
    with pytest.raises(UsageError, match=r"book.xlsx.*python-calamine") as caught:
        open_sheets(xlsx(tmp_path / "book.xlsx", {"P": [["Name"]]}))
    assert caught.value.hint == "pip install python-calamine"


def test_it_survives_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails in its own way, or takes the process with it."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Name"]]})
    panic = """
import python_calamine
class PanicException(BaseException): pass
def load_workbook(path): raise PanicException("index out of bounds")
python_calamine.load_workbook = load_workbook
"""
    program = sheets._PROGRAM
    monkeypatch.setattr(sheets, "_PROGRAM", panic + program)
    with pytest.raises(ValidationError, match="no workbook"):
        open_sheets(path)
    monkeypatch.setattr(sheets, "_PROGRAM", "import os\nos.abort()\n" + program)
    with pytest.raises(ValidationError, match="more memory or time"):
        open_sheets(path)


def test_it_runs_nothing_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that lies beside the file is not imported."""
    path = xlsx(tmp_path / "book.xlsx", {"P": [["Name", "Email"], ["Ann", "a@x.org"]]})
    for name in ("json", "python_calamine", "smallcrm"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(1)\n")
    monkeypatch.chdir(tmp_path)
    assert len(open_sheets(path)) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_never_fails_but_with_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever follows the first bytes of a workbook, or is missing, or was changed in it."""
    path = tmp_path / "book.xlsx"
    good = xlsx(tmp_path / "good.xlsx", {"P": [["Name", "Email"], ["Ann", "a@x.org"]] * 30}).read_bytes()
    old = corpus("import", "torture", "simple.xls").read_bytes()
    kind = data.draw(st.sampled_from(["random", "cut", "flipped", "part"]))
    base = bytearray(data.draw(st.sampled_from([good, old])))
    if kind == "random":
        path.write_bytes(bytes(base[:8]) + data.draw(st.binary(max_size=300)))
    elif kind == "cut":
        path.write_bytes(base[: data.draw(st.integers(1, len(base)))])
    elif kind == "flipped":
        for at in data.draw(st.lists(st.integers(0, len(base) - 1), min_size=1, max_size=20)):
            base[at] ^= data.draw(st.integers(1, 255))
        path.write_bytes(base)
    else:
        xlsx(path, {"P": data.draw(st.sampled_from([FAR, "<a>", "", "\0"]))}, extra=data.draw(_PARTS))
    said, uneven = ["read"], []
    try:
        for table in open_sheets(path):
            uneven += [row for row in whole(table, 50).rows if len(row) != len(table.columns)]
    except SmallCRMError as error:
        said.append(error.sentence)
    assert all(said)
    assert uneven == []


_PARTS = st.dictionaries(
    st.sampled_from(["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]),
    st.binary(max_size=60),
    max_size=2,
)
