"""What is due next with a record: shown, filtered by and sorted by; and the deals and tickets of whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.activities import ACTIVITY, done
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL, win
from smallcrm.services.involved import Involved, involved
from smallcrm.services.records import editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
from smallcrm.services.tickets import TICKET
from tests.support.cast import EUR

if TYPE_CHECKING:
    from tests.support.world import World


def add(noun: object, **said: str) -> int:
    """A new record; gives its number."""
    return editing.add(noun, Edit(said), EUR).changed[0]  # type: ignore[arg-type]


def passing(text: str, sort: str = "id") -> list[int]:
    """The numbers of the deals that pass a filter."""
    from smallcrm.db.ids import number_of

    where = Filter(DEAL, [text], Place(zone=EUR.zone))
    return [number_of(record["id"]) for record in store.walk(DEAL, Listing(sort=sort, limit=0, where=where))]


def test_the_first_of_what_is_open_is_due_next(mara: World) -> None:
    """Neither what is done nor what has no day; a day and a time compare as they do where they are kept."""
    del mara
    for name in ("Alba", "Brise", "Costa"):
        add(DEAL, name=name)
    early = add(ACTIVITY, subject="Call", due="2026-03-20", links="deal:1")
    add(ACTIVITY, subject="Visit", due="2026-03-25T10:00", links="deal:1, deal:2")
    add(ACTIVITY, subject="Some day", links="deal:3")
    assert [store.get(DEAL, number)["next_activity"] for number in (1, 2, 3)] == [
        "2026-03-20",
        "2026-03-25T09:00Z",
        None,
    ]
    assert (passing("next_activity:none"), passing("next_activity:any")) == ([3], [1, 2])
    assert passing("next_activity<=2026-03-20") == [1]
    assert passing("next_activity:2026-03-25") == [2]
    assert passing("next_activity:any", sort="-next_activity") == [2, 1]
    done([early])
    assert store.get(DEAL, 1)["next_activity"] == "2026-03-25T09:00Z"
    assert passing("next_activity<=2026-03-20") == []


def test_a_company_and_a_contact_show_their_deals_and_tickets(mara: World) -> None:
    """What is open comes first, then the newest; other nouns have none; no more than are asked for."""
    del mara
    add(COMPANY, name="Acme")
    add(CONTACT, first_name="Ann", companies="1")
    for name in ("First", "Second", "Third"):
        add(DEAL, name=name, company="1")
    add(DEAL, name="Hers", contacts="1")
    win([3])
    add(TICKET, subject="No light", requester="1")
    found = involved(COMPANY, 1, 9)
    assert [one.title for one in found["deal"]] == ["Second", "First", "Third"]
    assert found["deal"][2] == Involved(3, "Third", "Won")
    assert [one.title for one in found["ticket"]] == ["No light"]
    assert [one.title for one in involved(CONTACT, 1, 9)["deal"]] == ["Hers"]
    assert len(involved(COMPANY, 1, 2)["deal"]) == 2
    assert involved(DEAL, 1, 9) == {}
