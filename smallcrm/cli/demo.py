"""A tour of what the program does, with real commands in the throw-away workspace of a small company."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from smallcrm.cli import streams
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.errors import Interrupted, SmallCRMError

if TYPE_CHECKING:
    from smallcrm.cli.output import Output

app = App(help="Take a tour in a throw-away workspace.")
SAID = 2
"""How many lines of detail are shown of a plan, or of what stays, before the rest is left out."""


class Stop(NamedTuple):
    """A command of the tour, in which {samples} and {folder} are filled in, and a sentence on what it shows.

    `brief`: of what it tells at length, only the beginning is shown.
    """

    sentence: str
    line: str
    brief: bool = False


BEGIN = (
    Stop("A workspace is one command.", "init {name} --currency {currency} --tz {zone} --quiet"),
    Stop(
        "Any export just imports: in any order, no mapping, every row counted, bad rows set aside.",
        "import {samples}/contacts.csv {samples}/companies.csv",
        brief=True,
    ),
)
TOUR = (
    Stop(
        "Six weeks later. Who are the customers of the best tier? The tier is a field of your own.",
        'contact list --filter "lifecycle:customer company.customer_tier:Gold" --columns id,name,title,companies',
    ),
    Stop("The deals, with the days that each has been in its stage: one waits for too long.", "deal board"),
    Stop("A saved view is a filter, an order and columns under a name.", 'deal list --view "Closing soon"'),
    Stop(
        "The tickets: the most urgent first, and last what waits.",
        "ticket queue --columns id,subject,status,priority,requester,first_response",
    ),
    Stop("What is to be done, overdue first.", "activity agenda"),
    Stop("One search through everything.", "search track"),
    Stop(
        "An edit of many at once, with a filter; --dry-run would only show it.",
        'contact edit --filter "city:Bergen" --append tags=nordic --set lifecycle=customer --yes',
    ),
    Stop("One step back takes the whole edit back.", "undo"),
    Stop(
        "A file with columns of its own: they become fields, each of the type that its values have.",
        "import {samples}/guests.csv --unknown custom",
    ),
    Stop("Any operation can go, the import too; what was worked on since stays, and is named.", "undo 1", brief=True),
    Stop("And forward again.", "redo"),
    Stop("Everything leaves as easily as it came.", "deal export {folder}/deals.csv"),
)
NEXT = (
    "Your turn:",
    "  smallcrm init NAME                   a workspace of your own",
    "  smallcrm import FILE…                what you have, as it is",
    "  smallcrm help                        everything else",
)


@app.command(refuses={"dry_run"})
def demo(
    ctx: typer.Context,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the workspace and say where it is.")] = False,
) -> None:
    """Tour the program on sample data; nothing of yours is touched."""
    import tempfile

    out = output(ctx)
    folder = Path(tempfile.mkdtemp(prefix="smallcrm-demo-"))
    try:
        _tour(out, folder)
        out.lines(["", *NEXT])
        if keep:
            out.lines([f"The demo's database is {folder / 'demo.db'}."])
    finally:
        if not keep:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)


def _tour(out: Output, folder: Path) -> None:
    """Begin as the sample company began, let its weeks pass, and look at it."""
    from smallcrm.services import showcase
    from smallcrm.services.workspaces import open_session

    showcase.lay_out(folder / "samples")
    with showcase.days_ago(showcase.BEGUN):
        for stop in BEGIN:
            _show(out, folder, stop)
    with open_session(showcase.settings_in(folder)) as opened:
        showcase.tell(opened)
    for stop in TOUR:
        _show(out, folder, stop)


def _show(out: Output, folder: Path, stop: Stop) -> None:
    """Print a command as a person would type it, and run it; raises SmallCRMError where it fails."""
    from smallcrm.cli.edge import PIPE_CLOSED, main
    from smallcrm.services import showcase

    made = {"name": showcase.NAME, "currency": showcase.CURRENCY, "zone": showcase.ZONE}
    typed = stop.line.format(samples="samples", folder=".", **made)
    out.lines(["", stop.sentence, f"$ smallcrm {typed}"])
    command = shlex.split(stop.line.format(samples=folder / "samples", folder=folder, **made))
    # A file is written in the format that its name says, and the user's own choices hold for their workspaces.
    shape = [] if "export" in command else ["--format", "table"]
    where = ["--db", showcase.settings_in(folder).database_url, "--workspace", showcase.NAME]
    with streams.briefly(SAID) if stop.brief else nullcontext():
        code = main([*command, *where, *shape, "--no-pager"])
    if code in (PIPE_CLOSED, Interrupted.exit_code):
        raise typer.Exit(code)  # whoever watched has gone, which is no failure of the command
    if code not in (0, 5):
        raise SmallCRMError(f"The tour ended early: `smallcrm {typed}` failed with exit code {code}.")
