"""Custom fields in filters and orders: the answer is that of a look at every document, by way of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import UsageError
from smallcrm.models.base import State
from smallcrm.services import field_changes
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import documents, editing, store
from smallcrm.services.records.custom_values import cells_of
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query import compiling, completion
from smallcrm.services.records.query.checks import Choice, Filled, How, Place, Span, Text
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.store import Listing
from tests.support.cast import ADAM, EUR
from tests.support.custom import OPTIONS, add, define, define_all, handle

if TYPE_CHECKING:
    from smallcrm.services.records.query.checks import Check
    from smallcrm.services.records.query.customs import Custom
    from tests.support.world import World

HOSTILE = "\x1b[31m=cmd|' /C calc'!A0 'x' \u202e %_*?[ \\ ; DROP TABLE custom_value --"
SHARE = {"sqlite": 1, "postgres": 4}
_WORDS = st.sampled_from(["Ann", "ann", "Éa", "b*c", "b*d", "B", "zz", "x" * 250, "x" * 250 + "y"])
_TYPED: dict[str, st.SearchStrategy[str]] = {
    "my_text": _WORDS, "my_long_text": _WORDS, "my_email": st.sampled_from(["a@x.org", "b@x.org", "B@x.ORG"]),
    "my_integer": st.sampled_from(["-1", "2", "3", "5", "9"]),
    "my_decimal": st.sampled_from(["-1.5", "2", "2.00", "3.25", "5", "9"]),
    "my_money": st.sampled_from(["1EUR", "2USD", "2.50EUR", "3USD", "-4EUR"]),
    "my_date": st.sampled_from(["2026-01-01", "2026-01-02", "2026-02-01"]),
    "my_datetime": st.sampled_from(["2026-01-01 10:00", "2026-01-21 12:53:20Z", "2026-02-01"]),
    "my_boolean": st.sampled_from(["yes", "no"]), "my_select": st.sampled_from(["gold", "silver", "tin"]),
    "my_multi_select": st.sampled_from(["gold", "tin, gold", "silver, tin"]),
    "my_user": st.sampled_from(["me", "Mara Member"]),
}  # fmt: skip
_EVERY = {
    "my_text": "Ann", "my_long_text": "Ann", "my_email": "a@x.org", "my_integer": "2", "my_decimal": "2.00",
    "my_money": "1EUR", "my_date": "2026-01-02", "my_datetime": "2026-02-01", "my_boolean": "yes",
    "my_select": "gold", "my_multi_select": "tin, gold", "my_user": "me",
}  # fmt: skip


def _checks(key: str) -> list[Check]:
    """What can be asked of a field, at the edges of the values above."""
    texts: list[Check] = [Text(how, text) for how in How for text in ("Ann", "é", "b*", "x" * 250, "zz")]
    spans: list[Check] = [
        Span(2, 5), Span(low=2, with_low=False), Span(high=2, with_high=False), Span(9, 1), Span(2, 2),
    ]  # fmt: skip
    known: dict[str, list[Check]] = {
        "my_text": [*texts, Choice(frozenset({"ANN", "b*d"})), Span("ann", "b")],
        "my_long_text": [*texts, Text(How.PART, "*")],
        "my_email": [Text(How.EQUAL, "B@X.org"), Text(How.PREFIX, "a@"), Text(How.PART, "x.o")],
        "my_integer": spans,
        "my_decimal": spans,
        "my_money": [Span(100, 300, currency="EUR"), Span(low=200, currency="USD")],
        "my_date": [Span("2026-01-02", "2026-01-31"), Span(low="2026-01-01", with_low=False)],
        "my_datetime": [Span(high=1_769_000_000_000_000), Span(low=1_769_000_000_000_000)],
        "my_boolean": [Choice(frozenset({True})), Choice(frozenset({False}))],
        "my_select": [Choice(frozenset({"gold"})), Choice(frozenset({"tin", "silver"}))],
        "my_multi_select": [Choice(frozenset({"gold"})), Choice(frozenset({"tin", "silver"}))],
        "my_user": [Choice(frozenset({own_id(1)})), Choice(frozenset({own_id(2), own_id(3)}))],
    }
    return [*known[key], Filled()]


def test_it_finds_and_sorts_as_a_look_at_every_record_does(world: World) -> None:
    """Every type, pages of any size, from both ends."""
    with world.acts(ADAM):
        define_all("contact")

    met: set[str] = set()

    @settings(max_examples=12 // SHARE[world.engine], deadline=None, suppress_health_check=list(HealthCheck))
    @example([_EVERY], 2)
    @given(st.lists(st.fixed_dictionaries({}, optional=_TYPED), min_size=1, max_size=7), st.integers(1, 4))
    def run(people: list[dict[str, str]], size: int) -> None:
        with world.acts(ADAM):
            numbers = [add(**person) for person in people]
            for key in _TYPED:
                if _agree(handle("contact", key), size):
                    met.add(key)
            editing.trash_many(CONTACT, numbers)

    run()
    assert met == set(_TYPED), "a type of which no record was found proves nothing"


def _agree(one: Custom, size: int) -> int:
    """Conditions and pages of one field, against the documents; how many records the conditions found."""
    key, row = one.field.key, CONTACT.model
    live = row.select(row.id).where(row.state == State.LIVE)
    people = documents.load(CONTACT, [found[0] for found in documents.fetch(live)])
    hits = 0
    for check in _checks(key):
        expected = sorted(at for at, person in people.items() if one.holds(check, person, _nobody))
        condition = one.condition(check, row)
        assert _ids(live.where(condition)) == expected, (key, check)
        assert _ids(live.where(~condition)) == sorted(set(people) - set(expected)), (key, check)
        found = one.driver(check)
        assert found is None or set(_ids(found)).intersection(people) == set(expected), (key, check)
        hits += len(expected)
    for descending in (False, True) if one.order(row) else ():
        assert _paged(one, size, descending=descending) == _naive(one, people, descending=descending)
        two = _paged(one, size, descending=descending, more=",name")
        assert sorted(two) == sorted(people)
    return hits


def _nobody(noun: str, record_id: int) -> Any:
    raise AssertionError((noun, record_id))


def _ids(query: Any) -> list[int]:
    return sorted(row[0] for row in documents.fetch(query))


def _paged(one: Custom, size: int, *, descending: bool, more: str = "") -> list[int]:
    """The records in order, page by page, with the cursor of each page."""
    found: list[int] = []
    after = None
    while True:
        page = store.page(CONTACT, Listing(("-" if descending else "") + one.field.key + more, after, size))
        found += [record["id"] for record in page.records]
        after = page.next
        if after is None:
            return found


def _naive(one: Custom, people: dict[int, Any], *, descending: bool) -> list[int]:
    def place(at: int) -> Any:
        (cell,) = cells_of(one.field, people[at][one.field.key])
        if one.field.kind is Kind.SELECT:
            return one.field.choices.index(str(cell.key)), at
        worth = one.field.kind is Kind.MONEY or cell.number is None
        return (cell.key or "") if worth else "", cell.number or 0, cell.instant or cell.target_id or 0, at

    filled = [at for at, person in people.items() if person[one.field.key] is not None]
    return sorted(filled, key=place, reverse=descending) + sorted(set(people) - set(filled), reverse=descending)


def _found(*texts: str) -> list[int]:
    """The numbers of the contacts that pass a filter."""
    return store.numbers(CONTACT, Filter(CONTACT, texts, Place("EUR", "Europe/Berlin")))


@pytest.mark.usefixtures("adam")
class TestTyped:
    """What people type."""

    def test_it_is_named_by_its_key_like_any_field(self) -> None:
        """Every type, options by their labels, members and records by what they are called."""
        acme = editing.add(COMPANY, Edit({"name": "Acme", "industry": "Media"}), EUR).changed[0]
        define_all("contact")
        field_changes.rename_option(9, "Gold", "Premium")
        one = add(
            my_text="Ännchen", my_long_text="One\nTwo", my_integer="-4", my_decimal="1.50", my_money="5EUR",
            my_date="2026-03-01", my_datetime="2026-03-01 10:00", my_boolean="yes", my_select="gold",
            my_multi_select="gold, tin", my_email="a@x.org", my_phone="+49 30 1234567", my_user="me", my_record="Acme",
            my_url="https://x.org",
        )  # fmt: skip
        two = add()
        for text in (
            "my_text:annchen", "my-text:ann*", "my_text~chen", "my_long_text~two", "my_integer<0", "my_decimal:1.5",
            "my_decimal:1..2", "my_money>4.99", "my_money:5EUR", "my_date:2026-03-01", "my_datetime:2026-03",
            "my_boolean:yes", "my_select:premium", "my_select:gold", "my_multi_select:tin", "my_email:A@x.org",
            "my_phone:+49301234567", "my_user:me", "my_record:Acme", f"my_record:{acme}", "my_record.industry:Media",
            "my_user.name:Adam*", "my_url~x.org", "my_multi_select:gold,tin", "my_text:any", "-my_text:empty",
            "my_text:annchen my_integer:-4", "my_text:x OR my_boolean:yes",
        ):  # fmt: skip
            assert _found(text) == [one], text
            assert _found(f"-({text})") == [two], text

    def test_it_says_what_is_wrong(self) -> None:
        """A value that is none of the field, and a field that was archived."""
        number = define("contact", "Tier", "select", options=OPTIONS)
        with pytest.raises(UsageError, match="Tier is one of"):
            _found("tier:iron")
        assert ("tier:", "Tier") in list(completion.terms(CONTACT, "ti"))
        assert ("tier:gold", "") in list(completion.terms(CONTACT, "tier:"))
        field_changes.archive([number])
        with pytest.raises(UsageError, match="There is no field 'tier'"):
            _found("tier:gold")
        with pytest.raises(UsageError, match="There is no sort key"):
            store.page(CONTACT, Listing("tier"))

    def test_it_takes_what_is_typed_as_a_value_and_nothing_else(self) -> None:
        """Hostile texts find the hostile text."""
        define("contact", "Tier")
        number = add(tier=HOSTILE)
        add(tier="other")
        one, row = handle("contact", "tier"), CONTACT.model
        for how in How:
            query = row.select(row.id).where(one.condition(Text(how, HOSTILE), row))
            assert [number_of(found) for found in _ids(query)] == [number]

    def test_it_walks_the_list_where_hits_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Above the cap each record is asked, and the answer is the same."""
        define("contact", "Tier")
        numbers = [add(tier="x") for _ in range(4)]
        add(tier="y")
        for most in (3, 4):
            monkeypatch.setattr(compiling, "MOST_DRIVEN", most)
            where = Filter(CONTACT, ["tier:X"], Place())
            assert where.driven is (most == 4)
            assert store.numbers(CONTACT, where) == numbers

    def test_it_sorts_what_is_asked_of_the_field_itself(self) -> None:
        """Alone, twice, beside something else, and turned round."""
        define("contact", "Seat", "integer")
        for seat, city in (("4", "Rome"), ("1", "Rome"), ("3", "Oslo"), ("2", "Rome"), ("", "Rome")):
            add(seat=seat, city=city)
        for texts, seats in (
            (["seat>1"], [4, 3, 2]),
            (["seat>1", "seat<4"], [3, 2]),
            (["seat>1", "city~rom"], [4, 2]),
            (["-seat:3"], [4, 2, 1, None]),
        ):
            where = Filter(CONTACT, texts, Place())
            first = store.page(CONTACT, Listing("-seat", None, 1, where=where))
            rest = store.page(CONTACT, Listing("-seat", first.next, 9, where=where))
            assert [record["seat"] for record in (*first.records, *rest.records)] == seats

    def test_it_sorts_what_a_filter_passes_and_what_is_in_the_trash(self) -> None:
        """With the cursor of the order, and refuses that of another."""
        define("contact", "Seat", "integer")
        numbers = [add(seat=str(seat), city="Rome") for seat in (3, 1, 2)]
        add(seat="0")
        where = Filter(CONTACT, ["city~rom"], Place())
        page = store.page(CONTACT, Listing("-seat", None, 2, where=where))
        assert [record["seat"] for record in page.records] == [3, 2]
        rest = store.page(CONTACT, Listing("-seat", page.next, 2, where=where))
        assert ([record["seat"] for record in rest.records], rest.next) == ([1], None)
        with pytest.raises(UsageError, match="cursor"):
            store.page(CONTACT, Listing("seat", page.next))
        editing.trash_many(CONTACT, numbers)
        gone = store.page(CONTACT, Listing("seat", trashed=True)).records
        assert [record["seat"] for record in gone] == [1, 2, 3]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("adam")
def test_it_reads_the_value_index() -> None:
    """What the planner does with each question: no table of values is read through."""
    define("contact", "Tier")
    define("contact", "Seat", "integer")
    add(tier="x", seat="1")
    for key, check, index in (
        ("tier", Text(How.EQUAL, "x"), "custom_value_field_id_key_record_id"),
        ("tier", Text(How.PREFIX, "x"), "custom_value_field_id_key_record_id"),
        ("seat", Span(1, 5), "custom_value_field_id_number_record_id"),
        ("seat", Filled(), "custom_value_field_id_number_record_id"),
    ):
        assert index in _plan(handle("contact", key).driver(check).limit(5001))
    asked = CONTACT.model.select(CONTACT.model.id)
    plan = _plan(asked.where(handle("contact", "tier").condition(Text(How.EQUAL, "x"), CONTACT.model)))
    assert "CORRELATED" in plan
    assert "SCAN custom_value" not in plan


def _plan(query: Any) -> str:
    sql, params = proxy.target().get_sql_context().sql(query).query()
    rows = proxy.target().run_reviewed(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    return "\n".join(str(row[-1]) for row in rows)
