"""Reading: pages in every order, cursors, counts, histories and the journal."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import NotFound, UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT, LIFECYCLE
from smallcrm.services.records import editing, logbook, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.store import Listing
from tests.support.actions import insert_people
from tests.support.cast import EUR

if TYPE_CHECKING:
    from tests.support.world import World

pytestmark = pytest.mark.usefixtures("mara")

SORTS = (
    "id", "name", "created", "updated", "city", "birthday", "lifecycle", "opt_out", "owner", "description",
    "owner.name", "city,name", "city,lifecycle", "lifecycle,-birthday,name", "opt_out,-name", "city,-id", "id,city",
)  # fmt: skip


@pytest.fixture
def people(mara: World) -> list[int]:  # noqa: ARG001  # somebody must act
    """Thirteen contacts with repeats and gaps in everything they are sorted by; two more are out of sight."""
    numbers = []
    with operation("people") as op:
        for at in range(15):
            values: dict[str, Any] = {"first_name": ("Ann", "bo", "Çelik", "李")[at % 4], "opt_out": at % 2 == 0}
            values["city"] = (None, "Rome", "rome", "Oslo", "Ñuñoa")[at % 5]
            values["birthday"] = None if at % 3 else f"19{60 + at % 4}-01-01"
            values["lifecycle"] = (None, "lead", "customer")[at % 3]
            values["owner"] = (None, own_id(1), own_id(2))[at % 3]
            op.create(CONTACT, values)
            numbers.append(at + 1)
    editing.trash_many(CONTACT, numbers[13:])
    return numbers[:13]


def walked(sort: str, size: int) -> list[dict[str, Any]]:
    """All pages of a size, one after the other."""
    found, after = [], None
    while True:
        page = store.page(CONTACT, Listing(sort, after, size))
        assert len(page.records) <= size
        found += page.records
        if page.next is None:
            return found
        after = page.next


def _rank(value: Any) -> Any:
    """Choices in their order, texts without the case of A to Z."""
    return LIFECYCLE.index(value) if value in LIFECYCLE else str(value).lower()


def _number(record: dict[str, Any]) -> int:
    return int(record["id"]) & (1 << 40) - 1


@pytest.mark.parametrize("sort", [sign + sort for sort in SORTS for sign in ("", "-")])
def test_it_pages_over_every_record_once(people: list[int], sort: str) -> None:
    """In one order whatever the size of the page, the records without a value last."""
    whole = [_number(record) for record in store.page(CONTACT, Listing(sort)).records]
    assert sorted(whole) == people
    for size in (1, 2, 5, 12, 13):
        assert [_number(record) for record in walked(sort, size)] == whole
    assert [_number(record) for record in store.walk(CONTACT, Listing(sort, limit=0), size=4)] == whole
    assert [_number(record) for record in store.walk(CONTACT, Listing(sort, limit=7), size=3)] == whole[:7]
    key = sort.lstrip("-")
    if key in CONTACT.by_key and key not in ("name", "owner"):  # these sort by what is not shown here
        values = [record[key] for record in store.page(CONTACT, Listing(sort)).records]
        filled = [value for value in values if value is not None]
        assert filled == sorted(filled, key=_rank, reverse=sort.startswith("-"))
        assert values[: len(filled)] == filled


@pytest.mark.usefixtures("people")
def test_it_sorts_names_as_people_do() -> None:
    """Without case and accents."""
    names = [record["name"] for record in store.page(CONTACT, Listing("name")).records]
    assert list(dict.fromkeys(names)) == ["Ann", "bo", "Çelik", "李"]


@pytest.mark.usefixtures("people")
def test_it_refuses_a_cursor_of_another_list() -> None:
    """Of another order, torn, or made by hand: always the same clear sentence."""
    cursor = store.page(CONTACT, Listing("name", limit=2)).next
    assert cursor is not None

    def made(*parts: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    wrong = [
        ("city", cursor), ("-name", cursor), ("name,city", cursor), ("name", cursor[:-3]), ("name", "?"), ("name", "é"),
        ("name", ""), ("name", made("name", "", [5], 1)), ("name", made("name", "", [None], 1)),
        ("name", made("name", "", [{"a": 1}], 1)), ("name", made("name", "", ["a"], 1 << 70)),
        ("name", made("name", "", ["a"], True)), ("id", made("id", "", ["a"], 1)), ("name", made()),
        ("created", made("created", "", [1 << 70], 1)), ("city", made("city", "", [1], 1)), ("name", made(1)),
        ("name", made("name", "x", ["a"], 1)), ("name", made("name", "", ["a", "b"], 1)), ("name", "W" * 99_999),
        ("name", made("name", "", ["a\0"], 1)), ("name", made("name", "", ["\ud800"], 1)), ("name", made(*"[[[[")),
    ]  # fmt: skip
    for sort, text in wrong:
        with pytest.raises(UsageError, match="The cursor does not belong to this list"):
            store.page(CONTACT, Listing(sort, text))


def test_it_names_the_nearest_sort_key() -> None:
    """An unknown order is an error; so is one by a list."""
    with pytest.raises(UsageError, match="Did you mean 'city'"):
        store.page(CONTACT, Listing("-citi"))
    with pytest.raises(UsageError, match="no sort key 'emails'"):
        store.page(CONTACT, Listing("emails"))


@pytest.mark.usefixtures("people")
def test_it_counts_up_to_a_cap() -> None:
    """Live and trashed apart; the cap is quick on any size."""
    assert (store.count(CONTACT), store.count(CONTACT, cap=5), store.count(CONTACT, trashed=True)) == (13, 5, 2)
    trashed = store.page(CONTACT, Listing(trashed=True, limit=1))
    assert [_number(record) for record in trashed.records] == [14]
    assert trashed.next is not None


@pytest.mark.parametrize("number", [0, -1, 7, 1 << 36, 1 << 41, 1 << 70])
def test_it_does_not_know_a_number_that_nothing_has(number: int) -> None:
    """However large or small."""
    with pytest.raises(NotFound, match=f"There is no contact {number}"):
        store.get(CONTACT, number)
    with pytest.raises(NotFound, match=f"There is no contact {number}"):
        store.ids_of(CONTACT, [number])
    with pytest.raises(NotFound):
        editing.add(CONTACT, Edit({"first_name": "Ann", "companies": str(number)}), EUR)


def test_it_tells_the_history_of_a_record() -> None:
    """Oldest first: who, through what, which fields; an import's range counts."""
    with operation("Import x.csv", kind="import") as op:
        first = insert_people(op, [{"name": "Ann", "address": "a@x.org"}, {"name": "Bo", "address": "b@x.org"}])
        op.update(CONTACT, first, {"city": "Rome"})
        op.update(CONTACT, first, {"city": "Oslo"})
    editing.trash_many(CONTACT, [1])
    undo.undo()
    entries = logbook.history(CONTACT, 1)
    imported, trashed = "Import x.csv", "Trash contact 1 Ann"
    summaries = [imported, imported, imported, trashed, f"Undo operation 2: {trashed}"]
    assert [entry.summary for entry in entries] == summaries
    assert [entry.fields for entry in entries[:3]] == [{}, {"city": [None, "Rome"]}, {"city": ["Rome", "Oslo"]}]
    assert {(entry.member, entry.via) for entry in entries} == {("Mara Member", "cli")}
    assert [entry.undone for entry in entries] == [False] * 3 + [True, False]
    assert len(logbook.history(CONTACT, 2)) == 1


