"""`smallcrm comment`: what members say about records."""

from __future__ import annotations

from typing import Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.comment_view import KEYS
from smallcrm.cli.commenting import From, Public, Text, change, say
from smallcrm.cli.edge import session
from smallcrm.cli.globals import is_said
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.records import noun_app
from smallcrm.errors import UsageError

_VERBS = ("show", "delete", "restore", "history")
app: App = noun_app("comment", "comments", "smallcrm.services.comments:COMMENT", _VERBS)
LIMIT = 500
_COLUMNS = (
    Column("id", kind="id"), Column("record"), Column("created_at", "Created", kind="instant"), Column("author"),
    Column("contact"), Column("public", kind="bool"), Column("edited_at", "Edited", kind="instant"),
    Column("body", "Text"), Column("mentions", kind="list"),
)  # fmt: skip


@app.command("list", epilog="\b\nExamples:\n  smallcrm comment list ticket:42\n  smallcrm comment list --limit 20")
def list_(
    ctx: typer.Context,
    record: Annotated[
        str | None, typer.Argument(metavar="RECORD", help="What they are about, such as ticket:42; else everything.")
    ] = None,
    *,
    limit: Annotated[int, typer.Option(help="How many at most; 0 is all.", metavar="NUMBER")] = LIMIT,
) -> None:
    """List comments, the newest first."""
    from smallcrm.services import comments
    from smallcrm.services.records import lookup
    from smallcrm.services.records.presenting import present

    if limit < 0:
        raise UsageError("--limit cannot be less than 0.", hint="smallcrm comment list --limit 0")
    out = output(ctx)
    with session(ctx):
        ref = None if record is None else lookup.find_any(record)
        found = comments.listed(ref, limit + 1 if limit else 0)
        shown = found[:limit] if limit else found
        presented = list(present(comments.COMMENT, shown, [*KEYS, "excerpt"]))
    out.table(Table(_COLUMNS, [_row(one, out.format) for one in presented]))
    if len(found) > len(shown):
        out.cut(f"The newest {limit:,}. All of them: --limit 0", asked=is_said(ctx, "limit"))
    elif not shown and out.format == "table":
        out.note("No comments. Try: smallcrm comment add ticket:42 TEXT")


def _row(one: dict[str, object], kind: str) -> list[object]:
    """A comment as the format in force shows it: in a table how it begins."""
    from datetime import datetime

    if kind in ("json", "ndjson"):
        return [one[key] for key in KEYS]
    about, author, contact = (_part(one[key]) for key in ("record", "author", "contact"))
    created, edited = (None if one[key] is None else datetime.fromisoformat(str(one[key])) for key in _INSTANTS)
    text = one["excerpt"] if kind == "table" else one["body"]
    listed = one["mentions"] if isinstance(one["mentions"], list) else []
    mentioned = list(dict.fromkeys(member["name"] for member in listed))
    record = f"{about['object']}:{about['id']}"
    return [one["id"], record, created, author["name"], contact.get("name"), one["public"], edited, text, mentioned]


_INSTANTS = ("created_at", "edited_at")


def _part(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


@app.command("add", epilog='\b\nExample:\n  smallcrm comment add deal:42 "They want it by May."')
def add(
    ctx: typer.Context,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="What it is about, such as ticket:42.")],
    text: Text = None,
    *,
    public: Public = False,
    contact: From = None,
) -> None:
    """Comment on a record; prints the number of the comment."""
    say(ctx, record, text, public=public, contact=contact)


@app.command("edit", epilog='\b\nExample:\n  smallcrm comment edit 7 "They want it by June."')
def edit(
    ctx: typer.Context,
    comment: Annotated[str, typer.Argument(metavar="ID", help="Which one.", autocompletion=completing.records)],
    text: Text = None,
) -> None:
    """Change the text of your own comment; `comment history` keeps what it was."""
    change(ctx, comment, text)
