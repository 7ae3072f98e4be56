"""Undo over any sequence of work: back in reverse, forth again, and out of order, by two people."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.services.records import documents, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.parts import fingerprint
from smallcrm.services.records.schema import noun as noun_of
from tests.support.actions import ACTIONS, TAG_WORK, add_fields, perform
from tests.support.canonical import export, faults
from tests.support.cast import MARA, MEMBERS, NORTH, OLGA, STAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cast import Person
    from tests.support.world import World

ACTORS = st.sampled_from([MARA, OLGA])
SHARE = {"sqlite": 1, "postgres": 6}
WORK = st.lists(st.tuples(ACTORS, ACTIONS), min_size=1, max_size=9)
TAGGED = tuple(("add", "contact", Edit({"first_name": f"P{at}", "tags": "vip"})) for at in range(3))
UNDOING = st.tuples(st.sampled_from(["undo", "redo", "pick"]), st.integers(0, 20))


SEED = (
    ("add", "company", Edit({"name": "Acme", "domains": "acme.com", "tags": "VIP"})),
    ("add", "company", Edit({"name": "Bolt", "external_ids": "hub:1"})),
    (
        "add",
        "contact",
        Edit({"first_name": "Ann", "emails": "a@x.org, b@x.org", "companies": "1", "tier": "gold", "badge": "ä"}),
    ),
    ("add", "contact", Edit({"last_name": "Bo", "phones": "030 3", "tags": "old"})),
    ("add", "deal", Edit({"name": "Roof", "company": "1", "contacts": "buyer:1", "amount": "10"})),
    ("add", "deal", Edit({"name": "Door", "stage": "Won"})),
    ("lose", "deal", ([2], "price")),
    ("add", "activity", Edit({"subject": "Call", "kind": "call", "due": "2026-12-01", "links": "contact:1, deal:1"})),
    ("add", "activity", Edit({"subject": "Fact", "kind": "note", "links": "company:1", "reminders": "0, 1d"})),
    ("done", "activity", ([1], "ok")),
    ("add", "ticket", Edit({"subject": "Leak", "requester": "1", "watchers": "me"})),
    ("add", "ticket", Edit({"subject": "Smoke", "status": "waiting", "waiting_until": "2027-01-31"})),
    ("comment", "ticket", (0, "We look. @adam", True, None)),
    ("comment", "deal", (0, "They want it.", False, None)),
)


def _for_any(world: World, check: Callable[[int, Any], None], work: Any) -> None:
    """Run a check for many examples, each in a new workspace; the neighbour must not change."""
    with world.acts(STAN):
        for _ in range(2):
            perform(("add", "company", Edit({"name": "Neighbour", "tags": "old"})))
        before = export(), faults()

    @settings(max_examples=settings().max_examples // SHARE[world.engine], suppress_health_check=list(HealthCheck))
    @given(work)
    def run(example: Any) -> None:
        tenant = world.settle(NORTH, MEMBERS)
        with world.acts(OLGA, tenant):
            add_fields()
        check(tenant, example)

    run()
    with world.acts(STAN):
        assert (export(), faults()) == before


def test_it_goes_back_in_reverse_and_forth_again(world: World) -> None:
    """Every undo gives the state before, every redo the state after; nothing is left out."""

    def check(tenant: int, work: list[tuple[Person, Any]]) -> None:
        states, done = [], []
        with world.acts(OLGA, tenant):
            states.append(export())
        for person, action in [*((MARA, action) for action in SEED), *work]:
            with world.acts(person, tenant):
                number = perform(action)
                assert number is not None or export() == states[-1], "what is not journalled changed something"
                if number is not None:
                    states.append(export())
                    done.append(number)
        with world.acts(OLGA, tenant):
            assert faults() == []
            _back_and_forth(states, done)

    _for_any(world, check, WORK)


def _back_and_forth(states: list[Any], done: list[int]) -> None:
    for at in reversed(range(len(done))):
        outcome = undo.undo(done[at])
        assert outcome.left == []
        assert export() == states[at]
        assert at % 3 or faults() == []
    for at in range(len(done)):
        outcome = undo.redo()
        assert outcome.left == []
        assert export() == states[at + 1]
    assert faults() == []


def test_it_leaves_what_has_been_changed_since_and_says_so(world: World) -> None:
    """Undone in any order, by two people, among other work: nothing newer is overwritten, everything left is named."""

    def check(tenant: int, work: list[tuple[Person, Any]]) -> None:
        done: list[int] = []
        for person, action in [*((MARA, action) for action in SEED), *work]:
            with world.acts(person, tenant):
                if action[0] in ("undo", "redo", "pick"):
                    _undo_checked(action, done)
                else:
                    number = perform(action)
                    done += [] if number is None else [number]
                assert faults() == []

    _for_any(world, check, st.lists(st.tuples(ACTORS, st.one_of(ACTIONS, UNDOING)), min_size=4, max_size=16))


def test_it_takes_tags_back_however_they_are_spelled_by_now(world: World) -> None:
    """Little but tags, so that an undo often finds one that was renamed, deleted or made anew since."""

    def check(tenant: int, work: list[Any]) -> None:
        done: list[int] = []
        with world.acts(OLGA, tenant):
            for action in [*TAGGED, *work]:
                if action[0] in ("undo", "redo", "pick"):
                    _undo_checked(action, done)
                else:
                    number = perform(action)
                    done += [] if number is None else [number]
            assert faults() == []

    _for_any(world, check, st.lists(st.one_of(TAG_WORK, UNDOING), min_size=4, max_size=10))


def _tried(action: tuple[str, int], done: list[int]) -> undo.Outcome | None:
    verb, pick = action
    try:
        if verb == "pick" and done:
            return undo.undo(done[pick % len(done)])
        return undo.redo() if verb == "redo" else undo.undo()
    except (Conflict, NotFound, NotAllowed):
        return None


def _undo_checked(action: tuple[str, int], done: list[int]) -> None:
    before = _documents()
    outcome = _tried(action, done)
    if outcome is None:
        assert _documents() == before
        return
    after = _documents()
    assert _stripped(after) != _stripped(before)
    taken_back = list(
        Change.select(Change.object, Change.kind, Change.record_id, Change.last_id, Change.fields)
        .where(Change.operation == own_id(outcome.target))
        .order_by(Change.id.desc())
        .tuples()
    )
    _only_what_it_made(taken_back, before, after)
    _everything_left_is_named(taken_back, before, after, outcome.left)
    if action[0] != "redo":
        _a_redo_restores(before)


class _Enough(Exception):
    """What was tried is to be taken back."""


def _a_redo_restores(before: Any) -> None:
    """A redo right after an undo leaves nothing and gives exactly what there was; what follows does not see it."""
    with suppress(_Enough), proxy.atomic():
        assert undo.redo().left == []
        assert _of_all_that_is_seen(_documents()) == _of_all_that_is_seen(before)
        raise _Enough


def _of_all_that_is_seen(found: dict[tuple[str, int], Any]) -> Any:
    """The records that are not hidden; of a list it does not matter which came first."""
    return {
        key: {k: sorted(map(fingerprint, v)) if isinstance(v, list) else v for k, v in document.items()}
        for key, document in _stripped(found).items()
        if document["state"] != State.UNDONE
    }


def _documents() -> dict[tuple[str, int], Any]:
    found = {}
    for name in ("company", "contact", "deal", "activity", "ticket", "comment"):
        noun = noun_of(name)
        ids = [row[0] for row in noun.model.select(noun.model.id).tuples()]
        computed = {field.key for field in noun.fields if field.computed or field.derived}
        for key, document in documents.load(noun, ids).items():
            found[name, key] = {k: value for k, value in document.items() if k not in computed}
    return found


def _stripped(found: dict[tuple[str, int], Any]) -> Any:
    skipped = ("version", "updated_at", "created_at", "trashed_at")
    return {key: {k: v for k, v in document.items() if k not in skipped} for key, document in found.items()}


def _only_what_it_made(changes: list[Any], before: Any, after: Any) -> None:
    """A value that differs now was what the operation had made it, and is what it was before that."""
    touched: dict[tuple[str, int], list[dict[str, Any]]] = {}
    moved: set[tuple[str, int]] = set()
    for name, kind, first, last, text in changes:
        for key in range(first, (last or first) + 1):
            touched.setdefault((name, key), []).append(json.loads(text) if text else {})
            if kind != "update":
                moved.add((name, key))
    for key in after:
        # All that carry a tag share its spelling, also what came to carry it since and what is hidden.
        document, was = _folded(after[key]), _folded(before[key])
        differing = {k for k in document if document[k] != was[k]} - {"version", "updated_at", "trashed_at", "name"}
        assert not differing or document["version"] > was["version"], "the version did not grow"
        assert "state" not in differing or key in moved
        for field in differing - {"state"}:
            made = [_folded(fields)[field] for fields in touched.get(key, []) if field in fields]
            assert made, f"{key} {field} was not of the operation"
            if not isinstance(made[0], dict):
                assert (made[0][1], made[-1][0]) == (was[field], document[field])
            else:
                _only_elements_it_made(made, was[field], document[field])


def _folded(values: dict[str, Any]) -> dict[str, Any]:
    """Values, or changes of them, with every tag in small letters."""
    tags: Any = json.loads(json.dumps(values.get("tags", [])).lower())
    return {**values, "tags": tags}


def _bare(elements: list[Any]) -> list[Any]:
    return [{k: v for k, v in element.items() if k != "primary"} for element in elements]


def _only_elements_it_made(made: list[Any], was: list[Any], now: list[Any]) -> None:
    added = _bare([element for change in made for element in change.get("+", [])])
    removed = _bare([element for change in made for element in change.get("-", [])])
    assert all(element in added for element in _bare(was) if element not in _bare(now)), "it took what was not its own"
    assert all(element in removed for element in _bare(now) if element not in _bare(was)), "it made something new"


def _everything_left_is_named(changes: list[Any], before: Any, after: Any, left: list[str]) -> None:
    """Of each record with a value that did not go back, something is said."""
    for name, kind, first, last, text in changes:
        label = f"{name} {number_of(first)}"
        if kind != "update" and last is None:
            goal = {"create": State.UNDONE, "unhide": State.UNDONE, "hide": State.LIVE, "trash": State.LIVE,
                    "restore": State.TRASHED}[kind]  # fmt: skip
            assert after[name, first]["state"] == goal or any(line.startswith(f"{label}:") for line in left)
        if kind == "update":
            for field, change in json.loads(text).items():
                if not isinstance(change, dict) and before[name, first][field] not in change:
                    assert any(line.startswith(f"{label}:") for line in left), (field, change)
