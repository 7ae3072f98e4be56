"""Rows as text: whatever the cells hold, a reader gets the same rows back, and no formula."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.transfer.writing import text_pages
from smallcrm.text import guard_cell

CELLS = st.text(alphabet="ab1=+-@;,'\"\r\n\t\\ \u202eé") | st.text(st.characters(exclude_categories=["Cs"]))
PAGES = st.lists(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3), max_size=3)
KEYS = ["one", "two"]
Pages = list[list[tuple[str, str]]]


def written(kind: str, pages: Pages, *, raw: bool = False) -> str:
    """The whole text."""
    return "".join(text_pages(kind, KEYS, pages, raw=raw))


@given(PAGES)
def test_csv_comes_back_and_holds_no_formula(pages: Pages) -> None:
    """A carriage return ends no row, neither guarded nor raw."""
    for raw in (False, True):
        head, *rows = csv.reader(io.StringIO(written("csv", pages, raw=raw), newline=""))
        assert head == KEYS
        assert rows == [[cell if raw else guard_cell(cell) for cell in row] for page in pages for row in page]


@given(PAGES)
def test_tsv_is_a_line_per_row(pages: Pages) -> None:
    """With as many tabs in each as there are cells but one."""
    lines = written("tsv", pages).split("\n")
    assert lines.pop() == ""
    assert [line.count("\t") for line in lines] == [1] * (1 + sum(map(len, pages)))
    assert "\r" not in "".join(lines)


@given(PAGES)
def test_json_comes_back(pages: Pages) -> None:
    """As an array and a document per line, with nothing that a terminal would reorder."""
    rows = [dict(zip(KEYS, row, strict=True)) for page in pages for row in page]
    assert json.loads(written("json", pages)) == rows
    assert [json.loads(line) for line in written("ndjson", pages).split("\n") if line] == rows
    assert "\u202e" not in written("json", pages)
