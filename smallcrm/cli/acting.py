"""One act on several records, such as closing or winning: what is typed, done as one operation, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.output import output
from smallcrm.cli.reporting import plan, report
from smallcrm.cli.typed import read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.schema import Noun

IDS_HELP = "Numbers or whole names; - reads them from stdin."
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help=IDS_HELP, autocompletion=completing.records)]


def act(
    ctx: typer.Context,
    noun: Noun,
    ids: list[str],
    change: Callable[[Sequence[int], bool], Outcome],
    done: str,
    already: str | None = None,
) -> None:
    """Do it to every record as one operation, or plan it, and say how it went.

    `done` is what became of the records and `already` what the others were before, where that is another word; {} in
    both is where they went.
    """
    from smallcrm.services.records import changes, lookup

    words, dry_run = read_words(ids), globals_of(ctx).dry_run
    with session(ctx):
        outcome = change(lookup.numbers(noun, words), dry_run)
        place = " or ".join(outcome.to)
        done, already = done.replace("{}", place), (already or done).replace("{}", place)
        if dry_run:
            plan(output(ctx), done, changes.plan_moved(noun, outcome.changed))
    report(output(ctx), noun, outcome, done, already)