def test_it_lists_the_journal_newest_first() -> None:
    """As many as wanted, of everybody or of one member."""
    for name in ("Acme", "Bolt", "Cog"):
        editing.add(COMPANY, Edit({"name": name}), EUR)
    assert [entry.operation for entry in logbook.log()] == [3, 2, 1]
    assert [entry.operation for entry in logbook.log(2)] == [3, 2]
    assert len(logbook.log(0)) == 3
    assert logbook.log(member=7) == []


@pytest.mark.parametrize("sort", SORTS)
def test_it_reads_backwards_what_it_reads_forwards(people: list[int], sort: str) -> None:
    """From the end and from any cursor, over what is left out; and it knows the place of every record."""
    forward = [record["id"] for record in walked(sort, 100)]
    for size in (1, 4, 13):
        found: list[int] = []
        after = None
        while True:
            page = store.page(CONTACT, Listing(sort, after, size, back=True))
            found = [record["id"] for record in page.records] + found
            if page.next is None:
                break
            after = page.next
        assert found == forward
    for skip in (0, 1, 5, 12, 20):
        there = store.page(CONTACT, Listing(sort, None, 3, skip=skip)).records
        assert [record["id"] for record in there] == forward[skip : skip + 3]
        there = store.page(CONTACT, Listing(sort, None, 3, skip=skip, back=True)).records
        assert [record["id"] for record in there] == forward[::-1][skip : skip + 3][::-1]
    assert [store.place(CONTACT, Listing(sort), number_of(one)) for one in forward] == list(range(len(people)))
    assert store.place(CONTACT, Listing(sort), 14) is None
