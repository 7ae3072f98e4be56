"""Do what a plan of an import says, if the files and the data are still the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smallcrm.cli import completing, edge
from smallcrm.cli.globals import globals_of
from smallcrm.cli.import_ import show
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output

app = App(help="Do what a plan says.")
_EXAMPLES = """\b
Examples:
  smallcrm import export.csv --plan-out plan.json
  smallcrm apply plan.json"""


@app.command(epilog=_EXAMPLES)
def apply_plan(
    ctx: typer.Context,
    plan: Annotated[
        Path, typer.Argument(help="What --plan-out has written.", metavar="PLAN", autocompletion=completing.files)
    ],
) -> None:
    """Import what a plan says, if the files and the data are still as they were when it was made."""
    from smallcrm.services.transfer import plans
    from smallcrm.services.transfer.sources import gathered

    found = plans.read(plan)
    with edge.session(ctx), gathered([Path(name) for name in found.files]) as sources:
        from dataclasses import replace

        from smallcrm.services.transfer.importing import run_import

        request = plans.request_of(found, sources.paths, sources.inside)
        request = replace(request, dry_run=globals_of(ctx).dry_run)
        report = run_import(request, output(ctx).progress, found)
        report.left_out[:0] = sources.notes
        show(ctx, report, {path: sources.rejects.get(path) for path in sources.paths})
