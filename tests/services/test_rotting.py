"""Rotting: idle for longer than the stage allows, whatever was edited meanwhile, and no next step planned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.db.fence import proxy
from smallcrm.services import activities, board, comments, deals
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import STAGE
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query import names
from smallcrm.services.records.query.checks import Choice, Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
from tests.conftest import FROZEN_AT
from tests.services.test_deals import add, deal, edit
from tests.support.cast import ADAM, EUR

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tests.support.world import World


def after(days: float) -> AbstractContextManager[None]:
    """The clock, so many days later."""
    return clock.frozen(FROZEN_AT + timedelta(days=days))


def rots(number: int) -> bool:
    """Whether a deal rots: what its document says, what the filter finds and what the board marks are the same."""
    said = deal(number)["rotting"]
    found = store.page(DEAL, Listing(where=Filter(DEAL, ["rotting:yes"], Place("EUR", "Europe/Berlin"))))
    marked = [card.number for lane in board.board(most=0).lanes for card in lane.cards if card.rotting]
    listed = [record["id"] for record in found.records]
    assert (deal(number)["id"] in listed, number in marked) == (said, said)
    return bool(said)


@pytest.fixture
def lead(mara: World, frozen_clock: object) -> int:  # noqa: ARG001
    """A deal that came into a stage just now, where deals rot after 10 days."""
    with mara.acts(ADAM):
        editing.edit_many(STAGE, [1], Edit({"rot_days": "10"}), EUR)
    return add()


def plan(due: str, about: int, **values: str) -> int:
    """An activity with a deal; gives its number."""
    values = {"subject": "Call", "due": due, "links": f"deal:{about}", **values}
    return editing.add(ACTIVITY, Edit(values), EUR).changed[0]


def test_it_rots_once_more_days_are_over_than_its_stage_allows(lead: int) -> None:
    """And not on the last of them; where the stage says nothing, never."""
    elsewhere = add(stage="Proposal")
    with after(10):
        assert not rots(lead)
    with after(10.001):
        assert rots(lead)
        assert deal(lead)["idle_since"] == clock.micros(FROZEN_AT)
        assert not rots(elsewhere)
    with after(9_000):
        assert not rots(elsewhere)


def test_it_is_fresh_after_work_but_not_after_an_edit(lead: int) -> None:
    """A new stage and back, a comment, an activity that is done; each is work as long as it stands."""
    with after(5):
        edit(lead, name="Door", amount="100")
    with after(11):
        assert rots(lead)
        said = comments.add(("deal", deal(lead)["id"]), "Called.").outcome
        assert not rots(lead)
        assert deal(lead)["idle_since"] == clock.micros(clock.now())
        undo.undo(said.operation)
        assert rots(lead)
        number = plan("", lead)
        assert rots(lead)
        activities.done([number])
        assert not rots(lead)
        editing.trash_many(ACTIVITY, [number])
        assert rots(lead)
        deals.move([lead], "Proposal")
        deals.move([lead], "Lead")
        assert not rots(lead)


def test_it_does_not_rot_before_a_step_that_is_planned(lead: int) -> None:
    """Within as many days, from now on; what is overdue, far off, canceled or with another deal is no next step."""
    other = add()
    with after(11):
        assert rots(lead)
        number = plan("+10d", lead)
        assert not rots(lead)
        assert rots(other)
        editing.edit_many(ACTIVITY, [number], Edit({"due": "+11d"}), EUR)
        assert rots(lead)
        editing.edit_many(ACTIVITY, [number], Edit({"due": "yesterday"}), EUR)
        assert rots(lead)
        editing.edit_many(ACTIVITY, [number], Edit({"due": "today"}), EUR)
        assert not rots(lead)
        activities.cancel([number])
        assert rots(lead)


def test_it_does_not_rot_once_it_is_decided(lead: int) -> None:
    """It is idle no more; opened again, it begins anew."""
    with after(11):
        deals.win([lead])
    with after(90):
        assert not rots(lead)
        assert deal(lead)["idle_since"] is None
        deals.reopen([lead])
        assert not rots(lead)
    with after(101):
        assert rots(lead)


def test_it_stands_any_number_of_days(lead: int, mara: World) -> None:
    """The largest that can be stored is as good as never."""
    with mara.acts(ADAM):
        editing.edit_many(STAGE, [1], Edit({"rot_days": str(2**53 - 1)}), EUR)
    with after(9_000):
        assert not rots(lead)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("lead")
def test_it_is_found_by_the_stages_where_deals_rot() -> None:
    """What was decided long ago is never looked at, and the work on a deal is found by the deal."""
    sql, params = names.handles(DEAL)["rotting"].driver(Choice(frozenset({True}))).sql()
    rows = proxy.target().run_reviewed(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert "deal_stage_id (tenant_id=? AND stage_id=?)" in plan
    assert "deal_stage_deal_id (tenant_id=? AND deal_id=?)" in plan
    assert "(tenant_id=? AND record_object=? AND record_id=?)" in plan
    assert plan.count("activity_link_object_record_id (tenant_id=? AND object=? AND record_id=?)") == 2
    assert "SCAN" not in plan
