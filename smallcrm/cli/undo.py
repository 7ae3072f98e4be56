"""`smallcrm undo`: take an operation back."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import read_ids
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.undoing import UNDID, report_undo

app = App()


@app.command(epilog="\b\nExamples:\n  smallcrm undo\n  smallcrm undo 12 --dry-run")
def undo(
    ctx: typer.Context,
    operation: Annotated[
        str | None,
        typer.Argument(
            metavar="OPERATION",
            help="Which one; the newest of yours if not said.",
            autocompletion=completing.operations,
        ),
    ] = None,
) -> None:
    """Take back your newest operation, or the one of that number; what has been changed since is left."""
    from smallcrm.services.records import undo as undoing

    number = None if operation is None else read_ids([operation])[0]
    with session(ctx):
        outcome = undoing.undo(number, dry_run=globals_of(ctx).dry_run)
    report_undo(ctx, outcome, UNDID)
