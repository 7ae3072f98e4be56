"""Undo and redo by their rules: whose, which, how often, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db import search
from smallcrm.errors import Conflict, NotAllowed, NotFound
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, logbook, obstacles, referring, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import Operation, operation
from tests.support.actions import insert_people
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, MARA, RUTH

if TYPE_CHECKING:
    from tests.support.world import World


def add(**values: str) -> int:
    """A new contact; gives its number."""
    return editing.add(CONTACT, Edit(values), EUR).changed[0]


def change(number: int, **values: str) -> int:
    """Set some fields of a contact; gives the operation."""
    done = editing.edit_many(CONTACT, [number], Edit(values), EUR).operation
    assert done is not None
    return done


def import_people(count: int) -> int:
    """A range of contacts, as an import makes it; gives the operation."""
    with operation("Import", kind="import") as op:
        insert_people(op, [{"name": f"P{n}", "address": f"p{n}@x.org"} for n in range(count)])
    assert op.id is not None
    return logbook.log(1)[0].operation


@pytest.mark.usefixtures("mara")
def test_it_steps_back_twice_and_forth_twice() -> None:
    """Undo and redo are never what the next undo takes back."""
    number = add(first_name="Ann", city="Rome")
    change(number, city="Oslo")
    change(number, city="Bern")
    cities = []
    for step in (undo.undo, undo.undo, undo.redo, undo.redo, undo.undo):
        step()
        cities.append(store.get(CONTACT, number)["city"])
    assert cities == ["Oslo", "Rome", "Oslo", "Bern", "Oslo"]


@pytest.mark.usefixtures("mara")
def test_it_refuses_what_was_taken_back_between_the_look_and_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two undo of the same operation at once: the slower one changes nothing."""
    number = add(first_name="Ann", city="Rome")
    change(number, city="Oslo")
    stale = undo._newest(undone=False)
    undo.undo()
    monkeypatch.setattr(undo, "_newest", lambda **_kinds: stale)
    with pytest.raises(Conflict, match="has been undone already"):
        undo.undo()
    assert store.get(CONTACT, number)["city"] == "Rome"


@pytest.mark.usefixtures("mara")
def test_it_has_nothing_to_undo_or_redo_at_first() -> None:
    """A sentence and the next command."""
    for act in (undo.undo, undo.redo):
        with pytest.raises(NotFound, match="There is nothing to"):
            act()
    for number in (1, 0, -1, 1 << 70):
        with pytest.raises(NotFound, match=f"no operation {number}"):
            undo.undo(number)


@pytest.mark.usefixtures("mara")
def test_it_hides_what_was_created() -> None:
    """An undone record is nowhere: not listed, shown, matched or in the way."""
    number = add(first_name="Ann", emails="a@x.org", external_ids="hub:1")
    undo.undo()
    assert store.page(CONTACT, store.Listing()).records == []
    assert store.page(CONTACT, store.Listing(trashed=True)).records == []
    assert (store.count(CONTACT), store.count(CONTACT, trashed=True)) == (0, 0)
    assert search.matching(CONTACT.code, ["ann"], 9) == []
    for look in (lambda: store.get(CONTACT, number), lambda: logbook.history(CONTACT, number)):
        with pytest.raises(NotFound):
            look()
    for act in (editing.trash_many, editing.restore_many):
        with pytest.raises(NotFound):
            act(CONTACT, [number])
    add(first_name="Bo", emails="a@x.org", external_ids="hub:1")
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_leaves_out_a_redo_whose_value_is_taken() -> None:
    """The record that holds it is named beside the one that stays away."""
    add(first_name="Ann", emails="a@x.org")
    undo.undo()
    add(first_name="Bo", emails="A@x.org")
    with pytest.raises(Conflict) as caught:
        undo.redo()
    assert caught.value.details == ("contact 1: a@x.org belongs to contact 2 now",)


