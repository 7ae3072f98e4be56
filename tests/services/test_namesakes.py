"""Of pipelines, stages, views and fields no two live ones are called alike, whatever brings one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict
from smallcrm.models.base import State
from smallcrm.services.fields import FIELD
from smallcrm.services.pipelines import PIPELINE, STAGE, default_pipeline, stages_of
from smallcrm.services.records import editing, undo
from smallcrm.services.records.operations import operation
from smallcrm.services.records.store import get
from smallcrm.services.views import VIEW
from tests.services.transfer.bringing import bring
from tests.services.transfer.work.filing import file_of
from tests.support.canonical import everything, faults

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun, Values

pytestmark = pytest.mark.usefixtures("adam")
KINDS = [
    (PIPELINE, {"name": "Alpha"}, "there is a pipeline 'Alpha' already"),
    (STAGE, {"name": "Alpha", "probability": 5}, "there is a stage 'Alpha' in this pipeline already"),
    (VIEW, {"name": "Alpha", "noun": "deal", "filter": "name:x"}, "there is a view 'Alpha' of this kind already"),
    (FIELD, {"object": "deal", "label": "Alpha"}, "a deal has a field with the key 'alpha' already"),
    (FIELD, {"object": "deal", "label": "Alpha", "key": None}, "a deal has a field 'Alpha' already"),
]  # fmt: skip


def add(noun: Noun, values: Values) -> int:
    """A new record; gives its id. One whose key is given as None gets another each time."""
    if "key" in values:
        values = {**values, "key": f"key_{len(everything(noun))}"}
    with operation("add") as op:
        return op.create(noun, dict(values))


def trash(noun: Noun, record_id: int) -> None:
    """Put a record into the trash, as one operation."""
    with operation("trash") as op:
        op.trash(noun, record_id)


def live(noun: Noun) -> list[int]:
    """The numbers of the live ones that are called Alpha."""
    return [
        number_of(key)
        for key, one in everything(noun).items()
        if one["state"] == State.LIVE and one[noun.title] == "Alpha"
    ]


@pytest.mark.parametrize(("noun", "values", "why"), KINDS)
class TestComingBack:
    """What comes back and whose name is taken stays, and is told."""

    def test_a_restore_is_refused(self, noun: Noun, values: Values, why: str) -> None:
        """By the name of the one that is there."""
        first = add(noun, values)
        trash(noun, first)
        second = add(noun, values)
        with pytest.raises(Conflict) as caught:
            editing.restore_many(noun, [number_of(first)])
        assert f"{noun.name.capitalize()} {number_of(first)} cannot be restored: {why}." in (
            caught.value.sentence, *caught.value.details
        )  # fmt: skip
        assert live(noun) == [number_of(second)]
        assert faults() == []

    def test_of_two_in_the_trash_one_comes_back(self, noun: Noun, values: Values, why: str) -> None:
        """The first of them, where they are restored together."""
        first = add(noun, values)
        trash(noun, first)
        second = add(noun, values)
        trash(noun, second)
        with operation("both") as op:
            refused = op.restore_all(noun, [first, second])
        assert [why in error.sentence for error in refused.values()] == [True]
        assert live(noun) == [number_of(first)]
        assert faults() == []

    def test_undo_and_redo_leave_it(self, noun: Noun, values: Values, why: str) -> None:
        """What was trashed and what was made by the operation that is taken back."""
        first = add(noun, values)
        trash(noun, first)
        second = add(noun, values)
        with pytest.raises(Conflict) as caught:
            undo.undo(2)
        assert caught.value.details == (f"{noun.name} {number_of(first)}: {why}",)
        undo.undo(3)
        third = add(noun, values)
        with pytest.raises(Conflict) as caught:
            undo.redo()
        assert caught.value.details == (f"{noun.name} {number_of(second)}: {why}",)
        assert live(noun) == [number_of(third)]
        assert faults() == []


def test_a_canonical_export_reports_two_of_one_name() -> None:
    """So that no other test passes over them."""
    first = add(STAGE, {"name": "Alpha", "probability": 5})
    trash(STAGE, first)
    add(STAGE, {"name": "Alpha", "probability": 5})
    STAGE.model.update(state=State.LIVE, trashed_at=None).where(STAGE.model.id == first).execute()
    assert [fault for fault in faults() if "2 are called" in fault]


def test_the_undo_of_an_import_leaves_the_stage_in_the_trash(tmp_path: Path) -> None:
    """It took the place of a stage that nobody used, and somebody has made that one anew."""
    bring(file_of(tmp_path / "deal.csv", "deal", {"Deal ID": "D1", "Deal Name": "Roof", "Deal Stage": "Alpha"}))
    add(STAGE, {"name": "Lead", "probability": 5})
    assert "stage 1: there is a stage 'Lead' in this pipeline already" in undo.undo(1).left
    assert [row.name for row in stages_of(default_pipeline())].count("Lead") == 1
    assert get(STAGE, 1)["state"] == State.TRASHED
    assert faults() == []


def test_the_redo_of_an_import_leaves_the_pipeline(tmp_path: Path) -> None:
    """And what lies in it: somebody has made a pipeline of its name since."""
    said = {"Deal ID": "D1", "Deal Name": "Roof", "Deal Stage": "Alpha", "Pipeline": "Other"}
    bring(file_of(tmp_path / "deal.csv", "deal", said))
    undo.undo()
    add(PIPELINE, {"name": "Other"})
    with pytest.raises(Conflict) as caught:
        undo.redo()
    assert "pipeline 2: there is a pipeline 'Other' already" in caught.value.details
    assert everything(PIPELINE)[own_id(3)]["state"] == State.LIVE
    assert faults() == []
