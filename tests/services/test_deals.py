"""Deals: always in one stage of one pipeline, whatever writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, ValidationError
from smallcrm.services import clearing, deals, trash, weighing
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, RUTH

if TYPE_CHECKING:
    from tests.support.world import World

LEAD, QUALIFIED, PROPOSAL, NEGOTIATION, WON, LOST = range(1, 7)


def add(**values: str) -> int:
    """A new deal; gives its number."""
    return editing.add(DEAL, Edit({"name": "Roof", **values}), EUR).changed[0]


def edit(number: int, **values: str) -> int | None:
    """Set some fields of a deal; gives the operation."""
    return editing.edit_many(DEAL, [number], Edit(values), EUR).operation


def deal(number: int) -> dict[str, Any]:
    """The deal as it is."""
    return store.get(DEAL, number)


def probability(number: int) -> int:
    """How likely it is."""
    return weighing.probabilities([deal(number)])[own_id(number)]


def second_pipeline(world: World) -> None:
    """A pipeline with a stage of a name that the first has too, and one of its own: stages 7 and 8."""
    with world.acts(ADAM):
        editing.add(PIPELINE, Edit({"name": "Partners"}), EUR)
        editing.add(STAGE, Edit({"name": "Proposal", "pipeline": "Partners", "probability": "40"}), EUR)
        editing.add(STAGE, Edit({"name": "Pitch", "pipeline": "Partners", "probability": "5"}), EUR)
        editing.add(STAGE, Edit({"name": "Signed", "pipeline": "Partners", "kind": "won"}), EUR)


@pytest.mark.usefixtures("mara")
class TestTraps:
    """What other systems got wrong."""

    def test_it_takes_a_probability_of_0_for_0(self) -> None:
        """Trap 3: nothing said is the stage's, 0 is 0."""
        said, silent = add(probability="0"), add()
        assert (deal(said)["probability"], deal(silent)["probability"]) == (0, None)
        assert (probability(said), probability(silent)) == (0, 10)
        editing.edit_many(DEAL, [said], Edit(clear=["probability"]), EUR)
        assert probability(said) == 10

    def test_it_keeps_a_probability_that_was_said_through_other_edits(self) -> None:
        """Trap 4: neither a new name nor a new stage takes it away."""
        number = add(probability="35")
        edit(number, name="Door")
        deals.move([number], "Negotiation")
        assert (deal(number)["probability"], probability(number)) == (35, 35)

    def test_it_follows_the_stage_whichever_way_the_deal_was_moved(self, world: World) -> None:
        """Trap 5: by an edit, a verb or an undo; and a changed default holds at once."""
        number = add()
        edit(number, stage="Proposal")
        assert probability(number) == 50
        deals.move([number], "Negotiation")
        assert probability(number) == 75
        undo.undo()
        assert probability(number) == 50
        with world.acts(ADAM):
            editing.edit_many(STAGE, [PROPOSAL], Edit({"probability": "60"}), EUR)
        assert probability(number) == 60

    def test_it_stamps_closing_once_whatever_the_stage_is_called(self, world: World) -> None:
        """Trap 7: won and lost alike, not again between stages that are won, gone when reopened."""
        with world.acts(ADAM):
            editing.edit_many(STAGE, [WON], Edit({"name": "Gewonnen"}), EUR)
            editing.add(STAGE, Edit({"name": "Paid", "kind": "won"}), EUR)
        won, lost = add(), add()
        assert deal(won)["closed_at"] is None
        deals.win([won])
        deals.lose([lost], "price")
        stamp = deal(won)["closed_at"]
        assert stamp == deal(won)["stage_log"][-1]["at"]
        assert deal(lost)["closed_at"] is not None
        deals.move([won], "Paid")
        assert deal(won)["closed_at"] == stamp
        deals.reopen([won, lost])
        for number in (won, lost):
            found = deal(number)
            assert (found["closed_at"], found["lost_reason"], found["stage"]) == (None, None, own_id(LEAD))

    def test_it_stamps_closing_anew_where_a_loss_becomes_a_win(self) -> None:
        """And the other way round: it is the time of what holds now."""
        number = add()
        deals.lose([number], "price")
        for close in (deals.win, lambda numbers: deals.lose(numbers, "price")):
            before = deal(number)["closed_at"]
            close([number])
            found = deal(number)
            assert found["closed_at"] > before
            assert found["closed_at"] == found["stage_log"][-1]["at"]

    def test_it_lets_no_stage_go_with_deals_in_it(self, world: World) -> None:
        """Trap 8: not by its own verb, not by that of every noun, not by an undo; unless it is said where they go."""
        number = add(stage="Proposal")
        with world.acts(ADAM):
            with pytest.raises(Conflict, match="1 deal is in it") as caught:
                clearing.delete_stages([PROPOSAL])
            assert caught.value.hint is not None
            assert "--move-to" in caught.value.hint
            with pytest.raises(Conflict, match="Deal 1 is in it"):
                editing.trash_many(STAGE, [PROPOSAL])
            done = clearing.delete_stages([PROPOSAL], "Lead")
        assert deal(number)["stage"] == own_id(LEAD)
        assert [entry["stage"] for entry in deal(number)["stage_log"]] == [own_id(PROPOSAL), own_id(LEAD)]
        with world.acts(ADAM):
            assert undo.undo(done.operation).left == []
        assert deal(number)["stage"] == own_id(PROPOSAL)
        assert faults() == []

    def test_it_never_adds_unlike_currencies(self) -> None:
        """Trap 13: a total for each, rounded once; no amount is not 0."""
        for amount, chance in (("10.01", "50"), ("0.02", "25"), ("7USD", "100"), ("0", "50"), ("", "50")):
            add(amount=amount, probability=chance)
        found = weighing.totals()
        assert found == {
            own_id(LEAD): (
                5,
                {
                    "EUR": weighing.Total(3, 1003, 501),
                    "USD": weighing.Total(1, 700, 700),
                    weighing.NO_AMOUNT: weighing.Total(1, 0, 0),
                },
            )
        }

    def test_it_adds_what_needs_more_than_64_bits(self) -> None:
        """As the database keeps each amount in them, but not their sum."""
        for _deal in range(93):
            add(amount="999999999999999.99")
        assert weighing.totals()[own_id(LEAD)][1]["EUR"].amount == 93 * 99_999_999_999_999_999 > 2**63


