"""`smallcrm stage`: the stages of pipelines."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.acting import Ids
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import SETTINGS_VERBS, noun_app
from smallcrm.cli.reporting import report
from smallcrm.cli.typed import read_words

app: App = noun_app("stage", "stages", "smallcrm.services.pipelines:STAGE", SETTINGS_VERBS)


@app.command("delete", epilog="\b\nExample:\n  smallcrm stage delete Qualified --move-to Lead")
def delete(
    ctx: typer.Context,
    ids: Ids,
    *,
    move_to: Annotated[
        str | None,
        typer.Option(help="Where the deals in it go.", metavar="STAGE", autocompletion=completing.records_of("stage")),
    ] = None,
) -> None:
    """Move stages to the trash, and the deals in them to another stage."""
    from smallcrm.services import clearing
    from smallcrm.services.pipelines import STAGE
    from smallcrm.services.records import lookup

    words = read_words(ids)
    with session(ctx):
        numbers = lookup.numbers(STAGE, words)
        outcome = clearing.delete_stages(numbers, move_to, dry_run=globals_of(ctx).dry_run)
    report(output(ctx), STAGE, outcome, "moved to the trash")
