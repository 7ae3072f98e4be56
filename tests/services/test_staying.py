"""A pipeline that an undo has to leave can still be worked with: deals in it are won and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db.ids import own_id
from smallcrm.models.base import State
from smallcrm.services import clearing, deals
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE, stages_of
from smallcrm.services.records import undo
from smallcrm.services.records.operations import operation
from smallcrm.services.records.store import get
from tests.services.transfer.bringing import bring, only
from tests.services.transfer.work.filing import file_of
from tests.support.canonical import everything, export, faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


@pytest.fixture
def imported(adam: World, tmp_path: Path) -> None:
    """A deal in a pipeline and a stage that only its file knew."""
    del adam
    said = {"Deal ID": "D1", "Deal Name": "Roof", "Deal Stage": "Alpha", "Pipeline": "Other"}
    bring(
        file_of(tmp_path / "deal.csv", "deal", said, {**said, "Deal ID": "D2", "Deal Name": "Wall", "Deal Stage": "B"})
    )


def kinds(pipeline: int) -> list[str]:
    """What the live stages of a pipeline are."""
    return [row.kind for row in stages_of(own_id(pipeline))]


def add_deal(stage: str) -> int:
    """Another deal in a stage of the imported pipeline; gives its number."""
    (found,) = [key for key, one in everything(STAGE).items() if one["name"] == stage and one["pipeline"] == own_id(2)]
    with operation("add") as op:
        op.create(DEAL, {"name": "Mine", "stage": found, "pipeline": own_id(2)})
    return 3


@pytest.mark.usefixtures("imported")
class TestAPipelineThatStays:
    """What it needs stays too, and is told."""

    def test_the_deal_in_it_can_be_won_and_lost(self) -> None:
        """Its own stage stays for it, and one that is won and one that is lost; the rest goes."""
        deal = add_deal("Alpha")
        left = undo.undo(1).left
        assert kinds(2) == ["open", "won", "lost"]
        for kind in ("won", "lost"):
            assert (
                sum(f"pipeline 2 stays and has no other stage that is {kind}, so it stays" in one for one in left) == 1
            )
        assert sum(one.startswith("pipeline 2: deal 3 refers to it") for one in left) == 1
        deals.win([deal])
        assert only("deal")["closed_at"] is not None
        assert faults() == []

    def test_it_keeps_an_open_stage_for_a_deal_that_is_won(self) -> None:
        """It may be opened again."""
        add_deal("Won")
        undo.undo(1)
        assert kinds(2) == ["open", "won", "lost"]
        assert faults() == []

    def test_it_stays_where_it_was_renamed(self) -> None:
        """With a stage of each kind, though no deal is in it."""
        with operation("rename") as op:
            op.update(PIPELINE, own_id(2), {"name": "Mine"})
        assert "pipeline 2: it has been changed since, so it stays" in undo.undo(1).left
        assert kinds(2) == ["open", "won", "lost"]
        assert faults() == []

    def test_a_redo_brings_the_rest_back(self) -> None:
        """As it was before the undo."""
        add_deal("Alpha")
        before = export()
        undo.undo(1)
        undo.redo()
        assert export() == before

    def test_without_anything_in_it_all_of_it_goes(self) -> None:
        """As if it had never been."""
        assert undo.undo(1).left == []
        assert get_states() == {State.UNDONE}

    def test_the_undo_of_its_restore_leaves_what_it_needs(self) -> None:
        """Somebody put a deal into it, once it was back."""
        clearing.delete_pipelines([2], "Lead")
        clearing.restore_pipelines([2])
        restored = 3
        add_deal("Alpha")
        left = undo.undo(restored).left
        assert get(PIPELINE, 2)["state"] == State.LIVE
        assert any("no other stage that is won" in one for one in left)
        assert kinds(2) == ["open", "won", "lost"]
        assert faults() == []


def get_states() -> set[State]:
    """The states of the imported pipeline and of its stages."""
    mine = [one["state"] for one in everything(STAGE).values() if one["pipeline"] == own_id(2)]
    return {State(state) for state in (*mine, everything(PIPELINE)[own_id(2)]["state"])}