@pytest.mark.usefixtures("mara")
def test_it_takes_back_a_list_element_by_element() -> None:
    """What was added since stands; a removal since is not reversed; the primary one comes back."""
    number = add(first_name="Ann", emails="a@x.org, b@x.org")
    removed = editing.edit_many(CONTACT, [number], Edit(remove=[("emails", "a@x.org")]), EUR).operation
    editing.edit_many(CONTACT, [number], Edit({"emails": "work:b@x.org, c@x.org"}), EUR)
    outcome = undo.undo(removed)
    assert outcome.left == ["contact 1: emails b@x.org has been changed since"]
    assert store.get(CONTACT, number)["emails"] == [
        {"address": "a@x.org", "primary": True},
        {"address": "b@x.org", "label": "work"},
        {"address": "c@x.org"},
    ]


@pytest.mark.usefixtures("mara")
def test_it_keeps_a_record_that_was_changed_since() -> None:
    """Of an imported range the changed one stays, the others go; taken back, that change no longer counts."""
    done = import_people(5)
    editing.edit_many(CONTACT, [3], Edit(append=[("tags", "vip")]), EUR)
    assert undo.undo(done, dry_run=True).counts == {"hide": 4}
    outcome = undo.undo(done)
    assert outcome.left == ["contact 3: it has been changed since, so it stays"]
    assert list(export()["contact"]) == [3]
    undo.redo()
    undo.undo()
    assert undo.undo(done).left == []
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_takes_back_an_import_that_changed_what_it_made() -> None:
    """The import's own updates do not count as changes since, and leave nothing in the search index."""
    with operation("Import", kind="import") as op:
        first = insert_people(op, [{"name": "Ann", "address": "a@x.org"}, {"name": "Bo", "address": "b@x.org"}])
        more = [{"address": "a@x.org", "primary": True}, {"address": "z@x.org"}]
        op.update(CONTACT, first, {"first_name": "Anna", "emails": more})
    after = export()
    assert undo.undo().left == []
    assert export()["contact"] == {}
    assert faults() == []
    undo.redo()
    assert export() == after
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_keeps_a_company_that_somebody_works_for() -> None:
    """Nothing that is seen refers to what is hidden: not after an undo, not after a redo."""
    made = editing.add(COMPANY, Edit({"name": "Acme"}), EUR).operation
    add(first_name="Ann", companies="Acme")
    with pytest.raises(Conflict) as caught:
        undo.undo(made)
    assert caught.value.details == ("company 1: contact 1 refers to it, so it stays",)
    undo.undo()
    undo.undo()
    undo.redo()
    undo.redo()
    assert faults() == []


def test_it_does_not_link_to_what_is_hidden(world: World) -> None:
    """Ann's place is redone by one member while the company is undone by another."""
    with world.acts(ADAM):
        editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    with world.acts(MARA):
        number = add(first_name="Ann")
        change(number, companies="Acme")
        undo.undo()
    with world.acts(ADAM):
        undo.undo()
    with world.acts(MARA):
        with pytest.raises(Conflict) as caught:
            undo.redo()
        assert caught.value.details == ("contact 1: company 1 is not there any more",)
        assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_restores_one_of_two_that_share_a_value_by_now() -> None:
    """Both were trashed together; an undo in between gave one an address of the other. The last comes back first."""
    one, two = add(first_name="Ann", emails="a@x.org"), 2
    moved = change(one, emails="b@x.org")
    add(first_name="Bo", emails="a@x.org")
    trashed = editing.trash_many(CONTACT, [one, two]).operation
    undo.undo(moved)
    assert undo.undo(trashed).left == ["contact 1: a@x.org belongs to contact 2 now"]
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_undoes_once() -> None:
    """An operation that is taken back cannot be again; an undo can, by its number, which is a redo."""
    number = add(first_name="Ann")
    moved = change(number, city="Rome")
    done = undo.undo(moved)
    with pytest.raises(Conflict, match=f"has been undone already, by operation {done.operation}"):
        undo.undo(moved)
    undo.undo(done.operation)
    assert store.get(CONTACT, number)["city"] == "Rome"
    assert [entry.undone for entry in logbook.log()] == [False, True, False, False]
    assert undo.undo().target == moved


