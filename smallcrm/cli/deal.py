"""`smallcrm deal`: the verbs of every noun, and moving, winning, losing and reopening."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.acting import IDS_HELP, Ids, act
from smallcrm.cli.edge import session
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import noun_app
from smallcrm.errors import UsageError

app: App = noun_app("deal", "deals", "smallcrm.services.deals:DEAL")


@app.command("move", epilog="\b\nExample:\n  smallcrm deal move 42 43 Proposal")
def move(
    ctx: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID…",
            help=IDS_HELP,
            autocompletion=completing.records_and("stage"),
        ),
    ],
    stage: Annotated[
        str,
        typer.Argument(
            metavar="STAGE", help="The stage, by name or number.", autocompletion=completing.records_of("stage")
        ),
    ],
) -> None:
    """Move deals to a stage of their pipeline, or of another."""
    from smallcrm.services import deals

    act(
        ctx,
        deals.DEAL,
        ids,
        lambda numbers, dry_run: deals.move(numbers, stage, dry_run=dry_run),
        "moved to {}",
        "in {}",
    )


@app.command("win", epilog="\b\nExample:\n  smallcrm deal win 42")
def win(ctx: typer.Context, ids: Ids) -> None:
    """Mark deals as won."""
    from smallcrm.services import deals

    act(ctx, deals.DEAL, ids, lambda numbers, dry_run: deals.win(numbers, dry_run=dry_run), "won")


@app.command("lose", epilog="\b\nExample:\n  smallcrm deal lose 42 --reason price")
def lose(
    ctx: typer.Context,
    ids: Ids,
    *,
    reason: Annotated[str, typer.Option(help="Why it was lost.", metavar="TEXT")],
) -> None:
    """Mark deals as lost, and say why."""
    from smallcrm.services import deals

    act(ctx, deals.DEAL, ids, lambda numbers, dry_run: deals.lose(numbers, reason, dry_run=dry_run), "lost")


@app.command("reopen", epilog="\b\nExample:\n  smallcrm deal reopen 42 --stage Negotiation")
def reopen(
    ctx: typer.Context,
    ids: Ids,
    *,
    stage: Annotated[
        str | None,
        typer.Option(
            help="The stage it goes to; without it the open one it was in last, else the first.",
            metavar="STAGE",
            autocompletion=completing.records_of("stage"),
        ),
    ] = None,
) -> None:
    """Open deals again that were won or lost."""
    from smallcrm.services import deals

    act(
        ctx,
        deals.DEAL,
        ids,
        lambda numbers, dry_run: deals.reopen(numbers, stage, dry_run=dry_run),
        "reopened in {}",
        "open",
    )


@app.command("board", epilog="\b\nExample:\n  smallcrm deal board --pipeline Partners")
def board(
    ctx: typer.Context,
    *,
    pipeline: Annotated[
        str | None,
        typer.Option(
            help="The pipeline; without it the first.",
            metavar="PIPELINE",
            autocompletion=completing.records_of("pipeline"),
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="How many deals of a stage at most; 0 is all.", metavar="NUMBER")] = 5,
) -> None:
    """Show a pipeline: its stages in order, what is in each and what it comes to, by currency."""
    from smallcrm.cli import board as boards
    from smallcrm.services.board import board as board_of

    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm deal board --limit 0")
    out = output(ctx)
    with session(ctx):
        found = board_of(pipeline, most=limit)
    if out.format == "table":
        out.lines(boards.drawn(found, out.width()))
    else:
        out.table(boards.flat(found, deals_only=out.format == "ids"))
    hidden = sum(lane.deals - len(lane.cards) for lane in found.lanes)
    if hidden:
        shown = "1 more deal is" if hidden == 1 else f"{hidden:,} more deals are"
        out.note(f"{shown} not shown. All of them: --limit 0")
