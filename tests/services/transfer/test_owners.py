"""Owners who are said to be members: name by name or in a file, for every kind of record, and who is nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.db.ids import own_id, take
from smallcrm.errors import UsageError
from smallcrm.models.workspace import Member
from smallcrm.services.records import undo
from smallcrm.services.transfer.owners import is_bare_id, owner_pairs
from smallcrm.services.transfer.rules import Rules
from smallcrm.text import sort_key
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.support import custom
from tests.support.canonical import export
from tests.support.cast import ADAM, MARA, OLGA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

HEADER = "First Name,Last Name,Email,Owner"


def owned(*paths: Path, said: Iterable[str], clear: bool = False) -> Report:
    """Import with owners who are said to be members."""
    return bring(*paths, rules=Rules(owners=owner_pairs(said), clear_blanks=clear))


def owners(noun: str = "contact") -> list[str | None]:
    """The names of the owners of all records."""
    names = {row.id: row.name for row in Member.select()}
    return [names.get(record["owner"]) for record in records(noun)]


def test_owners_are_the_members_who_they_are_said_to_be(mara: World, tmp_path: Path) -> None:
    """By name or address on either side; whom nobody has spoken of becomes a placeholder as ever."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, "A,A,a@x.org,Zoe Z", "B,B,b@x.org,ZOE Z", "C,C,c@x.org,z@old.example",
                 "D,D,d@x.org,Bot", "E,E,e@x.org,Yan", f"F,F,f@x.org,{OLGA.name}")  # fmt: skip
    said = [f"Zoe Z={OLGA.email.upper()}", f"Z@old.example={ADAM.name}", "Bot=-", "Old Hand=-"]
    report = owned(path, said=said)
    assert owners() == [OLGA.name, OLGA.name, ADAM.name, None, "Yan", OLGA.name]
    assert report.files[0].also_created == {"member": 1}
    assert report.left_out == ["--owner-map: no row names the owner 'Old Hand'."]
    after = export()
    assert owned(path, said=said[:3]).operation is None
    assert export() == after


@pytest.mark.parametrize(
    "word", ["nobody", "None", "n/a", "-", "Unassigned", "niemand", "Nicht zugewiesen", "Personne", "Non attribué",
             "Nadie", "Sin asignar", "Ninguém", "Não atribuído", "Nessuno", "Geen", "Nikdo", "Žádný vlastník", "Nikt",
             "nie przypisano", "未割り当て"]
)  # fmt: skip
def test_a_word_for_nobody_makes_no_member(adam: World, tmp_path: Path, word: str) -> None:
    """In the languages that headers are known in."""
    del adam
    path = write(tmp_path / "p.csv", HEADER, f"A,A,a@x.org,{word}")
    deals = write(tmp_path / "d.csv", "Deal Name,Deal Stage,Deal Owner", f"Roof,Lead,{word}")
    report = bring(path, deals)
    assert [(file.also_created, file.warnings) for file in report.files] == [({}, []), ({}, [])]
    assert owners() == owners("deal") == [None]


def test_what_the_user_says_of_a_word_for_nobody_counts_more(mara: World, tmp_path: Path) -> None:
    """Somebody may be called so."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, "A,A,a@x.org,Nikt")
    assert owned(path, said=[f"Nikt={OLGA.name}"]).files[0].created == 1
    assert owners() == [OLGA.name]


def test_known_records_get_the_member_for_the_placeholder(mara: World, tmp_path: Path) -> None:
    """What an earlier import made of the name gives way; nobody says nothing, unless blanks count."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, "A,A,a@x.org,Zoe", "B,B,b@x.org,Zoe")
    bring(path)
    before = export()
    assert owned(path, said=["Zoe=-"]).operation is None
    assert owners() == ["Zoe", "Zoe"]
    assert fates(owned(path, said=[f"Zoe={MARA.email}"]))["p.csv"] == (0, 2, 0, 0, 0, 0)
    assert owners() == [MARA.name, MARA.name]
    assert fates(owned(path, said=["Zoe=-"], clear=True))["p.csv"] == (0, 2, 0, 0, 0, 0)
    assert owners() == [None, None]
    assert owned(path, said=["Zoe=-"], clear=True).operation is None
    undo.undo()
    undo.undo()
    assert export() == before


