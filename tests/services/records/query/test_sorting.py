"""Orders by several keys: pages that join, missing values last, the same on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.errors import UsageError
from smallcrm.models.base import State
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT, LIFECYCLE
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import KINDS
from smallcrm.services.records import store
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.query.sorting import MAX_KEYS
from smallcrm.services.records.store import Listing
from smallcrm.services.tickets import STATUSES, TICKET
from smallcrm.services.values.due import TIMINGS
from smallcrm.text import sort_key
from tests.services.records.query import sample
from tests.services.records.query.test_meaning import EASY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smallcrm.services.records.schema import Noun, Values
    from tests.support.world import World

    Rank = Callable[[Values, sample.Known], Any]


def _low(text: str | None) -> str | None:
    return None if text is None else "".join(char.lower() if char.isascii() else char for char in text)


def _member_name(document: Values, known: sample.Known) -> str | None:
    owner = document["owner"]
    return None if owner is None else sort_key(known.find("member", owner)["name"])


def _parent_city(document: Values, known: sample.Known) -> str | None:
    parent = document["parent"]
    return None if parent is None else _low(known.find("company", parent)["city"])


def _money(document: Values, _known: sample.Known) -> tuple[str, int] | None:
    value = document["revenue"]
    return None if value is None else (value["currency"], value["amount"])


SHARED: dict[str, Rank] = {
    "name": lambda document, _known: sort_key(document["name"]),
    "city": lambda document, _known: _low(document["city"]),
    "created": lambda document, _known: document["created_at"],
    "owner.name": _member_name,
}
COMPANIES: dict[str, Rank] = {
    **SHARED,
    "employees": lambda document, _known: document["employees"],
    "revenue": _money,
    "parent.city": _parent_city,
}
CONTACTS: dict[str, Rank] = {
    **SHARED,
    "birthday": lambda document, _known: document["birthday"],
    "opt-out": lambda document, _known: document["opt_out"],
    "lifecycle": lambda document, _known: document["lifecycle"] and LIFECYCLE.index(document["lifecycle"]) + 1,
}


def _amount(document: Values, _known: sample.Known) -> tuple[str, int] | None:
    value = document["amount"]
    return None if value is None else (value["currency"], value["amount"])


def _place(document: Values, known: sample.Known) -> tuple[int, int, int, int]:
    stage = known.find("stage", document["stage"])
    return stage["pipeline"], KINDS.index(stage["kind"]), stage["position"], stage["id"]


def _name_of(noun: str) -> Rank:
    def rank(document: Values, known: sample.Known) -> str | None:
        other = document[noun]
        return None if other is None else sort_key(known.find(noun, other)["name"])

    return rank


DEALS: dict[str, Rank] = {
    "name": SHARED["name"],
    "amount": _amount,
    "stage": _place,
    "pipeline": _name_of("pipeline"),
    "company": _name_of("company"),
    "owner": _member_name,
    "chance": lambda document, _known: document["chance"],
    "due": lambda document, _known: document["expected_close"],
    "closed": lambda document, _known: document["closed_at"],
    "idle": lambda document, _known: document["idle_since"],
    "rotting": lambda document, _known: document["rotting"],
    "next_activity": lambda document, _known: document["next_activity"],
}


ACTIVITIES: dict[str, Rank] = {
    "timing": lambda document, _known: document["timing"] and 1 + TIMINGS.index(document["timing"]),
    "due": lambda document, _known: document["due"],
}
TICKETS: dict[str, Rank] = {
    "first_response": lambda document, _known: document["first_response"],
    "reopened": lambda document, _known: document["reopened"],
    "status": lambda document, _known: STATUSES.index(document["status"]),
}


def orders(ranks: dict[str, Rank]) -> st.SearchStrategy[str]:
    """Some of the keys, each from either end."""
    key = st.builds("{}{}".format, st.sampled_from(("", "-")), st.sampled_from(sorted(ranks)))
    return st.lists(key, min_size=1, max_size=4).map(",".join)


def expected(noun: Noun, ranks: dict[str, Rank], order: str, known: sample.Known) -> list[int]:
    """The ids in that order, sorted in Python."""
    keys = order.split(",")
    found = sorted(known.of[noun.name].values(), key=lambda document: document["id"], reverse=keys[-1].startswith("-"))
    for key in reversed(keys):
        rank, down = ranks[key.removeprefix("-")], key.startswith("-")
        filled = [document for document in found if rank(document, known) is not None]
        # A stable sort from the end keeps equals in their order only if it is turned around twice.
        ordered = sorted(reversed(filled) if down else filled, key=lambda document, rank=rank: rank(document, known))
        found = [*(reversed(ordered) if down else ordered), *(one for one in found if rank(one, known) is None)]
    return [document["id"] for document in found]


def walked(noun: Noun, order: str, size: int, where: Filter | None = None) -> list[int]:
    """The ids of all pages."""
    return [record["id"] for record in store.walk(noun, Listing(order, limit=0, where=where), size)]


@pytest.fixture
def known(mara: World, frozen_clock: datetime) -> sample.Known:  # noqa: ARG001
    """The sample."""
    sample.fill(3)
    return sample.Known()


@EASY
@given(order=orders(COMPANIES), size=st.integers(1, 30))
def test_it_pages_over_companies_in_order(known: sample.Known, order: str, size: int) -> None:
    """Any keys, pages of any size."""
    assert walked(COMPANY, order, size) == expected(COMPANY, COMPANIES, order, known)


@EASY
@given(order=orders(CONTACTS), size=st.integers(1, 30))
def test_it_pages_over_contacts_in_order(known: sample.Known, order: str, size: int) -> None:
    """Any keys, pages of any size, with a filter too."""
    every = expected(CONTACT, CONTACTS, order, known)
    assert walked(CONTACT, order, size) == every
    where = Filter(CONTACT, ["opt-out:yes OR city:any"], sample.PLACE)
    where.passes_many = size % 2 == 0
    passed = set(known.meant(CONTACT, where))
    assert walked(CONTACT, order, size, where) == [one for one in every if one in passed]


@EASY
@given(order=orders(DEALS), size=st.integers(1, 30))
def test_it_pages_over_deals_in_order(known: sample.Known, order: str, size: int) -> None:
    """Stages as deals go through them, amounts by currency, references by name, what is worked out too."""
    assert walked(DEAL, order, size) == expected(DEAL, DEALS, order, known)


@EASY
@given(pair=st.sampled_from(((ACTIVITY, ACTIVITIES), (TICKET, TICKETS))), size=st.integers(1, 30), data=st.data())
def test_it_pages_over_what_is_worked_out_in_order(
    known: sample.Known, pair: tuple[Noun, dict[str, Rank]], size: int, data: st.DataObject
) -> None:
    """Activities as they stand, tickets by when they were answered and how often they came again; live ones."""
    noun, ranks = pair
    order = data.draw(orders(ranks))
    live = {document["id"] for document in known.of[noun.name].values() if document["state"] == State.LIVE}
    assert walked(noun, order, size) == [one for one in expected(noun, ranks, order, known) if one in live]


def test_it_refuses_what_gives_no_order(known: sample.Known) -> None:  # noqa: ARG001
    """Several values, a name that nothing has, too many keys; and a cursor of another filter."""
    for order, words in (
        ("tags", "no sort key 'tags'"), ("company.name", "no sort key 'company.name'"), ("", "no sort key ''"),
        ("citty", "Did you mean 'city'"), ("owner.nam", "Did you mean 'name'"), ("city,", "no sort key ''"),
        (",".join(["city"] * (MAX_KEYS + 1)), f"by {MAX_KEYS} keys at most"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            store.page(CONTACT, Listing(order))
    where = Filter(CONTACT, ["id:1.."], sample.PLACE)
    cursor = store.page(CONTACT, Listing("city", limit=2, where=where)).next
    for other in (None, Filter(CONTACT, ["id:2.."], sample.PLACE)):
        with pytest.raises(UsageError, match="cursor does not belong"):
            store.page(CONTACT, Listing("city", cursor, where=other))
