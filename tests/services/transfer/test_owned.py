"""What a workspace has exported, imported into the same one: every row is about the record that it is of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.operations import operation
from smallcrm.services.records.undo import undo
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.tickets import TICKET
from smallcrm.services.transfer import exporting
from smallcrm.services.transfer.owned import is_same_time
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, records, write
from tests.support import custom
from tests.support.canonical import export
from tests.support.cast import ADAM, EUR, MARA, MEMBERS, NORTH

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

LONG_AGO = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
NOUNS = (COMPANY, CONTACT, DEAL, TICKET, ACTIVITY)
TABLES = ("csv", "tsv", "json", "ndjson", "xlsx")


def exported(folder: Path, noun: Noun, kind: str = "csv") -> Path:
    """All records of a noun as a file."""
    path = folder / f"{noun.plural}.{kind}"
    fields = chosen_columns(noun, ",".join(exporting.export_keys(noun)))
    exporting.export_file(path, noun, exporting.Wanted(fields, kind), force=True, progress=lambda _count: None)
    return path


def edited(path: Path, *changes: tuple[str, str]) -> Path:
    """A file of text with other words in it."""
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return path


def settle() -> None:
    """Two records of each noun; nothing but the number tells who the people are."""
    for name in ("Acme", "Bolt"):
        add(COMPANY, Edit({"name": name, "external_ids": f"hub:{name}"}), EUR)
    for name in ("Mom", "Dad"):
        add(CONTACT, Edit({"first_name": name, "phones": "0170 1"}), EUR)
    add(DEAL, Edit({"name": "Alpha", "amount": "10EUR", "external_ids": "hubspot:9"}), EUR)
    add(DEAL, Edit({"name": "Beta", "amount": "10EUR", "company": "1"}), EUR)
    for name in ("Help", "Fire"):
        add(TICKET, Edit({"subject": name, "requester": "1"}), EUR)
        add(ACTIVITY, Edit({"subject": name, "kind": "call", "links": "company:1"}), EUR)


# What is of a moment: when a record changed, what it was called before, and what is measured from times.
MOMENTS = ("updated_at", "external_ids", "idle_since", "stage_log", "status_log")


def told(noun: Noun) -> list[dict[str, Any]]:
    """What an export says of each record, but for what is of a moment."""
    fields = chosen_columns(noun, ",".join(key for key in exporting.export_keys(noun) if key not in MOMENTS))
    keys = [field.key for field in fields]
    return [dict(zip(keys, row, strict=True)) for row in exporting.export_rows(noun, fields)]


def names(noun: Noun) -> list[Any]:
    """What the live records of a noun are called."""
    return [record["name" if noun.title == "name" else noun.title] for record in records(noun.name)]


@pytest.mark.parametrize("kind", TABLES)
def test_unedited_it_changes_nothing(mara: World, tmp_path: Path, kind: str) -> None:
    """Each row is about the record that it was made of, also where nothing but its number tells that."""
    del mara
    settle()
    before = export()
    report = bring(*(exported(tmp_path, noun, kind) for noun in NOUNS))
    assert [(file.rows, file.unchanged) for file in report.files] == [(2, 2)] * len(NOUNS)
    assert export() == before


def test_what_was_edited_is_updated(mara: World, tmp_path: Path) -> None:
    """With a new name, and with ids of other programs; nothing is created."""
    del mara
    settle()
    changes = {
        "company": [(",Acme,", ",Acme 2,"), (",Bolt,", ",Bolt 2,")],
        "contact": [(",Mom,,Mom,", ",Mum,,Mum,")],
        "deal": [(",Alpha,", ",Alpha 2,"), (",Beta,", ",Beta 2,")],
        "ticket": [(",Help,", ",Help 2,")],
        "activity": [(",Fire,", ",Fire 2,")],
    }  # fmt: skip
    for noun in NOUNS:
        some = changes[noun.name]
        report = bring(edited(exported(tmp_path, noun), *some))
        assert [fate[:5] for fate in fates(report).values()] == [(0, len(some), 0, 2 - len(some), 0)]
    assert [names(noun) for noun in NOUNS] == [
        ["Acme 2", "Bolt 2"], ["Mum", "Dad"], ["Alpha 2", "Beta 2"], ["Help 2", "Fire"], ["Help", "Fire 2"],
    ]  # fmt: skip
    assert all(not any(each["source"] == "smallcrm" for each in one["external_ids"]) for one in records("deal"))


def test_a_deal_that_was_moved_has_the_chance_of_its_stage(mara: World, tmp_path: Path) -> None:
    """What an export tells of the chance is that of the stage before, and nobody's own word."""
    del mara
    add(DEAL, Edit({"name": "Alpha", "amount": "10EUR"}), EUR)
    bring(edited(exported(tmp_path, DEAL), (",Lead,", ",Negotiation,")))
    (deal,) = told(DEAL)
    assert (deal["stage"], deal["probability"]) == ("Negotiation", None)