def test_owners_of_companies_deals_and_fields_are_the_same_members(adam: World, tmp_path: Path) -> None:
    """Whatever names a member is read alike."""
    del adam
    custom.define("contact", "Coach", "user")
    firms = write(tmp_path / "c.csv", "Company Name,Industry,Company Owner", "Acme,Media,Zoe")
    people = write(tmp_path / "p.csv", f"{HEADER},Coach", "A,A,a@x.org,Zoe,Zoe", "B,B,b@x.org,Bot,Bot")
    deals = write(
        tmp_path / "d.csv", "Deal Name,Stage,Amount,Deal Owner", "Roof,Proposal,5000,Zoe", "Door,Proposal,1,Bot"
    )
    report = owned(firms, people, deals, said=[f"Zoe={OLGA.email}", "Bot=-"])
    assert [owners(noun) for noun in ("company", "contact", "deal")] == [[OLGA.name], *[[OLGA.name, None]] * 2]
    olga = only("company")["owner"]
    assert [contact["coach"] for contact in records("contact")] == [olga, None]
    assert [file.warnings for file in report.files] == [[], [], []]
    assert all("member" not in file.also_created for file in report.files)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Owner,Member\nZoé Z,{}\n\nBot,-\n", "utf-8"),
        ("Zoé Z;{}\r\nBot;-\r\n", "cp1252"),
        ("Zoé Z = {}\nBot=-\n", "utf-8-sig"),
        ('"Zoé Z"\t{}\t\nBot\t-\n', "utf-16"),
    ],
)
def test_the_owners_may_stand_in_a_file(mara: World, tmp_path: Path, text: str, encoding: str) -> None:
    """Two columns with or without a header, or lines; in the encodings of a spreadsheet."""
    del mara
    listed = tmp_path / "owners.csv"
    listed.write_bytes(text.format(OLGA.email).encode(encoding))
    assert owner_pairs([str(listed)]) == (("Zoé Z", OLGA.email), ("Bot", "-"))
    path = write(tmp_path / "p.csv", HEADER, "A,A,a@x.org,Zoé Z", "B,B,b@x.org,Bot", "C,C,c@x.org,Yan")
    owned(path, said=[str(listed), f"Yan={ADAM.name}"])
    assert owners() == [OLGA.name, None, ADAM.name]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_who_is_no_member_is_refused_before_anything_is_read(mara: World, tmp_path: Path) -> None:
    """A stranger, a name that two have, an owner who is to be two, words that are neither; the file is not opened."""
    del mara
    Member.create(
        id=own_id(take("member")), name=OLGA.name, name_key=sort_key(OLGA.name), role=1, created_at=clock.now()
    )
    gone = tmp_path / "gone.csv"
    for said, told in (
        (["Zoe=nobody@x.example"], "There is no member 'nobody@x.example' in this workspace."),
        ([f"Zoe={OLGA.name}"], f"Several members are called {OLGA.name!r}."),
        ([f"Zoe={MARA.email}", f"zoe={ADAM.email}"], "The owner 'zoe' cannot be two members."),
        (["Zoe"], "--owner-map takes a file or NAME=MEMBER, and there is no file 'Zoe'."),
        (["=x"], "--owner-map takes NAME=MEMBER: '=x'."),
    ):
        with pytest.raises(UsageError) as caught:
            owned(gone, said=said)
        assert caught.value.sentence == told
    odd = write(tmp_path / "odd.csv", "Zoe,a,b")
    with pytest.raises(UsageError, match="a line is an owner and a member, and not 'Zoe,a,b'"):
        owner_pairs([str(odd)])


@pytest.mark.parametrize(
    ("ref", "bare"),
    [
        ("555", True), ("0", True), ("005x0000000fNSi", True), ("005x0000000fNSiAAM", True),
        ("436bf9b0-1147-4c0a-8439-6f79833bff5b", True), ("5f2d3c1b9a8e7d6c5b4a3f2e", True),
        ("Ann", False), ("ann2", False), ("Ann Lee 2", False), ("ann12345678901234@x.example", False),
        ("maximilian-von-hohenstein", False), ("Team 5", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_an_id_and_no_name(ref: str, bare: bool) -> None:
    """Figures alone, or one long word with figures in it."""
    assert is_bare_id(ref) is bare
