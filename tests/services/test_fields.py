"""Custom fields: what can be said of one, and what changing it does to the values that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, UsageError, ValidationError
from smallcrm.models.custom import CustomField
from smallcrm.services import field_changes, fields, trash
from smallcrm.services.contacts import CONTACT
from smallcrm.services.fields import FIELD
from smallcrm.services.records import editing, logbook, lookup, schema, store, undo
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.editing import Edit
from smallcrm.text import sort_key
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, MARA, RUTH
from tests.support.custom import add, define, edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.world import World

HOSTILE = "\x1b[31mTier \u202e '; DROP TABLE custom_field --"


def contact(number: int) -> dict[str, Any]:
    """A contact as it is."""
    return store.get(CONTACT, number)


def field(number: int) -> dict[str, Any]:
    """A definition as it is."""
    return store.get(FIELD, number)


def change(number: int, **values: str) -> int | None:
    """Change a definition; gives the operation."""
    return editing.edit_many(FIELD, [number], Edit(values), EUR).operation


def labels(number: int) -> list[str]:
    """The options of a field as people read them."""
    return [option["label"] for option in field(number)["options"]]


@pytest.mark.usefixtures("adam")
class TestDefinitions:
    """What a field can be."""

    def test_it_makes_the_key_of_the_label(self) -> None:
        """Letters, digits and underscores; a label of none needs one that is said."""
        keys = {"Customer tier": "customer_tier", "Größe (cm)": "grosse_cm", "2nd": "f_2nd", HOSTILE: None}
        for label, key in keys.items():
            found = field(define("contact", label))
            assert found["label"] == label
            assert key in (found["key"], None)
        with pytest.raises(ValidationError, match="No key can be made") as caught:
            define("contact", "等级")
        assert caught.value.hint == "--key my_field"
        assert field(define("contact", "等级", key="rank"))["label"] == "等级"

    @pytest.mark.parametrize(
        "key", ["id", "email", "emails", "tag", "name", "all", "created", "city", "me", "owner_id"]
    )
    def test_it_refuses_keys_of_the_program(self, key: str) -> None:
        """Reserved words, built-in fields and the names of one of their values."""
        with pytest.raises(ValidationError, match="is taken by the program") as caught:
            define("contact", "Mine", key=key)
        assert caught.value.field == "key"

    @pytest.mark.parametrize("key", ["Tier", "1st", "a b", "é", "a-b", "x" * 61, "_a"])
    def test_it_refuses_keys_that_are_no_words(self, key: str) -> None:
        """What cannot be typed in a filter or a column."""
        with pytest.raises(ValidationError, match="A key is made of a to z"):
            define("contact", "Mine", key=key)

    def test_it_refuses_a_second_field_of_the_same_name(self) -> None:
        """On the same noun only; and the label of a built-in field."""
        define("contact", "Tier")
        for label, key in (("Other", "tier"), ("TIER", "other"), ("city", "x")):
            with pytest.raises(ValidationError):
                define("contact", label, key=key)
        assert field(define("company", "Tier"))["key"] == "tier"
        assert lookup.numbers(FIELD, ["company.tier"]) == [2]
        with pytest.raises(Conflict, match="Several fields"):
            lookup.numbers(FIELD, ["tier"])

    def test_it_refuses_what_makes_no_sense(self) -> None:
        """Each with the field that is wrong."""
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("object", {"noun": "tag"}), ("object", {"noun": "field"}), ("type", {"kind": "json"}),
            ("target", {"kind": "record"}), ("target", {"kind": "record", "target": "stage"}),
            ("target", {"target": "company"}), ("options", {"kind": "select"}), ("options", {"options": ("a",)}),
            ("unique", {"kind": "boolean", "unique": "yes"}), ("label", {"label": "x" * 201}),
            ("default", {"unique": "yes", "default": "x"}), ("my", {"kind": "date", "default": "soon"}),
            ("options", {"kind": "select", "options": ("a", "A")}),
            ("options", {"kind": "select", "options": ("a,b",)}),
            ("default", {"kind": "user", "default": "me"}),
        ]  # fmt: skip
        for key, said in wrong:
            with pytest.raises(ValidationError) as caught:
                define(**{"noun": "contact", "label": "My", "kind": "text", **said})
            assert caught.value.field == key, said
        assert CustomField.select().count() == 0

    def test_it_keeps_its_noun_and_its_key(self) -> None:
        """Whatever else changes."""
        number = define("contact", "Tier")
        for key, text in (("object", "deal"), ("key", "other"), ("type", "date")):
            with pytest.raises(ValidationError):
                change(number, **{key: text})
        change(number, label="Rank", help="how dear", required="yes", personal="yes", position="9")
        found = field(number)
        assert (found["key"], found["label"], found["position"], found["personal"]) == ("tier", "Rank", 9, True)

    def test_it_allows_so_many_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Per noun."""
        monkeypatch.setattr(fields, "MOST", 2)
        define("contact", "One")
        define("contact", "Two")
        with pytest.raises(ValidationError, match="2 fields of your own at most"):
            define("contact", "Three")
        define("deal", "Three")

    def test_it_is_for_those_who_configure(self, world: World) -> None:
        """A member fills fields in, and makes none."""
        assert sort_key(ADAM.name)
        number = define("contact", "Tier", "select", options=("Gold",))
        record = add(tier="gold")
        for person in (MARA, RUTH):
            with world.acts(person):
                works: list[Callable[[], Any]] = [
                    lambda: define("contact", "Mine"), lambda: change(number, label="Mine"),
                    lambda: field_changes.archive([number]), lambda: field_changes.delete([number], lambda *_: True),
                    lambda: field_changes.add_option(number, "Tin"),
                    lambda: field_changes.retype(number, {"type": "text"}, EUR),
                ]  # fmt: skip
                for work in works:
                    with pytest.raises(NotAllowed):
                        work()
        with world.acts(MARA):
            edit(record, clear=("tier",))


