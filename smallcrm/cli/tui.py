"""`smallcrm tui`, and `smallcrm` alone on a terminal: the workspace on the screen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smallcrm.cli.lazy import App
from smallcrm.cli.screen import open_screen

app = App()


class Start(StrEnum):
    """What is shown first."""

    home = "home"
    companies = "companies"
    contacts = "contacts"
    deals = "deals"
    tickets = "tickets"
    activities = "activities"
    board = "board"


_PLACES = {
    Start.companies: "company", Start.contacts: "contact", Start.deals: "deal", Start.tickets: "ticket",
    Start.activities: "activity", Start.home: "home", Start.board: "board",
}  # fmt: skip


@app.command(epilog="\b\nExamples:\n  smallcrm tui\n  smallcrm tui deals", refuses={"dry_run", "format"})
def tui(
    ctx: typer.Context,
    screen: Annotated[
        Start | None, typer.Argument(help="What to show first; else home, if there are records.", metavar="SCREEN")
    ] = None,
) -> None:
    """Work on the screen: what is due, lists, boards and details, by keys and by mouse; ? shows the keys."""
    open_screen(ctx, None if screen is None else _PLACES[screen])