def test_the_number_of_another_workspace_is_another_record(world: World, tmp_path: Path) -> None:
    """There it came about at another time."""
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        settle()
        files = [exported(tmp_path, noun) for noun in (CONTACT, DEAL)]
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        add(CONTACT, Edit({"first_name": "Zoe"}), EUR)
        add(DEAL, Edit({"name": "Zeta", "amount": "1EUR"}), EUR)
        assert [fate[0] for fate in fates(bring(*files)).values()] == [2, 2]
        assert names(CONTACT) == ["Zoe", "Mom", "Dad"]
        again = [edited(exported(tmp_path, CONTACT), (",Mom,,Mom,", ",Mum,,Mum,")), exported(tmp_path, DEAL)]
        assert [fate[:4] for fate in fates(bring(*again)).values()] == [(0, 1, 0, 2), (0, 0, 0, 3)]
        assert names(CONTACT) == ["Zoe", "Mum", "Dad"]


def test_numbers_that_were_shifted_mean_their_own(world: World, tmp_path: Path) -> None:
    """The files of both workspaces are known, though all that was imported came about at one time."""
    (tmp_path / "there").mkdir()
    with world.acts(MARA, world.settle(NORTH, MEMBERS)), clock.frozen(LONG_AGO):
        settle()
        there = [exported(tmp_path / "there", noun) for noun in (CONTACT, DEAL)]
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        add(CONTACT, Edit({"first_name": "Zoe"}), EUR)
        add(DEAL, Edit({"name": "Zeta", "amount": "1EUR"}), EUR)
        bring(*there)
        assert [names(noun) for noun in (CONTACT, DEAL)] == [["Zoe", "Mom", "Dad"], ["Zeta", "Alpha", "Beta"]]
        before = export()
        assert [fate[3] for fate in fates(bring(*(exported(tmp_path, noun) for noun in (CONTACT, DEAL)))).values()] == [
            3, 3,
        ]  # fmt: skip
        assert [fate[3] for fate in fates(bring(*there)).values()] == [2, 2]
        assert export() == before


def test_of_what_is_in_the_trash_a_row_is_refused_or_restores_it(mara: World, tmp_path: Path) -> None:
    """As of any other record that a row is about."""
    del mara
    settle()
    files = [exported(tmp_path, noun) for noun in (CONTACT, DEAL)]
    with operation("Trash") as op:
        op.trash(CONTACT, records("contact")[0]["id"])
        op.trash(DEAL, records("deal")[1]["id"])
    report = bring(*files)
    assert [[reason for _line, reason, _row in file.rejected] for file in report.files] == [
        ["contact 1, which it is about, is in the trash (smallcrm contact restore 1)"],
        ["deal 2, which it is about, is in the trash (smallcrm deal restore 2)"],
    ]
    assert [fate[:5] for fate in fates(bring(*files, rules=Rules(restore=True))).values()] == [(0, 1, 0, 1, 0)] * 2
    assert [names(noun) for noun in (CONTACT, DEAL)] == [["Mom", "Dad"], ["Alpha", "Beta"]]


