"""`smallcrm redo`: take the newest undo back."""

from __future__ import annotations

import typer

from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.undoing import REDID, report_undo

app = App()


@app.command()
def redo(ctx: typer.Context) -> None:
    """Do again what your newest undo took back."""
    from smallcrm.services.records import undo as undoing

    with session(ctx):
        outcome = undoing.redo(dry_run=globals_of(ctx).dry_run)
    report_undo(ctx, outcome, REDID)
