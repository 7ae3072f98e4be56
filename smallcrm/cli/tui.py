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

    companies = "companies"
    contacts = "contacts"
    deals = "deals"
    tickets = "tickets"
    activities = "activities"


_NOUNS = {
    Start.companies: "company", Start.contacts: "contact", Start.deals: "deal", Start.tickets: "ticket",
    Start.activities: "activity",
}  # fmt: skip


@app.command(epilog="\b\nExamples:\n  smallcrm tui\n  smallcrm tui deals", refuses={"dry_run", "format"})
def tui(
    ctx: typer.Context,
    screen: Annotated[Start, typer.Argument(help="What to show first.", metavar="SCREEN")] = Start.contacts,
) -> None:
    """Work on the screen: lists, details and timelines, by keys and by mouse; ? shows the keys."""
    open_screen(ctx, _NOUNS[screen])