def test_what_was_undone_is_as_if_it_had_never_been(mara: World, tmp_path: Path) -> None:
    """A row about it is new."""
    del mara
    add(CONTACT, Edit({"first_name": "Mom"}), EUR)
    path = exported(tmp_path, CONTACT)
    undo()
    assert fates(bring(path)) == {"contacts.csv": (1, 0, 0, 0, 0, 0)}


@pytest.mark.parametrize("kind", TABLES)
def test_another_workspace_has_the_same_of_it(world: World, tmp_path: Path, kind: str) -> None:
    """Several people of a deal, several companies of a person, whose a ticket is, and what is like another program."""
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        for name in ("Sommer GmbH, Co. KG", "Bolt"):
            add(COMPANY, Edit({"name": name}), EUR)
        add(CONTACT, Edit({"first_name": "Ann", "last_name": "Lee", "companies": "1,2", "tags": "a;b,vip"}), EUR)
        with operation("Label") as op:
            phones = [{"number": "+49 30 1", "label": "home"}, {"number": "0170 2"}]
            op.create(CONTACT, {"first_name": "Bo", "emails": [{"address": "bo@x.example"}], "phones": phones})
        deal = {"name": "Big", "amount": "10.50EUR", "company": "1", "contacts": "1,2", "external_ids": "hub:1"}
        add(DEAL, Edit({**deal, "description": "<b>one</b>\ntwo & three"}), EUR)
        own = {"status": "open", "status_label": "In Prüfung", "source": "fair"}
        add(TICKET, Edit({"subject": "Help", "requester": "1", "assignee": "me", "company": "2", **own}), EUR)
        add(ACTIVITY, Edit({"subject": "Call", "kind": "call", "links": "contact:1,contact:2,deal:1"}), EUR)
        files = [exported(tmp_path, noun, kind) for noun in NOUNS]
        wanted = [told(noun) for noun in NOUNS]
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        report = bring(*files)
        assert [file.mapping.source for file in report.files] == ["smallcrm"] * 5
        assert [told(noun) for noun in NOUNS] == wanted
        if kind in ("json", "ndjson"):
            assert [phone.get("label") for phone in records("contact")[1]["phones"]] == ["home", None]
        assert [fate[3] for fate in fates(bring(*files)).values()] == [2, 2, 1, 1, 1]


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_no_field_is_made_of_what_follows(world: World, tmp_path: Path, kind: str) -> None:
    """What an export tells besides, such as how long a deal has been idle, is no field of anybody's own."""
    with world.acts(ADAM):
        settle()
        custom.define("deal", "Fee", "money")
        custom.define("deal", "Who", "user")
        add(DEAL, Edit({"name": "Gamma", "owner": "me", "fee": "5USD", "who": "me"}), EUR)
        add(
            TICKET,
            Edit({"subject": "Watch", "watchers": "me", "status": "waiting", "waiting_until": "2030-01-02"}),
            EUR,
        )
        add(ACTIVITY, Edit({"subject": "Soon", "kind": "task", "due": "2030-01-02", "owner": "me"}), EUR)
        before = export()
        report = bring(*(exported(tmp_path, noun, kind) for noun in NOUNS), unknown="custom")
        assert [file.new_fields for file in report.files] == [{}] * 5
        assert export() == before
        told = [[column.header for column in file.mapping.unmapped if column.filled] for file in report.files]
        assert told == [[], [], [], ["watchers", "waiting_until"], []]


