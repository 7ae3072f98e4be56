"""Saved mappings: kept by an import in which something was said, used by the next of that shape, forgotten by undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import NotAllowed, UsageError, ValidationError
from smallcrm.services.mappings import MAPPING, targets_of, without_remarks, written
from smallcrm.services.records import store, undo
from smallcrm.services.records.editing import Edit, edit_many
from smallcrm.services.transfer.importing import Request, options, run_import
from smallcrm.services.transfer.remembering import as_lines
from smallcrm.services.values.locale import Locale
from tests.services.transfer.bringing import records, write
from tests.support.cast import RUTH

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

HEADER = "Betrieb,Chef,Seit"
SAID = {"Betrieb": "name", "Seit": "created_at", "Chef": "-"}


def bring(path: Path, **said: Any) -> Report:
    """Import a file with what is said of it."""
    words: dict[str, Any] = {"noun": None, "targets": {}, "date_order": None, "decimal": None, **said}
    return run_import(Request((path,), options=options(currency="EUR", **words), zone="UTC"))


def kept() -> list[dict[str, Any]]:
    """The live mappings."""
    return [store.get(MAPPING, number) for number in store.numbers(MAPPING, None)]


def test_what_was_said_of_a_file_is_used_for_the_next_of_its_shape(mara: World, tmp_path: Path) -> None:
    """What the rows are, where columns go and how dates are written; in any order of the columns."""
    del mara
    first = bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,03/04/2024"), noun="company", targets=SAID,
                  date_order="dmy")  # fmt: skip
    assert (first.kept, first.files[0].saved) == ([1], None)
    second = bring(write(tmp_path / "b.csv", "seit,Betrieb,Chef", "05/06/2024,Brise,Bo"))
    assert (second.kept, second.files[0].saved) == ([], 1)
    assert [str(record["created_at"].date()) for record in records("company")] == ["2024-04-03", "2024-06-05"]


def test_what_is_said_now_counts_more_and_is_kept(mara: World, tmp_path: Path) -> None:
    """A word for one column changes that one; the others stay as they were said."""
    del mara
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)
    again = bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,"), targets={"Chef": "industry"})
    assert again.kept == [1]
    assert targets_of(kept()[0]["columns"].splitlines()) == {**SAID, "Chef": "industry"}
    assert records("company")[1]["industry"] == "Bo"


def test_an_undo_of_the_import_forgets_it_too(mara: World, tmp_path: Path) -> None:
    """What was said wrongly is not used again once it is taken back; a redo knows it again."""
    del mara
    report = bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)
    undo.undo(report.operation)
    assert (kept(), records("company")) == ([], [])
    undo.redo()
    assert len(kept()) == 1


def test_no_redo_gives_two_of_one_shape(mara: World, tmp_path: Path) -> None:
    """The rest of the import comes back; what was said since stays."""
    del mara
    path = write(tmp_path / "a.csv", HEADER, "Alba,Ann,")
    bring(path, noun="company", targets=SAID)
    back = undo.undo()
    bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,"), noun="company", targets={**SAID, "Chef": "industry"})
    undo.undo(back.operation)
    assert [record["name"] for record in records("company")] == ["Alba", "Brise"]
    assert [targets_of(found["columns"].splitlines())["Chef"] for found in kept()] == ["industry"]


def test_nothing_is_kept_where_nothing_was_said(mara: World, tmp_path: Path) -> None:
    """A file that is recognised, or imported as what it plainly is, leaves no mapping; nor does a dry run."""
    del mara
    people = write(tmp_path / "p.csv", "First Name,Last Name,E-mail", "Ann,Lee,a@x.org")
    assert bring(people).kept == bring(people, noun="contact").kept == []
    words = options(currency="EUR", noun="company", targets=SAID, date_order=None, decimal=None)
    run_import(Request((write(tmp_path / "a.csv", HEADER, "Alba,Ann,"),), options=words, dry_run=True))
    assert kept() == []


def test_a_question_that_is_answered_counts_as_said(mara: World, tmp_path: Path) -> None:
    """It is put once; the next file of the shape raises it no more."""
    del mara
    asked: list[str] = []

    def answer(name: str, question: Any) -> str:
        asked.append(f"{name}: {question.flag}")
        return "mdy"

    path = write(tmp_path / "p.csv", "First Name,E-mail,Birthday", "Ann,a@x.org,03/04/1990")
    plain = options(currency="EUR", noun=None, targets={}, date_order=None, decimal=None)
    with pytest.raises(UsageError, match="day or the month"):
        run_import(Request((path,), options=plain, ask=lambda _name, _question: None))
    run_import(Request((path,), options=plain, ask=answer))
    assert [record["birthday"] for record in records("contact")] == ["1990-03-04"]
    bring(write(tmp_path / "q.csv", "First Name,E-mail,Birthday", "Bo,b@x.org,05/06/1991"))
    assert asked == ["p.csv: --date-order"]
    assert records("contact")[1]["birthday"] == "1991-05-06"


def test_what_is_kept_and_wrong_by_now_names_the_mapping(adam: World, tmp_path: Path) -> None:
    """A mapping that leads to a field that is gone is told with its number and the way out."""
    del adam
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records.operations import operation

    with operation("a field") as op:
        field = op.create(FIELD, {"object": "company", "label": "Chief", "key": "chief", "type": "text"})
    bring(write(tmp_path / "a.csv", HEADER, "Alba,,"), noun="company", targets={**SAID, "Chef": "chief"})
    with operation("no field") as op:
        op.trash(FIELD, field)
    with pytest.raises(UsageError, match="no field 'chief'") as caught:
        bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,"))
    assert caught.value.details == ("b.csv is read as mapping 1 says.",)
    assert "smallcrm mapping edit 1" in (caught.value.hint or "")


def test_a_column_can_be_said_to_be_what_a_field_of_your_own_is_called(adam: World, tmp_path: Path) -> None:
    """By its label as by its key; it is kept as it was said."""
    del adam
    from smallcrm.services.fields import FIELD
    from smallcrm.services.records.operations import operation

    with operation("a field") as op:
        op.create(FIELD, {"object": "company", "label": "Head of it", "key": "chief", "type": "text"})
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets={**SAID, "Chef": "Head of it"})
    bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,"))
    assert [record["chief"] for record in records("company")] == ["Ann", "Bo"]


@pytest.mark.parametrize("text", ["Betrieb=nme", "Betrieb", "=name", "Betrieb="])
def test_a_mapping_that_leads_nowhere_is_refused(mara: World, tmp_path: Path, text: str) -> None:
    """Whoever changes it by hand hears what is wrong with it, and it stays as it was."""
    del mara
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)
    with pytest.raises(ValidationError):
        edit_many(MAPPING, [1], Edit({"columns": text}), Locale())
    assert targets_of(kept()[0]["columns"].splitlines()) == SAID


def test_readers_change_none(mara: World, tmp_path: Path) -> None:
    """Who may not import may not say how."""
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)
    with mara.acts(RUTH), pytest.raises(NotAllowed):
        edit_many(MAPPING, [1], Edit({"name": "mine"}), Locale())


def test_the_lines_of_a_file_lead_where_its_columns_went(mara: World, tmp_path: Path) -> None:
    """Every column is named, and the same lines said of the file give the same records."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,E-mail,Work City,Shoe", "Ann,a@x.org,Bonn,41")
    report = bring(path)
    lines = as_lines(report)
    assert lines == ["# p.csv: contacts", "First Name=first_name", "E-mail=emails", "Work City=address:work:city",
                     "Shoe=-"]  # fmt: skip
    said = targets_of(without_remarks(lines))
    assert written(said) == lines[1:]
    undo.undo(report.operation)
    bring(path, targets=said)
    assert [(record["first_name"], record["city"]) for record in records("contact")] == [("Ann", "Bonn")]


