"""Output: every format, on a terminal and in a pipe."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli import tables
from smallcrm.cli.tables import Column, Style, Table
from smallcrm.config import FORMATS
from tests.cli.runner import Untouchable, run
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = ["id", "name", "revenue", "created_at", "tags"]


def test_it_prints_tab_separated_values_in_a_pipe() -> None:
    """The default without a terminal; control characters of the format are escaped."""
    result = run(["sample", "list"])
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[0] == HEADER
    assert lines[1][2:] == ["1234.56 EUR", "2026-01-02T03:04:05Z", "a; b"]
    assert lines[2][1] == "=1+1\\t\u202ex"
    assert result.stderr == "2 rows, set None\n"


def test_it_prints_an_aligned_table_on_a_terminal() -> None:
    """With a header, numbers to the right, instants for people, nothing dangerous."""
    head, first, second = run(["sample", "list"], tty=True, env={"NO_COLOR": "1"}).stdout.splitlines()
    assert head.split() == ["ID", "NAME", "REVENUE", "CREATED", "TAGS"]
    assert first == " 1  Müller␛]0;pwn␇  1234.56 EUR  2026-01-02 03:04  a, b"
    assert second == " 2  =1+1␉⟨U+202E⟩x"


def test_it_prints_json_exactly_and_safely() -> None:
    """An array for a list, an object for one record; what is dangerous is escaped."""
    result = run(["sample", "list", "--json"], tty=True)
    first, second = json.loads(result.stdout)
    assert first["revenue"] == {"amount": 123456, "currency": "EUR"}
    assert first["created_at"] == "2026-01-02T03:04:05Z"
    assert (first["name"], second["name"]) == ("Müller\x1b]0;pwn\x07", "=1+1\t\u202ex")
    assert "Müller" in result.stdout
    assert not {"\x1b", "\u202e"} & set(result.stdout)
    assert json.loads(run(["sample", "show", "1", "--json"]).stdout) == first
    assert run(["sample", "list", "--json", "--rows", "0"]).stdout == "[]\n"


def test_it_prints_a_json_document_per_line() -> None:
    """NDJSON says the same as JSON."""
    lines = run(["sample", "list", "-f", "ndjson"]).stdout.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(run(["sample", "list", "--json"]).stdout)


def test_it_guards_formulas_in_csv() -> None:
    """A cell that a spreadsheet would run gets an apostrophe; --raw leaves it as it is."""
    rows = list(csv.reader(io.StringIO(run(["sample", "list", "-f", "csv"]).stdout)))
    assert rows[0] == HEADER
    assert rows[2][1] == "'=1+1\t\u202ex"
    raw = list(csv.reader(io.StringIO(run(["sample", "list", "-f", "csv", "--raw"]).stdout)))
    assert raw[2][1] == "=1+1\t\u202ex"


def test_it_prints_markdown_vertical_and_ids() -> None:
    """The other formats."""
    assert run(["sample", "list", "-f", "ids"]).stdout == "1\n2\n"
    lines = run(["sample", "list", "-f", "markdown"]).stdout.splitlines()
    assert lines[:2] == ["| id | name | revenue | created | tags |", "| ---: | --- | ---: | --- | --- |"]
    vertical = run(["sample", "show", "1", "-f", "vertical"]).stdout
    assert vertical.splitlines()[2] == "revenue  1234.56 EUR"
    assert run(["sample", "show", "1"], tty=True, env={"NO_COLOR": "1"}).stdout == vertical


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_safe_on_a_terminal_in_every_format(name: str) -> None:
    """No escape character but our own, no reordering."""
    shown = run(["sample", "list", "-f", name, "--color", "never"], tty=True).stdout
    assert shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_it_lets_no_known_payload_through() -> None:
    """Every payload of the corpus in every format that a terminal can show."""
    from smallcrm.cli import formats
    from smallcrm.services.values.reading import reader

    payloads = json.loads(corpus("attacks", "own", "terminal_escape.json").read_text("utf-8"))
    table = Table([Column("id"), Column("name")], list(enumerate(payloads.values())))
    style = Style(reader(), 80)
    written = [tables.aligned(table, style), tables.vertical(table, style), tables.markdown(table, style)]
    kinds = [("csv", True), ("csv", False), ("tsv", False), ("ndjson", False)]
    written += [formats.json_array(table), formats.ids(table)]
    written += [formats.exported(table, kind, is_raw=raw, is_tty=True) for kind, raw in kinds]
    bad = {chr(c) for c in [*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), 0x200B, 0xFEFF]}
    for chunks in written:
        assert not bad & set("".join(chunks))


def test_it_prints_one_value() -> None:
    """A count is one number in every format."""
    assert run(["sample", "count"]).stdout == "1234\n"
    assert run(["sample", "count", "--json"]).stdout == "1234\n"


@pytest.mark.parametrize(
    ("env", "argv", "coloured"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ],
)
def test_it_colours_only_where_it_may(env: dict[str, str], argv: list[str], coloured: bool) -> None:
    """Never in a pipe unless asked to."""
    assert ("\x1b[1m" in run(["sample", "list", *argv], tty=True, env=env).stdout) is coloured
    piped = run(["sample", "list", "-f", "table", *argv], env=env).stdout
    assert ("\x1b[1m" in piped) is ("always" in argv)


def test_it_fits_the_window_and_says_what_it_left_out() -> None:
    """Cells are cut, and columns for which there is no room are named."""
    narrow = run(["sample", "list"], tty=True, env={"COLUMNS": "30", "NO_COLOR": "1"})
    assert max(map(len, narrow.stdout.splitlines())) <= 30
    assert "…" in narrow.stdout
    tiny = run(["sample", "list"], tty=True, env={"COLUMNS": "20", "NO_COLOR": "1"})
    assert "No room for created_at, tags" in tiny.stderr.replace("revenue, ", "")
    assert max(map(len, tiny.stdout.splitlines())) <= 20


def drawn(columns: list[Column], row: list[object], width: int) -> list[str]:
    """The header and the line of a table of one row in so many cells."""
    style = Style(str, width)
    return "".join(tables.aligned(tables.fitted(Table(columns, [row]), style)[0], style)).splitlines()


def test_it_gives_the_name_its_room_first() -> None:
    """Then it drops columns from the right that would get too little, and is never wider than the window."""
    columns = [Column("id", kind="id"), Column("name"), *(Column(f"text{at}") for at in range(6))]
    row: list[object] = [12345, "Bartholomew van der Steen", *("x" * 30 for _ in range(6))]
    head, line = drawn(columns, row, 80)
    assert line.startswith("12345  Bartholomew van der Steen  ")
    assert head.split() == ["ID", "NAME", "TEXT0", "TEXT1", "TEXT2", "TEXT3"]
    money = [Column("id", kind="id"), Column("name"), Column("stage"), Column("amount", kind="money")]
    for width in range(12, 90):
        for shown in (
            drawn(columns, row, width),
            drawn(money, [1, "A new roof", "Negotiation", "12,345.00 EUR"], width),
        ):
            assert max(map(len, shown)) <= width


def test_it_drops_what_is_worth_least_first() -> None:
    """Whatever stands to its right."""
    columns = [Column("via", rank=-1), Column("member"), Column("summary", rank=1), Column("undone", kind="bool")]
    head, line = drawn(columns, ["cli", "ann@acme.com", "Edit contact 1 Ann van Smith", "no"], 36)
    assert head.split() == ["MEMBER", "SUMMARY", "UNDONE"]
    assert "Edit contact" in line


def test_it_keeps_widths_while_it_streams() -> None:
    """A long table is aligned by its first rows."""
    lines = run(["sample", "list", "--rows", "1500", "-f", "table"]).stdout.splitlines()
    assert len(lines) == 1501
    assert lines[1500].startswith("1500  =1+1")
    assert lines[1].startswith("  1  Müller")


def test_it_pages_only_what_does_not_fit(tmp_path_pager: Callable[[], str]) -> None:
    """Long output on a terminal goes through the pager; short output, pipes and --no-pager do not."""
    env = {"SMALLCRM_PAGER": "tee /dev/null"}
    assert "SAMPLE" not in run(["sample", "list"], tty=True, env=env).stdout
    paged = {"SMALLCRM_PAGER": tmp_path_pager()}
    assert run(["sample", "list"], tty=True, env=paged).stdout
    assert not run(["sample", "list", "--rows", "100"], tty=True, env=paged).stdout
    assert run(["sample", "list", "--rows", "100"], env=paged).stdout
    assert run(["sample", "list", "--rows", "100", "--no-pager"], tty=True, env=paged).stdout
    assert run(["sample", "list", "--rows", "100"], tty=True, env={"PAGER": "no-such-program"}).stdout


@pytest.fixture
def tmp_path_pager(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """A pager that reads everything and shows nothing."""
    path = tmp_path_factory.mktemp("pager") / "swallow"
    path.write_text("#!/bin/sh\ncat >/dev/null\n", "utf-8")
    path.chmod(0o755)
    return lambda: str(path)


def test_it_is_silent_when_told_so() -> None:
    """--quiet leaves out the notes, and nothing reads stdin unasked."""
    assert run(["sample", "list", "-q"]).stderr == ""
    with pytest.raises(AssertionError):
        Untouchable().readline()
