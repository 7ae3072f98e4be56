"""Several rows of one file about one record: as of a new record, so of a known one, by whatever it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.fields import FIELD
from smallcrm.services.records import undo
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import addresses, bring, fates, only, records, write
from tests.support import custom
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

CLEAR = Rules(clear_blanks=True)
PERSON = "Record ID,First Name,Last Name,Email"
ROWS = ("1,Ann,Lee,a@x.org,Ulm,,Acme,+43 1 5", "1,Ann,Lee,a@x.org,Bonn,Cook,Bolt,+43 1 6", "1,Ann,Lee,,Graz,Smith,,")


def add(noun: Noun, **values: Any) -> int:
    """A record; gives its id."""
    with operation("add") as op:
        return op.create(noun, values)


def told(report: Report) -> list[str]:
    """The warnings of the one file."""
    return report.files[0].warnings


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("by", ["id", "email", "name"])
def test_rows_about_one_person_fill_and_are_told_whether_it_is_new_or_known(
    mara: World, tmp_path: Path, by: str, *, known: bool
) -> None:
    """The first row says, the others fill what it leaves blank, and what they say otherwise is told; again nothing."""
    del mara
    rules = Rules(match="name") if by == "name" else Rules()
    strip = 2 if by == "id" else 0
    header = f"{PERSON},City,Job Title,Company,Phone".removeprefix("Record ID," if by != "id" else "")
    rows = [row if strip else row[2:] for row in ROWS]
    if by == "email":
        rows[2] = rows[2].replace("Lee,,", "Lee,a@x.org,")
    if known:
        bring(write(tmp_path / "a.csv", header, ("1," if strip else "") + "Ann,Lee,a@x.org,Wien,Maid,,"), rules=rules)
    path = write(tmp_path / "b.csv", header, *rows)
    report = bring(path, rules=rules)
    assert fates(report)["b.csv"] == ((0, 1, 2, 0, 0, 0) if known else (1, 0, 2, 0, 0, 0))
    ann = only("contact")
    assert (ann["city"], ann["title"], len(ann["companies"]), len(ann["phones"])) == ("Ulm", "Cook", 2, 2)
    assert told(report) == [
        "line 3: the same contact as line 2: City stays 'Ulm', not 'Bonn'",
        "line 4: the same contact as line 2: Title stays 'Cook', not 'Smith', City stays 'Ulm', not 'Graz'",
    ]
    after = export()
    again = bring(path, rules=rules)
    assert (fates(again)["b.csv"], again.operation, told(again)) == ((0, 0, 2, 1, 0, 0), None, told(report))
    assert export() == after


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_every_kind_of_value_that_differs_is_told(adam: World, tmp_path: Path, *, known: bool) -> None:
    """Amounts, owners, parents and fields of the workspace too; choices join, and so do ids."""
    del adam
    custom.define("company", "Size", "integer")
    custom.define("company", "Grade", "select", options=("Gold", "Tin"))
    custom.define("company", "Likes", "multi-select", options=("Tea", "Rum", "Ale"))
    add(COMPANY, name="Top"), add(COMPANY, name="Peak")
    header = "Company Name,Domain,Annual Revenue,Company Owner,Parent Company,Size,Grade,Likes"
    if known:
        bring(write(tmp_path / "a.csv", header, "Bolt,bolt.org,1,,,1,Tin,Ale"))
    path = write(tmp_path / "b.csv", header, "Bolt,bolt.org,5000,Ann Gone,Top,,Gold,Tea",
                 "Bolt,bolt.org,6000,Bob Gone,Peak,7,Tin,Rum; Tea",
                 "Bolt,bolt.org,5000,ann gone,top,8,gold,")  # fmt: skip
    report = bring(path)
    assert fates(report)["b.csv"][:4] == ((0, 1, 2, 0) if known else (1, 0, 2, 0))
    bolt = next(record for record in records("company") if record["name"] == "Bolt")
    assert (bolt["revenue"]["amount"], bolt["size"], bolt["grade"]) == (500000, 7, "gold")
    assert {choice["value"] for choice in bolt["likes"]} == {"tea", "rum", *(["ale"] if known else [])}
    apart = "Revenue stays '5000.00 EUR', not '6000.00 EUR', Owner stays 'Ann Gone', not 'Bob Gone', "
    apart += "Parent stays 'Top', not 'Peak'"
    assert told(report) == [
        f"line 3: the same company as line 2: {apart}",
        "line 3: the same company as line 2: Grade stays 'Gold', not 'Tin'",
        "line 4: the same company as line 2: Size stays 7, not 8",
    ]


def test_a_row_that_only_the_record_joins_gives_its_id_and_addresses(mara: World, tmp_path: Path) -> None:
    """Whichever of the rows has them; another name of a merged row is told with both."""
    del mara
    add(CONTACT, first_name="Ann", last_name="Lee", emails=[{"address": "a@x.org"}, {"address": "b@x.org"}])
    path = write(tmp_path / "b.csv", PERSON, ",Ann,Lee,a@x.org", "7,Anna,Lee,b@x.org", "7,Ann,Lee,c@x.org",
                 ",Ann,Lee,c@x.org")  # fmt: skip
    report = bring(path)
    assert fates(report)["b.csv"] == (0, 1, 3, 0, 0, 0)
    assert [element["key"] for element in only("contact")["external_ids"]] == ["7"]
    assert addresses(only("contact")) == ["a@x.org", "b@x.org", "c@x.org"]
    assert told(report) == ["line 3: 'Anna Lee' is the same contact as line 2, 'Ann Lee'; the first name is kept"]
    assert bring(path).operation is None
    undo.undo()
    assert only("contact")["external_ids"] == []


@pytest.mark.parametrize("rows", [
    ("7,Ann,Lee,a@x.org", "7,Ann,Lee,c@x.org"), ("7,Ann,Lee,c@x.org", "7,Ann,Lee,a@x.org"),
    (",Ann,Lee,c@x.org", "7,Ann,Lee,c@x.org", "7,Ann,Lee,a@x.org"),
], ids=["known first", "known last", "over another"])  # fmt: skip
def test_rows_are_one_whichever_of_them_is_known(mara: World, tmp_path: Path, rows: tuple[str, ...]) -> None:
    """An id or an address that they share makes them one, as it would if none of them were known."""
    del mara
    add(CONTACT, first_name="Ann", last_name="Lee", emails=[{"address": "a@x.org"}])
    path = write(tmp_path / "b.csv", PERSON, *rows)
    assert fates(bring(path))["b.csv"] == (0, 1, len(rows) - 1, 0, 0, 0)
    assert addresses(only("contact")) == ["a@x.org", "c@x.org"]
    assert bring(path).operation is None


def test_what_repeats_a_row_that_cannot_be_written_is_rejected_with_it(adam: World, tmp_path: Path) -> None:
    """Nothing of it is merged, and each row has its reason."""
    del adam
    custom.define("contact", "Grade", default="A")
    bring(write(tmp_path / "a.csv", PERSON, "1,Ann,Lee,a@x.org"))
    custom.edit(1, grade="A")
    bring(write(tmp_path / "a.csv", f"{PERSON},Grade", "1,Ann,Lee,a@x.org,B"))
    with operation("required") as op:
        op.update(FIELD, records("field")[0]["id"], {"required": True})
    path = write(tmp_path / "b.csv", f"{PERSON},Grade,City", "1,Ann,Lee,a@x.org,,Ulm", "1,Ann,Lee,a@x.org,,Bonn")
    report = bring(path, rules=CLEAR)
    assert [(line, reason) for line, reason, _row in sorted(report.files[0].rejected)] == [
        (2, "A contact needs a value in Grade."), (3, "it repeats a row that is rejected"),
    ]  # fmt: skip
    assert (told(report), only("contact")["city"]) == ([], None)


def test_blanks_that_count_settle_at_once(adam: World, tmp_path: Path) -> None:
    """What one of the rows says is not blank, a list is what all of them say, and the same file again does nothing."""
    del adam
    custom.define("contact", "Size", "integer")
    custom.define("contact", "Likes", "multi-select", options=("Tea", "Rum", "Ale"))
    header = f"{PERSON},Title,City,Tags,Phone,Company,Owner,Size,Likes"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,a@x.org,CEO,Wien,old,+43 1 1,Old,Ann Gone,3,ale"))
    path = write(tmp_path / "b.csv", header, "1,Ann,Lee,a@x.org,CTO,,a,+43 1 5,Acme,,,tea",
                 "1,Ann,Lee,a@x.org,,Ulm,b,+43 1 6,Bolt,,7,rum")  # fmt: skip
    assert fates(bring(path, rules=CLEAR))["b.csv"] == (0, 1, 1, 0, 0, 0)
    ann = only("contact")
    assert (ann["title"], ann["city"], ann["size"], ann["owner"]) == ("CTO", "Ulm", 7, None)
    assert [len(ann[key]) for key in ("tags", "phones", "companies", "likes")] == [2, 2, 2, 2]
    after = export()
    again = bring(path, rules=CLEAR)
    assert (fates(again)["b.csv"], again.operation) == ((0, 0, 1, 1, 0, 0), None)
    assert export() == after


def test_a_name_that_only_a_later_row_has_is_taken_as_a_whole(mara: World, tmp_path: Path) -> None:
    """Where blanks count, its blank parts count too."""
    del mara
    add(CONTACT, first_name="Ann", last_name="Lee", middle_name="M", emails=[{"address": "a@x.org"}])
    header = "First Name,Middle Name,Last Name,Email"
    path = write(tmp_path / "b.csv", header, ",,,a@x.org", "Ann,,Lee,a@x.org")
    bring(path, rules=CLEAR)
    assert only("contact")["name"] == "Ann Lee"
    assert bring(path, rules=CLEAR).operation is None


@pytest.mark.parametrize("how", ["one row", "merged", "known", "known and merged", "cleared"])
@pytest.mark.parametrize("noun", ["contact", "company"])
def test_a_record_has_no_more_than_it_may_and_the_rest_is_told(
    mara: World, tmp_path: Path, noun: str, how: str
) -> None:
    """The first two hundred of a list are kept, whichever way they come in."""
    del mara
    header, lead = ("First Name,Email,Phone,Tags", "Ann,a@x.org,") if noun == "contact" else (
        "Company Name,Domain,Phone,Tags", "Ann,x.org,"
    )  # fmt: skip
    many = MAX_PARTS + 50
    numbers, tags = [f"+43 1 {at + 1000}" for at in range(many)], [f"t{at:03}" for at in range(many)]
    if "known" in how or how == "cleared":
        bring(write(tmp_path / "a.csv", header, f"{lead}{numbers[0]},{tags[0]}"))
    if how in ("one row", "known", "cleared"):
        rows = [f'{lead}"{"; ".join(numbers)}","{"; ".join(tags)}"']
    else:
        rows = [f"{lead}{number},{tag}" for number, tag in zip(numbers, tags, strict=True)]
    report = bring(write(tmp_path / "b.csv", header, *rows), rules=CLEAR if how == "cleared" else Rules())
    found = only(noun)
    assert sorted(element["number"] for element in found["phones"]) == sorted(numbers[:MAX_PARTS])
    assert sorted(tag["name"] for tag in found["tags"]) == tags[:MAX_PARTS]
    assert found["phones"][0]["number"] == numbers[0]
    assert [line for line in told(report) if "more than 200" in line and numbers[MAX_PARTS] in line]
    assert [line for line in told(report) if "more than 200 tags" in line and tags[MAX_PARTS] in line]
    assert (len(report.files[0].rejected), len(told(report))) == (0, 2)


def test_a_known_record_that_is_full_keeps_what_it_has(mara: World, tmp_path: Path) -> None:
    """The row is not refused: what there is no room for is told with its line, again and again."""
    del mara
    add(CONTACT, first_name="Ann", emails=[{"address": "a@x.org"}],
        phones=[{"number": f"+43 1 {at + 1000}"} for at in range(MAX_PARTS)])  # fmt: skip
    path = write(tmp_path / "b.csv", "First Name,Email,Phone,City", "Ann,a@x.org,+43 1 5,Ulm")
    for updated in (1, 0):
        report = bring(path)
        assert fates(report)["b.csv"] == (0, updated, 0, 1 - updated, 0, 0)
        assert told(report) == ["line 2, phones: more than 200 phones; the rest is left out: '+43 1 5'"]
    assert (only("contact")["city"], len(only("contact")["phones"])) == ("Ulm", MAX_PARTS)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_many_rows_about_a_known_record_write_it_once(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are."""
    del mara
    header = f"{PERSON},Phone"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,a@x.org,"))
    calls, rewrite = [], Operation.rewrite

    def counted(self: Operation, *said: Any) -> bool:
        calls.append(1)
        return rewrite(self, *said)

    monkeypatch.setattr(Operation, "rewrite", counted)
    bring(write(tmp_path / "b.csv", header, *(f"1,Ann,Lee,a@x.org,+43 1 {at + 1000}" for at in range(150))))
    assert (len(calls), len(only("contact")["phones"])) == (1, 150)


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_what_a_later_file_says_otherwise_is_told(adam: World, tmp_path: Path, *, known: bool) -> None:
    """The record stays as the earlier file has it; what that leaves empty is filled."""
    del adam
    custom.define("contact", "Size", "integer")
    header = f"{PERSON},City,Title,Contact Owner,Size"
    if known:
        bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,a@x.org,,,,"))
    one = write(tmp_path / "b.csv", header, "1,Ann,Lee,a@x.org,Ulm,,Ann Gone,7")
    two = write(tmp_path / "c.csv", header, "1,Anna,Lee,a@x.org,Bonn,Cook,Bob Gone,8")
    report = bring(one, two)
    assert (only("contact")["city"], only("contact")["title"]) == ("Ulm", "Cook")
    apart = "First name stays 'Ann', not 'Anna', City stays 'Ulm', not 'Bonn'"
    apart += ", Owner stays 'Ann Gone', not 'Bob Gone', Size stays 7, not 8"
    assert report.files[1].warnings == [f"line 2: contact 1 is in an earlier file, too: {apart}"]
    again = bring(one, two)
    assert (again.operation, again.files[1].warnings) == (None, report.files[1].warnings)
