"""What the engines make of a filter: few hits drive the list, all else walks the ids once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import store
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query import compiling
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
from tests.services.records.query.sample import PLACE
from tests.support.actions import insert_people

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def people(mara: World) -> World:
    """Some hundred contacts, of whom a few are tagged and work somewhere; the planner knows how many there are."""
    with operation("Import", kind="import") as op:
        insert_people(op, [{"name": f"Ann{at} Lee", "address": f"p{at}@x.org"} for at in range(600)])
        acme = op.create(COMPANY, {"name": "Acme", "domains": [{"domain": "acme.org"}]})
        for number in (3, 5, 600):
            changes = {"tags": [{"name": "vip"}], "companies": [{"company": acme}]}
            op.update(CONTACT, own_id(number), {**changes, "external_ids": [{"source": "hub", "key": f"K{number}"}]})
    return mara


def plan_of(text: str | None, sort: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], str]:
    """The numbers of a page, and the engine's plan for it."""
    database = proxy.target()
    run, seen = database._run, list[tuple[str, Any]]()

    def watched(sql: str, params: Any) -> Any:
        seen.append((sql, params))
        return run(sql, params)

    where = None if text is None else Filter(CONTACT, [text], PLACE)
    with monkeypatch.context() as patch:
        patch.setattr(database, "_run", watched)
        page = store.page(CONTACT, Listing(sort, limit=50, where=where, parts=frozenset()))
    sql, params = next(found for found in reversed(seen) if "ORDER BY" in found[0])
    rows = database.run_reviewed(f"EXPLAIN {'QUERY PLAN ' if '?' in sql else ''}{sql}", params).fetchall()
    return [record["id"] & 0xFFFFFFFF for record in page.records], "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sort", ["id", "name", "-created,name"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("email:p3@x.org", [4]), ("tag:vip", [3, 5, 600]), ("company.domain:acme.org", [3, 5, 600]),
        ("company:Acme", [3, 5, 600]), ("external-id:hub:K5", [5]), ("id:7,8", [7, 8]), ('name:"Ann5 Lee"', [6]),
        ("ann599", [600]), ("tag:vip -city:x", [3, 5, 600]), ("email:p3@x.org OR external-id:hub:K5", [4, 5]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("people")
def test_it_starts_from_an_index(text: str, found: list[int], sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record by its id, never a walk."""
    numbers, plan = plan_of(text, sort, monkeypatch)
    assert sorted(numbers) == found
    assert "SEARCH contact USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert "SCAN" not in plan
    assert "contact_state_name_key_id" not in plan


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", ["city:nowhere", "city~x", "-tag:vip city:x", "birthday<today", "company.city:x"])
@pytest.mark.parametrize("sort", ["id", "name", "city,name"])
@pytest.mark.usefixtures("people")
def test_it_walks_the_ids_once(text: str, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The range of ids, and not the index of names."""
    numbers, plan = plan_of(text, sort, monkeypatch)
    assert numbers == []
    assert "SEARCH contact USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan
    assert "contact_state_name_key_id" not in plan


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("people")
def test_it_reads_names_from_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a filter a list by name is not sorted at all, from either end."""
    for sort in ("name", "-name"):
        _numbers, plan = plan_of(None, sort, monkeypatch)
        assert "contact_state_name_key_id" in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("people")
def test_it_reads_names_from_their_index_where_many_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that leaves out few does not make the list walk and sort everything; one that leaves out most does."""
    monkeypatch.setattr(store, "_NEWEST", 100)
    for text, by_name in (("opt-out:no", True), ("-tag:vip", True), ("opt-out:yes", False), ("id:1..200", False)):
        numbers, plan = plan_of(text, "name", monkeypatch)
        assert len(numbers) == (0 if text == "opt-out:yes" else 50)
        assert ("contact_state_name_key_id" in plan) is by_name
        assert ("TEMP B-TREE" in plan) is not by_name


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
@pytest.mark.usefixtures("people")
def test_it_drives_the_list_on_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few ids stand in the query itself: no other table is read with it."""
    for text, found in (("tag:vip", [3, 5, 600]), ("email:p3@x.org", [4]), ("company.domain:acme.org", [3, 5, 600])):
        numbers, plan = plan_of(text, "name", monkeypatch)
        assert sorted(numbers) == found
        assert "contact_email" not in plan
        assert "tagging" not in plan
        assert "Join" not in plan
        assert "Index" in plan


@pytest.mark.usefixtures("people")
def test_it_tests_many_hits_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the same records are found without a list."""
    monkeypatch.setattr(compiling, "MOST_DRIVEN", 2)
    where = Filter(CONTACT, ["tag:vip"], PLACE)
    assert not where.driven
    assert store.numbers(CONTACT, where) == [3, 5, 600]
    assert Filter(CONTACT, ["email:p3@x.org"], PLACE).driven


@pytest.mark.usefixtures("people")
def test_it_tells_whether_an_index_finds_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reading what it finds; what no index finds, or not as a whole, is not told."""
    where = Filter(CONTACT, ["tag:vip"], PLACE)
    assert (where.finds_more_than(2), where.finds_more_than(3)) == (True, False)
    assert where.driven
    for texts in (["opt-out:no"], ["tag:vip", "email:p3@x.org"], ["-tag:vip"]):
        assert Filter(CONTACT, texts, PLACE).finds_more_than(0) is None
    monkeypatch.setattr(compiling, "MOST_DRIVEN", 2)
    where = Filter(CONTACT, ["tag:vip"], PLACE)
    assert where.finds_more_than(2)
    assert not where.driven


@pytest.mark.usefixtures("people")
def test_it_lists_much_by_name_however_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record by record, or what the index finds at once: the pages are the same."""
    monkeypatch.setattr(compiling, "MOST_DRIVEN", 2)
    monkeypatch.setattr(store, "MOST_DRIVEN", 2)
    for sort, expected in (("name", [3, 5, 600]), ("-name", [600, 5, 3])):
        for ask, many in ((0, True), (1 << 20, False)):
            monkeypatch.setattr(store, "_ASK", ask)
            where = Filter(CONTACT, ["tag:vip"], PLACE)
            first = store.page(CONTACT, Listing(sort, limit=2, where=where))
            rest = store.page(CONTACT, Listing(sort, first.next, limit=2, where=where))
            assert where.passes_many is many
            assert [number_of(one["id"]) for one in (*first.records, *rest.records)] == expected
            assert rest.next is None


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("sort", "expected"), [("name", [3, 5, 600]), ("-name", [600, 5, 3])])
def test_it_looks_among_the_first_names(monkeypatch: pytest.MonkeyPatch, sort: str, expected: list[int]) -> None:
    """A page that is full there has asked nothing else; one that is not, and every further one, is as without."""
    monkeypatch.setattr(compiling, "MOST_DRIVEN", 2)
    monkeypatch.setattr(store, "MOST_DRIVEN", 2)
    for among, full in ((599, True), (3, False), (1 << 20, False)):
        monkeypatch.setattr(store, "_AMONG", among)
        where = Filter(CONTACT, ["tag:vip"], PLACE)
        page = store.page(CONTACT, Listing(sort, limit=1, where=where))
        assert (where.passes_many is None) is full
        found = [number_of(page.records[0]["id"])]
        while page.next is not None:
            page = store.page(CONTACT, Listing(sort, page.next, limit=1, where=where))
            found.append(number_of(page.records[0]["id"]))
        assert found == expected


@pytest.mark.usefixtures("people")
def test_it_refuses_words_that_find_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the hits would be a wrong answer; words side by side are looked for together."""
    monkeypatch.setattr(compiling, "MOST_FOUND", 20)
    with pytest.raises(UsageError, match="More than 20 contacts are found by 'lee'"):
        store.numbers(CONTACT, Filter(CONTACT, ["lee"], PLACE))
    assert store.numbers(CONTACT, Filter(CONTACT, ["lee ann599"], PLACE)) == [600]
    assert store.numbers(CONTACT, Filter(CONTACT, ["lee", "ann599"], PLACE)) == [600]
    with pytest.raises(UsageError, match="nothing in the trash"):
        store.count(CONTACT, trashed=True, where=Filter(CONTACT, ["ann599"], PLACE))
