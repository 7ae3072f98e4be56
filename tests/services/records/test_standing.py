"""What an operation remembers holds as long as it is so, and for nobody else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import SmallCRMError, ValidationError
from smallcrm.models.base import State
from smallcrm.services import clearing
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE, default_pipeline, stage_of, stages_of
from smallcrm.services.records import undo
from smallcrm.services.records.operations import operation
from smallcrm.services.records.standing import forget, remembered, standing
from smallcrm.services.tickets import TICKET
from tests.services.transfer.bringing import records
from tests.support.canonical import faults
from tests.support.cast import ADAM, MARA, STAN

if TYPE_CHECKING:
    from tests.support.world import World


def test_it_asks_once_for_what_is_so() -> None:
    """And again for what is not, as an operation can still make it so."""
    asked: list[Any] = []

    def find(answer: Any) -> Any:
        asked.append(answer)
        return answer

    with standing():
        assert [remembered("a", lambda: find(7)) for _ in range(3)] == [7, 7, 7]
        assert [remembered("b", lambda: find(None)) for _ in range(2)] == [None, None]
        assert [remembered("c", lambda: find(False)) for _ in range(2)] == [False, False]
        assert remembered("d", lambda: find(0)) == 0
        forget()
        assert remembered("a", lambda: find(8)) == 8
    assert asked == [7, None, None, False, False, 0, 8]


def test_nothing_is_remembered_outside_or_afterwards() -> None:
    """Not between blocks, not where one fails, not in a block within another."""
    with standing():
        assert remembered("a", lambda: 1) == 1
        with standing():
            assert remembered("a", lambda: 2) == 2
        assert remembered("a", lambda: 3) == 1
    with pytest.raises(RuntimeError), standing():
        remembered("a", _fail)
    assert [remembered("a", lambda at=at: at) for at in (5, 6)] == [5, 6]  # type: ignore[misc]
    forget()


def test_nothing_is_remembered_for_another_thread() -> None:
    """Each has its own, also while both are at work."""
    found: list[int] = []
    with standing():
        remembered("a", lambda: 1)

        def work() -> None:
            found.append(remembered("a", lambda: 2))
            with standing():
                found.append(remembered("a", lambda: 3))
                forget()

        other = threading.Thread(target=work)
        other.start()
        other.join()
        assert remembered("a", lambda: 4) == 1
    assert found == [2, 3]


def test_it_holds_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it begins again, and all that is said stays right."""
    monkeypatch.setattr("smallcrm.services.records.standing._MOST", 3)
    with standing():
        assert [remembered(at, lambda at=at: at + 1) for at in range(10)] == list(range(1, 11))  # type: ignore[misc]
        assert remembered(9, lambda: 0) == 10
        assert remembered(0, lambda: 99) == 99


@pytest.mark.parametrize("away", ["trash", "range", "hide"])
def test_what_an_operation_takes_away_is_named_no_more(adam: World, away: str) -> None:
    """Though it was named in the same operation before."""
    del adam
    with operation("before") as op:
        company = op.create(COMPANY, {"name": "Acme"})
        contact = op.create(CONTACT, {"first_name": "Ann"})
        ticket = op.create(TICKET, {"subject": "Leak"})
    with operation("x") as op:
        op.create(DEAL, {"name": "Before", "company": company})
        if away == "trash":
            op.trash(COMPANY, company)
        elif away == "hide":
            op.set_state(COMPANY, "hide", [company])
        else:
            op.set_state_of_range(COMPANY, "hide", company, company, State.LIVE)
        with pytest.raises(ValidationError, match="there is no such company"):
            op.create(DEAL, {"name": "After", "company": company})
        if away != "trash":
            op.set_state(COMPANY, "unhide", [company])
    with operation("y") as op:
        op.create(ACTIVITY, {"subject": "A", "links": [{"object": "contact", "record": contact}]})
        op.create(TICKET, {"subject": "A", "requester": contact})
        op.trash(CONTACT, contact)
        for noun, values in (
            (TICKET, {"subject": "B", "requester": contact}),
            (ACTIVITY, {"subject": "B", "links": [{"object": "contact", "record": contact}]}),
            (DEAL, {"name": "B", "contacts": [{"contact": contact}]}),
        ):
            with pytest.raises(ValidationError, match="there is no such contact"):
                op.create(noun, values)
        op.restore(CONTACT, contact)
        op.create(TICKET, {"subject": "C", "requester": contact})
        op.create(ACTIVITY, {"subject": "C", "links": [{"object": "ticket", "record": ticket}]})
    assert [record["subject"] for record in records("ticket")] == ["Leak", "A", "C"]
    assert faults() == []