@pytest.mark.usefixtures("adam")
class TestRequired:
    """Trap 21: a required field is asked for where it is touched, and locks nobody out."""

    def test_it_is_asked_of_new_records_and_where_it_is_emptied(self) -> None:
        """An old record without it can be edited, a list too."""
        old = add()
        number = define("contact", "Tier", "multi-select", options=("Gold", "Tin"))
        full = add(tier="gold")
        change(number, required="yes")
        edit(old, city="Rome")
        edit(full, city="Rome", tier="tin")
        with pytest.raises(ValidationError, match="A contact needs a value in Tier") as caught:
            add()
        assert (caught.value.field, caught.value.hint) == ("tier", "--set tier=VALUE")
        with pytest.raises(ValidationError):
            edit(full, clear=("tier",))
        with pytest.raises(ValidationError):
            editing.edit_many(CONTACT, [full], Edit(remove=[("tier", "Tin")]), EUR)
        field_changes.archive([number])
        add()

    def test_it_takes_no_and_0_for_values(self) -> None:
        """What is falsy is there."""
        define("contact", "Ok", "boolean", required="yes")
        define("contact", "Seats", "integer", required="yes")
        found = contact(add(ok="no", seats="0"))
        assert (found["ok"], found["seats"]) == (False, 0)

    def test_it_gives_a_new_record_the_default(self) -> None:
        """Of every type that can have one, unless something is said; old records stay as they are."""
        old = add()
        for kind, text in {
            "integer": "3", "money": "5", "date": "2026-01-02", "boolean": "no", "select": "tin",
            "multi-select": "Tin, gold", "datetime": "2026-01-02 10:00",
        }.items():  # fmt: skip
            define("contact", f"A {kind}", kind, options=("Gold", "Tin") if "select" in kind else (), default=text)
        assert field(2)["default"] == "5.00 EUR"
        found, said = contact(add()), contact(add(a_integer="9", a_select="gold"))
        assert (found["a_integer"], found["a_money"]) == (3, {"amount": 500, "currency": "EUR"})
        assert (found["a_date"], found["a_boolean"], found["a_select"]) == ("2026-01-02", False, "tin")
        assert found["a_multi_select"] == [{"value": "tin"}, {"value": "gold"}]
        assert found["a_datetime"] == 1767344400000000
        assert (said["a_integer"], said["a_select"]) == (9, "gold")
        assert contact(old)["a_integer"] is None


