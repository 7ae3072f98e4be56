"""Filters on when something is due: days of the workspace and instants, compared as people mean them."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.db.ids import own_id
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.records import documents, editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.evaluating import holds
from smallcrm.services.records.query.filters import Filter
from tests.support.cast import EUR, MARA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.world import World

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)  # half past twelve in Berlin
DUES = {
    1: "2026-03-30", 2: "2026-03-31", 3: "2026-04-01", 4: "2026-03-30T22:30Z", 5: "2026-03-31T08:00Z",
    6: "2026-03-31T21:59Z", 7: "2026-03-31T22:00Z", 8: "",
}  # fmt: skip
CASES = {
    "due:today": {2, 4, 5, 6},
    "due<today": {1},
    "due<=today": {1, 2, 4, 5, 6},
    "due>today": {3, 7},
    "due>=tomorrow": {3, 7},
    "due:2026-03-30..2026-03-31": {1, 2, 4, 5, 6},
    "due<now": {1, 4, 5},
    "due>now": {2, 3, 6, 7},  # what is due on a day is so until its end
    "due<2026-03-31T10:00": {1, 4},
    "due:empty": {8},
    "due:any": {1, 2, 3, 4, 5, 6, 7},
    "-due<tomorrow": {3, 7, 8},
}


@pytest.fixture(autouse=True)
def dues(world: World) -> Iterator[None]:
    """Activities around the end of a day in Berlin, for which summer has just begun."""
    with clock.frozen(NOW), world.acts(MARA):
        for due in DUES.values():
            editing.add(ACTIVITY, Edit({"subject": "Call", "kind": "task", **({"due": due} if due else {})}), EUR)
        yield


@pytest.mark.parametrize("text", CASES)
def test_it_compares_days_and_times(text: str) -> None:
    where = Filter(ACTIVITY, [text], Place("EUR", "Europe/Berlin"))
    assert set(store.numbers(ACTIVITY, where)) == CASES[text]
    found = documents.load(ACTIVITY, [own_id(number) for number in DUES])
    assert {number for number in DUES if holds(ACTIVITY, where.bound, found[own_id(number)], _nobody)} == CASES[text]


def _nobody(_noun: str, _record_id: int) -> dict[str, Any]:
    """Nothing is referred to here."""
    return {}
