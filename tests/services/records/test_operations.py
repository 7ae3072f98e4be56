"""The one write path: versions, journal, dry runs, trash, and who may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db import fence
from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, NotLoggedIn, SmallCRMError
from smallcrm.models import all_models
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import documents, editing, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from tests.support.canonical import faults, index_of
from tests.support.cast import EUR, RUTH

if TYPE_CHECKING:
    from tests.support.world import World


def add(**values: str) -> int:
    """A new contact; gives its number."""
    return editing.add(CONTACT, Edit(values), EUR).changed[0]


def edit(number: int, **values: str) -> editing.Outcome:
    """Set some fields of a contact."""
    return editing.edit_many(CONTACT, [number], Edit(values), EUR)


def every_row() -> dict[str, Any]:
    """All that the workspace holds, counters and search index included."""
    tables = {model._meta.table_name: sorted(map(repr, model.select().tuples())) for model in all_models()}
    return tables | {"index": index_of(CONTACT)}


@pytest.mark.usefixtures("mara")
def test_it_counts_versions() -> None:
    """Every change is one more: edit, trash, restore, undo, redo."""
    number = add(first_name="Ann")
    versions = []
    for act in (
        lambda: edit(number, city="Rome"),
        lambda: editing.trash_many(CONTACT, [number]),
        lambda: editing.restore_many(CONTACT, [number]),
        undo.undo,
        undo.redo,
    ):
        act()
        versions.append(store.get(CONTACT, number)["version"])
    assert versions == [2, 3, 4, 5, 6]


@pytest.mark.usefixtures("mara")
def test_it_refuses_to_overwrite_what_was_not_read() -> None:
    """With the version that was read, and between reading and writing."""
    record_id = own_id(add(first_name="Ann"))
    with operation("edit") as op:
        assert op.update(CONTACT, record_id, {"city": "Rome"}, expected_version=1)
    with pytest.raises(Conflict, match="has been changed since you read it"), operation("edit") as op:
        op.update(CONTACT, record_id, {"city": "Oslo"}, expected_version=1)
    stale = documents.load(CONTACT, [record_id])[record_id]
    edit(1, city="Bern")
    with pytest.raises(Conflict, match="has been changed since"), operation("edit") as op:
        op.rewrite(CONTACT, stale, {"city": "Oslo"})
    assert store.get(CONTACT, 1)["city"] == "Bern"


@pytest.mark.usefixtures("mara")
def test_it_journals_nothing_where_nothing_changed() -> None:
    """No entry, no version, no operation number."""
    number = add(first_name="Ann", emails="a@x.org", city="Rome")
    before = every_row()
    outcome = edit(number, city=" Rome ", emails="a@x.org")
    assert (outcome.operation, outcome.skipped) == (None, [number])
    assert every_row() == before


@pytest.mark.usefixtures("mara")
def test_it_leaves_no_trace_of_a_dry_run() -> None:
    """Not a row, not an id, not a counter; but it says what it would do."""
    number = add(first_name="Ann", emails="a@x.org")
    before = every_row()
    assert editing.add(CONTACT, Edit({"last_name": "Bo", "tags": "new"}), EUR, dry_run=True).changed == [2]
    outcome = editing.edit_many(CONTACT, [number], Edit({"city": "Rome"}), EUR, dry_run=True)
    assert (outcome.changed, outcome.operation) == ([number], None)
    assert editing.trash_many(CONTACT, [number], dry_run=True).changed == [number]
    taken_back = undo.undo(dry_run=True)
    assert (taken_back.counts, taken_back.operation) == ({"hide": 1}, None)
    assert every_row() == before


def _create_two() -> None:
    with operation("two") as op:
        op.create(CONTACT, {"first_name": "Ann"})
        op.create(CONTACT, {"first_name": "Bo", "emails": [{"address": "?"}]})


@pytest.mark.usefixtures("mara")
def test_it_leaves_nothing_of_what_fails() -> None:
    """An error inside an operation takes all of it back."""
    before = every_row()
    with pytest.raises(SmallCRMError):
        _create_two()
    assert every_row() == before


@pytest.mark.usefixtures("mara")
def test_it_reports_who_refused_and_changes_the_others() -> None:
    """One entry for many records; the ones that refuse are named with the reason."""
    for name in ("Ann", "Bo", "Cy"):
        add(first_name=name)
    editing.trash_many(CONTACT, [2])
    outcome = editing.edit_many(CONTACT, [1, 2, 3], Edit({"emails": "a@x.org"}), EUR)
    assert (outcome.matched, outcome.changed) == (3, [1])
    assert outcome.failed[2] == "Contact 2 is in the trash."
    assert outcome.failed[3].startswith("The e-mail a@x.org already belongs to contact 1 (Ann), so Cy")
    with pytest.raises(NotFound, match="There is no contact 7, 8"):
        editing.edit_many(CONTACT, [1, 7, 8], Edit({"city": "Rome"}), EUR)


@pytest.mark.usefixtures("mara")
def test_it_frees_the_keys_of_what_is_in_the_trash() -> None:
    """Somebody else may take them; then a restore names both and leaves the record where it is."""
    add(first_name="Ann", emails="a@x.org")
    editing.trash_many(CONTACT, [1])
    add(first_name="Bo", emails="a@x.org")
    add(first_name="Cy")
    editing.trash_many(CONTACT, [3])
    with pytest.raises(Conflict, match=r"a@x\.org already belongs to contact 2 \(Bo\), so Ann cannot have it"):
        editing.restore_many(CONTACT, [1])
    outcome = editing.restore_many(CONTACT, [1, 3])
    assert (outcome.changed, list(outcome.failed)) == ([3], [1])
    assert (store.count(CONTACT), store.count(CONTACT, trashed=True)) == (2, 1)
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_trashes_and_restores_once() -> None:
    """The second time is a conflict, with the command that helps."""
    add(first_name="Ann")
    with pytest.raises(Conflict, match="is not in the trash"):
        editing.restore_many(CONTACT, [1])
    editing.trash_many(CONTACT, [1])
    assert store.get(CONTACT, 1)["trashed_at"] is not None
    with pytest.raises(NotFound):
        store.get(CONTACT, 1, trashed=False)
    with pytest.raises(Conflict, match="is in the trash"):
        editing.trash_many(CONTACT, [1])


def test_it_lets_nobody_write_who_may_only_read(world: World) -> None:
    """A reader reads; nobody at all does nothing."""
    with world.acts(RUTH):
        assert store.count(CONTACT) == 0
        for act in (lambda: add(first_name="Ann"), undo.undo, undo.redo):
            with pytest.raises(NotAllowed, match="Your role here is reader"):
                act()
    with fence.tenant_scope(world.north), pytest.raises(NotLoggedIn):
        store.count(CONTACT)
