"""Random work in a workspace: actions as data, drawn by Hypothesis, and the one place that performs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.db import search
from smallcrm.db.ids import number_of, own_id, take
from smallcrm.errors import SmallCRMError
from smallcrm.models.base import State
from smallcrm.models.contact import Contact, ContactEmail
from smallcrm.services import activities, comments, deals, tags, tickets
from smallcrm.services.accounts.access import Verb
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import documents, editing, schema
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.tickets import TICKET
from smallcrm.services.values.emails import email_key
from tests.support.cast import EUR
from tests.support.custom import define

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.records.schema import Noun, Values

WORDS = st.sampled_from(["Ann", "Bo", "Çelik", "李", "O'Neil"])
ADDRESSES = st.sampled_from(["a@x.org", "A@x.org", "b@x.org", "c@x.org", "work:d@x.org", "mara@north.example"])
HOSTS = st.sampled_from(["acme.com", "https://www.Acme.com/", "bolt.io", "xn--bcher-kva.de"])
TAGS = st.sampled_from(["vip", "VIP", "old", "x,y"])
KEYS = st.sampled_from(["hub:1", "hub:2", "sf:1"])
NUMBERS = st.sampled_from(["1", "2", "3"])
STAGES = st.sampled_from(["Lead", "Proposal", "Won", "Lost", "Pitch"])
MEMBERS = st.sampled_from(["me", "Adam Admin", "Mara Member, olga@north.example"])
SAID = st.sampled_from(["Yes.", "@adam, look", "`@adam` and @Mara Member", "@olga@north.example: no"])
PHONES = st.sampled_from(["+49 30 1", "work:+49 30 2", "030 3"])
_PLAIN: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "contact": {
        "first_name": WORDS, "last_name": WORDS, "city": WORDS, "opt_out": st.sampled_from(["yes", "no"]),
        "lifecycle": st.sampled_from(["lead", "customer"]), "birthday": st.just("1980-02-29"), "owner": st.just("me"),
        "tier": st.sampled_from(["gold", "Tin"]), "badge": st.sampled_from(["7", "Ä", "ä"]), "partner": NUMBERS,
    },
    "company": {
        "name": WORDS, "industry": WORDS, "employees": NUMBERS, "parent": NUMBERS, "owner": st.just("me"),
        "revenue": st.sampled_from(["10", "20.50USD"]),
    },
    "deal": {
        "name": WORDS, "amount": st.sampled_from(["0", "99.90USD"]), "probability": st.sampled_from(["0", "35"]),
        "expected_close": st.just("2027-02-28"), "company": NUMBERS, "owner": st.just("me"), "stage": STAGES,
        "lost_reason": st.sampled_from(["price", "time"]),
    },
    "activity": {
        "subject": WORDS, "kind": st.sampled_from(["call", "meeting", "email", "task", "note"]), "owner": st.just("me"),
        "direction": st.sampled_from(["in", "out"]), "due": st.sampled_from(["2026-12-01", "2026-12-01T10:00Z"]),
        "status": st.sampled_from(["open", "done", "canceled"]), "duration": st.sampled_from(["0", "30"]),
        "outcome": WORDS,
    },
    "ticket": {
        "subject": WORDS, "status": st.sampled_from(["new", "open", "waiting", "closed"]), "company": NUMBERS,
        "priority": st.sampled_from(["low", "urgent"]), "requester": NUMBERS, "assignee": st.just("me"),
        "waiting_until": st.just("2027-02-28"), "status_label": WORDS, "description": WORDS,
    },
}  # fmt: skip
_LISTS: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "contact": {
        "emails": ADDRESSES,
        "phones": PHONES,
        "companies": NUMBERS,
        "tags": TAGS,
        "external_ids": KEYS,
        "skills": st.sampled_from(["go", "Go, c", "c"]),
    },
    "company": {"domains": HOSTS, "phones": PHONES, "tags": TAGS, "external_ids": KEYS},
    "deal": {"contacts": st.sampled_from(["1", "buyer:1", "2", "1, judge:2"]), "tags": TAGS, "external_ids": KEYS},
    "activity": {
        "links": st.sampled_from(["contact:1", "company:1, deal:2", "contact:2", "activity:1"]),
        "tags": TAGS,
        "reminders": st.sampled_from(["0, 30m", "1d"]),
        "external_ids": KEYS,
    },
    "ticket": {"watchers": MEMBERS, "tags": TAGS, "external_ids": KEYS},
}


def add_fields() -> None:
    """Give contacts fields of their own: a choice, several, one that is unique and one that names a company."""
    define("contact", "Tier", "select", options=("Gold", "Tin"))
    define("contact", "Skills", "multi-select", options=("Go", "C"))
    define("contact", "Badge", unique="yes")
    define("contact", "Partner", "record", target="company")


@st.composite
def edits(draw: Any, noun: Noun) -> Edit:
    """What to set, clear, append and remove, of every kind of field."""
    plain, lists = _PLAIN[noun.name], _LISTS[noun.name]
    chosen = draw(st.lists(st.sampled_from([*plain, *lists]), max_size=3, unique=True))
    every = plain | lists
    some = st.lists(st.sampled_from(list(lists)), max_size=2)
    return Edit(
        set={key: draw(every[key]) for key in chosen},
        clear=draw(st.lists(st.sampled_from(list(every)), max_size=1)),
        append=[(key, draw(lists[key])) for key in draw(some)],
        remove=[(key, draw(lists[key])) for key in draw(some)],
    )


@st.composite
def _people(draw: Any) -> list[Values]:
    """The rows of an import: people with an address each."""
    return [
        {"name": draw(WORDS), "address": f"{draw(st.sampled_from('abcde'))}{at}@x.org"}
        for at in range(draw(st.integers(1, 4)))
    ]


def _of(noun: Noun) -> st.SearchStrategy[Any]:
    numbers = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
    verb = st.sampled_from(["trash", "restore"])
    return st.one_of(
        st.tuples(st.just("add"), st.just(noun.name), edits(noun)),
        st.tuples(st.just("edit"), st.just(noun.name), st.tuples(numbers, edits(noun))),
        st.tuples(st.just("edit"), st.just(noun.name), st.tuples(numbers, edits(noun))),
        st.tuples(verb, st.just(noun.name), numbers),
        st.tuples(st.just("places"), st.just(noun.name), st.tuples(st.integers(1, 4), _places())),
    )


def _places() -> st.SearchStrategy[list[dict[str, Any]]]:
    place = st.fixed_dictionaries(
        {"company": st.integers(1, 3), "role": st.sampled_from([None, "boss"])},
        optional={"ended": st.just("2020-01-31"), "primary": st.just(True)},
    )
    return st.lists(place, max_size=3)


_OF_TAGS = st.one_of(
    st.tuples(st.just("untag"), st.just("contact"), TAGS),
    st.tuples(st.just("retag"), st.just("contact"), st.tuples(TAGS, st.sampled_from(["new", "New", "VIP", "Vip"]))),
)
_TAGGING = st.one_of(
    TAGS.map(lambda tag: Edit(append=[("tags", tag)])), TAGS.map(lambda tag: Edit(remove=[("tags", tag)]))
)
TAG_WORK = st.one_of(
    _OF_TAGS,
    st.tuples(
        st.just("edit"), st.just("contact"), st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=2), _TAGGING)
    ),
)
"""What is done to the tags of contacts."""


def _of_stages() -> st.SearchStrategy[Any]:
    """What is done to deals by their own verbs, each to several at once."""
    numbers = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
    said = st.one_of(STAGES, st.just(""))
    return st.tuples(st.sampled_from(["move", "win", "lose", "reopen"]), st.just("deal"), st.tuples(numbers, said))


def _of_work() -> st.SearchStrategy[Any]:
    """What is done to activities by their own verbs."""
    numbers = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
    verb = st.sampled_from(["done", "cancel", "open again"])
    return st.tuples(verb, st.just("activity"), st.tuples(numbers, st.one_of(WORDS, st.just(""))))


def _of_tickets() -> st.SearchStrategy[Any]:
    """What is done to tickets by their own verbs, each to several at once."""
    numbers = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
    said = st.sampled_from(["", "2027-03-01"])
    return st.tuples(st.sampled_from(["assign", "wait", "close", "reopen ticket"]), st.just("ticket"),
                     st.tuples(numbers, said))  # fmt: skip


def _of_comments() -> st.SearchStrategy[Any]:
    """What is said on records, said otherwise, thrown away and brought back."""
    places = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
    contact = st.sampled_from([None, None, "1"])
    said = st.tuples(st.integers(1, 4), SAID, st.booleans(), contact)
    on_tickets = st.tuples(st.just("comment"), st.just("ticket"), said)
    return st.one_of(
        st.tuples(st.just("comment"), st.sampled_from(["company", "contact", "deal"]), said), on_tickets, on_tickets,
        st.tuples(st.just("say otherwise"), st.just("comment"), st.tuples(st.integers(1, 4), SAID)),
        st.tuples(st.sampled_from(["trash", "restore"]), st.just("comment"), places),
    )  # fmt: skip


ACTIONS = st.one_of(
    _of(COMPANY), _of(CONTACT), _of(DEAL), _of_stages(), _of_stages(), _of(TICKET), _of_tickets(), _of_comments(),
    _of(ACTIVITY), _of_work(),
    _OF_TAGS,
    st.tuples(st.just("import"), st.just("contact"), st.tuples(_people(), edits(CONTACT))),
)  # fmt: skip


def perform(action: Any) -> int | None:
    """Do it; the number of its operation, or None where nothing was changed or it was refused."""
    verb, name, argument = action
    noun = schema.noun(name)
    try:
        return _VERBS[verb](noun, argument)
    except SmallCRMError:
        return None


def _add(noun: Noun, edit: Edit) -> int | None:
    title = "first_name" if noun is CONTACT else noun.title
    named = Edit({title: "New", **edit.set}, append=edit.append)
    return editing.add(noun, named, EUR).operation


def _edit(noun: Noun, argument: tuple[list[int], Edit]) -> int | None:
    return editing.edit_many(noun, _there(noun, argument[0]), argument[1], EUR).operation


def _staged(verb: Callable[[list[int], str], editing.Outcome]) -> Callable[[Noun, tuple[list[int], str]], int | None]:
    return lambda noun, argument: verb(_there(noun, argument[0]), argument[1]).operation


def _comment(noun: Noun, argument: tuple[int, str, bool, str | None]) -> int | None:
    at, text, public, contact = argument
    on_ticket = noun is TICKET
    ref = noun.name, own_id(_there(noun, [at])[0])
    said = comments.add(ref, text, public=public and on_ticket, contact=contact if on_ticket else None)
    return said.outcome.operation


def _say_otherwise(_noun: Noun, argument: tuple[int, str]) -> int | None:
    return comments.edit(_there(COMMENT, [argument[0]])[0], argument[1]).outcome.operation


def _trash(noun: Noun, numbers: list[int]) -> int | None:
    return editing.trash_many(noun, _there(noun, numbers)).operation


def _restore(noun: Noun, numbers: list[int]) -> int | None:
    return editing.restore_many(noun, _there(noun, numbers)).operation


def _untag(_noun: Noun, name: str) -> int | None:
    return tags.delete(name).operation


def _retag(_noun: Noun, names: tuple[str, str]) -> int | None:
    return tags.rename(*names).operation


def _there(noun: Noun, wanted: Sequence[int]) -> list[int]:
    """Of the records that are seen, the ones at these places in the order of their numbers."""
    seen = noun.model.select(noun.model.id).where(noun.model.state != State.UNDONE).order_by(noun.model.id)
    known = [number_of(row[0]) for row in seen.tuples()]
    return sorted({known[at % len(known)] for at in wanted}) if known else [1]


def _link(_noun: Noun, argument: tuple[int, list[dict[str, Any]]]) -> int | None:
    number, places = argument
    found = [{**place, "company": own_id(_there(COMPANY, [place["company"]])[0])} for place in places]
    with operation("Link") as op:
        op.update(CONTACT, own_id(_there(CONTACT, [number])[0]), {"companies": found})
    return None if op.id is None else number_of(op.id)


def _import(noun: Noun, argument: tuple[list[Values], Edit]) -> int | None:
    """What an import does: a range of new records in sets, then updates of old ones and of what it just made."""
    people, edit = argument
    with operation("Import", kind="import", verb=Verb.IMPORT) as op:
        first = insert_people(op, people)
        for record_id in [own_id(_there(noun, [1])[0]), first]:
            document = documents.load(noun, [record_id])[record_id]
            values = editing.parse_edit(noun, edit, EUR).over(document)
            if document["state"] == State.LIVE:
                op.rewrite(noun, document, noun.clean(values, document))
    return None if op.id is None else number_of(op.id)


def insert_people(op: Operation, people: Sequence[Values]) -> int:
    """Make contacts of names and addresses in sets, journalled as one range; gives the first id."""
    first, now = own_id(take("contact", len(people))), clock.now()
    rows, addresses, texts = [], [], []
    start = own_id(take("contact_email", len(people)))
    for at, person in enumerate(people):
        element = {"address": person["address"], "primary": True}
        document = {"first_name": person["name"], "emails": [element]}
        rows.append({"id": first + at, "first_name": person["name"], "created_at": now, "updated_at": now,
                     **CONTACT.derive(document)})  # fmt: skip
        addresses.append({"id": start + at, "contact": first + at, "address": person["address"], "is_primary": 1,
                          "address_key": email_key(person["address"]), "live": 1})  # fmt: skip
        texts.append((first + at, *CONTACT.search_text(document)))
    taken = CONTACT.part("emails").holders([{"address": row["address"]} for row in addresses])
    if taken:
        raise SmallCRMError("An import resolves such rows before it writes.")
    for begin in range(0, len(rows), 500):
        Contact.insert_many(rows[begin : begin + 500]).execute()
        ContactEmail.insert_many(addresses[begin : begin + 500]).execute()
    search.add(CONTACT.code, texts)
    op.note_range(CONTACT, "create", first, first + len(people) - 1, len(people))
    return first


_VERBS: dict[str, Callable[[Noun, Any], int | None]] = {
    "add": _add, "edit": _edit, "trash": _trash, "restore": _restore, "places": _link, "import": _import,
    "untag": _untag, "retag": _retag,
    "move": _staged(lambda numbers, stage: deals.move(numbers, stage or "Negotiation")),
    "win": _staged(lambda numbers, _stage: deals.win(numbers)),
    "lose": _staged(lambda numbers, said: deals.lose(numbers, said or "price")),
    "done": _staged(lambda numbers, said: activities.done(numbers, said or None)),
    "cancel": _staged(lambda numbers, _said: activities.cancel(numbers)),
    "open again": _staged(lambda numbers, _said: activities.reopen(numbers)),
    "reopen": _staged(lambda numbers, stage: deals.reopen(numbers, stage or None)),
    "assign": _staged(lambda numbers, _said: tickets.assign(numbers, "me")),
    "wait": _staged(lambda numbers, day: tickets.wait(numbers, day or None)),
    "close": _staged(lambda numbers, _said: tickets.close(numbers)),
    "reopen ticket": _staged(lambda numbers, _said: tickets.reopen(numbers)),
    "comment": _comment, "say otherwise": _say_otherwise,
}  # fmt: skip
