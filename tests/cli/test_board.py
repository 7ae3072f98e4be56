"""`smallcrm deal board`."""

from __future__ import annotations

import pytest

from smallcrm.cli import board as boards
from smallcrm.services.board import Board, Card, Lane
from smallcrm.services.weighing import Total
from smallcrm.text import display_width
from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run

EVIL = "evil \x1b[31m\n\u202e 李李李李李李李李李李李李李李李"


def lanes(count: int, name: str = "Lead") -> Board:
    """A board of stages with long names and large amounts."""
    large = Card(1_000_000, EVIL, {"amount": 10**17, "currency": "EUR"}, 12_345, rotting=True)
    cards = (large, Card(2, "Door", None, 0, rotting=False))
    totals = {"EUR": Total(2, 10**17, 5), "USD": Total(1, 7, 7), "": Total(3, 0, 0)}
    return Board(1, "Sales", tuple(Lane(at, f"{name} {at} {EVIL}", "open", 6, totals, cards) for at in range(count)))


@pytest.mark.parametrize("width", [None, 20, 40, 80, 81, 132, 400])
@pytest.mark.parametrize("count", [1, 6, 9])
def test_it_fits_the_window(width: int | None, count: int) -> None:
    """Stages that have no room beside the others stand below them, and none is left out; nothing stored acts."""
    lines = list(boards.drawn(lanes(count), width))
    assert max(map(display_width, lines)) <= (width or boards.WIDTH)
    text = "\n".join(lines)
    assert [at for at in range(count) if f"Lead {at}" not in text] == []
    assert text.count("6 deals") == count
    assert text.count("… 4 more") == count
    assert not {"\x1b", "\u202e"}.intersection(text)


@pytest.fixture
def workspace() -> None:
    """Deals in two stages and two currencies."""
    a_workspace()
    made("deal", "add", "Roof", "--amount", "1200")
    made("deal", "add", "Door", "--amount", "100USD", "--probability", "50")
    made("deal", "add", "Wall", "--stage", "Proposal")


@pytest.mark.usefixtures("workspace")
def test_it_draws_the_pipeline() -> None:
    """Six stages, three beside each other on a terminal of 80 columns."""
    lines = [line.rstrip() for line in run(["deal", "board", "--no-pager"], tty=True).stdout.splitlines()]
    assert lines[:11] == [
        "Lead                       Qualified                  Proposal",
        "─────────────────────────  ─────────────────────────  ─────────────────────────",
        "2 deals                    0 deals                    1 deal",
        "1200.00 EUR                                           1 without amount",
        "120.00 EUR weighted",
        "100.00 USD                                            3 Wall                 0d",
        "50.00 USD weighted",
        "",
        "1 Roof                 0d",
        "  1200.00 EUR",
        "2 Door                 0d",
    ]
    assert lines[13] == "Negotiation                Won                        Lost"


@pytest.mark.usefixtures("workspace")
def test_it_marks_what_rots() -> None:
    """After its days, and says below what the mark means; nothing is said where nothing rots."""
    shown = ["deal", "board", "--no-pager"]
    assert "!" not in run(shown, tty=True).stdout
    ok("stage", "edit", "Lead", "--set", "rot_days=0")
    lines = [line.rstrip() for line in run(shown, tty=True).stdout.splitlines()]
    assert "1 Roof                0d!" in lines
    assert lines[-2:] == ["", "! left alone for longer than its stage allows"]
    rotting = {row["name"]: row["rotting"] for row in data("deal", "board") if row["row"] == "deal"}
    assert rotting == {"Roof": True, "Door": True, "Wall": False}


@pytest.mark.usefixtures("workspace")
def test_it_gives_rows_of_stages_and_deals_to_programs() -> None:
    """A row for each stage and currency, never a sum over currencies; ids are those of deals."""
    rows = data("deal", "board", "--limit", "1")
    assert [(row["row"], row["stage"], row["deals"], row["id"]) for row in rows][:6] == [
        ("stage", "Lead", 1, None), ("stage", "Lead", 1, None), ("deal", "Lead", None, 1),
        ("stage", "Qualified", 0, None), ("stage", "Proposal", 1, None), ("deal", "Proposal", None, 3),
    ]  # fmt: skip
    assert rows[1]["amount"] == {"amount": 10_000, "currency": "USD"}
    assert rows[1]["weighted"] == {"amount": 5_000, "currency": "USD"}
    cut = ok("deal", "board", "--limit", "1", "-f", "ids")
    assert (cut.stdout, "1 more deal is not shown" in cut.stderr) == ("1\n3\n", True)
    assert ok("deal", "board", "-f", "csv").stdout.startswith("row,pipeline,stage,kind,deals,amount,weighted,id")
    assert run(["deal", "board", "--pipeline", "Nowhere"]).exit_code == 3
    assert run(["deal", "board", "--limit", "-1"]).exit_code == 2
