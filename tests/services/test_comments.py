"""Comments: on any record, by one author, seen as long as their record is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import make_id, own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, ValidationError
from smallcrm.models import all_models
from smallcrm.models.workspace import Member
from smallcrm.services import comments, trash, workspaces
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import changes, editing, lookup, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.tickets import TICKET
from smallcrm.text import sort_key
from tests.support.canonical import export, faults, index_of
from tests.support.cast import ADAM, EUR, OLGA, RUTH

if TYPE_CHECKING:
    from tests.support.world import World

NOUNS = (COMPANY, CONTACT, DEAL, TICKET)
SECRET = "Zaphod"


@pytest.fixture(autouse=True)
def records(mara: World) -> World:
    """One record of each noun, number 1, and Mara at work."""
    for noun in NOUNS:
        editing.add(noun, Edit({"first_name" if noun is CONTACT else noun.title: "First"}), EUR)
    return mara


def say(noun: str = "deal", text: str = "Hello", *, public: bool = False) -> int:
    """A comment on record 1 of a noun; gives its number."""
    return comments.add((noun, own_id(1)), text, public=public).outcome.changed[0]


def comment(number: int) -> dict[str, Any]:
    """The comment as it is."""
    return store.get(COMMENT, number)


def texts(noun: str | None = None) -> list[str]:
    """What is said about record 1 of a noun, or about everything; the newest first."""
    found = comments.listed(None if noun is None else (noun, own_id(1)))
    return [one["body"] for one in found]


def members(number: int) -> set[str]:
    """The names of those whom a comment mentions."""
    named = [element["member"] for element in comment(number)["mentions"]]
    return {row.name for row in Member.select().where(Member.id.in_(named))}


class TestSaying:
    """Where and by whom something is said."""

    def test_it_is_said_about_a_record_of_any_noun(self) -> None:
        """In order, each with its own; by the member who acts, internally."""
        for noun in NOUNS:
            say(noun.name, f"About {noun.name}")
        assert texts() == [f"About {noun.name}" for noun in reversed(NOUNS)]
        assert texts("deal") == ["About deal"]
        found = comment(1)
        assert (found["public"], found["edited_at"], found["contact"]) == (False, None, None)
        assert found["author"] == Member.get(Member.name == "Mara Member").id

    def test_it_is_said_about_nothing_else(self, world: World) -> None:
        """No settings, no other comment, nothing in the trash, nothing of another workspace; and never nothing."""
        say()
        editing.trash_many(COMPANY, [1])
        elsewhere = make_id(world.south, 1)
        for ref in (("pipeline", own_id(1)), ("comment", own_id(1)), ("company", own_id(1)), ("deal", elsewhere)):
            values = {"record": {"object": ref[0], "record": ref[1]}, "body": "Hello"}
            with pytest.raises(ValidationError), operation("Comment") as op:
                op.create(COMMENT, values)
        with pytest.raises(ValidationError, match="needs a text"):
            say(text=" \n ")
        with pytest.raises(ValidationError, match="needs the record"), operation("Comment") as op:
            op.create(COMMENT, {"body": "Hello"})

    def test_it_is_public_on_tickets_only(self) -> None:
        """And stays as public as it was said."""
        assert comment(say("ticket", public=True))["public"] is True
        assert comment(say("ticket"))["public"] is False
        with pytest.raises(ValidationError, match="Only on a ticket"):
            say("deal", public=True)
        with pytest.raises(ValidationError, match="Only on a ticket"):
            comments.add(("deal", own_id(1)), "Hello", contact="1")
        for values in ({"public": True}, {"record": {"object": "deal", "record": own_id(1)}}, {"contact": own_id(1)}):
            with pytest.raises(ValidationError, match="stays as it was"), operation("Change") as op:
                op.update(COMMENT, own_id(2), values)

    def test_it_is_not_said_by_a_reader(self, world: World) -> None:
        """Who may read may not write."""
        with world.acts(RUTH):
            with pytest.raises(NotAllowed):
                say()
            assert texts("deal") == []

    def test_it_keeps_the_text_as_it_was_typed(self) -> None:
        """Line by line; what it begins with is its name."""
        text = "# Title\n\n- one\n- two\x1b[2J\n\n    code"
        found = comment(say(text=text))
        assert (found["body"], found["excerpt"]) == (text, "# Title - one - two\x1b[2J code")
        with pytest.raises(ValidationError, match="Text"):
            say(text="a\0b")


class TestEditing:
    """What became of a text."""

    def test_it_keeps_what_it_was(self) -> None:
        """Who wrote what when is in the history, and an undo brings it back as if never edited."""
        number = say(text="First")
        comments.edit(number, "Second")
        comments.edit(number, "Third")
        assert comment(number)["edited_at"] is not None
        shown = [
            side for _entry, fields in changes.history(COMMENT, number) for side in fields if side.field.key == "body"
        ]
        assert [(side.before, side.after) for side in shown] == [("First", "Second"), ("Second", "Third")]
        undo.undo()
        undo.undo()
        assert (comment(number)["body"], comment(number)["edited_at"]) == ("First", None)
        undo.redo()
        undo.redo()
        assert comment(number)["body"] == "Third"

    def test_it_is_edited_by_its_author_alone(self, world: World) -> None:
        """Nobody puts words into another's mouth; throwing away is another matter."""
        number = say()
        with world.acts(ADAM):
            with pytest.raises(NotAllowed, match="Only its author"):
                comments.edit(number, "Bye")
            assert editing.trash_many(COMMENT, [number]).changed == [number]
        with pytest.raises(Conflict, match="in the trash"):
            comments.edit(number, "Bye")

    def test_it_tells_nothing_where_nothing_changed(self) -> None:
        """No operation, no stamp."""
        number = say()
        said = comments.edit(number, "Hello")
        assert (said.outcome.skipped, said.outcome.operation, comment(number)["edited_at"]) == ([number], None, None)

    def test_it_writes_nothing_in_a_dry_run(self) -> None:
        """Neither when adding nor when editing."""
        number = say()
        before = export()
        assert comments.add(("deal", own_id(1)), "@adam", dry_run=True).mentioned == ["Adam Admin"]
        comments.edit(number, "Bye", dry_run=True)
        assert export() == before


