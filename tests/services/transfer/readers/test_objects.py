"""JSON and JSON lines as tables: where the records are, what becomes of nested values, and what is refused."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import SmallCRMError, UsageError, ValidationError
from smallcrm.services.transfer.aliases import target_of
from smallcrm.services.transfer.readers import jsonsource, objects, spool
from smallcrm.services.transfer.readers.objects import open_objects
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.readers.spool import SpooledTable

ANN = {"name": "Ann Lee", "email": "ann@x.org"}
BOB = {"name": "Bob Ray", "email": "bob@x.org"}


def file(folder: Path, content: Any, name: str = "f.json", *, encoding: str = "utf-8") -> Path:
    """A file of a text, or of a value as JSON."""
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    path.write_bytes(text.encode(encoding))
    return path


def rows(table: SpooledTable) -> list[dict[str, str]]:
    """The rows of a table by its columns, without what is empty."""
    found = [row for chunk in table.chunks(2) for row in chunk.rows]
    return [{key: cell for key, cell in zip(table.columns, row, strict=True) if cell} for row in found]


def lines(table: SpooledTable) -> list[int]:
    """The lines that the rows begin on."""
    return [line for chunk in table.chunks() for line in chunk.lines]


def rejects(table: SpooledTable) -> list[tuple[int, str]]:
    """The rejected rows: line and reason."""
    return [(bad.line, bad.reason) for chunk in table.chunks() for bad in chunk.rejected]


def only(path: Path) -> dict[str, str]:
    """The one row of the one table in a file."""
    (table,) = open_objects(path)
    (row,) = rows(table)
    return row


@pytest.mark.parametrize(
    ("content", "name", "where"),
    [
        ([ANN, BOB], "f.json", [2, 6]),
        ({"results": [ANN, BOB], "paging": {"next": None}}, "f.json", [3, 7]),
        ({"data": {"contacts": {"nodes": [ANN, BOB]}}}, "f.json", [5, 9]),
        ([[ANN], [BOB]], "f.json", [2, 8]),
        (json.dumps(ANN) + "\n\n" + json.dumps(BOB) + "\n", "f.json", [1, 3]),
        (json.dumps(ANN) + "\r\n" + json.dumps(BOB), "f.ndjson", [1, 2]),
        (json.dumps(ANN, indent=1) + "\n" + json.dumps(BOB, indent=1), "f.json", [1, 5]),
        ("\x1e" + json.dumps(ANN) + "\n\x1e" + json.dumps(BOB) + "\n", "f.jsonl", [1, 2]),
    ],
)
def test_it_finds_the_records_wherever_they_are(tmp_path: Path, content: Any, name: str, where: list[int]) -> None:
    """In a list, in a list of what was asked for, in pages, line by line, one after the other."""
    (table,) = open_objects(file(tmp_path, content, name))
    assert rows(table) == [ANN, BOB]
    assert lines(table) == where


def test_it_takes_a_record_for_a_record(tmp_path: Path) -> None:
    """An object that has fields of its own is one row, though there are lists of objects in it."""
    found = only(file(tmp_path, {**ANN, "emails": [{"address": "b@x.org"}], "address": {"city": "Bonn"}}))
    assert found == {**ANN, "emails": "b@x.org", "address.city": "Bonn"}


def test_it_makes_a_table_of_each_list(tmp_path: Path) -> None:
    """Each is named for its list."""
    tables = open_objects(file(tmp_path, {"users": [ANN], "organizations": [{"name": "Bolt"}], "count": 2}))
    assert [table.name for table in tables] == ["f.json: users", "f.json: organizations"]


def test_it_flattens_what_is_nested(tmp_path: Path) -> None:
    """Paths, lists of values, labelled values, numbered objects, the first of which is the preferred one."""
    record = {
        "properties": {"firstname": "Ann"},
        "name": {"last": "Lee"},
        "tags": ["a", "b", None, ["c", ["d"]]],
        "emails": [{"value": "b@x.org", "type": "home"}, {"value": "a@x.org", "type": "work", "primary": True}],
        "phones": [{"number": "+49 30 1"}, {"number": "+49 30 2"}],
        "companies": [{"id": 7, "name": "Old"}, {"id": 8, "name": "Bolt", "primary": True}],
        "active": True,
        "nothing": None,
        "empty": [],
        "a.b": 1,
        "a": {"b": 2},
    }
    assert only(file(tmp_path, [record])) == {
        "firstname": "Ann",
        "name.last": "Lee",
        "tags": "a; b; c; d",
        "emails.1.value": "a@x.org",
        "emails.1.label": "work",
        "emails.2.value": "b@x.org",
        "emails.2.label": "home",
        "phones": "+49 30 1; +49 30 2",
        "company.name": "Bolt",
        "company.id": "8",
        "company.primary": "true",
        "company.2.name": "Old",
        "company.2.id": "7",
        "active": "true",
        "a.b": "1",
        "a.b (2)": "2",
    }


def test_it_keeps_every_digit_of_a_number(tmp_path: Path) -> None:
    """As it is written: no number is too long or too large."""
    digits = "9" * 5_000
    text = f'[{{"a": 10000000000000000999, "b": 1.10, "c": 1E400, "d": -0, "e": {digits}}}]'
    assert only(file(tmp_path, text)) == {
        "a": "10000000000000000999",
        "b": "1.10",
        "c": "1E400",
        "d": "-0",
        "e": digits,
    }


def test_it_reads_its_own_amounts_in_the_smallest_unit(tmp_path: Path) -> None:
    """And says so; an amount with more beside it is another program's."""
    (table,) = open_objects(
        file(
            tmp_path,
            [{"a": {"amount": 123456, "currency": "EUR"}, "b": {"amount": -5, "currency": "JPY"}, "c": {"amount": 5}}],
        )
    )
    assert rows(table) == [{"a": "1234.56 EUR", "b": "-5 JPY", "c.amount": "5"}]
    assert "smallest unit" in table.notes[0]


