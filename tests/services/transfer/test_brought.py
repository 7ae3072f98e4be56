"""Many files of one import: each looks up what came before it, at a cost that does not grow with their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence.database import FencedDatabase
from tests.services.transfer.bringing import addresses, bring, fates, places, records, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are run."""
    seen: list[str] = []
    run = FencedDatabase._run

    def noted(database: FencedDatabase, sql: str, params: Any) -> Any:
        seen.append(sql)
        return run(database, sql, params)

    monkeypatch.setattr(FencedDatabase, "_run", noted)
    return seen


def a_folder(folder: Path, count: int) -> list[Path]:
    """So many files of people and as many of companies, which all have to do with each other."""
    folder.mkdir()
    found = []
    for at in range(count):
        firm = write(
            folder / f"c{at}.csv", "Company ID,Company Name,Domain,Industry", f"{at},Firm {at},f{at}.com,Media"
        )
        row = f"Ann,Lee,ann{at}@x.org;shared{at // 2}@x.org,{at},Firm {at - 1},Bonn"
        found += [firm, write(folder / f"p{at}.csv", "First Name,Last Name,Email,Company ID,Company,City", row)]
    return found


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_runs_as_many_statements_for_the_last_file_as_for_the_first(
    adam: World, tmp_path: Path, statements: list[str]
) -> None:
    """What twenty files take more than ten is what thirty take more than twenty."""
    del adam
    counts = []
    for count in (10, 20, 30):
        statements.clear()
        bring(*a_folder(tmp_path / str(count), count), look=False, dry_run=True)
        counts.append(len(statements))
    first, second = counts[1] - counts[0], counts[2] - counts[1]
    assert first > 0
    assert second <= first * 1.05


def test_it_knows_what_earlier_files_bring(mara: World, tmp_path: Path) -> None:
    """By id, by address, by domain and by name; the first that has it counts, and the same import again is nothing."""
    del mara
    files = (
        write(tmp_path / "c1.csv", "Company ID,Company Name,Domain,Industry", "1,Acme,acme.com,", "1,Acme,,Media"),
        write(tmp_path / "c2.csv", "Company ID,Company Name,Domain,Phone", "9,Acme Inc,acme.com,+49 30 5551234"),
        write(tmp_path / "p1.csv", "First Name,Email,Company,City", "Ann,ann@x.org,Acme,Bonn", "Eve,e@x.org,Bolt,Ulm"),
        write(tmp_path / "p2.csv", "First Name,Email,Company,Title", "Ann,ann@x.org,Bolt,CEO", "Bob,b@x.org,Bolt,CTO"),
        write(tmp_path / "p3.csv", "First Name,Email,Company Domain,Title", "Cy,c@x.org,acme.com,CFO"),
    )
    report = bring(*files)
    assert fates(report) == {
        "c1.csv": (1, 0, 1, 0, 0, 0),
        "c2.csv": (0, 1, 0, 0, 0, 0),
        "p1.csv": (2, 0, 0, 0, 0, 0),
        "p2.csv": (1, 1, 0, 0, 0, 0),
        "p3.csv": (1, 0, 0, 0, 0, 0),
    }
    assert [company["name"] for company in records("company")] == ["Acme", "Bolt"]
    assert {one["first_name"]: places(one) for one in records("contact")} == {
        "Ann": ["Acme", "Bolt"],
        "Eve": ["Bolt"],
        "Bob": ["Bolt"],
        "Cy": ["Acme"],
    }
    assert bring(*files).operation is None


def test_it_leaves_out_an_address_that_an_earlier_file_has_given_away(mara: World, tmp_path: Path) -> None:
    """Also where no contact had an address before: the row's id says that it is somebody else."""
    del mara
    write(tmp_path / "a.csv", "Contact ID,First Name,Email", "1,Ann,ann@x.org", "2,Bob,bob@x.org")
    write(tmp_path / "b.csv", "Contact ID,First Name,Email,City", "2,Bob,ann@x.org,Bonn")
    report = bring(tmp_path / "a.csv", tmp_path / "b.csv")
    assert fates(report) == {"a.csv": (2, 0, 0, 0, 0, 0), "b.csv": (0, 1, 0, 0, 0, 0)}
    assert [addresses(one) for one in records("contact")] == [["ann@x.org"], ["bob@x.org"]]


@pytest.mark.parametrize(
    ("first", "second", "made"),
    [
        ("Acme,,Media", "ACME,,Steel", 1),
        ("Acme,,Media", "Acme,acme.example,Steel", 1),
        ("Acme,acme.example,Media", "Acme,,Steel", 1),
        ("Acme,acme.example,Media", "Acme,other.example,Steel", 2),
    ],
)
def test_companies_of_one_name_in_two_files_are_one(
    mara: World, tmp_path: Path, first: str, second: str, made: int
) -> None:
    """Unless their domains tell them apart; the same files again create nothing, and reject nothing."""
    del mara
    header = "Company Name,Domain,Industry"
    paths = write(tmp_path / "a.csv", header, first), write(tmp_path / "b.csv", header, second)
    report = bring(*paths)
    assert [file.created for file in report.files] == [1, made - 1]
    assert len(records("company")) == made
    again = bring(*paths)
    assert [(file.created, len(file.rejected)) for file in again.files] == [(0, 0), (0, 0)]


def test_ids_of_a_program_that_nobody_knows_link_the_files_of_one_import(mara: World, tmp_path: Path) -> None:
    """In any order; an id that none of the files has makes no company, nor does one of the files alone."""
    del mara
    firms = write(tmp_path / "f.csv", "id,company name,domain", "7,Seven Ltd,", "8,Eight Ltd,eight.example")
    rows = ["1,Ann,Lee,ann@lee.example,7", "2,Bo,Ray,bo@ray.example,8", "3,Cy,Poe,cy@poe.example,99"]
    people = write(tmp_path / "p.csv", "id,first name,last name,email,company id", *rows)
    left = "Company: in {} there is only an id by which none is known ({}); it is left out"
    for again in (False, True):
        report = bring(people, firms)
        assert fates(report) == {
            "f.csv": (0, 0, 0, 2, 0, 0) if again else (2, 0, 0, 0, 0, 0),
            "p.csv": (0, 0, 0, 3, 0, 0) if again else (3, 0, 0, 0, 0, 0),
        }
        assert report.files[1].warnings == [left.format("1 row", "99")]
        assert [record["name"] for record in records("company")] == ["Seven Ltd", "Eight Ltd"]
        assert [places(record) for record in records("contact")] == [["Seven Ltd"], ["Eight Ltd"], []]
    alone = bring(people)
    assert fates(alone) == {"p.csv": (0, 0, 0, 3, 0, 0)}
    assert alone.files[0].warnings == [left.format("3 rows", "7, 8, 99")]
