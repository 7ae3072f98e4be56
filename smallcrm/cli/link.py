"""`smallcrm link`: who works where."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.links import Words, both, report_link
from smallcrm.cli.output import output

app = App()
_EXAMPLES = """\b
Examples:
  smallcrm link contact 42 company acme.com --role CTO --primary
  smallcrm link contact 42 company 7 --ended 2026-01-31"""


@app.command(epilog=_EXAMPLES)
def link(
    ctx: typer.Context,
    words: Words,
    *,
    role: Annotated[str | None, typer.Option(help="What the contact does there.", metavar="TEXT")] = None,
    primary: Annotated[
        bool | None, typer.Option("--primary/--no-primary", help="Whether it is the contact's main company.")
    ] = None,
    ended: Annotated[
        str | None, typer.Option(help="When it ended; an empty text says that it goes on.", metavar="DATE")
    ] = None,
) -> None:
    """Say that a contact works at a company; an existing link is changed."""
    from smallcrm.services import links

    with session(ctx):
        contact, company = both(words, "link")
        place = links.Place(role, primary, ended)
        outcome = links.link(contact, company, place, dry_run=globals_of(ctx).dry_run)
    report_link(output(ctx), outcome, f"Contact {contact} is linked to company {company}.")
