"""Tags: counted by live records, renamed and deleted through the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import NotAllowed, NotFound, NothingLeft, ValidationError
from smallcrm.models.tag import Tag
from smallcrm.services import tags
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.documents import CHUNK
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from tests.support.cast import EUR, RUTH

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def tagged(mara: World) -> World:
    """Two contacts and a company with tags."""
    editing.add(CONTACT, Edit({"first_name": "Ann", "tags": "vip,news"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Bob", "tags": "vip"}), EUR)
    editing.add(COMPANY, Edit({"name": "Acme", "tags": "VIP"}), EUR)
    return mara


def names(number: int) -> list[str]:
    """The tags of a contact."""
    return [one["name"] for one in store.get(CONTACT, number)["tags"]]


def counts() -> dict[str, dict[str, int]]:
    """Every tag with its counts."""
    return {one.name: one.counts for one in tags.list_tags()}


def test_it_counts_live_records_only(tagged: World) -> None:
    """What is in the trash, or undone, carries nothing that counts."""
    assert tagged.north
    assert counts() == {"news": {"contact": 1}, "vip": {"contact": 2, "company": 1}}
    editing.trash_many(CONTACT, [1])
    undo.undo(3)
    assert counts() == {"vip": {"contact": 1}}


def test_it_merges_and_takes_it_back(tagged: World) -> None:
    """Nobody carries the same tag twice; the old spelling comes back."""
    assert tagged.north
    outcome = tags.rename("vip", "NEWS")
    assert (outcome.merged, outcome.name, outcome.changed) == (True, "news", {"company": 1, "contact": 2})
    assert (names(1), names(2)) == (["news"], ["news"])
    assert not Tag.select().where(Tag.name_key == "vip").exists()
    undo.undo()
    assert (names(1), names(2)) == (["news", "vip"], ["vip"])


def test_it_respells_and_takes_it_back(tagged: World) -> None:
    """The same tag with other capitals is a change of all that carry it; an undo spells it as before for all."""
    assert tagged.north
    editing.trash_many(CONTACT, [1])
    outcome = tags.rename("vip", "ViP")
    assert (outcome.merged, outcome.changed) == (False, {"company": 1, "contact": 2})
    editing.add(CONTACT, Edit({"first_name": "Dan", "tags": "vip"}), EUR)
    assert (names(2), names(3)) == (["ViP"], ["ViP"])
    assert outcome.operation is not None
    assert undo.undo(outcome.operation).left == []
    assert (names(1), names(2), names(3)) == (["news", "vip"], ["vip"], ["vip"])
    undo.redo()
    assert (names(2), names(3)) == (["ViP"], ["ViP"])


def test_it_respells_many_and_takes_it_back(mara: World) -> None:
    """In as many sets as it takes, each of which finds the tag spelled anew already."""
    assert mara.north
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    with operation("fill") as op:
        for at in range(CHUNK + 5):
            op.create(CONTACT, {"first_name": f"P{at}", "tags": [{"name": "vip"}]})
    assert tags.rename("vip", "VIP").changed == {"contact": CHUNK + 5}
    assert (names(2), names(CHUNK + 6)) == (["VIP"], ["VIP"])
    assert undo.undo().counts == {"update": CHUNK + 5}
    assert (names(2), names(CHUNK + 6)) == (["vip"], ["vip"])
    assert undo.redo().counts == {"update": CHUNK + 5}


def test_it_keeps_a_spelling_that_was_changed_since(tagged: World) -> None:
    """An older change of the capitals cannot be taken back then, and says so."""
    assert tagged.north
    first = tags.rename("vip", "ViP").operation
    tags.rename("vip", "VIP")
    with pytest.raises(NothingLeft) as caught:
        undo.undo(first)
    assert "contact 2: tags VIP has been changed since" in caught.value.details
    assert names(2) == ["VIP"]


def test_it_journals_no_spelling_that_is_the_same_or_that_nothing_carries(tagged: World) -> None:
    """No change of any record."""
    assert tagged.north
    assert tags.rename("vip", "vip").operation is None
    undo.undo(1)
    assert tags.rename("news", "NEWS").operation is None
    undo.redo()
    assert names(1) == ["news", "vip"]


def test_it_changes_what_is_in_the_trash_too(tagged: World) -> None:
    """What is restored later does not bring a deleted tag back; what redo brings back keeps its own."""
    assert tagged.north
    editing.trash_many(CONTACT, [2])
    undo.undo(1)
    assert tags.delete("vip").changed == {"company": 1, "contact": 1}
    editing.restore_many(CONTACT, [2])
    assert names(2) == []
    assert counts() == {}


def test_it_refuses(tagged: World) -> None:
    """Unknown tags, names that are none, and readers."""
    with pytest.raises(NotFound, match="Did you mean 'news'"):
        tags.delete("newz")
    for name in ("", "a,b", "x" * 2000, "a\0b"):
        with pytest.raises(ValidationError):
            tags.rename("vip", name)
    assert names(2) == ["vip"]
    assert tags.rename("vip", "x", dry_run=True).operation is None
    assert names(2) == ["vip"]
    del tagged


def test_a_reader_cannot_rename(world: World) -> None:
    """Only look."""
    with world.acts(RUTH):
        assert tags.list_tags() == []
        with pytest.raises(NotAllowed):
            tags.delete("vip")


def test_it_comes_back_as_it_was_spelled(tagged: World) -> None:
    """A tag that was deleted and made anew with other capitals: three steps back give the start."""
    assert tagged.north
    tags.delete("vip")
    editing.edit_many(CONTACT, [2], Edit(append=[("tags", "Vip")]), EUR)
    assert names(2) == ["Vip"]
    undo.undo()
    undo.undo()
    assert (names(1), names(2)) == (["news", "vip"], ["vip"])
    undo.undo()
    assert counts() == {"news": {"contact": 1}, "vip": {"contact": 2}}


def test_it_hides_a_tag_with_the_undo_and_brings_it_back(tagged: World) -> None:
    """What nothing that is seen carries is not listed."""
    assert tagged.north
    editing.add(CONTACT, Edit({"first_name": "Cid", "tags": "Only"}), EUR)
    undo.undo()
    assert "Only" not in counts()
    undo.redo()
    assert counts()["Only"] == {"contact": 1}


def test_a_tag_with_other_capitals_since_is_still_the_one_that_came(mara: World) -> None:
    """An undo of what put it on a record takes it off, however it is spelled by now, and a redo puts it on again."""
    assert mara.north
    _tag("vip", "vip", "")
    respelled = tags.rename("vip", "VIP").operation
    appended = editing.edit_many(CONTACT, [3], Edit(append=[("tags", "VIP")]), EUR).operation
    assert undo.undo(respelled).left == []
    assert undo.undo(appended).left == []
    assert (names(1), names(3)) == (["vip"], [])
    assert undo.redo().left == []
    assert names(3) == ["vip"]


def test_a_removed_tag_comes_back_as_it_is_spelled_by_now(mara: World) -> None:
    """The journal says what is there then, so that a redo finds it."""
    assert mara.north
    _tag("vip", "", "vip")
    removed = editing.edit_many(CONTACT, [3], Edit(remove=[("tags", "vip")]), EUR).operation
    tags.rename("vip", "VIP")
    assert undo.undo(removed).left == []
    assert (names(1), names(3)) == (["VIP"], ["VIP"])
    assert undo.redo().left == []
    assert (names(1), names(3)) == (["VIP"], [])
    assert undo.undo(removed).left == []
    assert names(3) == ["VIP"]


def test_a_deleted_tag_comes_back_as_it_was_made_anew(mara: World) -> None:
    """All the records that had it carry the one that there is by now, in one spelling, and lose it with the redo."""
    assert mara.north
    _tag("vip", "vip", "")
    deleted = tags.delete("vip").operation
    editing.edit_many(CONTACT, [3], Edit(append=[("tags", "VIP")]), EUR)
    assert undo.undo(deleted).left == []
    assert [names(at) for at in (1, 2, 3)] == [["VIP"], ["VIP"], ["VIP"]]
    assert undo.redo().left == []
    assert [names(at) for at in (1, 2, 3)] == [[], [], ["VIP"]]


def test_a_record_whose_tag_was_only_spelled_otherwise_was_not_changed(mara: World) -> None:
    """What the others that carry the tag did to its capitals keeps no record from being undone."""
    assert mara.north
    _tag("vip", "", "")
    respelled = tags.rename("vip", "VIP").operation
    appended = editing.edit_many(CONTACT, [2], Edit(append=[("tags", "VIP")]), EUR).operation
    undo.undo(respelled)
    undo.undo(appended)
    assert undo.undo(2).left == []
    assert undo.redo().left == []
    assert names(2) == []


def _tag(*each: str) -> None:
    """Contacts with these tags each."""
    for at, some in enumerate(each):
        editing.add(CONTACT, Edit({"first_name": f"P{at}", "tags": some}), EUR)
