"""`NOUN comment`: saying something about one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.composing import composed
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import Source, single
from smallcrm.cli.reporting import DRY, report, report_added

if TYPE_CHECKING:
    from smallcrm.services.comments import Said

TEXT_HELP = "In Markdown, with @name to mention somebody; - reads it from stdin. Without it your editor opens."
_Id = Annotated[str, typer.Argument(metavar="ID", help="Which one.", autocompletion=completing.records)]
Text = Annotated[str | None, typer.Argument(metavar="TEXT", help=TEXT_HELP)]
Public = Annotated[bool, typer.Option("--public", help="Let the customer read it: only on a ticket.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="CONTACT", help="Whose words they are, if the customer's: only on a ticket.",
        autocompletion=completing.records_of("contact"),
    ),
]  # fmt: skip


def comment_command(source: Source) -> App:
    """The command that comments on a record; only on a ticket in public."""

    def comment(ctx: typer.Context, record: _Id, text: Text = None) -> None:
        say(ctx, f"{source.name}:{record}", text)

    def comment_ticket(
        ctx: typer.Context, record: _Id, text: Text = None, *, public: Public = False, contact: From = None
    ) -> None:
        say(ctx, f"{source.name}:{record}", text, public=public, contact=contact)

    examples = '  smallcrm {name} comment 42 "Called, @mara will call back."\n  smallcrm {name} comment 42 - < note.md'
    if source.name == "ticket":
        examples += '\n  smallcrm {name} comment 42 "It is mended." --public'
        return single(source, comment_ticket, "Comment on {one}.", examples)
    return single(source, comment, "Comment on {one}.", examples)


def say(ctx: typer.Context, record: str, text: str | None, *, public: bool = False, contact: str | None = None) -> None:
    """Comment on a record, named as noun:ID, and print the number of the comment."""
    from smallcrm.services import comments
    from smallcrm.services.records import lookup

    out = output(ctx)
    with session(ctx):
        ref = lookup.find_any(record)
    body = composed(ctx, text)  # no database is held open while somebody thinks
    with session(ctx):
        said = comments.add(ref, body, public=public, contact=contact, dry_run=globals_of(ctx).dry_run)
    if said.outcome.dry_run:
        out.note(DRY.strip())
    else:
        report_added(out, comments.COMMENT, said.outcome)
    tell_mentioned(ctx, said)


def change(ctx: typer.Context, word: str, text: str | None) -> None:
    """Change the text of a comment."""
    from smallcrm.services import comments
    from smallcrm.services.records import lookup, store

    with session(ctx):
        number = lookup.numbers(comments.COMMENT, [word])[0]
        before = store.get(comments.COMMENT, number)["body"]
    body = composed(ctx, text, before)
    with session(ctx):
        said = comments.edit(number, body, dry_run=globals_of(ctx).dry_run)
    report(output(ctx), comments.COMMENT, said.outcome, "changed")
    tell_mentioned(ctx, said)


def tell_mentioned(ctx: typer.Context, said: Said) -> None:
    """Say whom a comment newly mentions, and warn of mentions that nobody is meant by."""
    out = output(ctx)
    if said.mentioned:
        out.note(f"Mentions {', '.join(said.mentioned)}.")
    for written, near in said.nobody:
        out.warn(f"@{written} mentions nobody: there is no such member.{near}")
