"""JSON and vCards in an import: what other programs write comes in, twice nothing new, rejects mended come in too."""

from __future__ import annotations

import csv
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.models.operation import Operation
from smallcrm.services.records.schema import noun
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer.exporting import export_keys, export_text
from smallcrm.services.transfer.rejects import write_rejects
from tests.services.transfer.bringing import addresses, bring, bring_all, fates, only, places, records, write
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def as_json(path: Path, value: Any) -> Path:
    """A file of a value."""
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return path


def test_it_links_the_users_and_organizations_of_one_file(mara: World, tmp_path: Path) -> None:
    """Their ids are of one program, whatever that is; the address of a record for programs is nobody's website."""
    del mara
    found = {
        "users": [{"id": 1, "name": "Ann Lee", "email": "ann@x.org", "organization_id": 5}],
        "organizations": [{"id": 5, "name": "Bolt", "url": "https://x.org/api/v2/organizations/5.json"}],
        "groups": [{"gid": 1}],
    }
    report = bring(as_json(tmp_path / "f.json", found))
    assert fates(report) == {
        "f.json: organizations": (1, 0, 0, 0, 0, 0),
        "f.json: users": (1, 0, 0, 0, 0, 0),
    }
    assert [line[:20] for line in report.left_out] == ["Left out: f.json: gr"]
    assert places(only("contact")) == ["Bolt"]
    assert only("company")["website"] is None
    assert bring(tmp_path / "f.json").operation is None


def test_it_imports_what_a_help_desk_exports(mara: World) -> None:
    """Users find their organizations by id, though they are in two files; again, nothing."""
    del mara
    files = [corpus("import", "zendesk", name) for name in ("users.json", "organizations.json")]
    report = bring(*files)
    assert fates(report) == {"organizations.json": (25, 0, 0, 0, 0, 0), "users.json": (75, 0, 0, 0, 0, 0)}
    assert len(records("company")) == 25
    assert bring(*files).operation is None


@pytest.mark.parametrize(
    "found",
    [
        {"results": [{"id": "9", "properties": {"firstname": "Ann", "lastname": "Lee", "email": "ann@x.org"}}]},
        {
            "data": [
                {
                    "type": "contact",
                    "id": "9",
                    "attributes": {"first_name": "Ann", "last_name": "Lee", "email": "ann@x.org"},
                }
            ]
        },
        {
            "contacts": [
                {
                    "vid": 9,
                    "properties": {
                        "firstname": {"value": "Ann", "versions": []},
                        "lastname": {"value": "Lee"},
                        "email": {"value": "ann@x.org"},
                    },
                }
            ]
        },
        {
            "records": [
                {
                    "attributes": {"type": "Contact", "url": "/services/data/v1"},
                    "Id": "9",
                    "FirstName": "Ann",
                    "LastName": "Lee",
                    "Email": "ann@x.org",
                }
            ]
        },
        {
            "connections": [
                {
                    "names": [{"displayName": "Ann Lee", "familyName": "Lee", "givenName": "Ann"}],
                    "emailAddresses": [{"value": "ann@x.org", "type": "work"}],
                }
            ]
        },
        {
            "data": {
                "people": [{"name": {"firstName": "Ann", "lastName": "Lee"}, "emails": {"primaryEmail": "ann@x.org"}}]
            }
        },
        {"results": [{"name": {"title": "Ms", "first": "Ann", "last": "Lee"}, "email": "ann@x.org"}]},
    ],
)
def test_it_knows_people_in_the_shapes_that_programs_write(mara: World, tmp_path: Path, found: Any) -> None:
    """Whatever holds their values."""
    del mara
    bring(as_json(tmp_path / "f.json", found))
    ann = only("contact")
    assert (ann["first_name"], ann["last_name"], addresses(ann)) == ("Ann", "Lee", ["ann@x.org"])


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_it_takes_back_what_an_export_wrote(mara: World, tmp_path: Path, kind: str) -> None:
    """Every field of both nouns but the ids of other programs; labels, owners, amounts and parents too."""
    del mara
    firms = [
        "Name,Domain,Website,Industry,Employees,Annual Revenue,Phone,City,Tags,Parent Company,Owner,Notes",
        'Bolt Ltd,bolt.com,https://bolt.com,Tools,12,1234.56 EUR,+49 30 123456,Bonn,a;b,,Mo Ray,"x\ny"',
        "Nut Ltd,nut.com,,,,,,,,Bolt Ltd,,",
    ]
    people = [
        "First Name,Last Name,Email,Home Email,Mobile,Company,Birthday,Opt Out,Lifecycle Stage,Tags",
        "Ann,Lee,ann@bolt.com,ann@x.org,+49 170 1234567,Bolt Ltd,1990-02-03,yes,Customer,vip",
        "Émile,O'Hara,e@x.org,,,,,,,",
    ]
    bring(write(tmp_path / "firms.csv", *firms), write(tmp_path / "people.csv", *people))
    files = []
    for name in ("company", "contact"):
        fields = chosen_columns(noun(name), ",".join(export_keys(noun(name))))
        files.append(tmp_path / f"{name}.{kind}")
        files[-1].write_text("".join(export_text(noun(name), fields, kind)), encoding="utf-8")
    before = {name: _plainly(name) for name in ("company", "contact")}
    report = bring(*files)
    assert [file.unchanged + file.updated for file in report.files] == [2, 2]
    assert report.files[0].mapping.source == "smallcrm"
    assert {name: _plainly(name) for name in before} == before