@pytest.mark.parametrize("header", ["Kopf Zahl", "kopf_zahl", "KopfZahl"])
def test_a_column_that_is_spelled_otherwise_is_the_same_column(mara: World, tmp_path: Path, header: str) -> None:
    """A shape does not mind marks and capitals in the names of its columns, and neither does what is kept of it."""
    del mara
    bring(write(tmp_path / "a.csv", "Company Name,Kopf-Zahl", "Alba,12"), targets={"Kopf-Zahl": "employees"})
    again = bring(write(tmp_path / "b.csv", f"Company Name,{header}", "Brise,13"))
    assert again.files[0].saved == 1
    assert [record["employees"] for record in records("company")] == [12, 13]
    bring(write(tmp_path / "c.csv", f"Company Name,{header}", "Colle,14"), targets={header: "-"})
    assert targets_of(kept()[0]["columns"].splitlines()) == {header: "-"}


def test_of_two_columns_that_differ_by_a_mark_each_keeps_its_own(mara: World, tmp_path: Path) -> None:
    """The name as it was said counts first."""
    del mara
    said = {"Kopf-Zahl": "employees", "Kopf Zahl": "industry"}
    bring(write(tmp_path / "a.csv", "Company Name,Kopf-Zahl,Kopf Zahl", "Alba,12,Paper"), targets=said)
    bring(write(tmp_path / "b.csv", "Company Name,Kopf Zahl,Kopf-Zahl", "Brise,Boats,13"))
    assert [(record["employees"], record["industry"]) for record in records("company")] == [
        (12, "Paper"),
        (13, "Boats"),
    ]


