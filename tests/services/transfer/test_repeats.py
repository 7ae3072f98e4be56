"""Rows that stand twice in one file: folded into the first, whatever joins them, and the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.transfer import repeats
from tests.services.transfer.bringing import addresses, bring, fates, only, records, write, write_cells
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.world import World

HEADER = "First Name,Last Name,E-mail,E-mail 2,Phone,City,Lifecycle Stage,Opt Out,Tags"


def test_it_folds_a_repeat_into_the_first(mara: World, tmp_path: Path) -> None:
    """The first row's values win and its blanks are filled; lists join, each value once; caution and progress win."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, "Ann,Lee,ann@x.org,,+49 30 1234567,,lead,no,vip",
                 "Anna,Lee,ANN@x.org,ann@home.org,+49 30 1234567,Bonn,customer,yes,vip",
                 "Ann,Lee,ann@home.org,,+49 30 7654321,Ulm,mql,no,new")  # fmt: skip
    report = bring(path)
    assert fates(report)["p.csv"] == (1, 0, 2, 0, 0, 0)
    ann = only("contact")
    assert (ann["name"], ann["city"], ann["lifecycle"], ann["opt_out"]) == ("Ann Lee", "Bonn", "customer", True)
    assert addresses(ann) == ["ann@x.org", "ann@home.org"]
    assert [element["number"] for element in ann["phones"]] == ["+49 30 1234567", "+49 30 7654321"]
    assert sorted(element["name"] for element in ann["tags"]) == ["new", "vip"]
    assert report.files[0].warnings == [
        "line 3: 'Anna Lee' is the same contact as line 2, 'Ann Lee'; the first name is kept",
        "line 4: the same contact as line 2: City stays 'Bonn', not 'Ulm'",
    ]
    after = export()
    assert bring(path).operation is None
    assert export() == after


def test_it_takes_a_name_as_a_whole(mara: World, tmp_path: Path) -> None:
    """A row without a name gets that of its repeat; half a name is never completed by another's half."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,Last Name,Email,City", ",,ann@x.org,Bonn", "Ann,Lee,ann@x.org,",
                 ",Ray,b@x.org,Ulm", "Bob,Fox,b@x.org,")  # fmt: skip
    bring(path)
    assert [record["name"] for record in records("contact")] == ["Ann Lee", "Ray"]
    assert bring(path).operation is None


def test_it_follows_long_chains(mara: World, tmp_path: Path) -> None:
    """A hundred rows, each joined to the one before by an address, are one person."""
    del mara
    rows = [["Ann", "Lee", f"a{n}@x.org", f"a{n + 1}@x.org"] for n in range(100)]
    path = write_cells(tmp_path / "p.csv", [["First Name", "Last Name", "E-mail", "E-mail 2"], *rows])
    assert fates(bring(path))["p.csv"] == (1, 0, 99, 0, 0, 0)
    assert len(addresses(only("contact"))) == 101
    assert bring(path).operation is None


def test_it_would_leave_long_chains_in_pieces_with_fewer_steps(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test before this one is able to fail."""
    del mara
    monkeypatch.setattr(repeats, "STEPS", 0)
    rows = [["Ann", "Lee", f"a{n}@x.org", f"a{n + 1}@x.org"] for n in range(9)]
    path = write_cells(tmp_path / "p.csv", [["First Name", "Last Name", "E-mail", "E-mail 2"], *rows])
    bring(path, look=False)
    assert len(addresses(records("contact")[0])) < 10