def test_it_says_what_it_left_out_of_long_lists(tmp_path: Path) -> None:
    """A ticket of a hundred comments does not make hundreds of columns."""
    (table,) = open_objects(file(tmp_path, [{"name": "A", "comments": [{"body": str(at)} for at in range(100)]}]))
    assert len(table.columns) == 6
    assert table.notes == ("95 objects were left out: of a list in a record the first 5 are read.",)


def test_it_keeps_both_values_of_a_key_that_is_there_twice(tmp_path: Path) -> None:
    """The first under its name, as a column of that name is."""
    assert only(file(tmp_path, '[{"name": "A", "x": 1, "name": "B"}]')) == {"name": "A", "name (2)": "B", "x": "1"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_it_reads_the_encodings_that_text_files_have(tmp_path: Path, encoding: str) -> None:
    """With and without a mark at the beginning."""
    assert only(file(tmp_path, [{**ANN, "name": "Zoë Müller"}], encoding=encoding))["name"] == "Zoë Müller"


def test_it_rejects_the_lines_that_are_no_objects_and_reads_the_others(tmp_path: Path) -> None:
    """Each with its line and what is wrong with it."""
    text = '{"name": "A",}\n{"name": "B"}\n[1]\n{"name": "C"} x\n{"name": NaN}\n' + "[" * 100_000 + "\n5\n"
    (table,) = open_objects(file(tmp_path, text, "f.ndjson"))
    assert rows(table) == [{"name": "B"}]
    reasons = dict(rejects(table))
    assert list(reasons) == [1, 3, 4, 5, 6, 7]
    assert reasons[1].startswith("not JSON: expecting property name")
    assert reasons[3] == "not an object: a list"
    assert "NaN" in reasons[5]
    assert reasons[6].startswith("not JSON: nested too deep")
    assert max(map(len, reasons.values())) < 200


def test_it_calls_things_as_the_file_does(tmp_path: Path) -> None:
    """Not as Python does."""
    (table,) = open_objects(file(tmp_path, json.dumps([ANN, None, True, False, 1, BOB])))
    assert [reason for _, reason in rejects(table)] == [f"not an object: {it}" for it in ("null", "true", "false", "1")]


def test_it_numbers_the_records_that_stand_on_one_line(tmp_path: Path) -> None:
    """And says so: a line would not tell one from another."""
    (table,) = open_objects(file(tmp_path, json.dumps([ANN, 5, {}, BOB])))
    assert (lines(table), rejects(table)) == ([1, 4], [(2, "not an object: 5")])
    assert sum(chunk.blank for chunk in table.chunks()) == 1
    assert "on one line" in table.notes[-1]


def test_it_replaces_what_no_text_may_have(tmp_path: Path) -> None:
    """NUL and half of a pair, in values and in keys, counted; escape codes stay, for whoever shows them to mind."""
    (table,) = open_objects(file(tmp_path, '[{"name": "A\\u0000\\ud800\\u001b[31m", "k\\udc00": 1}]'))
    assert rows(table) == [{"name": "A\ufffd\ufffd\x1b[31m", "k\ufffd": "1"}]
    assert table.notes == ("2 characters that no text may have were replaced by U+FFFD.",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[" * 100_000, "line 1: this is not JSON: a value is nested too deep"),
        ('{"a":' * 100_000, "line 1: this is not JSON: a value is nested too deep"),
        ('[{"name": "A"},\n{"name": NaN}]', "line 2: this is not JSON: NaN is no number"),
        (
            '[{"name": "A"},\n{"name": "B"',
            "line 2: this is not JSON: expecting ',' delimiter before the end of the file",
        ),
        ('[{"name": "A"},\n\n{"name" "B"}]', "line 3: this is not JSON: expecting ':' delimiter before '\"B\"}]'"),
        ('[{"name": "A"}]\n[1]', "line 2: this is not JSON: there is more after its end"),
        ('{"users": [{"name": "A"}], }', "expecting property name enclosed in double quotes"),
        ("name,email\nA,a@x.org\n", "line 1: this is not JSON: it begins with no object and no list"),
        ('[{"name": "A\0B"}]', "invalid control character"),
    ],
)
def test_it_refuses_what_is_no_json_with_its_line(tmp_path: Path, content: str, reason: str) -> None:
    """Half of a file is not taken for all of it."""
    with pytest.raises((UsageError, ValidationError)) as caught:
        open_objects(file(tmp_path, content))
    assert caught.value.sentence.startswith("f.json, line ")
    assert reason in caught.value.sentence


@pytest.mark.parametrize("content", ["[]", "{}", " ", "[1, 2]", '"x"\n"y"'])
def test_it_refuses_what_holds_no_objects(tmp_path: Path, content: str) -> None:
    """With a sentence."""
    with pytest.raises((UsageError, ValidationError)):
        open_objects(file(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"users": [{"name": "A"}], }', "line 1: this is not JSON: a key in quotes is missing"),
        ('{"users": [{"name": "A"}]\n', "line 2: this is not JSON: a comma is missing before the end of the file"),
        ('{"users": [{"name": "A"}\n{"name": "B"}]}', 'line 2: this is not JSON: a comma is missing before \'{"name"'),
        ('{"users"\n[{"name": "A"}]}', "line 2: this is not JSON: a colon is missing"),
    ],
)
def test_it_refuses_what_is_no_json_in_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, reason: str
) -> None:
    """The same, where the file is not looked at at once."""
    monkeypatch.setattr(objects, "LOOK", 1)
    with pytest.raises(ValidationError) as caught:
        open_objects(file(tmp_path, content))
    assert reason in caught.value.sentence


