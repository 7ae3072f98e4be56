"""`smallcrm tui`, and `smallcrm` alone on a terminal: the workspace on the screen."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.errors import UsageError

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
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The screen needs a terminal.", hint="smallcrm help")
    from smallcrm.services.workspaces import open_session
    from smallcrm.tui.app import SmallCRM

    given, settings = globals_of(ctx), settings_of(ctx)
    opening = partial(open_session, settings, workspace=settings.workspace, as_member=given.as_member, via="tui")
    SmallCRM(opening, start=_NOUNS[screen]).run()