class TestMentions:
    """Whom a comment calls."""

    def test_it_mentions_members_by_name_and_by_address(self) -> None:
        """Whatever their case, and each once in what is told."""
        said = comments.add(("deal", own_id(1)), "@adam admin, @OLGA@north.example: see. @Adam?")
        assert sorted(said.mentioned) == ["Adam Admin", "Olga Owner"]
        assert members(1) == {"Adam Admin", "Olga Owner"}

    def test_it_mentions_nobody_in_code(self) -> None:
        """Neither in a span nor in a block, nor in another workspace."""
        number = say(text="`@adam` and\n\n```\n@olga\n```\n\n    @ruth\n\n@Stan Stranger @nobody a@adam.com \\@adam")
        assert comment(number)["mentions"] == []

    def test_it_tells_only_the_newly_mentioned_on_an_edit(self) -> None:
        """And the journal holds no more than that."""
        number = say(text="@adam look")
        said = comments.edit(number, "@adam and @olga look")
        assert said.mentioned == ["Olga Owner"]
        entry = list(changes.history(COMMENT, number))[-1][0]
        assert [element["written"] for element in entry.fields["mentions"]["+"]] == ["olga"]
        assert comments.edit(number, "@Adam Admin and @olga look").mentioned == []

    def test_it_keeps_the_link_of_a_member_who_was_renamed(self) -> None:
        """Through edits of the text as well; the new name works too."""
        number = say(text="@Adam Admin look")
        adam = Member.get(Member.name == "Adam Admin")
        Member.update(name="Zoe Zander", name_key=sort_key("Zoe Zander")).where(Member.id == adam.id).execute()
        assert members(number) == {"Zoe Zander"}
        assert comments.edit(number, "@Adam Admin, look please").mentioned == []
        assert members(number) == {"Zoe Zander"}
        assert comments.edit(number, "@Zoe, look please").mentioned == []
        assert members(number) == {"Zoe Zander"}

    def test_it_takes_mentions_back_with_the_text(self) -> None:
        """One edit is one undo."""
        number = say(text="@adam look")
        comments.edit(number, "@olga look")
        assert undo.undo().left == []
        assert members(number) == {"Adam Admin"}
        assert faults() == []


class TestWithTheRecord:
    """A comment is part of its record."""

    def test_it_is_hidden_with_its_record_and_comes_back_with_it(self) -> None:
        """One that was thrown away before stays so."""
        kept, gone = say(text="Kept"), say(text="Gone")
        editing.trash_many(COMMENT, [gone])
        editing.trash_many(DEAL, [1])
        assert texts() == []
        with pytest.raises(ValidationError, match="deal 1, which is in the trash"):
            comments.edit(kept, "Bye")
        editing.restore_many(DEAL, [1])
        assert texts() == ["Kept"]
        editing.restore_many(COMMENT, [gone])
        assert texts() == ["Gone", "Kept"]
        assert faults() == []

    def test_it_keeps_its_record_from_being_undone(self) -> None:
        """What was said about a record shows that it is no mistake any more."""
        made = editing.add(DEAL, Edit({"name": "Roof"}), EUR).operation
        comments.add(("deal", own_id(2)), "Hello")
        with pytest.raises(Conflict) as caught:
            undo.undo(made)
        assert caught.value.details == ("deal 2: comment 1 refers to it, so it stays",)
        undo.undo()
        assert undo.undo(made).left == []
        assert faults() == []

    def test_it_goes_for_good_with_its_record(self, world: World) -> None:
        """Nothing that was said about it is left in any table, the journal included."""
        other = say("company", "Kept")
        editing.edit_many(DEAL, [1], Edit({"name": SECRET}), EUR)
        number = say(text=f"{SECRET} called @adam")
        comments.edit(number, f"{SECRET} did not call @olga")
        editing.trash_many(DEAL, [1])
        with world.acts(ADAM):
            assert trash.empty(dry_run=True).trashed == {"deal": 1, "comment": 1}
            assert comment(number)["state"] == 0
            trash.empty()
        for model in all_models():
            assert SECRET.lower() not in str(list(model.select().dicts())).lower(), model
        assert texts() == ["Kept"]
        assert comment(other)["body"] == "Kept"
        with pytest.raises(NotFound):
            comment(number)
        assert faults() == []

    def test_it_lets_go_of_a_contact_who_is_removed_for_good(self, world: World) -> None:
        """What the contact said stays, and so does the side that said it."""
        comments.add(("ticket", own_id(1)), "It burns", contact="1")
        editing.trash_many(CONTACT, [1])
        with world.acts(ADAM):
            trash.empty()
        assert comment(1)["contact"] is None
        assert [entry["side"] for entry in store.get(TICKET, 1)["replies"]] == ["customer"]
        assert faults() == []

    def test_it_is_found_by_its_words_and_no_record_to_name(self, world: World) -> None:
        """It is in the index under its own code; nothing refers to it by hand."""
        number = say(text="Überraschung")
        assert any("uberraschung" in str(row) for row in index_of(COMMENT))
        editing.trash_many(COMMENT, [number])
        assert index_of(COMMENT) == set()
        with pytest.raises(Exception, match="no noun 'comment'"):
            lookup.find_any("comment:1")
        with world.acts(OLGA):
            assert workspaces.contents()["comment"] == 1
