"""Values of custom fields: stored by type, found and sorted by index, and gone with their record."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence import proxy
from smallcrm.db.fence.database import FencedDatabase
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict, ValidationError
from smallcrm.models.custom import CustomField, CustomValue
from smallcrm.services import field_changes, trash
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import definitions, editing, logbook, presenting, schema, store, undo
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import columnar
from tests.support.canonical import export
from tests.support.cast import EUR, MARA, STAN
from tests.support.custom import add, define, define_all, edit

if TYPE_CHECKING:
    from tests.support.world import World

HOSTILE = "\x1b[31m=cmd|' /C calc'!A0 'x' \"y\" \u202e %_*?[ \\ ; DROP TABLE custom_value --"
TYPED = {
    "my_text": HOSTILE, "my_long_text": "one\ntwo", "my_integer": "-42", "my_decimal": "-1.50",
    "my_money": "-12.30 USD", "my_date": "1600-02-29", "my_datetime": "2026-03-31 14:30", "my_boolean": "no",
    "my_select": "GOLD", "my_multi_select": "Tin, gold", "my_url": "https://x.org/é", "my_email": "A@Bücher.de",
    "my_phone": "+49 30 1", "my_user": "Adam Admin", "my_record": "Acme",
}  # fmt: skip


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
        fields = logbook.history(CONTACT, number)[-1].fields
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
        (page,) = columnar.pages(CONTACT, fields, cells=False)
        assert [[json.loads(cell) for cell in column] for column in page] == [
            [row[key] for row in shown] for key in keys
        ]
        (cells,) = columnar.pages(CONTACT, fields, cells=True)
        told = {key: column[0] for key, column in zip(keys, cells, strict=True)}
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
