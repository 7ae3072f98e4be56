"""Columns that no field is for, asked of one by one: what is asked, what comes of the answers, what is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.services import field_changes
from smallcrm.services.mappings import MAPPING, targets_of
from smallcrm.services.records import store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.transfer import bounds
from smallcrm.services.transfer.unknowns import Question
from tests.services.transfer.bringing import bring, bring_all, fates, records, write
from tests.support.canonical import export
from tests.support.cast import EUR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.world import World

HEADER = "First Name,Last Name,Email,Shoe Size,Segment,Post"
ROWS = ("Ann,Lee,ann@x.example,38,gold,Baker", "Bo,Ray,bo@x.example,,silver,Cook", "Cy,Fox,cy@x.example,,gold,")
ANSWERS = {"Shoe Size": "custom", "Segment": "skip", "Post": "title"}


class Person:
    """Somebody who is there to answer, with what they say of each column; notes what was asked."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> str:
        """What they answer."""
        self.asked.append(question)
        return question.answer(self.answers[question.header])

    @property
    def headers(self) -> list[str]:
        """The columns that were asked of."""
        return [question.header for question in self.asked]


def nobody(question: Question) -> str:
    """Fails where anything is asked."""
    raise AssertionError(question)


def targets() -> list[dict[str, str]]:
    """The columns of the live mappings."""
    return [
        targets_of((store.get(MAPPING, number)["columns"] or "").splitlines())
        for number in store.numbers(MAPPING, None)
    ]


def ask(*paths: Path, person: Callable[[Question], str | None] | None, **how: Any) -> Any:
    """An import that asks."""
    return bring(*paths, unknown="ask", ask_column=person, **how)


def test_each_column_is_asked_of_and_becomes_what_was_said(adam: World, tmp_path: Path) -> None:
    """A field, nothing, or what a known field holds; one undo takes all of it back."""
    del adam
    before = export()
    ann = Person(ANSWERS)
    report = ask(write(tmp_path / "p.csv", HEADER, *ROWS), person=ann)
    assert [(one.header, one.type, one.filled, one.of, one.samples) for one in ann.asked] == [
        ("Shoe Size", "integer", 1, 3, ("38",)),
        ("Segment", "text", 3, 3, ("gold", "silver")),
        ("Post", "text", 2, 3, ("Baker", "Cook")),
    ]
    assert ann.asked[0].sentence == (
        "p.csv: no field of contacts is for 'Shoe Size'. 1 of 3 rows fills it (33 %): 38. "
        "As a field of your own: integer."
    )
    assert report.files[0].new_fields == {"shoe_size": "integer"}
    assert [(one["shoe_size"], one["title"]) for one in records("contact")] == [
        (38, "Baker"), (None, "Cook"), (None, None),
    ]  # fmt: skip
    assert targets() == [{"Segment": "-", "Post": "title"}]
    undo.undo()
    assert export() == before


def test_the_same_shape_of_file_is_not_asked_of_again(adam: World, tmp_path: Path) -> None:
    """Nor where its columns stand otherwise; another column of a file to come is, and the rest is remembered."""
    del adam
    ask(write(tmp_path / "p.csv", HEADER, *ROWS), person=Person(ANSWERS))
    other = write(
        tmp_path / "q.csv", "Post,segment,Shoe Size,Email,Last Name,First Name", "Smith,iron,40,d@x.example,D,E"
    )
    assert fates(ask(other, person=nobody))["q.csv"] == (1, 0, 0, 0, 0, 0)
    assert (records("contact")[3]["shoe_size"], records("contact")[3]["title"]) == (40, "Smith")
    assert len(targets()) == 1


def test_a_dry_run_asks_and_writes_nothing(adam: World, tmp_path: Path) -> None:
    """It tells what would come of the answers."""
    del adam
    before = export()
    report = ask(write(tmp_path / "p.csv", HEADER, *ROWS), person=Person(ANSWERS), dry_run=True)
    assert (report.files[0].new_fields, report.files[0].created) == ({"shoe_size": "integer"}, 3)
    assert (export(), targets()) == (before, [])


def test_columns_of_one_name_are_asked_of_once(adam: World, tmp_path: Path) -> None:
    """In whichever file; what is asked is of them all, and each file's shape is remembered."""
    del adam
    ann = Person(ANSWERS)
    two = write(tmp_path / "b.csv", "Email,SEGMENT,Shoe Size", "d@x.example,iron,9 1/2")
    ask(write(tmp_path / "a.csv", HEADER, *ROWS), two, person=ann)
    assert ann.headers == ["Shoe Size", "Segment", "Post"]
    assert (ann.asked[0].type, ann.asked[0].filled, ann.asked[0].of) == ("text", 2, 4)
    assert sorted(targets(), key=len) == [{"SEGMENT": "-"}, {"Segment": "-", "Post": "title"}]


def test_a_file_of_people_and_companies_is_asked_of_for_both(adam: World, tmp_path: Path) -> None:
    """An answer is of both, so a field has to be one of both, and what one of them knows is not asked of."""
    del adam
    path = write(tmp_path / "p.csv", "Record Type,Name,Email,Title,Segment",
                 "Person,Ann Lee,ann@x.example,Baker,gold", "Company,Alba,hi@alba.example,,iron")  # fmt: skip
    ann = Person({"Segment": "custom"})
    ask(path, person=ann)
    assert (ann.headers, ann.asked[0].nouns, ann.asked[0].of) == (["Segment"], ("company", "contact"), 2)
    assert [one["segment"] for one in (*records("contact"), *records("company"))] == ["gold", "iron"]
    with pytest.raises(UsageError, match="no field 'title'"):
        ann.asked[0].answer("title")