@pytest.mark.usefixtures("mara")
class TestStages:
    """Where a deal is, and how it came there."""

    def test_it_begins_in_the_first_open_stage(self) -> None:
        """Of the first pipeline, with the first entry of its log."""
        found = deal(add())
        assert (found["pipeline"], found["stage"]) == (own_id(1), own_id(LEAD))
        assert [entry["stage"] for entry in found["stage_log"]] == [own_id(LEAD)]

    def test_it_looks_a_stage_up_in_the_pipeline_of_the_deal_first(self, world: World) -> None:
        """Then everywhere; a stage alone brings its pipeline."""
        second_pipeline(world)
        here, there = add(stage="Proposal"), add(stage="Pitch")
        assert (deal(here)["stage"], deal(here)["pipeline"]) == (own_id(PROPOSAL), own_id(1))
        assert (deal(there)["stage"], deal(there)["pipeline"]) == (own_id(8), own_id(2))
        deals.move([here, there], "Proposal")
        assert (deal(here)["stage"], deal(there)["stage"]) == (own_id(PROPOSAL), own_id(7))
        edit(here, pipeline="Partners", stage="Proposal")
        assert (deal(here)["stage"], deal(here)["pipeline"]) == (own_id(7), own_id(2))
        assert faults() == []

    def test_it_refuses_a_stage_of_another_pipeline(self, world: World) -> None:
        """On adding and on every edit."""
        second_pipeline(world)
        number = add()
        for values in ({"pipeline": "Partners"}, {"pipeline": "Partners", "stage": "Lead"}, {"stage": ""}):
            with pytest.raises(Conflict):
                edit(number, **values)
        with pytest.raises(ValidationError, match="of another pipeline"):
            add(pipeline="Sales", stage="Pitch")
        with pytest.raises(Conflict):
            editing.edit_many(DEAL, [number], Edit(clear=["pipeline"]), EUR)
        assert (deal(number)["pipeline"], deal(number)["stage"]) == (own_id(1), own_id(LEAD))

    def test_it_logs_each_visit_and_nothing_else(self, frozen_clock: Any) -> None:  # noqa: ARG002 - it stops the clock
        """A second visit is a second entry, in order even where the clock stands still."""
        number = add()
        for stage in ("Proposal", "Proposal", "Lead", "Proposal"):
            deals.move([number], stage)
        edit(number, name="Door")
        log = deal(number)["stage_log"]
        assert [entry["stage"] for entry in log] == [own_id(at) for at in (LEAD, PROPOSAL, LEAD, PROPOSAL)]
        assert sorted({entry["at"] for entry in log}) == [entry["at"] for entry in log]

    def test_it_sets_no_log_and_no_stamp_by_hand(self) -> None:
        """They are kept by the program."""
        number = add()
        for key, value in (("stage_log", "x"), ("closed_at", "2026-01-01")):
            with pytest.raises(Conflict, match="cannot be set"):
                edit(number, **{key: value})

    def test_it_needs_a_reason_to_be_lost_and_only_then(self) -> None:
        """Whichever way it goes there; it is cleared when the deal is won after all."""
        number = add()
        with pytest.raises(Conflict, match="needs a reason"):
            deals.move([number], "Lost")
        with pytest.raises(Conflict, match="Only a lost deal"):
            edit(number, lost_reason="price")
        edit(number, stage="Lost", lost_reason="price")
        with pytest.raises(Conflict, match="needs a reason"):
            editing.edit_many(DEAL, [number], Edit(clear=["lost_reason"]), EUR)
        deals.win([number])
        assert deal(number)["lost_reason"] is None

    def test_it_works_on_several_as_one_operation(self) -> None:
        """Those that are so already are skipped."""
        one, two = add(), add(stage="Won")
        outcome = deals.win([one, two])
        assert (outcome.changed, outcome.skipped) == ([one], [two])
        assert deals.reopen([one, two], "Proposal", dry_run=True).changed == [one, two]
        before = export()
        again = deals.reopen([one, two], "Proposal")
        assert deal(two)["stage"] == own_id(PROPOSAL)
        undo.undo(again.operation)
        assert export() == before
        with pytest.raises(Conflict, match="not open"):
            deals.reopen([one], "Won")

    def test_it_reopens_where_a_deal_was_open_last(self, world: World) -> None:
        """Each in its own stage, as far as that is there and open, in the pipeline where it was closed."""
        lead, proposal, gone, imported = add(), add(stage="Proposal"), add(stage="Negotiation"), add(stage="Won")
        deals.move([lead], "Qualified")
        deals.move([lead], "Lead")
        deals.lose([lead, proposal, gone], "price")
        deals.win([lead])
        with world.acts(ADAM):
            editing.trash_many(STAGE, [NEGOTIATION])
        outcome = deals.reopen([lead, proposal, gone, imported])
        assert [deal(number)["stage"] for number in (lead, proposal)] == [own_id(LEAD), own_id(PROPOSAL)]
        assert [deal(number)["stage"] for number in (gone, imported)] == [own_id(LEAD), own_id(LEAD)]
        assert outcome.to == ["Lead", "Proposal"]
        second_pipeline(world)
        deals.move([proposal], "Signed")
        assert deals.reopen([proposal], dry_run=True).to == ["Proposal"]
        deals.reopen([proposal])
        assert deal(proposal)["stage"] == own_id(7)

    def test_it_names_the_pipeline_where_that_is_another(self, world: World) -> None:
        """A stage that only another has takes the deal there."""
        number = add()
        second_pipeline(world)
        assert deals.move([number], "pitch", dry_run=True).to == ["Pitch of pipeline Partners"]
        assert deals.move([number], "pitch").to == ["Pitch of pipeline Partners"]
        assert deals.move([number], "Proposal").to == ["Proposal"]
        assert deals.move([number], "Lead").to == ["Lead of pipeline Sales"]

    def test_it_is_not_written_by_a_reader(self, world: World) -> None:
        """The verbs ask as every write does."""
        number = add()
        with world.acts(RUTH), pytest.raises(NotAllowed):
            deals.win([number])