def _plainly(name: str) -> list[dict[str, Any]]:
    """The records without what an import of any kind adds."""
    return [
        {key: value for key, value in record.items() if key not in ("external_ids", "updated_at", "version")}
        for record in records(name)
    ]


def test_it_takes_mended_rejects(mara: World, tmp_path: Path) -> None:
    """They are a CSV file of the same columns, and whom they are about is found again by the same ids."""
    del mara
    path = tmp_path / "f.ndjson"
    good = {"id": 1, "name": "Ann", "emails": [{"value": "ann@x.org", "type": "work"}]}
    bad = {"id": 2, "name": "", "emails": [], "tags": ["a", "b"]}
    path.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n{{broken\n", encoding="utf-8")
    (file,) = bring(path).files
    assert [line for line, _reason, _row in sorted(file.rejected)] == [2, 3]
    rejects = write_rejects(file)
    with rejects.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(row["id"], row["tags"], row["_line"]) for row in found] == [("2", "a; b", "2"), ("", "", "3")]
    text = rejects.read_text(encoding="utf-8").replace("2,,,", "2,Bob,bob@x.org,", 1)
    rejects.write_text(text, encoding="utf-8")
    (mended,) = bring(rejects).files
    assert (mended.created, mended.blank, mended.mapping.source) == (1, 1, file.mapping.source)
    assert [(person["name"], person["tags"]) for person in records("contact")][1][0] == "Bob"


def test_it_finds_them_in_folders_and_archives(mara: World, tmp_path: Path) -> None:
    """By what is in them; what is no JSON after all is left out and named."""
    del mara
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.txt", '{"name": "Ann", "email": "ann@x.org"}\n{"name": "Bo", "email": "bo@x.org"}\n')
        archive.writestr("firms.json", '{"results": [{"name": "Bolt", "domain": "bolt.com"}]}')
        archive.writestr("settings.json", '{"a": 1}')
        archive.writestr("list.json", "[1, 2]")
    report = bring_all(path)
    assert fates(report) == {"e.zip: firms.json": (1, 0, 0, 0, 0, 0), "e.zip: people.txt": (2, 0, 0, 0, 0, 0)}
    assert len(report.left_out) == 2


def test_it_imports_the_cards_of_people_and_companies(mara: World, tmp_path: Path) -> None:
    """Labels, links and ids; again, nothing, and a card of the same id is the same person under another name."""
    del mara
    path = tmp_path / "c.vcf"
    ann = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:urn:1",
        "N:Lee;Ann;;;",
        "ORG:Bolt;Tools",
        "EMAIL;TYPE=home:ann@x.org",
        "EMAIL;TYPE=work;TYPE=pref:ann@bolt.com",
        "TEL;TYPE=CELL:+49 170 1234567",
        "ADR;TYPE=WORK:;;Main St 3;Bonn;;53111;Germany",
        "BDAY:19800203",
        "CATEGORIES:vip,old",
        "END:VCARD",
    ]
    bolt = ["BEGIN:VCARD", "VERSION:4.0", "KIND:org", "FN:Bolt", "URL:https://bolt.com", "END:VCARD"]
    path.write_text("\n".join([*ann, *bolt]), encoding="utf-8")
    report = bring(path)
    assert fates(report) == {"c.vcf: companies": (1, 0, 0, 0, 0, 0), "c.vcf: people": (1, 0, 0, 0, 0, 0)}
    found = only("contact")
    assert [(email["address"], email["label"]) for email in found["emails"]] == [
        ("ann@bolt.com", "work"),
        ("ann@x.org", "home"),
    ]
    assert (found["birthday"], found["city"], found["department"], places(found)) == (
        "1980-02-03",
        "Bonn",
        "Tools",
        ["Bolt"],
    )
    assert bring(path).operation is None
    moved = ["BEGIN:VCARD", "VERSION:3.0", "UID:urn:1", "N:Ray;Ann;;;", "EMAIL:ann@new.org", "END:VCARD"]
    path.write_text("\n".join(moved), encoding="utf-8")
    (again,) = bring(path).files
    assert (again.updated, only("contact")["last_name"]) == (1, "Ray")


