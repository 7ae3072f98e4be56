"""Records as an Excel workbook: what each cell holds, what none can, and what comes back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from smallcrm.services.deals import DEAL
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer import xlsx
from smallcrm.services.transfer.exporting import Exported, Wanted, export_file
from smallcrm.services.transfer.readers.sheets import open_sheets
from tests.services.transfer.bringing import bring
from tests.support.cast import EUR, MARA, MEMBERS, NORTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.support.world import World

NOTE = Field("note", "Note", Kind.LONG_TEXT)


def made(fields: Sequence[Field], records: list[dict[str, Any]]) -> tuple[bytes, int]:
    """A workbook of these records, and how many of their texts were cut."""
    stream = io.BytesIO()
    cut = xlsx.write(stream, "things", fields, records)
    return stream.getvalue(), cut


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """The cells of a workbook by sheet, as a program for spreadsheets reads them."""
    book = load_workbook(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_each_kind_of_value_is_what_a_spreadsheet_can_use() -> None:
    """Numbers, amounts and dates are that; all else is text, and no number loses a digit."""
    fields = [Field("id", "Id", Kind.INTEGER), Field("sum", "Sum", Kind.MONEY), Field("day", "Day", Kind.DATE), NOTE]
    data, cut = made(fields, [
        {"id": 7, "sum": {"amount": -123456, "currency": "EUR"}, "day": "2026-03-31", "note": "=1+1"},
        {"id": 1 << 60, "sum": {"amount": 10**17 + 1, "currency": "JPY"}, "day": "1899-12-31", "note": "'x"},
        {"id": None, "sum": None, "day": None, "note": None},
        {"id": 0, "sum": {"amount": 1234, "currency": "KWD"}, "day": "1900-03-01", "note": "007"},
    ])  # fmt: skip
    assert sheets(data)["things"] == [
        ["id", "sum", "sum_currency", "day", "note"],
        [7.0, -1234.56, "EUR", date(2026, 3, 31), "=1+1"],
        [str(1 << 60), str(10**17 + 1), "JPY", "1899-12-31", "'x"],
        ["", "", "", "", ""],
        [0.0, 1.234, "KWD", date(1900, 3, 1), "007"],
    ]
    assert cut == 0
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_what_no_cell_can_hold_is_cut_and_counted() -> None:
    """Excel repairs a file with a longer text, and says that it was damaged; half a character is none."""
    fits = "x" * 32_767
    data, cut = made([NOTE], [{"note": fits}, {"note": fits + "y"}, {"note": "x" + "😀" * 16_384}])
    assert sheets(data)["things"][1:] == [[fits], [fits], ["x" + "😀" * 16_383]]
    assert cut == 2


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its header; no record is lost between them."""
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    data, _cut = made([NOTE], [{"note": str(number)} for number in range(5)])
    assert sheets(data) == {
        "things": [["note"], ["0"], ["1"]], "things 2": [["note"], ["2"], ["3"]], "things 3": [["note"], ["4"]],
    }  # fmt: skip


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: text.strip()), max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    """Whatever it holds: control characters, escapes of Excel, markup; line ends are one line feed."""
    data, _cut = made([NOTE], [{"note": text} for text in texts])
    found = [row[0] for row in sheets(data)["things"][1:]]
    assert [_plain(text) for text in found] == [_plain(text) for text in texts]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(" ")


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_workbook_comes_back_as_records(world: World, tmp_path: Path) -> None:
    """What is exported is imported elsewhere with the same amounts, currencies, dates and texts."""
    path = tmp_path / "deals.xlsx"
    rows = [("Roof", "1200.50USD", "2027-02-28", "=A1"), ("Door", "99EUR", "2026-12-01", "a & b")]
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        for name, amount, day, note in rows:
            add(DEAL, Edit({"name": name, "amount": amount, "expected_close": day, "description": note}), EUR)
        columns = chosen_columns(DEAL, "name,amount,expected_close,description,stage", further=True)
        done = export_file(path, DEAL, Wanted(columns, "xlsx"), force=False, progress=lambda _count: None)
        assert done == Exported(2)
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        bring(path, noun="deal")
        model = DEAL.model
        found = [
            (row.name, row.amount_amount, row.amount_currency, row.expected_close, row.description)
            for row in model.select().order_by(model.id)
        ]
    assert found == [
        ("Roof", 120050, "USD", "2027-02-28", "=A1"), ("Door", 9900, "EUR", "2026-12-01", "a & b"),
    ]  # fmt: skip


@pytest.mark.usefixtures("mara")
def test_a_sheet_can_be_read_and_filtered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its header stays in view, its columns are wide enough, and each has a filter; that comes back too."""
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    fields = [Field("id", "Id", Kind.INTEGER), Field("made", "Made", Kind.INSTANT), Field("sum", "Sum", Kind.MONEY)]
    data, _cut = made(fields, [{"id": 1}] * 3)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        first, second = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert 'state="frozen"' in first
    assert '<autoFilter ref="A1:D3"/>' in first
    assert '<autoFilter ref="A1:D2"/>' in second
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', first)]
    assert [round(width) for width in widths] == [9, 29, 15, 17]
    (tmp_path / "a.xlsx").write_bytes(data)
    assert [table.columns for table in open_sheets(tmp_path / "a.xlsx")] == [("id", "made", "sum", "sum_currency")] * 2
