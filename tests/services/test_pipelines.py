"""Pipelines and stages: settings of the workspace, journalled like records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, ValidationError
from smallcrm.services import clearing, pipelines, trash, workspaces
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import editing, logbook, store, undo
from smallcrm.services.records.editing import Edit
from tests.support.canonical import export, faults
from tests.support.cast import EUR, MARA

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun
    from tests.support.world import World


def add(noun: Noun, **values: str) -> int:
    """A new pipeline or stage; gives its number."""
    return editing.add(noun, Edit(values), EUR).changed[0]


def stages(pipeline: int) -> list[str]:
    """The names of a pipeline's stages in their order."""
    return [row.name for row in pipelines.stages_of(own_id(pipeline))]


@pytest.mark.usefixtures("adam")
class TestSettings:
    """What describes the workspace."""

    def test_it_begins_with_a_pipeline(self) -> None:
        """Which no undo takes back, since nobody made it."""
        assert stages(1) == ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]
        assert logbook.log() == []
        assert workspaces.contents() == {}
        assert faults() == []

    def test_it_is_written_by_who_configures_only(self, world: World) -> None:
        """Not by a member, neither by hand nor by an undo."""
        with world.acts(MARA):
            for noun, values in ((PIPELINE, {"name": "X"}), (STAGE, {"name": "X", "probability": "5"})):
                with pytest.raises(NotAllowed):
                    add(noun, **values)
            with pytest.raises(NotAllowed):
                editing.edit_many(STAGE, [1], Edit({"name": "X"}), EUR)
            with pytest.raises(NotAllowed):
                editing.trash_many(STAGE, [1])
            with pytest.raises(NotAllowed):
                clearing.delete_stages([1])
            assert store.get(STAGE, 1)["name"] == "Lead"

    def test_it_is_journalled_and_undone(self) -> None:
        """Like any record."""
        before = export()
        editing.edit_many(STAGE, [1], Edit({"name": "Contact", "probability": "15"}), EUR)
        undo.undo()
        assert export() == before
        assert [entry.kind for entry in logbook.history(STAGE, 1)] == ["update", "update"]

    def test_it_refuses_what_makes_no_stage(self) -> None:
        """A name that is there, a probability that is none, another pipeline, a kind that deals rely on."""
        add(PIPELINE, name="Partners")
        for values in ({"name": "LEAD", "probability": "5"}, {"name": "X"}, {"name": "X", "probability": "101"}):
            with pytest.raises(ValidationError):
                add(STAGE, **values)
        with pytest.raises(ValidationError):
            add(PIPELINE, name="sales")
        editing.add(DEAL, Edit({"name": "Roof"}), EUR)
        for values in ({"pipeline": "Partners"}, {"kind": "won"}):
            with pytest.raises(Conflict):
                editing.edit_many(STAGE, [1], Edit(values), EUR)
        assert add(STAGE, name="Lead", pipeline="Partners", probability="5") == 7

    def test_it_knows_the_probability_of_what_is_decided(self) -> None:
        """Won is 100, lost is 0, whatever is said."""
        won, lost = (add(STAGE, name=kind.upper() + "!", kind=kind, probability="50") for kind in ("won", "lost"))
        assert [store.get(STAGE, number)["probability"] for number in (won, lost)] == [100, 0]


@pytest.mark.usefixtures("adam")
class TestDeleting:
    """What stays, and what goes with what."""

    def test_it_keeps_the_last_pipeline(self) -> None:
        """By every road."""
        with pytest.raises(Conflict, match="last pipeline"):
            clearing.delete_pipelines([1])
        with pytest.raises(Conflict, match="last pipeline"):
            editing.trash_many(PIPELINE, [1])

    def test_it_keeps_the_last_open_stage(self) -> None:
        """By every road; a pipeline without one could take no deal."""
        clearing.delete_stages([1, 2, 3])
        for road in (clearing.delete_stages, lambda numbers: editing.trash_many(STAGE, numbers)):
            with pytest.raises(Conflict, match="last open stage"):
                road([4])
        with pytest.raises(Conflict, match="last open stage"):
            editing.edit_many(STAGE, [4], Edit({"kind": "won"}), EUR)
        assert stages(1) == ["Negotiation", "Won", "Lost"]

    def test_it_takes_the_stages_of_a_pipeline_along_and_brings_them_back(self) -> None:
        """Those that went with it, not the one that was deleted before; by restore and by undo."""
        add(PIPELINE, name="Partners")
        for name in ("Pitch", "Old", "Deal"):
            add(STAGE, name=name, pipeline="Partners", probability="5")
        clearing.delete_stages([8])
        number = editing.add(DEAL, Edit({"name": "Roof", "stage": "Pitch"}), EUR).changed[0]
        with pytest.raises(Conflict, match="1 deal is in it"):
            clearing.delete_pipelines([2])
        before = export()
        deleted = clearing.delete_pipelines([2], "Lead").operation
        assert (stages(2), store.get(DEAL, number)["pipeline"]) == ([], own_id(1))
        assert undo.undo(deleted).left == []
        assert export() == before
        assert undo.redo().left == []
        clearing.restore_pipelines([2])
        assert stages(2) == ["Pitch", "Deal"]
        assert faults() == []

    def test_it_moves_no_deal_to_what_is_deleted(self) -> None:
        """Nor to nowhere."""
        editing.add(DEAL, Edit({"name": "Roof"}), EUR)
        with pytest.raises(ValidationError, match="cannot be moved"):
            clearing.delete_stages([1, 2], "Qualified")

    def test_it_is_listed_in_the_trash_and_removed_for_good(self) -> None:
        """With the deals in the trash that were in it; a log goes on without its name."""
        moved = editing.add(DEAL, Edit({"name": "Moved", "stage": "Proposal"}), EUR).changed[0]
        gone = editing.add(DEAL, Edit({"name": "Gone", "stage": "Proposal"}), EUR).changed[0]
        editing.trash_many(DEAL, [gone])
        clearing.delete_stages([3], "Lead")
        assert [(one.noun, one.name) for one in trash.entries()] == [("stage", "Proposal"), ("deal", "Gone")]
        trash.empty()
        assert [entry["stage"] for entry in store.get(DEAL, moved)["stage_log"]] == [own_id(3), own_id(1)]
        assert faults() == []


@pytest.mark.usefixtures("adam")
def test_it_makes_room_for_a_new_stage() -> None:
    """Those from its place on move down, as far as they stand close; an undo brings them back."""
    editing.edit_many(STAGE, [6], Edit({"position": "9"}), EUR)
    before = export()
    outcome = editing.add(STAGE, Edit({"name": "Demo", "probability": "20", "position": "2"}), EUR)
    assert [store.get(STAGE, at)["position"] for at in range(1, 8)] == [1, 3, 4, 5, 6, 9, 2]
    undo.undo(outcome.operation)
    assert export() == before
