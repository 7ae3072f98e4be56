"""Records created in sets are what they are when one is created after the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.clock import from_micros
from smallcrm.db.ids import MAX_NUMBER, number_of
from smallcrm.errors import Conflict, NotAllowed
from smallcrm.models.operation import Change
from smallcrm.services import comments, companies, contacts, deals, pipelines, tickets
from smallcrm.services.accounts.access import actor
from smallcrm.services.records import documents, schema, undo
from smallcrm.services.records.operations import operation
from tests.conftest import FROZEN_AT
from tests.services.transfer.bringing import records
from tests.support.canonical import everything, export, faults, index_of
from tests.support.cast import ADAM, MARA, NORTH, RUTH, STAN
from tests.support.custom import define

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values
    from tests.support.world import World

NOUNS = ("company", "contact", "deal", "ticket", "activity", "comment", "pipeline", "stage", "field", "view")
CUSTOM = ("company", "contact", "deal", "ticket", "activity")
_MOST = 12


def ids(noun: str) -> list[int]:
    """The ids of the live records of a noun."""
    return [record["id"] for record in records(noun)]


def prepare() -> None:
    """What the new records name, and fields of the workspace's own."""
    for noun in CUSTOM:
        define(noun, "Tier", "select", options=("Gold", "Tin"))
        define(noun, "Skills", "multi-select", options=("Go", "C"))
        define(noun, "Badge", unique="yes")
        define(noun, "Weight", "decimal", default="1.5")
    with operation("before") as op:
        acme = op.create(companies.COMPANY, {"name": "Acme", "domains": [{"domain": "acme.com"}], "badge": "taken"})
        ann = op.create(contacts.CONTACT, {"first_name": "Ann", "companies": [{"company": acme}]})
        op.create(deals.DEAL, {"name": "Old", "company": acme, "contacts": [{"contact": ann, "role": "buyer"}]})
        op.create(tickets.TICKET, {"subject": "Old", "requester": ann})


def wanted(noun: str) -> list[Values]:
    """Values of new records: of every kind of field, some of which only one record can have."""
    acme, ann, old, ticket = (ids(name)[0] for name in ("company", "contact", "deal", "ticket"))
    me = actor().member_id
    stages = [row.id for row in pipelines.stages_of(pipelines.default_pipeline())]
    found: dict[str, list[Values]] = {
        "company": [
            {"name": "Bolt", "domains": [{"domain": "bolt.io"}, {"domain": "bolt.com"}], "parent": acme, "owner": me},
            {"name": "Bolt again", "domains": [{"domain": "bolt.io"}]},
            {"name": "Acme again", "domains": [{"domain": "acme.com"}]},
            {"name": "Zwölf", "revenue": {"amount": 5, "currency": "JPY"}, "phones": [{"number": "030 5"}]},
        ],
        "contact": [
            {"first_name": "李", "emails": [{"address": "a@x.org"}, {"address": "b@x.org", "label": "work"}]},
            {"first_name": "Bob", "emails": [{"address": "A@X.org"}]},
            {"last_name": "Cy", "companies": [{"company": acme, "role": "cto"}], "opt_out": True},
        ],
        "deal": [
            {"name": "Roof", "stage": stages[1], "amount": {"amount": 0, "currency": "EUR"}, "probability": 0},
            {"name": "Won", "stage": stages[4], "contacts": [{"contact": ann, "role": "buyer"}], "company": acme},
            {"name": "Lost", "stage": stages[5], "lost_reason": "price", "expected_close": "2026-05-01"},
        ],
        "ticket": [
            {"subject": "Leak", "requester": ann, "watchers": [{"member": me}], "priority": "urgent"},
            {"subject": "Smoke", "status": "closed", "status_label": "Solved", "assignee": me},
            {"subject": "Wait", "status": "waiting", "waiting_until": "2027-01-31", "company": acme},
        ],
        "activity": [
            {"subject": "Call", "kind": "call", "direction": "in", "links": [{"object": "deal", "record": old}]},
            {"subject": "Do", "due": "2026-05-01", "reminders": [{"minutes": 30}], "owner": None},
            {"subject": "Fact", "kind": "note", "links": [{"object": "ticket", "record": ticket}]},
        ],
        "comment": [
            {"record": {"object": "ticket", "record": ticket}, "body": "We look. @adam", "public": True},
            {"record": {"object": "ticket", "record": ticket}, "body": "They say", "public": True, "contact": ann},
            {"record": {"object": "deal", "record": old}, "body": "Hm"},
        ],
        "pipeline": [{"name": "Second"}, {"name": "Third", "description": "more"}],
        "stage": [
            {"name": "First", "probability": 5, "position": 7},
            {"name": "Gone", "kind": "lost", "position": 8, "rot_days": 3},
        ],
        "field": [{"label": "Extra", "object": "deal", "type": "text", "key": "extra", "position": 9}],
        "view": [{"name": "Mine", "noun": "deal", "filter": "stage:won"}, {"name": "Theirs", "noun": "company"}],
    }  # fmt: skip
    rows = found[noun]
    if noun in CUSTOM:
        for at, row in enumerate(rows):
            row |= {"tags": [{"name": "VIP"}, {"name": f"t{at}"}], "tier": "gold" if at else None}
            row |= {"external_ids": [{"source": "hub", "key": str(at % 2)}], "skills": [{"value": "c"}]}
        rows.append({**rows[0], "external_ids": [], "badge": "taken", **_apart(noun)})
        rows.append({**rows[0], "external_ids": [], "badge": "Taken", **_apart(noun)})
        rows.append({**rows[0], "external_ids": [], "badge": "free", **_apart(noun)})
    return rows