def test_it_asks_an_admin_for_the_work_of_others(world: World) -> None:
    """A bare undo is one's own; another's needs its number and the role."""
    with world.acts(ADAM):
        number = add(first_name="Ann")
        done = logbook.log(1)[0].operation
    with world.acts(MARA):
        with pytest.raises(NotFound):
            undo.undo()
        with pytest.raises(NotAllowed, match="somebody else's; only an admin"):
            undo.undo(done)
        mine = change(number, city="Rome")
    with world.acts(ADAM):
        assert undo.undo(mine).counts == {"update": 1}
    with world.acts(RUTH), pytest.raises(NotAllowed, match="Your role here is reader"):
        undo.undo(done)


# -- planted faults: each of these must be seen by the checks above


@pytest.mark.usefixtures("mara")
def test_it_would_see_a_search_row_that_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo that leaves the search rows of what it hides is found out."""
    import_people(3)
    monkeypatch.setattr(search, "remove", lambda *_arguments: None)
    undo.undo()
    assert faults() == ["contact: the search index is not what the records say"]


@pytest.mark.usefixtures("mara")
def test_it_would_see_waiting_search_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one that writes the rows of its own updates after it hid the record."""
    with operation("Import", kind="import") as op:
        first = insert_people(op, [{"name": "Ann", "address": "a@x.org"}, {"name": "Bo", "address": "b@x.org"}])
        op.update(CONTACT, first, {"first_name": "Anna"})
    real = Operation.flush
    calls = iter([False, False])
    monkeypatch.setattr(Operation, "flush", lambda op: real(op) if next(calls, True) else None)
    undo.undo()
    assert "contact: the search index is not what the records say" in faults()


@pytest.mark.usefixtures("mara")
def test_it_would_see_a_wrong_live_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that leaves and keeps its address is found out."""
    add(first_name="Ann", emails="a@x.org")
    monkeypatch.setattr(type(CONTACT.part("emails")), "set_live", lambda *_a, **_k: None)
    undo.undo()
    assert any("does not say whether its record is live" in fault for fault in faults())


@pytest.mark.usefixtures("mara")
def test_it_would_see_a_link_to_a_hidden_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo that does not ask who works there is found out."""
    made = editing.add(COMPANY, Edit({"name": "Acme"}), EUR).operation
    add(first_name="Ann", companies="Acme")
    monkeypatch.setattr(referring, "keep_referred", lambda *_arguments: None)
    undo.undo(made)
    assert faults() == ["contact 1 refers to a company that is hidden"]


@pytest.mark.usefixtures("mara")
def test_it_would_see_a_lost_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo that does not ask what was changed since loses the tag; the export shows it."""
    done = import_people(2)
    editing.edit_many(CONTACT, [1], Edit(append=[("tags", "vip")]), EUR)
    monkeypatch.setattr(obstacles, "drifted", lambda *_arguments: None)
    assert undo.undo(done).left == []
    assert export()["contact"] == {}


@pytest.mark.usefixtures("mara")
def test_it_would_see_two_primaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo that puts a list back without settling its primary is found out."""
    number = add(first_name="Ann", emails="a@x.org, b@x.org")
    removed = editing.edit_many(CONTACT, [number], Edit(remove=[("emails", "a@x.org")]), EUR).operation
    editing.edit_many(CONTACT, [number], Edit({"emails": "c@x.org"}), EUR)
    monkeypatch.setattr(type(CONTACT.part("emails")), "settled", lambda _part, elements: [
        {**element, "primary": True} for element in elements
    ])  # fmt: skip
    undo.undo(removed)
    assert faults() == ["contact 1: not one primary among emails"]
