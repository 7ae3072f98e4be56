"""The way from the command line to the screen, which the program hands in: interfaces do not know each other."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from typer._click import Context

FIRST, EMPTY = "home", "contact"
"""What is shown first, and what instead where there are no records yet."""


def has_screen(ctx: Context) -> bool:
    """Whether there is a screen to work on, and a terminal for it."""
    return ctx.obj is not None and sys.stdin.isatty() and sys.stdout.isatty()


def open_screen(ctx: Context, place: str | None = None) -> None:
    """Open the workspace on the screen, at one of its places; UsageError where there is no terminal."""
    if not has_screen(ctx):
        raise UsageError("The screen needs a terminal.", hint="smallcrm help")
    from smallcrm.services.desk import Desk
    from smallcrm.services.workspaces import open_session

    given, settings = globals_of(ctx), settings_of(ctx)
    desk = Desk(partial(open_session, settings, workspace=settings.workspace, as_member=given.as_member, via="tui"))
    desk.start()
    opened = desk.ask(lambda session: session.workspace)
    start = desk.ask(lambda _session: place or _first())
    # What draws the screen is imported while the database is opened; what is wrong with that is told before.
    run = ctx.obj()
    workspace = opened.answer.result()
    member = () if given.as_member is None else ("--as-member", given.as_member)
    run(desk, workspace, settings.as_environment(workspace=workspace.slug), member, start.answer.result())


def _first() -> str:
    """Where the screen begins."""
    from smallcrm.services.home import has_records

    return FIRST if has_records() else EMPTY
