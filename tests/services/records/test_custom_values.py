"""Values of custom fields: stored by type, found and sorted by index, and gone with their record."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.clock import micros
from smallcrm.db.fence import proxy
from smallcrm.db.fence.database import FencedDatabase
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict, ValidationError
from smallcrm.models.base import State
from smallcrm.models.custom import CustomField, CustomValue
from smallcrm.services import field_changes, trash
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import custom_queries as queries
from smallcrm.services.records import definitions, documents, editing, presenting, schema, store, undo
from smallcrm.services.records.custom_queries import Choice, Filled, How, Span, Text
from smallcrm.services.records.custom_values import cells_of
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import columnar
from tests.support.canonical import export
from tests.support.cast import ADAM, EUR, MARA, STAN
from tests.support.custom import add, define, define_all, edit, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.world import World

HOSTILE = "\x1b[31m=cmd|' /C calc'!A0 'x' \"y\" \u202e %_*?[ \\ ; DROP TABLE custom_value --"
TYPED = {
    "my_text": HOSTILE, "my_long_text": "one\ntwo", "my_integer": "-42", "my_decimal": "-1.50",
    "my_money": "-12.30 USD", "my_date": "1600-02-29", "my_datetime": "2026-03-31 14:30", "my_boolean": "no",
    "my_select": "GOLD", "my_multi_select": "Tin, gold", "my_url": "https://x.org/é", "my_email": "A@Bücher.de",
    "my_phone": "+49 30 1", "my_user": "Adam Admin", "my_record": "Acme",
}  # fmt: skip


@pytest.fixture
def adam(world: World) -> Iterator[World]:
    """An admin, who may configure the workspace, is at work."""
    with world.acts(ADAM):
        yield world


def contact(number: int) -> dict[str, Any]:
    """A contact as it is."""
    return store.get(CONTACT, number)


@pytest.mark.usefixtures("adam")
class TestValues:
    """Every type, on every road that a built-in field goes."""

    def test_it_keeps_a_value_of_every_type_as_it_was_given(self) -> None:
        """Exact numbers and texts, dates without a zone, the falsy ones too."""
        acme = own_id(editing.add(COMPANY, Edit({"name": "Acme"}), EUR).changed[0])
        assert len(define_all("contact")) == len(TYPES)
        found = contact(add(**TYPED))
        adam = found.pop("my_user")
        assert {key: found[key] for key in TYPED if key in found} == {
            "my_text": HOSTILE, "my_long_text": "one\ntwo", "my_integer": -42, "my_decimal": "-1.50",
            "my_money": {"amount": -1230, "currency": "USD"}, "my_date": "1600-02-29",
            "my_datetime": 1774960200000000, "my_boolean": False, "my_select": "gold",
            "my_multi_select": [{"value": "tin"}, {"value": "gold"}], "my_url": "https://x.org/é",
            "my_email": "A@Bücher.de", "my_phone": "+49 30 1", "my_record": acme,
        }  # fmt: skip
        assert number_of(adam) > 0
        empty = contact(add())
        assert all(empty[key] in (None, []) for key in TYPED)

    def test_it_keeps_amounts_that_no_float_can_hold(self) -> None:
        """The sort number is beside the exact text, never in its place."""
        define("contact", "Worth", "money")
        define("contact", "Ratio", "decimal")
        number = add(ratio="0.10000000000000000000000001")
        with operation("Grow rich") as op:
            op.update(CONTACT, own_id(number), {"worth": {"amount": 4_000_000_000_000_000_101, "currency": "EUR"}})
        assert contact(number)["worth"]["amount"] == 4_000_000_000_000_000_101
        assert contact(number)["ratio"] == "0.10000000000000000000000001"

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("integer", "1.5"), ("integer", "9" * 50), ("decimal", "many"), ("money", "x"), ("date", "2026-02-30"),
            ("datetime", "soon"), ("boolean", "perhaps"), ("select", "iron"), ("multi-select", "gold, iron"),
            ("email", "no"), ("phone", "none"), ("text", "a\0b"), ("text", "\ud800"), ("text", "x" * 1001),
        ],
    )  # fmt: skip
    def test_it_refuses_what_is_no_value_of_the_type(self, kind: str, text: str) -> None:
        """With the label of the field."""
        define("contact", "Thing", kind, options=("Gold",) if "select" in kind else ())
        with pytest.raises(ValidationError, match="Thing") as caught:
            add(thing=text)
        assert caught.value.field == "thing"

    def test_it_is_undone_redone_and_told_by_the_history(self) -> None:
        """A list by its elements."""
        define_all("contact")
        editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
        number = add(**TYPED)
        before = export()
        changed = Edit({"my_text": "b", "my_integer": "7"}, ["my_money"], [("my_multi_select", "Silver")],
                       [("my_multi_select", "Tin")])  # fmt: skip
        editing.edit_many(CONTACT, [number], changed, EUR)
        after = export()
        fields = store.history(CONTACT, number)[-1].fields
        assert fields["my_integer"] == [-42, 7]
        assert fields["my_multi_select"] == {"-": [{"value": "tin"}], "+": [{"value": "silver"}]}
        undo.undo()
        assert export() == before
        undo.redo()
        assert export() == after

    def test_it_exports_what_the_list_shows(self) -> None:
        """By both roads, as values and as texts."""
        keys = define_all("contact")
        editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
        numbers = [add(**TYPED), add()]
        fields = [CONTACT.by_key[key] for key in keys]
        shown = list(presenting.present(CONTACT, [contact(number) for number in numbers], keys))
        (page,) = columnar.pages(CONTACT, fields, texts=False)
        assert page == [tuple(row[key] for key in keys) for row in shown]
        (texts,) = columnar.pages(CONTACT, fields, texts=True)
        told = dict(zip(keys, texts[0], strict=True))
        assert (told["my_money"], told["my_boolean"], told["my_record"]) == ("-12.30 USD", "no", "Acme")

    def test_it_leaves_with_its_record_and_with_its_field(self, adam: World) -> None:
        """Emptying the trash forgets both."""
        define("contact", "Badge")
        define("deal", "Color")
        gone, stays = add(badge="1"), add(badge="2")
        add("deal", color="red")
        editing.trash_many(CONTACT, [gone])
        trash.empty()
        mine = CustomValue.object == CONTACT.code
        assert CustomValue.select().where(mine, CustomValue.record_id == own_id(gone)).count() == 0
        assert contact(stays)["badge"] == "2"
        field_changes.delete([1], lambda _key, _count: True)
        assert "badge" not in CONTACT.by_key
        trash.empty()
        assert (CustomField.select().count(), CustomValue.select().count()) == (1, 1)
        assert adam.engine

    def test_it_lets_go_of_a_record_that_is_removed(self) -> None:
        """A field that names it is emptied."""
        acme = editing.add(COMPANY, Edit({"name": "Acme"}), EUR).changed[0]
        define("contact", "Partner", "record", target="company")
        number = add(partner="Acme")
        editing.trash_many(COMPANY, [acme])
        assert contact(number)["partner"] == own_id(acme)
        trash.empty()
        assert contact(number)["partner"] is None


@pytest.mark.usefixtures("adam")
class TestUnique:
    """One live record has a value, whoever writes it."""

    def test_it_is_refused_to_a_second_record_and_names_both(self) -> None:
        """However it is written, and for each type that can be unique."""
        define("contact", "Badge", unique="yes")
        define("contact", "Mail", "email", unique="yes")
        define("contact", "Seat", "integer", unique="yes")
        define("contact", "Day", "date", unique="yes")
        one = add(badge="Straße 7", mail="a@x.org", seat="-3", day="2026-01-01")
        for key, text in {"badge": "STRASSE 7", "mail": "A@X.org", "seat": "-3", "day": "2026-01-01"}.items():
            with pytest.raises(Conflict, match=rf"already belongs to contact {one} \(Ann\), so Bo cannot have it"):
                add(first_name="Bo", **{key: text})

    def test_it_tells_long_values_apart_after_the_cut_of_the_key(self) -> None:
        """A hash of the whole stands behind what is cut."""
        define("contact", "Badge", unique="yes")
        add(badge="é" * 400 + "1")
        add(badge="é" * 400 + "2")
        with pytest.raises(Conflict):
            add(badge="É" * 400 + "1")

    def test_it_is_free_in_the_trash_and_taken_on_the_way_back(self) -> None:
        """Trap 1: by a restore, an undo and a redo."""
        define("contact", "Badge", unique="yes")
        one = add(badge="7")
        trashed = editing.trash_many(CONTACT, [one]).operation
        two = add(badge="7")
        with pytest.raises(Conflict, match=f"belongs to contact {two}"):
            editing.restore_many(CONTACT, [one])
        with pytest.raises(Conflict) as caught:
            undo.undo(trashed)
        assert caught.value.details == (f"contact {one}: badge 7 belongs to contact {two} now",)
        edit(two, badge="8")
        editing.restore_many(CONTACT, [one])
        assert contact(one)["badge"] == "7"

    def test_it_reports_clashes_before_a_field_becomes_unique(self) -> None:
        """Trap 22: of live records only, by their numbers."""
        number = define("contact", "Badge")
        one, two, gone = add(badge="x"), add(badge="X"), add(badge="x")
        editing.trash_many(CONTACT, [gone])
        field = schema.noun("field")
        with pytest.raises(ValidationError, match=f"contacts {one}, {two} have 'x'") as caught:
            editing.edit_many(field, [number], Edit({"unique": "yes"}), EUR)
        assert str(gone) not in caught.value.sentence.split("have")[0].split("contacts")[1]
        edit(two, badge="y")
        turned = editing.edit_many(field, [number], Edit({"unique": "yes"}), EUR).operation
        with pytest.raises(Conflict):
            edit(two, badge="x")
        undo.undo(turned)
        edit(two, badge="x")
        with pytest.raises(Conflict, match="can be taken back"):
            undo.redo()


@pytest.mark.usefixtures("adam")
class TestMemory:
    """The fields are asked for often, and read seldom."""

    def test_it_reads_the_fields_with_one_query(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And not again until somebody writes."""
        define("contact", "Tier", "select", options=("Gold",))
        counted: list[Any] = []
        run = FencedDatabase._run

        def counting(self: Any, *sql: Any) -> Any:
            counted.append(sql)
            return run(self, *sql)

        monkeypatch.setattr(FencedDatabase, "_run", counting)
        for _ in range(3):
            assert [field.key for field in CONTACT.custom] == ["tier"]
            assert COMPANY.custom == ()
        assert len(counted) == 1

    def test_it_forgets_what_was_rolled_back(self) -> None:
        """A dry run adds nothing, nor does one that fails."""
        field_changes.add(Edit({"object": "contact", "label": "Tier"}), (), EUR, dry_run=True)
        assert CONTACT.custom == ()

    def test_it_knows_one_workspace_at_a_time(self, world: World) -> None:
        """In one thread after the other."""
        define("contact", "Tier")
        seen: dict[str, Any] = {}

        def look(person: Any, name: str) -> None:
            with world.acts(person):
                seen[name] = [field.key for field in CONTACT.fields if field.custom]
                proxy.target().close()

        for person, name in ((STAN, "south"), (MARA, "north")):
            thread = threading.Thread(target=look, args=(person, name))
            thread.start()
            thread.join()
        assert seen == {"south": [], "north": ["tier"]}
        assert [field.key for field in CONTACT.custom] == ["tier"]

    def test_it_has_no_field_where_no_workspace_is_bound(self) -> None:
        """So that a noun can be asked anywhere."""
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(definitions.customs("contact")))
        thread.start()
        thread.join()
        assert found == [schema.Customs()]