def test_it_rejects_a_record_that_is_nested_too_deep(tmp_path: Path) -> None:
    """And reads the others."""
    deep = '{"a":' * 50 + "1" + "}" * 50
    (table,) = open_objects(
        file(tmp_path, f'[{{"name": "A"}},\n{{"name": "B", "a": {deep}}},\n{{"a": {"[" * 50}{"]" * 50}}}]')
    )
    assert rows(table) == [{"name": "A"}]
    assert rejects(table) == [(2, "nested too deep"), (3, "nested too deep")]


def test_it_reads_a_large_file_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that end in the middle of what was read, numbers that go on, lists that are larger than a value may be."""
    monkeypatch.setattr(jsonsource, "_BLOCK", 7)
    monkeypatch.setattr(objects, "LOOK", 40)
    found = [{"name": f"A{at}", "n": 10**at, "t": [True, None, "x\ty"]} for at in range(30)]
    (table,) = open_objects(file(tmp_path, {"meta": {"a": [1, 2.5], "b": {}}, "people": found, "next": None}))
    assert rows(table) == [{"name": f"A{at}", "n": str(10**at), "t": "true; x\ty"} for at in range(30)]


def test_it_refuses_a_value_without_end_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quote that is never closed, in a file of any size; a line that never ends."""
    monkeypatch.setattr(jsonsource, "_BLOCK", 1 << 10)
    monkeypatch.setattr(jsonsource, "MAX_VALUE", 1 << 14)
    with pytest.raises(ValidationError, match="line 2: this is not JSON: a value has more than"):
        open_objects(file(tmp_path, '[{"name": "A"},\n{"name": "' + "x" * (1 << 16)))
    with pytest.raises(ValidationError, match="line 2: it has more than"):
        open_objects(file(tmp_path, '{"name": "A"}\n{"name": "' + "x" * (1 << 16) + '"}', "f.ndjson"))


