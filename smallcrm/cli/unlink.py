"""`smallcrm unlink`: who does not work there."""

from __future__ import annotations

import typer

from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.links import Words, both, report_link
from smallcrm.cli.output import output

app = App()


@app.command(epilog="\b\nExample:\n  smallcrm unlink contact 42 company 7")
def unlink(ctx: typer.Context, words: Words) -> None:
    """Take back that a contact works at a company; to say that it ended, use link --ended."""
    from smallcrm.services import links

    with session(ctx):
        contact, company = both(words, "unlink")
        outcome = links.unlink(contact, company, dry_run=globals_of(ctx).dry_run)
    report_link(output(ctx), outcome, f"Contact {contact} is not linked to company {company} any more.")