def test_it_refuses_a_row_that_joins_two_people(mara: World, tmp_path: Path) -> None:
    """A row with addresses of two earlier rows is refused; what only it held stays free. Again: the same."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, "Ann,Lee,ann@x.org,,,,,,", "Bob,Ray,bob@x.org,,,,,,",
                 "Who,Knows,ann@x.org,bob@x.org,,,,,",
                 "Eve,Fox,eve@x.org,,,,,,")  # fmt: skip
    for expected in ((3, 0, 0, 0, 1, 0), (0, 0, 0, 3, 1, 0)):
        report = bring(path)
        assert fates(report)["p.csv"] == expected
        assert report.files[0].rejected[0][0] == 4
        told = report.files[0].rejected[0][1]
        assert told.startswith("its emails belong to several contacts")
        places = ("line 2", "line 3") if expected[0] else ("contact 1", "contact 2")
        assert f"ann@x.org ({places[0]}), bob@x.org ({places[1]})" in told


def test_it_keeps_every_id_of_a_person(mara: World, tmp_path: Path) -> None:
    """Two ids of one source with one address are one contact under both; either finds it."""
    del mara
    header = "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Contact Owner"
    path = write(tmp_path / "p.csv", header, "1,Ann,Lee,ann@x.org,lead,", "2,Ann,Lee,ann@x.org,lead,")
    bring(path)
    assert {element["key"] for element in only("contact")["external_ids"]} == {"1", "2"}
    assert bring(path).operation is None
    later = write(tmp_path / "q.csv", header, "2,Ann,Lee,,customer,")
    assert fates(bring(later))["q.csv"] == (0, 1, 0, 0, 0, 0)


def test_it_lets_the_first_of_several_rows_about_a_known_person_win(mara: World, tmp_path: Path) -> None:
    """Rows that meet only through the record that they are about do not overwrite each other."""
    del mara
    bring(write(tmp_path / "a.csv", HEADER, "Ann,Lee,ann@x.org,ann@home.org,,,,,"))
    path = write(tmp_path / "b.csv", HEADER, "Ann,Lee,ann@x.org,,,Bonn,,,", "Ann,Lee,ann@home.org,,,Ulm,,,")
    assert fates(bring(path))["b.csv"] == (0, 1, 1, 0, 0, 0)
    assert only("contact")["city"] == "Bonn"
    assert bring(path).operation is None


def test_it_knows_companies_of_one_name_from_their_domains(mara: World, tmp_path: Path) -> None:
    """One name and at most one domain is one company; a bare name beside two of them is a doubt."""
    del mara
    header = "Company Name,Domain,Industry"
    path = write(
        tmp_path / "c.csv", header, "Acme,,Media", "ACME,acme.com,", "Bolt,bolt.io,a", "Bolt,bolt.com,b", "Bolt,,c"
    )
    for expected in ((3, 0, 1, 0, 1, 0), (0, 0, 0, 4, 1, 0)):
        report = bring(path)
        found = fates(report)["c.csv"]
        assert (found[0], found[4], found[2] + found[3]) == (expected[0], expected[4], expected[2] + expected[3])
        assert report.files[0].rejected[0][0] == 6


def test_it_says_what_a_later_row_does_not_get(mara: World, tmp_path: Path) -> None:
    """An address that an earlier row brings stays with it; the later row, known by its id, is told so."""
    del mara
    header = "Contact ID,First Name,Last Name,Email,E-mail 2,Lifecycle Stage,Contact Owner"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.org,,lead,"))
    report = bring(
        write(tmp_path / "b.csv", header, "2,Bob,Ray,bob@x.org,,lead,", "1,Ann,Lee,ann@x.org,bob@x.org,lead,")
    )
    assert report.files[0].warnings == ["line 3: another row has 'bob@x.org' already; it is left out"]


def test_a_dry_run_folds_repeats_as_the_import_does(mara: World, tmp_path: Path) -> None:
    """Repeats of new rows are settled inside the transaction that a dry run takes back."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,Last Name,E-mail,Phone", "Ann,Lee,a@x.org,", "Ann,Lee,a@x.org,+43 1 5")
    before = export()
    dry = bring(path, dry_run=True)
    assert export() == before
    assert fates(bring(path)) == fates(dry) == {"p.csv": (1, 0, 1, 0, 0, 0)}


def test_it_tells_warnings_in_the_order_of_their_lines(mara: World, tmp_path: Path) -> None:
    """What is seen while a file is read stands among what is seen while it is written, line by line."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,Last Name,E-mail,Birthday", "Ann,Lee,a@x.org,", "Eva,Lee,a@x.org,",
                 "Bob,Ray,b@x.org,soon", "Rob,Ray,b@x.org,")  # fmt: skip
    told = bring(path).files[0].warnings
    assert [sentence[:7] for sentence in told] == ["line 3:", "line 4,", "line 5:"]


def test_it_links_the_other_company_of_a_merged_row(mara: World, tmp_path: Path) -> None:
    """A repeat that names another company gives the contact that one too, after the first."""
    del mara
    header = "First Name,Last Name,E-mail,Company"
    bring(write(tmp_path / "p.csv", header, "Ann,Lee,a@x.org,Acme", "Ann,Lee,a@x.org,Bolt", "Ann,Lee,a@x.org,Acme"))
    assert sorted(company["name"] for company in records("company")) == ["Acme", "Bolt"]
    assert len(only("contact")["companies"]) == 2


def test_it_tells_what_a_merged_row_says_otherwise(mara: World, tmp_path: Path) -> None:
    """The fields that differ from the first row, and both values; what joins or is filled is no difference."""
    del mara
    path = write(tmp_path / "p.csv", "First Name,Last Name,E-mail,Phone,City,Job Title,Company",
                 "Ann,Lee,a@x.org,+43 1 5,Ulm,,Acme",
                 "Ann,Lee,a@x.org,+43 1 6,Bonn,Cook,Bolt", "Ann,Lee,a@x.org,,Ulm,Cook,Acme")  # fmt: skip
    assert bring(path).files[0].warnings == ["line 3: the same contact as line 2: City stays 'Ulm', not 'Bonn'"]