@pytest.mark.usefixtures("adam")
class TestOptions:
    """Options have a stable value and a label that may change."""

    def test_it_renames_without_touching_a_record(self) -> None:
        """The value stays, the label is what people type and read."""
        number = define("contact", "Tier", "select", options=("Gold", "Tin"))
        record = add(tier="Gold")
        version = contact(record)["version"]
        field_changes.rename_option(number, "Gold", "Premium")
        assert (contact(record)["tier"], contact(record)["version"]) == ("gold", version)
        assert CONTACT.by_key["tier"].named("gold") == "Premium"
        assert contact(add(tier="premium"))["tier"] == "gold"
        with pytest.raises(ValidationError, match="There is an option 'Premium'"):
            field_changes.add_option(number, "Gold")

    def test_it_offers_an_archived_option_no_more(self) -> None:
        """Those who have it keep it, through edits of other fields and of the list beside it."""
        one = define("contact", "Tier", "select", options=("Gold", "Tin"))
        two = define("contact", "Skills", "multi-select", options=("Go", "C", "Ada"))
        record = add(tier="gold", skills="go, c")
        field_changes.archive_option(one, "Gold")
        field_changes.archive_option(two, "Go")
        edit(record, city="Rome", tier="gold")
        editing.edit_many(CONTACT, [record], Edit(append=[("skills", "Ada")]), EUR)
        assert [element["value"] for element in contact(record)["skills"]] == ["go", "c", "ada"]
        with pytest.raises(ValidationError, match="Tier must be one of Tin"):
            add(tier="gold")
        with pytest.raises(ValidationError, match="Skills must be one of C, Ada"):
            add(skills="go")
        cleared = edit(record, clear=("tier", "skills"))
        assert undo.undo(cleared).left == []
        assert contact(record)["tier"] == "gold"
        field_changes.archive_option(one, "Gold", archived=False)
        assert contact(add(tier="gold"))["tier"] == "gold"

    def test_it_keeps_the_option_that_new_records_get(self) -> None:
        """Under another label too; it is neither archived nor deleted while it is the default."""
        number = define("contact", "Tier", "select", options=("Gold", "Tin"), default="Gold")
        field_changes.rename_option(number, "Gold", "Premium")
        assert contact(add())["tier"] == "gold"
        with pytest.raises(ValidationError, match="It is the default"):
            field_changes.archive_option(number, "Premium")
        with pytest.raises(ValidationError, match="It is the default"):
            field_changes.delete_option(number, "Premium", "Tin")
        editing.edit_many(FIELD, [number], Edit(clear=["default"]), EUR)
        field_changes.archive_option(number, "Premium")
        assert contact(add())["tier"] is None

    def test_it_deletes_a_used_option_only_with_another_in_its_place(self) -> None:
        """In lists too, without a double; the whole is one operation."""
        number = define("contact", "Skills", "multi-select", options=("Go", "C", "Ada"))
        both, one, other = add(skills="go, c"), add(skills="go"), add(skills="ada")
        editing.trash_many(CONTACT, [one])
        before = export()
        with pytest.raises(Conflict, match="Go: 2 contacts have it") as caught:
            field_changes.delete_option(number, "Go")
        assert caught.value.hint == "--map-to OPTION gives them another"
        with pytest.raises(NotFound):
            field_changes.delete_option(number, "Go", "Go")
        field_changes.delete_option(number, "go", "C")
        after = export()
        assert contact(both)["skills"] == contact(one)["skills"] == [{"value": "c"}]
        assert contact(other)["skills"] == [{"value": "ada"}]
        assert undo.undo().left == []
        assert export() == before
        undo.redo()
        assert export() == after

    def test_it_brings_back_no_option_that_is_gone(self) -> None:
        """An undo names what it leaves."""
        number = define("contact", "Tier", "select", options=("Gold", "Tin"))
        record = add(tier="gold")
        moved = edit(record, tier="tin", city="Rome")
        field_changes.delete_option(number, "Gold")
        assert undo.undo(moved).left == [f"contact {record}: tier has been changed since"]
        assert (contact(record)["tier"], contact(record)["city"]) == ("tin", None)

    def test_it_takes_back_no_option_that_a_record_has_by_now(self) -> None:
        """Undoing its addition is refused."""
        number = define("contact", "Tier", "select", options=("Gold",))
        added = field_changes.add_option(number, "Tin").operation
        add(tier="tin")
        with pytest.raises(Conflict):
            undo.undo(added)
        assert labels(number) == ["Gold", "Tin"]