def test_a_stage_that_goes_or_changes_is_read_again(adam: World) -> None:
    """Whether it is there, and what it is."""
    del adam
    lead, second, *_rest = stages_of(default_pipeline())
    with operation("x") as op:
        deal = op.create(DEAL, {"name": "Roof", "stage": lead.id})
        assert stage_of(second.id).name == "Qualified"
        op.update(STAGE, second.id, {"name": "Better", "kind": "won"})
        assert (stage_of(second.id).name, stage_of(second.id).kind) == ("Better", "won")
        op.update(DEAL, deal, {"stage": second.id})
        op.trash(DEAL, deal)
        op.trash(STAGE, lead.id)
        with pytest.raises(SmallCRMError, match="no such stage"):
            op.create(DEAL, {"name": "Door", "stage": lead.id})
    assert records("deal") == []
    assert faults() == []


def test_a_pipeline_that_goes_is_named_no_more(adam: World) -> None:
    """Nor can its stages be."""
    del adam
    with operation("before") as op:
        pipeline = op.create(PIPELINE, {"name": "Other"})
        stage = op.create(STAGE, {"name": "Start", "pipeline": pipeline, "probability": 5})
    with operation("x") as op:
        deal = op.create(DEAL, {"name": "A", "stage": stage})
        op.trash(DEAL, deal)
        op.set_state(STAGE, "trash", [stage])
        op.set_state(PIPELINE, "trash", [pipeline])
        with pytest.raises(ValidationError, match="no such stage"):
            op.create(DEAL, {"name": "B", "stage": stage})
        with pytest.raises(ValidationError, match="no such pipeline"):
            op.create(STAGE, {"name": "C", "pipeline": pipeline, "probability": 5})


def test_a_stage_is_deleted_and_its_deals_move(adam: World) -> None:
    """In one operation, which judges each by what is left; and an undo brings it back."""
    del adam
    lead, second, *_rest = stages_of(default_pipeline())
    with operation("before") as op:
        op.create_all(DEAL, [DEAL.clean({"name": f"D{at}", "stage": lead.id}, {}) for at in range(5)])
    clearing.delete_stages([1], "Qualified")
    assert {deal["stage"] for deal in records("deal")} == {second.id}
    with pytest.raises(SmallCRMError, match="no such stage"), operation("x") as op:
        op.create(DEAL, {"name": "Late", "stage": lead.id})
    undo.undo()
    assert {deal["stage"] for deal in records("deal")} == {lead.id}
    assert faults() == []


def _fail() -> int:
    raise RuntimeError


def _made_and_rolled_back() -> int:
    """The id of a company that an operation made, named and never wrote."""
    made: list[int] = []

    def work() -> None:
        with operation("b") as op:
            made.append(op.create(COMPANY, {"name": "Never"}))
            op.create(DEAL, {"name": "B", "company": made[0]})
            _fail()

    with pytest.raises(RuntimeError):
        work()
    return made[0]


def test_nothing_is_left_of_it_for_the_next_operation(world: World) -> None:
    """Not after one that went well, one that failed, a dry run, nor in another workspace."""
    with world.acts(ADAM):
        with operation("a") as op:
            company = op.create(COMPANY, {"name": "Acme"})
            op.create(DEAL, {"name": "A", "company": company})
        gone = _made_and_rolled_back()
        with operation("c", dry_run=True) as op:
            dry = op.create(COMPANY, {"name": "Dry"})
            op.create(DEAL, {"name": "C", "company": dry})
            op.update(DEAL, records("deal")[0]["id"], {"company": dry})
        for away in {gone, dry}:
            with pytest.raises(ValidationError, match="no such company"), operation("d") as op:
                op.create(DEAL, {"name": "D", "company": away})
        with operation("e") as op:
            op.trash(COMPANY, company)
        with pytest.raises(ValidationError, match="no such company"), operation("f") as op:
            op.create(DEAL, {"name": "F", "company": company})
        with operation("g") as op:
            op.restore(COMPANY, company)
            op.create(DEAL, {"name": "G", "company": company})
    with world.acts(STAN), pytest.raises(ValidationError, match="no such company"), operation("h") as op:
        op.create(DEAL, {"name": "H", "company": company})
    with world.acts(MARA):
        assert [deal["name"] for deal in records("deal")] == ["A", "G"]


def test_one_workspace_is_not_remembered_in_another(world: World) -> None:
    """Even where both are at work in one block."""
    with standing():
        with world.acts(ADAM), operation("a") as op:
            company = op.create(COMPANY, {"name": "Acme"})
            op.create(DEAL, {"name": "A", "company": company})
            mine = records("deal")[0]["stage"]
            assert stage_of(mine).name == "Lead"
        with world.acts(STAN), operation("b") as op:
            for values in ({"company": company}, {"stage": mine}):
                with pytest.raises(ValidationError, match="no such"):
                    op.create(DEAL, {"name": "B", **values})
