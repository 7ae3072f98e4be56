"""The board: stages in order, counts and sums by currency, the deals that come first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.errors import NotFound, ValidationError
from smallcrm.services import board, deals
from smallcrm.services.companies import COMPANY
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import STAGE
from smallcrm.services.records import editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.weighing import NO_AMOUNT, Total
from tests.conftest import FROZEN_AT
from tests.services.test_deals import add, second_pipeline
from tests.support.cast import ADAM, EUR

if TYPE_CHECKING:
    from tests.support.world import World

pytestmark = pytest.mark.usefixtures("mara")


def lane(name: str) -> board.Lane:
    """The stage of that name on the board of the first pipeline."""
    return next(one for one in board.board().lanes if one.name == name)


def test_it_shows_every_stage_in_its_order(world: World) -> None:
    """The empty ones too; as deals go, whatever they are called and whenever they were made."""
    with world.acts(ADAM):
        editing.add(STAGE, Edit({"name": "Alpha", "probability": "5", "position": "0"}), EUR)
    found = board.board()
    assert [one.name for one in found.lanes] == [
        "Alpha", "Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost",
    ]  # fmt: skip
    assert all((one.deals, one.totals, one.cards) == (0, {}, ()) for one in found.lanes)


def test_it_never_adds_unlike_currencies() -> None:
    """Trap 13: a sum for each, weighted by what was said or by the stage; no amount is no 0."""
    add(amount="100")
    add(amount="100", probability="0")
    add(amount="50USD", probability="50")
    add()
    assert lane("Lead").totals == {
        "EUR": Total(2, 20_000, 1_000), "USD": Total(1, 5_000, 2_500), NO_AMOUNT: Total(1, 0, 0),
    }  # fmt: skip
    assert lane("Lead").deals == 4


def test_it_counts_a_lost_deal_for_nothing() -> None:
    """Trap 6: its weighted sum is 0, whatever was said of it; that of a won one is all of it."""
    won, lost = add(amount="100", probability="10"), add(amount="100", probability="90")
    deals.win([won])
    deals.lose([lost], "price")
    assert lane("Lost").totals == {"EUR": Total(1, 10_000, 0)}
    assert lane("Won").totals == {"EUR": Total(1, 10_000, 10_000)}


def test_it_leaves_out_what_is_in_the_trash_and_what_goes_elsewhere(world: World) -> None:
    """Trap 22: neither counted nor shown."""
    second_pipeline(world)
    gone, here, there = add(), add(), add(stage="Pitch")
    editing.trash_many(DEAL, [gone])
    assert [card.number for one in board.board().lanes for card in one.cards] == [here]
    assert lane("Lead").deals == 1
    partners = board.board("partners")
    assert [(one.name, one.deals) for one in partners.lanes] == [("Proposal", 0), ("Pitch", 1), ("Signed", 0)]
    assert [card.number for one in partners.lanes for card in one.cards] == [there]
    with pytest.raises(NotFound):
        board.board("Nowhere")


def test_it_shows_first_what_has_waited_for_longest() -> None:
    """In an open stage, since it came there the last time; of what is decided the newest."""
    with clock.frozen(FROZEN_AT):
        for _ in range(4):
            add()
    with clock.frozen(FROZEN_AT + timedelta(days=2)):
        deals.move([1], "Proposal")
        deals.move([1], "Lead")
        deals.win([3])
    with clock.frozen(FROZEN_AT + timedelta(days=3)):
        deals.win([4])
    with clock.frozen(FROZEN_AT + timedelta(days=5, hours=1)):
        assert [(card.number, card.days) for card in lane("Lead").cards] == [(2, 5), (1, 3)]
        assert [(card.number, card.days) for card in lane("Won").cards] == [(4, 2), (3, 3)]
        cut = board.board(most=1).lanes[0]
        assert ([card.number for card in cut.cards], cut.deals) == ([2], 2)
        with_last = board.board(most=1, also=[1, 4]).lanes[0]
        assert ([card.number for card in with_last.cards], with_last.deals) == ([2, 1], 2)
        assert [card.number for card in board.board(most=0).lanes[0].cards] == [2, 1]


def test_its_cards_name_the_company() -> None:
    """Where there is one."""
    editing.add(COMPANY, Edit({"name": "Acme", "domains": "acme.com"}), EUR)
    add(company="Acme")
    add()
    assert [card.company for card in lane("Lead").cards] == ["Acme", ""]


def test_a_deal_moves_to_a_lost_stage_with_a_reason() -> None:
    """One that is lost already keeps its own."""
    add()
    add()
    deals.lose([2], "no budget")
    with pytest.raises(ValidationError, match="needs a reason"):
        deals.move([1], "Lost")
    deals.move([1, 2], "Lost", reason="price")
    assert [store.get(DEAL, number)["lost_reason"] for number in (1, 2)] == ["price", "no budget"]