def test_it_refuses_names_without_number(tmp_path: Path) -> None:
    """A record with a key for every day is no table."""
    with pytest.raises(ValidationError, match="line 1: there is more than 16,384 different names"):
        open_objects(file(tmp_path, json.dumps([{f"k{at}": at for at in range(20_000)}])))
    with pytest.raises(ValidationError, match="a name of more than 1,000 characters"):
        open_objects(file(tmp_path, json.dumps([{"k" * 2_000: 1}])))


def test_it_refuses_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read would be of neither version."""
    path = file(tmp_path, [ANN])
    read = objects._read_document

    def changing(*arguments: Any) -> None:
        read(*arguments)
        path.write_text("[]")

    monkeypatch.setattr(objects, "_read_document", changing)
    with pytest.raises(ValidationError, match="changed while it was read"):
        open_objects(path)


def test_it_is_right_about_what_is_json() -> None:
    """A collection of what parsers get wrong: none of the wrong ones is taken, none of them ends in a traceback."""
    wrong = []
    for path in sorted(corpus("attacks", "json", "test_parsing").iterdir()):
        try:
            open_objects(path)
            refused = False
        except SmallCRMError as error:
            refused = "no JSON objects" not in error.sentence
        blank = not path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
        if path.name[0] == "n" and not refused and not blank:
            wrong.append(path.name)
        if path.name[0] == "y" and refused and path.read_bytes().lstrip()[:1] in b"[{":
            wrong.append(path.name)
    assert wrong == []


@pytest.mark.parametrize(("name", "count"), [("users", 75), ("organizations", 25), ("tickets", 200)])
def test_it_reads_what_a_help_desk_exports(name: str, count: int) -> None:
    """Every record of it."""
    (table,) = open_objects(corpus("import", "zendesk", f"{name}.json"))
    assert len(rows(table)) == count
    assert lines(table)[0] == 2


def test_it_refuses_lists_without_number(tmp_path: Path) -> None:
    """A list for each day is no table either."""
    with pytest.raises(ValidationError, match="holds more than 100 lists of objects"):
        open_objects(file(tmp_path, {f"d{at}": [{"n": at}] for at in range(101)}))


def test_it_takes_few_files_of_the_system_for_many_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is small waits in memory, what is large in a file; both read the same."""
    people = [{"name": f"A{at}", "note": "x" * 100} for at in range(1_200)]
    path = file(tmp_path, people)
    (large,) = open_objects(path)
    monkeypatch.setattr(spool, "IN_MEMORY", 1 << 30)
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    (small,) = open_objects(path)
    assert rows(small) == rows(large) == people