@pytest.mark.usefixtures("adam")
class TestTypes:
    """Another type takes the values along, or says which cannot follow."""

    @pytest.mark.parametrize(
        ("old", "new", "text", "value"),
        [
            ("text", "integer", "42", 42), ("integer", "decimal", "42", "42"), ("decimal", "text", "1.50", "1.50"),
            ("text", "date", "2026-01-02", "2026-01-02"), ("text", "boolean", "yes", True),
            ("text", "select", "gold", "gold"), ("select", "text", "gold", "Gold"), ("text", "long text", "a", "a"),
            ("select", "multi-select", "tin", [{"value": "tin"}]), ("multi-select", "select", "tin", "tin"),
            ("money", "text", "5EUR", "5.00 EUR"), ("text", "email", "a@x.org", "a@x.org"), ("text", "url", "x", "x"),
            ("datetime", "text", "2026-01-02 10:00Z", "2026-01-02T10:00:00.000Z"),
        ],
    )  # fmt: skip
    def test_it_converts_what_loses_nothing(self, old: str, new: str, text: str, value: Any) -> None:
        """And undo gives back type and values, redo takes both again."""
        options = ("Gold", "Tin")
        number = define("contact", "Thing", old, options=options if "select" in old else ())
        record = add(thing=text)
        before = export()
        wanted = {"type": new, "options": options if "select" in new and "select" not in old else ()}
        found = field_changes.retype(number, wanted, EUR)
        assert (found.converted, found.lost) == (1, [])
        assert contact(record)["thing"] == value
        assert faults() == []
        after = export()
        assert undo.undo().left == []
        assert export() == before
        undo.redo()
        assert export() == after

    @pytest.mark.parametrize(
        ("old", "new", "text"),
        [
            ("text", "integer", "many"), ("text", "integer", "007"), ("money", "decimal", "5EUR"),
            ("decimal", "integer", "1.50"), ("datetime", "date", "2026-01-02 10:00"), ("long text", "text", "a\nb"),
            ("boolean", "integer", "yes"), ("user", "record", "me"), ("text", "date", "01/02/2026"),
            ("text", "date", "fri"), ("text", "datetime", "+2h"), ("text", "date", "eom 14:00"),
            ("multi-select", "select", "tin, gold"),
        ],
    )  # fmt: skip
    def test_it_refuses_what_would_be_lost_unless_forced(self, old: str, new: str, text: str) -> None:
        """The preview names the record, force empties the value, undo brings it back."""
        options = ("Gold", "Tin")
        number = define("contact", "Thing", old, options=options if "select" in old else ())
        record = add(thing=text)
        before = export()
        wanted = {"type": new, "target": "company", "options": ()}
        with pytest.raises(Conflict, match="1 value of Thing cannot be of that type") as caught:
            field_changes.retype(number, wanted, EUR)
        assert caught.value.details[0].startswith(f"contact {record}: ")
        planned = field_changes.retype(number, wanted, EUR, dry_run=True)
        assert (planned.converted, len(planned.lost)) == (0, 1)
        assert export() == before
        field_changes.retype(number, wanted, EUR, force=True)
        assert contact(record)["thing"] in (None, [])
        undo.undo()
        assert export() == before

    @pytest.mark.parametrize(("kind", "word"), [("date", "today"), ("date", "+1w"), ("datetime", "now")])
    def test_it_takes_no_word_of_a_day_for_a_default(self, kind: str, word: str) -> None:
        """Which would be the day on which the field was made, of every record."""
        with pytest.raises(ValidationError, match="A default is one date for all records"):
            define("contact", "Thing", kind, default=word)

    def test_it_knows_the_types(self) -> None:
        """Another word is an error with the nearest."""
        number = define("contact", "Thing")
        with pytest.raises(UsageError, match="Did you mean 'integer'"):
            field_changes.retype(number, {"type": "intger"}, EUR)
        assert len(TYPES) == 15

    def test_it_brings_back_no_value_of_an_older_type(self) -> None:
        """A number that was cleared as a text stays away."""
        number = define("contact", "Thing")
        record = add(thing="many")
        cleared = edit(record, clear=("thing",), city="Rome")
        field_changes.retype(number, {"type": "integer"}, EUR)
        assert undo.undo(cleared).left == [f"contact {record}: thing has been changed since"]
        assert (contact(record)["thing"], contact(record)["city"]) == (None, None)