def _apart(noun: str) -> Values:
    return {"company": {"domains": []}, "contact": {"emails": []}}.get(noun, {})


def in_a_set(op: Operation, noun: Noun, made: list[Values]) -> list[str]:
    """Create them at once; gives what became of each."""
    fates = op.create_all(noun, made)
    return [fate.sentence if isinstance(fate, Conflict) else "made" for fate in fates]


def one_by_one(op: Operation, noun: Noun, made: list[Values]) -> list[str]:
    """Create one after the other; gives what became of each."""
    fates: list[str] = []
    for document in made:
        [fate] = op.create_all(noun, [document])
        fates.append(fate.sentence if isinstance(fate, Conflict) else "made")
    return fates


def told(world: World, noun: str, create: Callable[[Operation, Noun, list[Values]], list[str]]) -> dict[str, Any]:
    """What a new workspace is like after the records were created in it, after an undo and after a redo."""
    tenant = world.settle(NORTH, (ADAM, MARA))
    with world.acts(ADAM, tenant):
        prepare()
        kind = schema.noun(noun)
        before, known = export(), set(everything(kind))
        with operation("Create") as op:
            fates = create(op, kind, [kind.clean(values, {}) for values in wanted(noun)])
        after = export()
        assert after != before
        state = {"fates": fates, "made": made_of(kind, known), "journal": journal(op), "index": index(kind, known)}
        assert faults() == []
        undo.undo()
        assert (export(), faults()) == (before, [])
        undo.redo()
        assert (export(), faults()) == (after, [])
        return state


def made_of(kind: Noun, known: set[int]) -> list[Any]:
    """The records that are new, without their own numbers, which may have gaps."""
    found = everything(kind)
    return [plain({**found[key], "id": None}) for key in sorted(found) if key not in known]


