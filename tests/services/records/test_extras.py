"""Fields that a workspace adds: a small fake keeps them, and every road of the engine leads through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, ValidationError
from smallcrm.services import trash
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import definitions, documents, editing, presenting, schema, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.schema import Customs, Field, Kind
from smallcrm.services.transfer import columnar
from tests.support.canonical import export
from tests.support.cast import ADAM, EUR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from smallcrm.services.records.extras import Reference, Valued
    from smallcrm.services.records.schema import Values
    from tests.support.world import World

FIELDS = (
    Field("tier", "Tier", Kind.SELECT, choices=("gold", "tin"), custom=True),
    Field("badge", "Badge", custom=True),
    Field("skills", "Skills", Kind.MULTI_SELECT, choices=("go", "c"), custom=True),
)


class Kept:
    """Values in memory, of which the badge is unique."""

    def __init__(self) -> None:
        self.rows: dict[int, Values] = {}
        self.live: dict[int, bool] = {}

    def load(self, ids: Sequence[int], keys: Collection[str]) -> dict[int, Values]:
        """What is kept of these."""
        return {at: {key: self.rows[at][key] for key in keys if key in self.rows[at]} for at in ids if at in self.rows}

    def save(self, records: Sequence[Valued]) -> None:
        """Keep or take away."""
        for record_id, values, live in records:
            mine = {**self.rows.get(record_id, {}), **values}
            self.rows[record_id] = {key: value for key, value in mine.items() if value not in (None, [])}
            self.live[record_id] = live

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Flag them."""
        chosen = range(first_id, last_id + 1) if only is None else only
        self.live.update(dict.fromkeys(chosen, live))

    def holders(self, marks: Mapping[str, Collection[str]]) -> dict[tuple[str, str], int]:
        """Who has these badges."""
        badges = {row["badge"]: at for at, row in self.rows.items() if "badge" in row and self.live[at]}
        return {("badge", mark): badges[mark] for mark in marks.get("badge", ()) if mark in badges}

    def identity(self, key: str, value: Any) -> str | None:
        """A badge is what it is."""
        return str(value) if key == "badge" else None

    def purge(self, gone: Any) -> None:
        """Forget them."""
        for row in list(gone.tuples()):
            self.rows.pop(row[0], None)

    def reference(self, key: str) -> Reference:
        """None of them names records."""
        raise AssertionError(key)


@pytest.fixture
def kept(mara: World) -> Iterator[Kept]:  # noqa: ARG001 - Mara acts
    """The fake, asked for contacts only."""
    found = Kept()
    customs = Customs(FIELDS, found)
    schema.provide_customs(lambda name: customs if name == "contact" else Customs())
    yield found
    definitions.provide()


def add(**values: str) -> int:
    """A new contact; gives its number."""
    return editing.add(CONTACT, Edit({"first_name": "Ann", **values}), EUR).changed[0]


@pytest.mark.usefixtures("kept")
class TestCustomFields:
    """A custom field is written, read and taken back like any other."""

    def test_it_is_written_read_cleared_and_undone(self) -> None:
        """Plain ones and lists."""
        number = add(tier="GOLD", skills="go, c")
        document = store.get(CONTACT, number)
        assert (document["tier"], document["badge"]) == ("gold", None)
        assert document["skills"] == [{"value": "go"}, {"value": "c"}]
        before = export()
        editing.edit_many(CONTACT, [number], Edit({"city": "Rome"}, ["tier"], [], [("skills", "go")]), EUR)
        changed = store.get(CONTACT, number)
        assert (changed["tier"], changed["skills"], changed["city"]) == (None, [{"value": "c"}], "Rome")
        undo.undo()
        assert export() == before
        undo.redo()
        assert store.get(CONTACT, number)["tier"] is None

    def test_it_refuses_what_the_kind_refuses(self) -> None:
        """By the label of the field."""
        with pytest.raises(ValidationError, match="Tier must be one of gold, tin"):
            add(tier="iron")

    def test_it_is_left_alone_by_an_edit_of_other_fields(self, kept: Kept) -> None:
        """A noun without the field does not know it, and nothing is written that did not change."""
        number = add(tier="tin", badge="7")
        editing.edit_many(CONTACT, [number], Edit({"city": "Rome"}), EUR)
        assert kept.rows[own_id(number)] == {"tier": "tin", "badge": "7"}
        assert "tier" not in schema.noun("company").by_key

    def test_it_is_unique_among_live_records(self) -> None:
        """On adding, editing, restoring and undoing."""
        one, two = add(badge="7"), add()
        with pytest.raises(Conflict, match="The Badge 7 already belongs to contact"):
            add(badge="7")
        trashed = editing.trash_many(CONTACT, [one]).operation
        editing.edit_many(CONTACT, [two], Edit({"badge": "7"}), EUR)
        with pytest.raises(Conflict, match="Badge 7 already belongs"):
            editing.restore_many(CONTACT, [one])
        with pytest.raises(Conflict) as caught:
            undo.undo(trashed)
        assert caught.value.details == (f"contact {one}: badge 7 belongs to contact {two} now",)

    def test_it_says_what_an_undo_cannot_bring_back(self) -> None:
        """A unique value that somebody else has by now."""
        one, two = add(badge="7"), add()
        cleared = editing.edit_many(CONTACT, [one], Edit({"city": "Rome"}, ["badge"]), EUR).operation
        editing.edit_many(CONTACT, [two], Edit({"badge": "7"}), EUR)
        assert undo.undo(cleared).left == [f"contact {one}: badge 7 belongs to contact {two} now"]
        assert store.get(CONTACT, one)["city"] is None

    def test_it_is_shown_and_exported_alike(self) -> None:
        """By the export's fast road and by the list's."""
        number = add(tier="gold", skills="c, go")
        fields = [CONTACT.by_key[key] for key in ("tier", "badge", "skills")]
        shown = list(presenting.present(CONTACT, [store.get(CONTACT, number)], ["tier", "badge", "skills"]))
        assert shown == [{"tier": "gold", "badge": None, "skills": ["c", "go"]}]
        assert list(columnar.pages(CONTACT, fields, cells=False)) == [[['"gold"'], ["null"], ['["c","go"]']]]
        assert list(columnar.pages(CONTACT, fields, cells=True)) == [[["gold"], [""], ["c, go"]]]

    def test_it_is_no_column_of_the_table(self) -> None:
        """So that nothing selects or writes it there."""
        assert not [field for field in documents.plain_fields(CONTACT) if field.custom]

    def test_it_goes_with_its_record(self, kept: Kept, world: World) -> None:
        """Emptying the trash forgets it."""
        editing.trash_many(CONTACT, [add(badge="7")])
        with world.acts(ADAM):
            trash.empty()
        assert kept.rows == {}


@pytest.mark.usefixtures("mara")
def test_it_keeps_nothing_where_nothing_was_added() -> None:
    """Without a provider a noun has its own fields only."""
    assert CONTACT.fields == CONTACT.builtin
    with operation("Add") as op:
        op.create(CONTACT, {"first_name": "Ann"})
    assert CONTACT.extras is None