@pytest.mark.usefixtures("mara")
class TestFurtherIds:
    """The ids of other programs tell what a row of work is about, where its own does not."""

    def test_one_that_is_known_means_its_record(self, tmp_path: Path) -> None:
        """Without a number, and with that of another workspace."""
        settle()
        (tmp_path / "a.csv").write_text(
            'name,stage,external_ids,updated_at\nAlpha 3,,"hubspot:9, sap:1",\n', encoding="utf-8"
        )
        assert fates(bring(tmp_path / "a.csv")) == {"a.csv": (0, 1, 0, 0, 0, 0)}
        assert names(DEAL) == ["Alpha 3", "Beta"]

    def test_those_of_two_are_refused_and_those_of_another_left_out(self, tmp_path: Path) -> None:
        """Nothing is guessed, and what another has is told."""
        settle()
        path = tmp_path / "a.csv"
        path.write_text("name,stage,external_ids,updated_at\nGamma,,sap:1,\n", encoding="utf-8")
        bring(path)
        path.write_text('name,stage,external_ids,updated_at\nDelta,,"hubspot:9, sap:1",\n', encoding="utf-8")
        report = bring(path)
        assert [reason for _line, reason, _row in report.files[0].rejected] == [
            "its external ids belong to several deals"
        ]
        report = bring(edited(exported(tmp_path, DEAL), ("sap:1", '"sap:1, hubspot:9"')))
        assert [str(each) for each in report.files[0].warnings] == [
            "line 4: deal 1 has the id 'hubspot:9'; it is left out"
        ]
        assert report.files[0].unchanged == 3


def test_times_are_compared_as_exactly_as_a_file_has_them() -> None:
    """Spreadsheets leave out what is less than a second, or the seconds."""
    held = 1_700_000_012_345_678
    assert all(is_same_time(held, held // unit * unit) for unit in (1, 1_000, 1_000_000, 60_000_000))
    assert not any(
        is_same_time(held, said) for said in (held + 1, held - 1, held // 60_000_000 * 60_000_000 - 60_000_000)
    )


# One has a mark that parts several elsewhere.
CHOICES = ("end-user", "Key account", "VIP; gold", "Déjà vu")


@pytest.mark.parametrize("kind", [*TABLES, "vcf"])
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_choices_are_called_as_people_call_them(world: World, tmp_path: Path, kind: str) -> None:
    """In tables and on cards; in JSON they are what programs know them by. An import takes both."""
    with world.acts(ADAM):
        custom.define("contact", "Type", "select", options=CHOICES)
        custom.define("contact", "Roles", "multi-select", options=CHOICES)
        keys = CONTACT.by_key["type"].choices
        assert keys[0] != CHOICES[0]
        for at, key in enumerate(keys):
            roles = [{"value": one} for one in keys[at:]]
            with operation("Add") as op:
                op.create(CONTACT, {"first_name": f"P{at}", "type": key, "roles": roles})
        before = export()
        path = exported(tmp_path, CONTACT, "csv" if kind == "vcf" else kind)
        if kind == "vcf":
            path = exported(tmp_path, CONTACT, "vcard").rename(tmp_path / "a.vcf")
        if kind in ("csv", "tsv", "vcf"):
            text = path.read_text(encoding="utf-8").replace("\\;", ";")
            assert keys[0] not in text
            assert all(choice in text for choice in CHOICES)
        assert bring(path).files[0].unchanged == len(keys)
        assert export() == before
        rows = [f"X,x@x.example,{keys[0]}", f"Y,y@x.example,{CHOICES[0]}"]
        bring(write(tmp_path / "both.csv", "First Name,Email,Type", *rows))
        assert [record["type"] for record in records("contact")[len(keys) :]] == [keys[0]] * 2


@pytest.mark.usefixtures("mara")
def test_what_only_looks_like_ours_does_no_harm(tmp_path: Path) -> None:
    """An object with our marks and anything in its lists is read as far as it says something."""
    deep = "[" * 30 + "1" + "]" * 30
    odd = f'{{"name": {deep}, "id": {{}}}}, {deep}, null, true, 7, "b", {{"source": 1, "key": {{}}}}'
    path = tmp_path / "a.json"
    keys = '"id": [], "first_name": "Ann", "last_name": "Lee", "updated_at": {}, "created_at": []'
    path.write_text(f'[{{{keys}, "external_ids": [{odd}], "tags": [{odd}], "emails": {{"id": 1, "name": 2}}}}]')
    assert bring(path, noun="contact").files[0].created == 1
    (ann,) = records("contact")
    assert {tag["name"] for tag in ann["tags"]} == {"7", "b"}