def _checks(key: str) -> list[queries.Check]:
    """What can be asked of a field, at the edges of the values below."""
    texts = [Text(how, text) for how in How for text in ("Ann", "é", "b*", "x" * 250, "zz")]
    spans: list[queries.Check] = [
        Span(2, 5), Span(low=2, with_low=False), Span(high=2, with_high=False), Span(9, 1), Span(2, 2)
    ]  # fmt: skip
    known: dict[str, list[queries.Check]] = {
        "my_text": [*texts, Choice(frozenset({"ANN", "b*d"}))],
        "my_long_text": [Text(How.PART, "ann"), Text(How.PART, "*")],
        "my_email": [Text(How.EQUAL, "B@X.org"), Text(How.PREFIX, "a@"), Text(How.PART, "x.o")],
        "my_integer": spans,
        "my_decimal": spans,
        "my_money": [Span(100, 300, currency="EUR"), Span(low=200, currency="USD")],
        "my_date": [Span("2026-01-02", "2026-01-31"), Span(low="2026-01-01", with_low=False)],
        "my_datetime": [Span(high=1_769_000_000_000_000), Span(low=1_769_000_000_000_000)],
        "my_boolean": [Choice(frozenset({True})), Choice(frozenset({False}))],
        "my_select": [Choice(frozenset({"gold"})), Choice(frozenset({"tin", "silver"}))],
        "my_multi_select": [Choice(frozenset({"gold"})), Choice(frozenset({"tin", "silver"}))],
    }
    return [*known[key], Filled()]


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
}  # fmt: skip
SHARE = {"sqlite": 1, "postgres": 4}


