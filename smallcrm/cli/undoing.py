"""What `smallcrm undo` and `smallcrm redo` say of what they took back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from smallcrm.cli.globals import globals_of
from smallcrm.cli.output import output
from smallcrm.cli.reporting import DRY, MOST_TOLD, print_ids
from smallcrm.errors import Conflict

if TYPE_CHECKING:
    from smallcrm.services.records.undo import Outcome

_WORDS = {
    "update": "changed back", "hide": "taken away", "unhide": "brought back", "trash": "moved to the trash",
    "restore": "restored",
}  # fmt: skip


UNDID, REDID = "Undid", "Redid"
_PLANNED = {UNDID: "Would undo", REDID: "Would redo"}


def report_undo(ctx: typer.Context, outcome: Outcome, verb: str) -> None:
    """Print what was taken back, and what had to be left; exit code 5 where something was."""
    out, dry = output(ctx), globals_of(ctx).dry_run
    changes = [f"{count:,} {_WORDS.get(kind, kind)}" for kind, count in outcome.counts.items()]
    if out.is_json:
        out.document(
            {
                "operation": outcome.operation, "undone": outcome.target, "summary": outcome.summary,
                "counts": outcome.counts, "left": outcome.left, "dry_run": dry,
            }
        )  # fmt: skip
    elif outcome.operation is not None:
        print_ids(out, [outcome.operation])
    for line in outcome.left[:MOST_TOLD]:
        out.warn(f"left as it is: {line}")
    if len(outcome.left) > MOST_TOLD:
        out.warn(f"and {len(outcome.left) - MOST_TOLD:,} more; --json lists them all")
    other = "redo" if verb == UNDID else "undo"
    summary = outcome.summary if verb == UNDID else outcome.summary.partition(": ")[2]
    told = f"{_PLANNED[verb] if dry else verb}: {summary} ({', '.join(changes) or 'nothing'})."
    out.note(told + (DRY if dry else f" Take it back: smallcrm {other}"))
    if outcome.left:
        raise typer.Exit(Conflict.exit_code)