@pytest.mark.usefixtures("mara")
class TestUndo:
    """Stage, pipeline, log, stamp and reason go back together or not at all."""

    def test_it_leaves_a_move_that_was_moved_on(self) -> None:
        """With its entry in the log, and what else the operation changed goes back."""
        number = add()
        first = edit(number, stage="Won", source="fair")
        deals.reopen([number])
        outcome = undo.undo(first)
        assert outcome.left == [
            f"deal {number}: stage has been changed since",
            f"deal {number}: closed_at has been changed since",
        ]
        found = deal(number)
        assert (found["source"], len(found["stage_log"])) == (None, 3)
        assert faults() == []

    def test_it_leaves_the_first_of_two_visits_to_a_stage(self) -> None:
        """Though the deal is where that move had brought it."""
        number = add()
        first = deals.move([number], "Proposal").operation
        deals.move([number], "Lead")
        deals.move([number], "Proposal")
        with pytest.raises(Conflict, match="Nothing of operation") as caught:
            undo.undo(first)
        assert caught.value.details == (f"deal {number}: The stage has been changed since.",)
        assert faults() == []

    def test_it_leaves_a_loss_whose_reason_was_changed(self) -> None:
        """An open deal with a reason would make no sense."""
        number = add()
        lost = deals.lose([number], "price").operation
        edit(number, lost_reason="time")
        with pytest.raises(Conflict, match="Nothing of operation"):
            undo.undo(lost)
        assert deal(number)["lost_reason"] == "time"

    def test_it_restores_no_deal_into_a_stage_in_the_trash(self, world: World) -> None:
        """The stage first; by hand or by an undo."""
        number = add(stage="Proposal")
        trashed = editing.trash_many(DEAL, [number]).operation
        with world.acts(ADAM):
            clearing.delete_stages([PROPOSAL])
        with pytest.raises(Conflict, match="stage 3 is in the trash"):
            editing.restore_many(DEAL, [number])
        with pytest.raises(Conflict) as caught:
            undo.undo(trashed)
        assert caught.value.details == (f"deal {number}: stage 3 is in the trash",)
        with world.acts(ADAM):
            editing.restore_many(STAGE, [PROPOSAL])
        editing.restore_many(DEAL, [number])
        assert faults() == []

    def test_it_lets_go_of_what_is_removed_for_good(self, world: World) -> None:
        """Its company and its people; the next of them becomes the primary one."""
        editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
        for name in ("Ann", "Bob"):
            editing.add(CONTACT, Edit({"first_name": name}), EUR)
        number = add(company="Acme", contacts="buyer:Ann, Bob")
        assert deal(number)["contacts"][0] == {"contact": own_id(1), "role": "buyer", "primary": True}
        editing.trash_many(COMPANY, [1])
        editing.trash_many(CONTACT, [1])
        with world.acts(ADAM):
            trash.empty()
        found = deal(number)
        assert (found["company"], found["contacts"]) == (None, [{"contact": own_id(2), "primary": True}])
        assert faults() == []