def test_it_takes_mended_cards(mara: World, tmp_path: Path) -> None:
    """What is known of a card that breaks off is in the rejects, and its id stays its id."""
    del mara
    path = tmp_path / "c.vcf"
    path.write_text("BEGIN:VCARD\nUID:u1\nN:Lee;Ann\nEMAIL;TYPE=work:ann@x.org\nBEGIN:VCARD\nFN:Bo Ray\nEND:VCARD\n")
    (file,) = bring(path).files
    assert (file.created, [line for line, _reason, _row in file.rejected]) == (1, [1])
    (mended,) = bring(write_rejects(file)).files
    assert (mended.created, mended.mapping.source) == (1, "vcard")
    found = records("contact")[1]
    assert (found["name"], found["emails"][0]["label"]) == ("Ann Lee", "work")
    path.write_text("BEGIN:VCARD\nUID:u1\nN:Lee;Ann\nEMAIL;TYPE=work:ann@x.org\nEND:VCARD\n")
    assert bring(path).operation is None


@pytest.mark.parametrize("folder", ["vcard-ez", "vcard-khard", "vcard-monica", "vcard-roundcube"])
def test_it_imports_every_collection_of_cards(mara: World, folder: str) -> None:
    """Whole folders at once; the one card that has no end is the one that is rejected."""
    del mara
    report = bring_all(corpus("import", folder))
    rejected = [reason for file in report.files for _line, reason, _row in file.rejected]
    unfinished = "unparsable.vcf, line 1: the card is not finished: there is no END:VCARD"
    assert rejected == ([unfinished] if folder == "vcard-khard" else [])
    assert not any(file.blank for file in report.files)
    assert all(file.mapping.source == "vcard" for file in report.files)


def one_card(*lines: str) -> str:
    """A file of one card."""
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


def test_it_reads_the_cards_of_many_files_together(mara: World, tmp_path: Path) -> None:
    """A company that two of them name is one; what is no card is left out and named, what is none half is rejected."""
    del mara
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "a.vcf").write_text(one_card("FN:Ann Lee", "ORG:Bolt", "EMAIL:ann@x.org"))
    (folder / "b.vcf").write_text(one_card("FN:Bo Ray", "ORG:Bolt") + "BEGIN:VCARD\nFN:Half\n")
    (folder / "c.vcf").write_text("nothing\n")
    (folder / "d.csv").write_text("First Name,Last Name,Email\nDi,Dee,di@x.org\n")
    report = bring_all(folder)
    assert fates(report) == {"3 vCard files": (2, 0, 0, 0, 1, 0), "d.csv": (1, 0, 0, 0, 0, 0)}
    assert report.left_out == ["Left out, as nothing that can be read: c.vcf."]
    assert report.files[0].rejected[0][1] == "b.vcf, line 6: the card is not finished: there is no END:VCARD"
    assert [places(contact) for contact in records("contact")] == [["Bolt"], ["Bolt"], []]
    assert len(records("company")) == 1
    assert Operation.select().order_by(Operation.id.desc()).first().summary == "Import 3 vCard files, d.csv"
    assert write_rejects(report.files[0]).parent == folder


def test_it_refuses_a_file_without_cards_that_was_named(mara: World, tmp_path: Path) -> None:
    """Among others that have some, too."""
    del mara
    good, bad = tmp_path / "a.vcf", tmp_path / "b.vcf"
    good.write_text(one_card("FN:Ann Lee"))
    bad.write_text("nothing\n")
    with pytest.raises(UsageError, match=r"b\.vcf holds no vCards"):
        bring_all(good, bad)
    assert records("contact") == []


def test_it_makes_nothing_of_its_own_columns(mara: World, tmp_path: Path) -> None:
    """Neither of the line and the reason of a reject, though `line` is a word for a street, nor of what a card is."""
    del mara
    rejects = write(tmp_path / "r.csv", "Name,Email,Card Kind,_line,_reason", "Ann Lee,ann@x.org,person,7,no name")
    (file,) = bring(rejects).files
    assert [column.header for column in file.mapping.columns] == ["Name", "Email"]
    assert file.mapping.unmapped == ()
    assert only("contact")["street"] is None