def plain(value: Any) -> Any:
    """A value with numbers for ids, which are of one workspace only."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return number_of(value) if isinstance(value, int) and value > MAX_NUMBER else value


def journal(op: Operation) -> list[tuple[str, str, Any]]:
    """The entries of an operation, those of a range one by one."""
    rows: Any = Change.select().where(Change.operation == op.id).order_by(Change.id)
    return [
        (row.object, row.kind, plain(json.loads(row.fields or "null")))
        for row in rows
        for _record in range(row.record_id, (row.last_id or row.record_id) + 1)
    ]


def index(kind: Noun, known: set[int]) -> list[Any]:
    """How the new records are found."""
    at = 1 if kind.settings or not index_of(kind) or isinstance(next(iter(index_of(kind)))[0], str) else 0
    return sorted(row[:at] + row[at + 1 :] for row in index_of(kind) if row[at] not in known)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_set_is_as_one_after_the_other(world: World, frozen_clock: object, noun: str) -> None:
    """The same rows, parts, index, entries and refusals; one undo takes them back and a redo brings them."""
    del frozen_clock
    together, apart = (told(world, noun, create) for create in (in_a_set, one_by_one))
    assert together["fates"].count("made") > 0
    if noun in CUSTOM:
        assert len(together["fates"]) - together["fates"].count("made") >= 2
    assert [_numberless(fate) for fate in together["fates"]] == [_numberless(fate) for fate in apart["fates"]]
    assert together["made"] == apart["made"]
    assert together["journal"] == apart["journal"]
    assert together["index"] == apart["index"]


def _numberless(sentence: str) -> str:
    """A refusal without the number of the holder, which is another where some were left out before."""
    return " ".join(word for word in sentence.split() if not word.isdigit())


def test_a_document_may_say_when_it_was_made(mara: World, frozen_clock: object) -> None:
    """Else it is made now."""
    del mara, frozen_clock
    kind, made = deals.DEAL, 1_600_000_000_000_000
    with operation("x") as op:
        first = {**kind.clean({"name": "Then"}, {}), "created_at": from_micros(made)}
        op.create_all(kind, [first, kind.clean({"name": "Now"}, {})])
    then, now = records("deal")
    assert (clock.micros(then["created_at"]), now["created_at"]) == (made, FROZEN_AT)
    assert then["updated_at"] == now["updated_at"] == FROZEN_AT


def test_more_than_one_set(mara: World) -> None:
    """Where there are more records than a statement takes; of a value of one record the first gets it."""
    del mara
    kind, many = contacts.CONTACT, documents.CHUNK * 2 + 3
    made = [{"first_name": f"N{at}", "emails": [{"address": f"a{at % (many - 2)}@x.org"}]} for at in range(many)]
    with operation("x") as op:
        fates = op.create_all(kind, [kind.clean(values, {}) for values in made])
    assert [isinstance(fate, Conflict) for fate in fates] == [False] * (many - 2) + [True] * 2
    assert ids("contact") == [fate for fate in fates if not isinstance(fate, Conflict)]
    assert op.counts == {"create": many - 2}
    assert faults() == []


def test_nothing_to_create_is_no_entry(mara: World) -> None:
    """Neither an empty list, nor one of which everything is refused."""
    del mara
    with operation("x") as op:
        op.create(companies.COMPANY, {"name": "A", "domains": [{"domain": "a.org"}]})
    kind = companies.COMPANY
    with operation("y") as op:
        assert op.create_all(kind, []) == []
        [fate] = op.create_all(kind, [kind.clean({"name": "B", "domains": [{"domain": "a.org"}]}, {})])
    assert isinstance(fate, Conflict)
    assert op.id is None


def test_who_may_not_write_creates_nothing(world: World) -> None:
    """A reader nothing, a member no settings; and a set stays in its own workspace."""
    with world.acts(RUTH), pytest.raises(NotAllowed), operation("x"):
        pass
    with world.acts(MARA), pytest.raises(NotAllowed), operation("x") as op:
        op.create_all(pipelines.PIPELINE, [{"name": "Mine"}, {"name": "Too"}])
    with world.acts(MARA), operation("x") as op:
        op.create_all(deals.DEAL, [deals.DEAL.clean({"name": f"D{at}"}, {}) for at in range(3)])
    with world.acts(STAN):
        assert (records("deal"), len(records("pipeline"))) == ([], 1)
    assert comments.COMMENT.follow is not schema.nothing_more