class TestQueries:
    """Conditions and orders give what a look at every document gives."""

    def test_it_finds_and_sorts_as_a_look_at_every_record_does(self, world: World) -> None:
        """Every type, few hits or many, pages of any size, from both ends."""
        with world.acts(ADAM):
            define_all("contact")

        @settings(max_examples=12 // SHARE[world.engine], deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(st.fixed_dictionaries({}, optional=_TYPED), min_size=1, max_size=7), st.integers(1, 4))
        def run(people: list[dict[str, str]], size: int) -> None:
            with world.acts(ADAM):
                numbers = [add(**person) for person in people]
                gone = add(**people[0])
                for key in _TYPED:
                    _agree(key, size)
                editing.trash_many(CONTACT, [*numbers, gone])

        run()

    def test_it_walks_the_list_where_hits_are_many(self, world: World) -> None:
        """Above the cap each record is asked; below it the value rows are."""
        with world.acts(ADAM):
            define("contact", "Tier")
            numbers = [add(tier="x") for _ in range(4)]
            one = kept("contact", "tier")
            assert queries.few(one, Text(How.EQUAL, "x"), 3) is None
            assert queries.few(one, Text(How.EQUAL, "x"), 4) is not None
            assert queries.few(one, Text(How.PART, "x")) is None
            row = CONTACT.model
            found = row.select(row.id).where(queries.narrowed(one, Text(How.EQUAL, "X"), row))
            assert sorted(number_of(key[0]) for key in documents.fetch(found)) == numbers

    def test_it_takes_what_is_typed_as_a_value_and_nothing_else(self, world: World) -> None:
        """Hostile texts in a filter find the hostile text."""
        with world.acts(ADAM):
            define("contact", "Tier")
            number = add(tier=HOSTILE)
            add(tier="other")
            for how in How:
                found = queries.few(kept("contact", "tier"), Text(how, HOSTILE)) if how is not How.PART else None
                row = CONTACT.model
                query = row.select(row.id).where(queries.condition(kept("contact", "tier"), Text(how, HOSTILE), row))
                assert [number_of(key[0]) for key in documents.fetch(query)] == [number]
                assert found is None or how is not How.PART


def _agree(key: str, size: int) -> None:
    """Conditions and pages of one field, against the documents."""
    one, row = kept("contact", key), CONTACT.model
    live = row.select(row.id).where(row.state == State.LIVE)
    people = documents.load(CONTACT, [found[0] for found in documents.fetch(live)])
    for check in _checks(key):
        expected = sorted(at for at, person in people.items() if queries.holds(one, check, person[key]))
        for condition in (queries.condition(one, check, row), queries.narrowed(one, check, row)):
            assert sorted(found[0] for found in documents.fetch(live.where(condition))) == expected, (key, check)
        turned = documents.fetch(live.where(~queries.condition(one, check, row)))
        assert sorted(found[0] for found in turned) == sorted(set(people) - set(expected))
    if queries.sortable(one.field):
        for descending in (False, True):
            assert _paged(one, size, descending=descending) == _naive(one, people, descending=descending)


def _paged(one: Any, size: int, *, descending: bool) -> list[int]:
    found: list[queries.Place] = []
    while True:
        start = found[-1] if found else None
        page = queries.page(CONTACT, one, descending=descending, start=start, limit=size)
        found += page
        if len(page) < size:
            return [place.id for place in found]


def _naive(one: Any, people: dict[int, Any], *, descending: bool) -> list[int]:
    def place(at: int) -> Any:
        (cell,) = cells_of(one.field, people[at][one.field.key])
        if one.field.kind is schema.Kind.SELECT:
            return one.field.choices.index(cell.key), at
        return (cell.key if cell.number is None or one.field.kind is schema.Kind.MONEY else "",
                cell.number or 0, cell.instant or 0, at)  # fmt: skip

    filled = [at for at, person in people.items() if person[one.field.key] is not None]
    return sorted(filled, key=place, reverse=descending) + sorted(set(people) - set(filled), reverse=descending)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_reads_the_value_index_and_never_a_join(world: World) -> None:
    """What the planner does with each question."""
    with world.acts(ADAM):
        define("contact", "Tier")
        define("contact", "Seat", "integer")
        add(tier="x", seat="1")
        for key, check, index in (
            ("tier", Text(How.EQUAL, "x"), "custom_value_field_id_key_record_id"),
            ("tier", Text(How.PREFIX, "x"), "custom_value_field_id_key_record_id"),
            ("seat", Span(1, 5), "custom_value_field_id_number_record_id"),
        ):
            plan = _plan(queries.driver(kept("contact", key), check).limit(5001))
            assert index in plan
        asked = CONTACT.model.select(CONTACT.model.id)
        plan = _plan(asked.where(queries.condition(kept("contact", "tier"), Text(How.EQUAL, "x"), CONTACT.model)))
        assert "CORRELATED" in plan
        assert "SCAN custom_value" not in plan


def _plan(query: Any) -> str:
    sql, params = proxy.target().get_sql_context().sql(query).query()
    rows = proxy.target().run_reviewed(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    return "\n".join(str(row[-1]) for row in rows)


def test_it_makes_microseconds_of_instants() -> None:
    """The bound of the test above is the instant that it says."""
    from datetime import UTC, datetime

    assert micros(datetime(2026, 1, 21, 12, 53, 20, tzinfo=UTC)) == 1_769_000_000_000_000