def test_what_is_kept_of_a_column_that_is_not_there_is_left_out(mara: World, tmp_path: Path) -> None:
    """A mapping that somebody edited may name columns that no file has."""
    del mara
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)
    edit_many(MAPPING, [1], Edit({"columns": "Betrieb=name\nGone=industry"}), Locale())
    assert bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,")).files[0].created == 1


def test_a_column_whose_name_begins_with_a_hash_is_kept(mara: World, tmp_path: Path) -> None:
    """What is said on the command line and what is kept of it has no remarks."""
    del mara
    said = targets_of(["# Employees=employees"])
    assert said == {"# Employees": "employees"}
    bring(write(tmp_path / "a.csv", "Company Name,# Employees", "Alba,12"), noun="company", targets={**said})
    assert targets_of(kept()[0]["columns"].splitlines()) == said
    bring(write(tmp_path / "b.csv", "Company Name,# Employees", "Brise,13"))
    assert [record["employees"] for record in records("company")] == [12, 13]


def test_a_file_of_mappings_has_remarks_and_loses_no_column() -> None:
    """A name that begins with # or a backslash has a backslash before it."""
    targets = {"# Staff": "employees", "\\# odd": "-", "\\plain": "name", "a=b": "industry"}
    lines = written(targets)
    assert lines == ["\\# Staff=employees", "\\\\# odd=-", "\\\\plain=name", "a=b=industry"]
    assert targets_of(without_remarks(["# a remark = none", *lines, "  #Shoe=-", ""])) == targets
    assert without_remarks(["\\d=name"]) == ["\\d=name"]


def _with_another_first(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Let something happen right after the files of the next import are recognised."""
    from smallcrm.services.transfer import opening

    plain, todo = opening.recognise, [act]

    def recognise(request: Request) -> Any:
        found = plain(request)
        if todo:
            todo.pop()()
        return found

    monkeypatch.setattr(opening, "recognise", recognise)


def test_two_imports_at_once_keep_one_mapping(mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The later one adds to what the earlier one kept of the shape meanwhile."""
    del mara
    other = write(tmp_path / "b.csv", HEADER, "Brise,Bo,")
    _with_another_first(
        monkeypatch, lambda: bring(other, noun="company", targets={"Betrieb": "name", "Chef": "industry"})
    )
    said = {"Betrieb": "name", "Seit": "created_at"}
    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=said)
    [mapping] = kept()
    assert targets_of(mapping["columns"].splitlines()) == {**said, "Chef": "industry"}


def test_a_mapping_that_is_deleted_meanwhile_stops_no_import(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said now is kept anew."""
    del mara
    from smallcrm.services.records.operations import operation

    bring(write(tmp_path / "a.csv", HEADER, "Alba,Ann,"), noun="company", targets=SAID)

    def delete() -> None:
        with operation("no mapping") as op:
            op.trash(MAPPING, own_id(1))

    _with_another_first(monkeypatch, delete)
    again = bring(write(tmp_path / "b.csv", HEADER, "Brise,Bo,"), targets={"Chef": "industry"})
    assert (again.kept, again.files[0].created) == ([2], 1)
    assert targets_of(kept()[0]["columns"].splitlines()) == {"Chef": "industry"}
