"""The whole workspace as a ZIP of CSV files: `smallcrm export FILE.zip`, and `smallcrm import` of such a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing, edge
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.reporting import DRY
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.cli.output import Output

app = App(help="Export the whole workspace.")
_EXAMPLES = """\b
Examples:
  smallcrm export everything.zip
  smallcrm export everything.zip --journal
  smallcrm init Elsewhere && smallcrm --workspace elsewhere import everything.zip"""
_ROWS = (Column("file"), Column("rows", kind="int"))


@app.command(epilog=_EXAMPLES, refuses={"dry_run"})
def export_all(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="The ZIP file to write.", metavar="FILE.zip", autocompletion=completing.files)
    ],
    journal: Annotated[
        bool, typer.Option("--journal", help="With all that was ever changed, and what undo has hidden.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Write everything in the workspace into a ZIP of CSV files, which makes the same workspace again elsewhere."""
    from smallcrm.services.archive import exporting
    from smallcrm.services.transfer.private import private_bytes

    out = output(ctx)
    _refuse_other(file)
    with edge.session(ctx), private_bytes(file, force=force) as stream:
        made = exporting.export(
            stream, journal=journal, progress=lambda name, done: out.progress(name, done, unit="rows")
        )
    _show(out, {name: entry.rows for name, entry in made.files.items()})
    out.note(f"Exported to {file}. To make the workspace again from it: smallcrm import FILE.zip, into an empty one.")


def _refuse_other(file: Path) -> None:
    """Raise UsageError for a name by which something else is meant."""
    if file.suffix.lower() != ".zip" and not (file.exists() and not file.is_file()):
        raise UsageError(
            f"The whole workspace is exported as FILE.zip, and not as {file.name}.",
            hint="smallcrm contact export FILE.csv, or any other noun",
        )


def imported(ctx: typer.Context, files: Sequence[Path], options: Sequence[object]) -> bool:
    """Fill the workspace from an archive, if the file to import is one; gives whether it was."""
    from smallcrm.services.archive.manifest import is_archive

    found = next((file for file in files if is_archive(file)), None)
    if found is None:
        return False
    if len(files) > 1 or any(options):
        more = "other files" if len(files) > 1 else "options of other files"
        raise UsageError(f"{found.name} is the archive of a workspace: it is imported alone, without {more}.")
    _restore(ctx, found)
    return True


def _restore(ctx: typer.Context, file: Path) -> None:
    from smallcrm.services.archive.restoring import restore

    out, dry = output(ctx), globals_of(ctx).dry_run
    with edge.session(ctx):
        done = restore(file, dry_run=dry, progress=lambda name, count: out.progress(name, count, unit="rows"))
    _show(out, done.rows)
    if done.added:
        out.note(f"{done.added} is no member there, and was added as an owner.")
    if not done.journal:
        out.note("It came without the journal: what was done before is told, and cannot be undone.")
    out.note(f"The workspace {done.name!r} is as it was on {done.exported_at}." + (DRY if dry else ""))


def _show(out: Output, rows: dict[str, int]) -> None:
    """Show how many rows each file has; outside of JSON those that have any."""
    filled = {name: count for name, count in rows.items() if count or out.is_json}
    out.table(Table(_ROWS, list(filled.items())))
