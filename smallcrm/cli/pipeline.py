"""`smallcrm pipeline`: the ways that deals go."""

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

app: App = noun_app("pipeline", "pipelines", "smallcrm.services.pipelines:PIPELINE", SETTINGS_VERBS)


@app.command("delete", epilog="\b\nExample:\n  smallcrm pipeline delete Partners --move-to Lead")
def delete(
    ctx: typer.Context,
    ids: Ids,
    *,
    move_to: Annotated[
        str | None,
        typer.Option(
            help="The stage of another pipeline where the deals in it go.",
            metavar="STAGE",
            autocompletion=completing.records_of("stage"),
        ),
    ] = None,
) -> None:
    """Move pipelines to the trash with their stages, and the deals in them to another stage."""
    from smallcrm.services import clearing
    from smallcrm.services.pipelines import PIPELINE
    from smallcrm.services.records import lookup

    words = read_words(ids)
    with session(ctx):
        numbers = lookup.numbers(PIPELINE, words)
        outcome = clearing.delete_pipelines(numbers, move_to, dry_run=globals_of(ctx).dry_run)
    report(output(ctx), PIPELINE, outcome, "moved to the trash")


@app.command("restore", epilog="\b\nExample:\n  smallcrm pipeline list --trashed\n  smallcrm pipeline restore 2")
def restore(ctx: typer.Context, ids: Ids) -> None:
    """Take pipelines out of the trash, with the stages that went there together with them."""
    from smallcrm.services import clearing
    from smallcrm.services.pipelines import PIPELINE
    from smallcrm.services.records import lookup

    words = read_words(ids)
    with session(ctx):
        outcome = clearing.restore_pipelines(lookup.trashed_numbers(PIPELINE, words), dry_run=globals_of(ctx).dry_run)
    report(output(ctx), PIPELINE, outcome, "restored")
