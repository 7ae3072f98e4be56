"""What completes a filter: the same values that complete the same field elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import completion, editing
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query.completion import terms
from tests.support.cast import ADAM, EUR

if TYPE_CHECKING:
    from tests.support.world import World


def test_it_offers_a_name_once(world: World) -> None:
    """Two pipelines may have a stage of the same name; a filter and a value of the field know the same names."""
    with world.acts(ADAM):
        editing.add(PIPELINE, Edit({"name": "Partners"}), EUR)
        editing.add(STAGE, Edit({"name": "Lead", "pipeline": "Partners", "probability": "5"}), EUR)
        found = [word for word, _ in terms(DEAL, "stage:")]
        values = [word.removeprefix("stage=") for word, _ in completion.fields(DEAL, "stage=")]
    assert found == [*(f"stage:{name}" for name in values), "stage:any", "stage:empty"]
    assert values.count("Lead") == 1


@pytest.mark.parametrize(
    ("typed", "some"),
    [
        ("owner:", "owner:me"),
        ("created:", "created:this-week"),
        ("tags:", "tags:any"),
        ("name~x -pipeline:", "name~x -pipeline:Sales"),
    ],
)
def test_it_offers_what_a_kind_may_have(world: World, typed: str, some: str) -> None:
    """Members, words for days, settings; after whatever was typed before."""
    with world.acts(ADAM):
        assert some in [word for word, _ in terms(DEAL, typed)]
