"""Pages of a listing by their places."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import store
from smallcrm.services.records.operations import operation
from smallcrm.services.records.store import Listing
from smallcrm.services.records.windows import Window
from tests.support.actions import insert_people

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.mark.parametrize("sort", ["id", "-name", "city,name", "-created"])
@pytest.mark.parametrize("total_known", [False, True])
def test_any_page_is_there_whatever_was_read_before(mara: World, sort: str, total_known: bool) -> None:
    """From the beginning, from the end, beside one that was read, and in no order at all."""
    del mara
    with operation("people") as op:
        insert_people(op, [{"name": f"P{at % 7}", "address": f"p{at}@acme.com"} for at in range(53)])
    whole = [record["id"] for record in store.page(CONTACT, Listing(sort)).records]
    pages = [whole[at : at + 5] for at in range(0, 53, 5)]
    for seed in range(6):
        window = Window(CONTACT, Listing(sort), size=5)
        order = list(range(len(pages))) * 2
        random.Random(seed).shuffle(order)
        for at in order:
            found = [record["id"] for record in window.page(at, 53 if total_known else None)]
            assert found == pages[at], (seed, at)
    assert window.page(len(pages), 53 if total_known else None) == []
