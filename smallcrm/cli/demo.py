"""A tour of what the program does, with real commands on bundled sample exports in a throw-away workspace."""

from __future__ import annotations

import tempfile
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.errors import SmallCRMError

app = App(help="Take a tour in a throw-away workspace.")

# Each step: what it shows, and the command line, in which {samples} and {folder} are filled in.
TOUR = (
    ("A workspace is one command.", "init Demo --currency EUR --tz Europe/Berlin"),
    (
        "Any export just imports: contacts before companies, no mapping, every row counted, bad rows set aside.",
        "import {samples}/contacts.csv {samples}/companies.csv",
    ),
    ("The same files again change nothing.", "import {samples}/companies.csv --quiet"),
    ("Lists read well here, and the same data comes as JSON or CSV.", "contact list --sort name --limit 6"),
    ("A record with everything it holds.", "contact show 3"),
    ("An edit, of many at once; a dry run first.", "company edit 1 2 3 --append tags=prospect --dry-run"),
    ("And now for real.", "company edit 1 2 3 --append tags=prospect --set industry=Retail"),
    ("The journal knows who did what.", "log"),
    ("One step back takes the whole edit back.", "undo"),
    ("Another takes back the import, down to the last row …", "undo"),
    ("… so nothing is left …", "contact count"),
    ("… and forward again.", "redo"),
    ("Everything leaves as easily as it came.", "contact export {folder}/contacts.ndjson"),
)


@app.command(refuses={"dry_run"})
def demo(
    ctx: typer.Context,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the workspace and say where it is.")] = False,
) -> None:
    """Tour the program on sample data; nothing of yours is touched."""
    from smallcrm.cli.edge import main

    out = output(ctx)
    folder = Path(tempfile.mkdtemp(prefix="smallcrm-demo-"))
    samples = folder / "samples"
    samples.mkdir()
    for name in ("companies.csv", "contacts.csv"):
        text = resources.files("smallcrm").joinpath("samples", name).read_text(encoding="utf-8")
        (samples / name).write_text(text, encoding="utf-8")
    database = f"sqlite:///{folder / 'demo.db'}"
    for sentence, line in TOUR:
        command = line.format(samples=samples, folder=folder)
        out.lines(["", sentence, f"$ smallcrm {line.format(samples='samples', folder='.')}"])
        # A file is written in the format that its name says.
        shape = [] if " export " in line else ["--format", "table"]
        code = main([*command.split(), "--db", database, *shape, "--no-pager"])
        if code not in (0, 5):
            raise SmallCRMError(f"The tour ended early: `smallcrm {line}` failed with exit code {code}.")
    out.lines(["", "Your turn: smallcrm init NAME, then smallcrm import FILE…"])
    if keep:
        out.lines([f"The demo's database is {folder / 'demo.db'}."])
        return
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
