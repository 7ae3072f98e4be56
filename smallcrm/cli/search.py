"""`smallcrm search`: records of every kind by the words in them."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli.edge import session
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output

app = App()
LIMIT = 50
_COLUMNS = (Column("record"), Column("name"), Column("matched", kind="list"))
_EXAMPLES = """\b
Examples:
  smallcrm search ann acme
  smallcrm search "ann lee" --noun contact --limit 5
  smallcrm search ann --noun contact --format ids | smallcrm contact show -"""


def _nouns(incomplete: str) -> list[str]:
    """The nouns that can be searched and begin so."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - registers them
    from smallcrm.services.records.schema import searched_nouns

    return [name for name in searched_nouns() if name.startswith(incomplete)]


@app.command(epilog=_EXAMPLES)
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS…", help="What to look for; the beginnings of words are enough.")
    ],
    *,
    noun: Annotated[
        list[str] | None,
        typer.Option(
            "--noun", metavar="NOUN", help="Look among contacts, companies or … only; may be repeated.",
            autocompletion=_nouns,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="How many at most, up to 500.", metavar="NUMBER")] = LIMIT,
) -> None:  # fmt: skip
    """Find records of every kind by the words in them.

    Every word has to be there, or a word that begins so. Case and accents do not count. Records that have the words in
    their name come first, then the newest. What is in the trash is not found, and no comment on it.
    """
    from smallcrm.services import searching

    out = output(ctx)
    with session(ctx):
        results = searching.search(words, only=noun or (), limit=limit)
    rows = [(f"{one.noun}:{one.number}", one.title, one.pieces) for one in results.found]
    out.table(Table(_COLUMNS, rows))
    if results.more:
        out.note(f"The best {len(rows):,}; there are more. Add letters or words, or --limit up to 500.")
    elif not rows:
        told = " ".join(words)
        out.note(f"Nothing is found by '{told}'.")