def test_where_nobody_is_there_all_that_is_open_is_told(adam: World, tmp_path: Path) -> None:
    """The columns in one line, beside what else the file leaves open, with the flags; nothing is written."""
    del adam
    before = export()
    path = write(tmp_path / "p.csv", HEADER + ",Ring", *(f"{row},4" for row in ROWS))
    with pytest.raises(UsageError) as caught:
        ask(path, person=None)
    told = "p.csv: no field of contacts is for 'Shoe Size', 'Segment', 'Post' and 1 more column."
    assert (caught.value.sentence, caught.value.details) == (told, ())
    assert caught.value.hint == '--unknown custom, --unknown skip or --map "HEADER=FIELD"'
    with pytest.raises(UsageError) as caught:
        ask(write(tmp_path / "q.csv", HEADER + ",Birthday", *(f"{row},03/04/1990" for row in ROWS)), person=None)
    assert caught.value.details == (
        "q.csv: Birthday: is the day or the month first?",
        "q.csv: no field of contacts is for 'Shoe Size', 'Segment' and 'Post'.",
    )
    with pytest.raises(UsageError, match=r"is for 'Shoe Size'\.$"):
        ask(path, person=lambda _question: None)
    assert export() == before


def test_who_may_not_make_fields_is_told_and_asked_for_the_rest(mara: World, tmp_path: Path) -> None:
    """Leaving a column out and using a known field take no admin."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, *ROWS)
    ann = Person({**ANSWERS, "Shoe Size": "skip"})
    with pytest.raises(UsageError) as caught:
        ask(path, person=None)
    assert caught.value.hint == '--unknown skip or --map "HEADER=FIELD"'
    with pytest.raises(UsageError, match=r"^Only an admin can make a field of it\.$"):
        ask(path, person=Person(ANSWERS))
    assert records("contact") == []
    ask(path, person=ann)
    assert [one.choices for one in ann.asked] == [("skip", "FIELD")] * 3
    assert ann.asked[0].sentence.endswith(" 38. Only an admin can make a field of it.")
    assert [one["title"] for one in records("contact")] == ["Baker", "Cook", None]
    assert targets() == [{"Shoe Size": "-", "Segment": "-", "Post": "title"}]


def test_a_file_without_a_header_makes_no_field(adam: World, tmp_path: Path) -> None:
    """It is asked of all the same."""
    del adam
    path = write(tmp_path / "p.csv", "Cy Doe,cy@x.example,13", "Di Fox,di@x.example,14")
    ann = Person({"Column 3": "title"})
    ask(path, person=ann)
    assert (ann.asked[0].type, ann.asked[0].choices) == ("", ("skip", "FIELD"))
    assert [one["title"] for one in records("contact")] == ["13", "14"]
    with pytest.raises(UsageError, match="No field can be made of it"):
        ann.asked[0].answer("custom")


def test_what_is_typed_is_a_word_its_beginning_or_a_field(adam: World) -> None:
    """A field by its key or, of the workspace's own, by its label; all else is refused with what can be typed."""
    del adam
    field_changes.add(Edit(set={"object": "contact", "label": "Shoe Size", "key": "size"}), [], EUR)
    one = Question("p.csv", "Foot", ("contact",), 1, 400, ("3 8\n9",), "integer", allowed=True)
    typed = ("custom", " C ", "SKIP", "sk", "-", "title", "size", "Shoe Size", "phones:work")
    assert [one.answer(said) for said in typed] == [
        "custom", "custom", "-", "-", "-", "title", "size", "Shoe Size", "phones:work",
    ]  # fmt: skip
    for said, told in (("", "Type custom, skip, or the field"), ("titel", "Did you mean 'title'"), ("x", "no field")):
        with pytest.raises(UsageError, match=told):
            one.answer(said)
    assert "1 of 400 rows fills it (under 1 %): 3 8 9. As" in one.sentence


def test_what_is_said_of_dates_holds_for_new_fields(adam: World, tmp_path: Path) -> None:
    """A column that cannot be read in that order is no date; in another file it is."""
    del adam
    path = write(tmp_path / "p.csv", "Email,Seen on", "a@x.example,13/02/2026", "b@x.example,01/02/2026")
    assert bring(path, unknown="custom", order="mdy", dry_run=True).files[0].new_fields == {"seen_on": "text"}
    assert bring(path, unknown="custom", order="dmy", dry_run=True).files[0].new_fields == {"seen_on": "date"}


def test_a_damaged_file_that_nobody_named_is_left_out_of_the_questions(
    adam: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes no field and raises no question."""
    del adam
    monkeypatch.setattr(bounds, "MAX_CELL", 100_000)
    folder = tmp_path / "all"
    folder.mkdir()
    write(folder / "a.csv", "First Name,Email,Segment", "Ann,ann@x.example,gold")
    # A cell that is too large, behind all that the head of the file shows.
    rows = (f"P{at},p{at}@x.example,ring" for at in range(3_000))
    write(folder / "b.csv", "First Name,Email,Extra", *rows, f"Eve,{'x' * 200_000},ring")
    ann = Person(ANSWERS)
    report = bring_all(folder, unknown="ask", ask_column=ann)
    assert (ann.headers, [file.name for file in report.files]) == (["Segment"], ["a.csv"])
    assert any("b.csv" in told for told in report.left_out)