@pytest.mark.usefixtures("adam")
class TestGoing:
    """Archiving keeps the values, deleting takes them along."""

    def test_it_is_archived_with_its_values_and_comes_back(self) -> None:
        """Neither shown nor changed meanwhile; undo and history still know it."""
        number = define("contact", "Tier", required="yes")
        record = add(tier="a")
        cleared = edit(record, tier="b")
        field_changes.archive([number])
        from smallcrm.services.records.presenting import columns

        assert "tier" not in columns(CONTACT)
        with pytest.raises(ValidationError, match="Tier is archived") as caught:
            edit(record, tier="c")
        assert caught.value.hint == "smallcrm field restore tier"
        assert undo.undo(cleared).left == []
        assert logbook.history(CONTACT, record)[-1].fields == {"tier": ["b", "a"]}
        with pytest.raises(ValidationError):
            define("contact", "Tier")
        field_changes.restore([number])
        assert contact(record)["tier"] == "a"

    def test_it_is_deleted_with_values_only_where_that_is_said(self) -> None:
        """And comes back from the trash with them."""
        number = define("contact", "Tier")
        record = add(tier="a")
        edited = edit(record, tier="b", city="Rome")
        with pytest.raises(Conflict, match="1 contact has a value in Tier") as caught:
            field_changes.delete([number], lambda _key, _count: False)
        assert "smallcrm field archive tier" in str(caught.value.hint)
        asked: dict[str, int] = {}
        field_changes.delete([number], lambda key, count: asked.setdefault(key, count) == count)
        assert asked == {"tier": 1}
        assert "tier" not in contact(record)
        assert undo.undo(edited).left == [f"contact {record}: tier is no field any more"]
        assert contact(record)["city"] is None
        field_changes.restore([number])
        assert contact(record)["tier"] == "b"

    def test_it_lets_a_key_be_used_again_and_then_stays_in_the_trash(self) -> None:
        """One live field has a key; by restore and by undo."""
        number = define("contact", "Tier")
        deleted = field_changes.delete([number], lambda *_: False).operation
        second = define("contact", "Tier")
        told = "a contact has a field with the key 'tier' already"
        with pytest.raises(Conflict, match=f"Field {number} cannot be restored: {told}"):
            field_changes.restore([number])
        with pytest.raises(Conflict, match="Nothing of operation") as caught:
            undo.undo(deleted)
        assert caught.value.details == (f"field {number}: {told}",)
        change(second, label="Other")
        assert [one.label for one in CONTACT.custom] == ["Other"]

    def test_it_takes_back_no_field_that_records_have_values_in(self) -> None:
        """The undo of its addition names why; without values it is as if it had never been."""
        number = define("contact", "Tier")
        record = add(tier="a")
        with pytest.raises(Conflict) as caught:
            undo.undo(1)
        assert caught.value.details == (f"field {number}: records have values in it, so it stays",)
        edit(record, clear=("tier",))
        undo.undo(1)
        assert "tier" not in CONTACT.by_key
        undo.redo()
        assert "tier" in CONTACT.by_key

    def test_it_keeps_unique_values_apart_through_archive_and_restore(self) -> None:
        """What became a double meanwhile keeps the field away, with the numbers."""
        number = define("contact", "Badge", unique="yes")
        one, two = add(badge="7"), add(badge="8")
        editing.trash_many(CONTACT, [one])
        edit(two, badge="7")
        field_changes.archive([number])
        editing.restore_many(CONTACT, [one])
        with pytest.raises(Conflict, match=f"contacts {one}, {two} have '7'"):
            field_changes.restore([number])
        editing.trash_many(CONTACT, [one])
        field_changes.restore([number])
        with pytest.raises(Conflict, match=f"belongs to contact {two}"):
            editing.restore_many(CONTACT, [one])

    def test_it_is_gone_for_good_with_the_trash(self) -> None:
        """Definition, options and values; a history that names it can still be read."""
        number = define("contact", "Tier", "select", options=("Gold",))
        record = add(tier="gold")
        field_changes.delete([number], lambda *_: True)
        trash.empty()
        assert CustomField.select().count() == 0
        edited = editing.edit_many(CONTACT, [record], Edit({"city": "Rome"}), EUR).operation
        assert undo.undo(edited).left == []
        assert faults() == []
        assert schema.noun("contact").custom == ()
        assert own_id(record)


@pytest.mark.usefixtures("adam")
class TestRetyping:
    """What becomes of values that nearly fit."""

    def test_it_takes_a_whole_decimal_for_a_whole_number(self) -> None:
        """With or without its zeros; a fraction is lost."""
        number = define("contact", "Score", "decimal")
        for text in ("12", "12.0", "-3.00", "0.0", "12.5"):
            add(score=text)
        found = field_changes.retype(number, {"type": "integer"}, EUR, force=True)
        assert (found.converted, found.lost) == (4, ["contact 5: 12.5"])
        assert [contact(at)["score"] for at in range(1, 6)] == [12, 12, -3, 0, None]

    def test_it_says_which_options_a_select_needs(self) -> None:
        """Those of its values, where they are few."""
        number = define("contact", "Tier", "text")
        with pytest.raises(ValidationError, match="A select needs options") as caught:
            field_changes.retype(number, {"type": "select"}, EUR)
        assert caught.value.hint == "--option Gold --option Silver"
        for text in ("Gold", "Very good", "Gold"):
            add(tier=text)
        with pytest.raises(ValidationError) as caught:
            field_changes.retype(number, {"type": "multi-select"}, EUR)
        assert caught.value.hint == "--option Gold --option 'Very good'"
        for at in range(field_changes.MOST_TOLD):
            add(tier=f"T{at}")
        with pytest.raises(ValidationError) as caught:
            field_changes.retype(number, {"type": "select"}, EUR)
        assert caught.value.hint == "--option Gold --option Silver; Tier has more than 20 different values"