def test_it_has_the_values_in_a_file_that_nobody_else_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no name, so nothing is left behind."""
    monkeypatch.setattr(spool, "IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (table,) = open_objects(file(tmp_path, [ANN]))
    assert list((tmp_path / "temporary").iterdir()) == []
    assert rows(table) == [ANN]


def test_a_list_that_begins_with_nothing_is_a_list_of_records(tmp_path: Path) -> None:
    """Whatever stands before the first object, each object is one record; pages in a list are taken apart anywhere."""
    found = open_objects(
        file(tmp_path, '{"contacts":[null,{"name":"A","email":"a@x.org"}],"more":[[{"name":"B","email":"b@x.org"}]]}')
    )
    assert [(table.name, rows(table)) for table in found] == [
        ("f.json: contacts", [{"name": "A", "email": "a@x.org"}]),
        ("f.json: more", [{"name": "B", "email": "b@x.org"}]),
    ]
    assert rejects(found[0]) == [(1, "not an object: null")]


def test_records_under_keys_of_their_own_are_records(tmp_path: Path) -> None:
    """As programs write what they keep by id; a single record with parts is none of that."""
    (table,) = open_objects(file(tmp_path, '{"1":{"name":"A","email":"a@x.org"},"7":{"name":"B","email":"b@x.org"}}'))
    assert rows(table) == [{"name": "A", "email": "a@x.org"}, {"name": "B", "email": "b@x.org"}]
    (table,) = open_objects(file(tmp_path, '{"name":"A","work":{"city":"Bonn"},"home":{"city":"Ulm"}}'))
    assert table.columns == ("name", "work.city", "home.city")


def test_a_list_of_people_in_a_record_is_not_that_record(tmp_path: Path) -> None:
    """An object with a list of people holds them; in a list of companies they are columns that no field is for."""
    people = '[{"name":"A","email":"a@x.org"},{"name":"B","email":"b@x.org"}]'
    (table,) = open_objects(file(tmp_path, f'{{"name":"Acme","email":"x@acme.org","contacts":{people}}}'))
    assert rows(table) == [{"name": "A", "email": "a@x.org"}, {"name": "B", "email": "b@x.org"}]
    (table,) = open_objects(file(tmp_path, f'[{{"name":"Acme","domain":"acme.org","contacts":{people}}}]'))
    assert table.columns[2:] == ("contacts.1.name", "contacts.1.email", "contacts.2.name", "contacts.2.email")
    assert all(target_of(noun, name) is None for noun in ("contact", "company") for name in table.columns[2:])


def test_amounts_are_cents_only_where_all_are_whole_numbers(tmp_path: Path) -> None:
    """One fraction, or one number in quotes, and all amounts in that place are in the unit people write."""
    amount = '{{"name":"{}","size":{{"amount":{},"currency":"USD"}}}}'
    whole = ",".join(amount.format(name, number) for name, number in (("A", "5000"), ("B", "7")))
    (table,) = open_objects(file(tmp_path, f"[{whole}]"))
    assert [row["size"] for row in rows(table)] == ["50.00 USD", "0.07 USD"]
    for other in ("1200.5", '"700"'):
        (table,) = open_objects(file(tmp_path, f"[{whole},{amount.format('C', other)}]"))
        assert [row["size"] for row in rows(table)] == ["5000 USD", "7 USD", other.strip('"') + " USD"]
        assert not any("smallest unit" in note for note in table.notes)


def test_a_key_that_comes_again_costs_no_more_than_another() -> None:
    """Each gets the next number, and none is looked for from the first on."""
    count = 20_000
    found = jsonsource.value_of("{" + ",".join(['"a":1'] * count) + "}")
    assert len(found) == count
    assert list(found)[1:3] == ["a (2)", "a (3)"]
    assert list(found)[-1] == f"a ({count})"


def test_lists_that_lie_too_deep_are_counted(tmp_path: Path) -> None:
    """What is not taken is told."""
    deep = '[{"name":"Z","email":"z@x.org"}]'
    for level in range(9):
        deep = f'{{"k{level}":{deep}}}'
    (table,) = open_objects(file(tmp_path, f'{{"contacts":[{{"name":"A","email":"a@x.org"}}],"deep":{deep}}}'))
    assert any("1 list of objects left out" in note for note in table.notes)


def test_a_record_beside_the_lists_is_told(tmp_path: Path) -> None:
    """It is no row of a list; what only describes the file, or holds the lists and no record, is passed over."""
    firm = {"name": "Acme", "website": "acme.com"}
    about = {"name": "An export", "generated": "today", "pages": {"count": 1, "total": 9}}
    (table,) = open_objects(file(tmp_path, {**about, "contacts": [ANN, BOB], "company": firm, "extra": {"owner": ANN}}))
    assert rows(table) == [ANN, BOB]
    assert table.notes == ("No list of objects, and left out: company, extra.owner.",)
    (table,) = open_objects(file(tmp_path, {**about, "contacts": [ANN, BOB]}))
    assert table.notes == ()
