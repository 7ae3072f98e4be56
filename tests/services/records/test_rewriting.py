"""Records rewritten in sets: as if one came after the other."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.db.fence import proxy
from smallcrm.db.fence.database import FencedDatabase
from smallcrm.db.fence.engines import FencedPostgres
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.errors import Conflict, SmallCRMError
from smallcrm.models.contact import Contact
from smallcrm.models.operation import Change
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import documents, editing, rewriting, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from tests.conftest import FROZEN_AT
from tests.services.records.test_undo_property import SEED, SHARE
from tests.support.actions import ACTIONS, add_fields, perform
from tests.support.canonical import export, faults
from tests.support.cast import EUR, MEMBERS, NORTH, OLGA
from tests.support.custom import define

if TYPE_CHECKING:
    from tests.support.world import World

BACK = st.tuples(st.sampled_from(["undo", "redo"]), st.none(), st.none())


def fill(count: int, **values: str) -> None:
    """Contacts, each with a city of its own."""
    for at in range(1, count + 1):
        editing.add(CONTACT, Edit({"first_name": f"P{at}", "city": f"City {at}", **values}), EUR)


def journal() -> list[str]:
    """What is journalled, in its order, with numbers in place of ids."""
    rows = Change.select(Change.object, Change.kind, Change.record_id, Change.last_id, Change.fields)
    texts = (json.dumps(row) for row in rows.order_by(Change.id).tuples())
    return [re.sub(r"\d{13,}", lambda found: str(int(found[0]) & MAX_NUMBER), text) for text in texts]


def of_all() -> Any:
    """Every record, with numbers in place of ids."""
    return json.loads(re.sub(r"\d{13,}", lambda found: str(int(found[0]) & MAX_NUMBER), json.dumps(export())))


def _do(action: Any) -> Any:
    if action[0] not in ("undo", "redo"):
        return perform(action)
    try:
        outcome = undo.undo() if action[0] == "undo" else undo.redo()
    except SmallCRMError as error:
        return error.sentence, error.details
    return outcome.counts, outcome.left


def test_it_is_the_same_in_sets_of_any_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is refused, left, journalled in the same order, and stored, as where every record is a set."""
    examples = settings().max_examples // SHARE[world.engine] // 2

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(ACTIONS, BACK), min_size=3, max_size=9))
    def run(work: list[Any]) -> None:
        seen = []
        for size in (1, 2, 500):
            monkeypatch.setattr(documents, "CHUNK", size)
            with clock.frozen(FROZEN_AT), world.acts(OLGA, world.settle(NORTH, MEMBERS)):
                add_fields()
                told = [_do(action) for action in [*SEED, *work]]
                assert faults() == []
                seen.append((told, of_all(), journal()))
        assert seen[0] == seen[1] == seen[2]

    run()


@pytest.mark.parametrize("size", [1, 2, 500])
@pytest.mark.usefixtures("mara")
def test_what_was_trashed_together_comes_back_the_last_first(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Also in one set: who comes first gets a value that two were given, and what stays is told in that order."""
    monkeypatch.setattr(documents, "CHUNK", size)
    fill(4)
    editing.edit_many(CONTACT, [1], Edit({"emails": "a@x.org"}), EUR)
    moved = editing.edit_many(CONTACT, [1], Edit({"emails": "b@x.org"}), EUR).operation
    editing.edit_many(CONTACT, [3], Edit({"emails": "a@x.org"}), EUR)
    trashed = editing.trash_many(CONTACT, [1, 2, 3, 4]).operation
    editing.restore_many(CONTACT, [4])
    undo.undo(moved)
    assert undo.undo(trashed).left == [
        "contact 4: it has been moved since",
        "contact 1: a@x.org belongs to contact 3 now",
    ]
    restored = ['["contact", "restore", 3, null, null]', '["contact", "restore", 2, null, null]']
    assert journal()[-2:] == restored
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_gives_a_value_that_only_one_can_have_to_the_first() -> None:
    """The others are told who has it, as where one was written after the other."""
    fill(3)
    outcome = editing.edit_many(CONTACT, [2, 1, 3], Edit({"emails": "a@x.org", "city": "Rome"}), EUR)
    assert outcome.changed == [2]
    assert outcome.failed == {
        1: "The e-mail a@x.org already belongs to contact 2 (P2), so P1 cannot have it.",
        3: "The e-mail a@x.org already belongs to contact 2 (P2), so P3 cannot have it.",
    }
    assert [store.get(CONTACT, at)["city"] for at in (1, 2, 3)] == ["City 1", "Rome", "City 3"]
    assert faults() == []


@pytest.mark.usefixtures("adam")
def test_it_lets_a_value_go_from_one_to_another_in_one_undo() -> None:
    """What the first lets go the next one takes, in a list and in an added field."""
    define("contact", "Badge", unique="yes")
    fill(2)
    editing.edit_many(CONTACT, [1], Edit({"emails": "a@x.org", "badge": "7"}), EUR)
    with operation("pass on") as op:
        for number, values in (
            (1, {"emails": [], "badge": None}),
            (2, {"emails": [{"address": "a@x.org"}], "badge": "7"}),
        ):
            op.update(CONTACT, own_id(number), values)
    assert undo.undo().left == []
    assert [store.get(CONTACT, at)["badge"] for at in (1, 2)] == ["7", None]
    assert undo.redo().left == []
    assert [bool(store.get(CONTACT, at)["emails"]) for at in (1, 2)] == [False, True]
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_judges_a_record_by_those_before_it() -> None:
    """Two companies that are put below each other at once: the second is refused."""
    for name in ("Acme", "Bolt"):
        editing.add(COMPANY, Edit({"name": name}), EUR)
    below = {own_id(1): own_id(2), own_id(2): own_id(1)}
    outcome = editing.change_many(COMPANY, [1, 2], "Edit", lambda document: {"parent": below[document["id"]]})
    assert (outcome.changed, outcome.failed) == ([1], {2: "Company 1 is itself below this one."})
    assert faults() == []


@pytest.mark.usefixtures("mara")
def test_it_names_the_one_that_was_changed_meanwhile() -> None:
    """The others of its set are written, and it is not."""
    fill(3)
    told: list[Any] = []
    with operation("edit") as op:
        found = documents.load(CONTACT, [own_id(at) for at in (1, 2, 3)])
        Contact.update(version=9).where(Contact.id == own_id(2)).execute()
        with rewriting.rewriting(op, CONTACT, lambda _id, fate: told.append(fate)) as records:
            for document in found.values():
                records.add(document, {"city": "Rome"})
    assert (told[0], told[2]) == (True, True)
    assert isinstance(told[1], Conflict)
    assert told[1].sentence == "Contact 2 has been changed since you read it."
    assert [store.get(CONTACT, at)["city"] for at in (1, 2, 3)] == ["Rome", "City 2", "Rome"]
    assert faults() == []


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize("work", ["edit", "empty", "undo", "redo", "trash", "restore"])
def test_it_costs_statements_by_the_set(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty records take no more statements than twenty, but for one more batch of words on PostgreSQL."""
    fill(60, tags="old")
    small, large = list(range(1, 21)), list(range(21, 61))
    acts: dict[str, Any] = {
        "edit": lambda some: editing.edit_many(CONTACT, some, Edit({"city": "Rome"}), EUR),
        "empty": lambda some: editing.edit_many(CONTACT, some, Edit(clear=["tags"]), EUR),
        "trash": lambda some: editing.trash_many(CONTACT, some),
        "restore": lambda some: editing.restore_many(CONTACT, some),
    }
    counts = []
    for some in (small, large):
        act = acts.get(work)
        if work in ("undo", "redo"):
            editing.edit_many(CONTACT, some, Edit({"city": "Rome"}, append=[("tags", "vip")]), EUR)
        if work == "redo":
            undo.undo()
        if work == "restore":
            editing.trash_many(CONTACT, some)
        counts.append(_statements(monkeypatch, act, some) if act else _statements(monkeypatch, getattr(undo, work)))
    assert counts[1] <= counts[0] + isinstance(proxy.databases()[0], FencedPostgres)


def _statements(monkeypatch: pytest.MonkeyPatch, act: Any, *arguments: Any) -> int:
    """How many statements an act sends."""
    sent: list[str] = []
    with monkeypatch.context() as patched:
        really = FencedDatabase._run

        def run(self: Any, sql: str, params: Any) -> Any:
            sent.append(sql)
            return really(self, sql, params)

        patched.setattr(FencedDatabase, "_run", run)
        act(*arguments)
    assert len(sent) > 3
    return len(sent)
