"""A noun that exists only for the tests of the edge, the output and the lazy tree."""

from __future__ import annotations

import errno
import sqlite3
from datetime import UTC, date, datetime
from typing import Annotated, NoReturn

import typer

from smallcrm import errors
from smallcrm.cli.asking import confirm, confirm_name, read_ids
from smallcrm.cli.completion import values
from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output

app = App("Try things out.")
inner = App("A noun below a noun.")
app.add("inner", inner)
single = App()

COLUMNS = [
    Column("id", kind="id"),
    Column("name"),
    Column("revenue", kind="money"),
    Column("created_at", "created", kind="instant"),
    Column("tags", kind="list"),
]
ROWS: list[dict[str, object]] = [
    {
        "id": 1,
        "name": "Müller\x1b]0;pwn\x07",
        "revenue": {"amount": 123456, "currency": "EUR"},
        "created_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "tags": ["a", "b"],
    },
    {"id": 2, "name": "=1+1\t\u202ex", "revenue": None, "created_at": None, "tags": []},
]
FAULTS: dict[str, BaseException] = {
    "missing": errors.NotFound("There is no contact 7.", hint="smallcrm contact list"),
    "invalid": errors.ValidationError("The e-mail is not an address.", field="emails"),
    "evil": errors.Conflict("Name \x1b[2J is taken.", details=("line\x9b 1",)),
    "locked": sqlite3.OperationalError("database is locked"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "file": FileNotFoundError(errno.ENOENT, "No such file", "a\x1bb.csv"),
    "denied": PermissionError(errno.EACCES, "Permission denied", "x.csv"),
    "broken": sqlite3.DatabaseError("database disk image is malformed"),
    "boom": RuntimeError("secret \x1b[2J"),
    "stop": KeyboardInterrupt(),
    "pipe": BrokenPipeError(errno.EPIPE, "Broken pipe"),
}


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    rows: int = 2,
    raw: bool = False,
    label: Annotated[list[str] | None, typer.Option("--set")] = None,
) -> None:
    """List what there is."""
    many = [ROWS[n % 2] | {"id": n + 1} for n in range(rows)]
    output(ctx).note(f"{rows} rows, set {label}")
    output(ctx).table(Table(COLUMNS, many), raw=raw)


@app.command("show")
def show(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Show one of them."""
    output(ctx).record(COLUMNS, ROWS[number - 1])


@app.command("count")
def count(ctx: typer.Context) -> None:
    """Count them."""
    output(ctx).value(1234)


@app.command("said", refuses=["dry_run"])
def said(ctx: typer.Context, words: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Print what the options said."""
    settings = settings_of(ctx)
    output(ctx).document({"globals": str(globals_of(ctx)), "words": words or [], "db": settings.database_url})


@app.command("fail")
def fail(kind: Annotated[str, typer.Argument()]) -> NoReturn:
    """Fail in a certain way."""
    raise FAULTS[kind]


@app.command("delete")
def delete(ctx: typer.Context, ids: list[str], name: Annotated[str | None, typer.Option("--confirm")] = None) -> None:
    """Delete by id."""
    found = read_ids(ids)
    confirm(ctx, f"Delete {len(found)}?")
    output(ctx).value(len(found))
    if name is not None:
        confirm_name(ctx, "Really?", "acme", name or None)


@app.command("purge")
def purge(ctx: typer.Context, name: Annotated[str | None, typer.Option("--confirm")] = None) -> None:
    """Purge what cannot be brought back."""
    confirm_name(ctx, "Purge?", "acme", name)
    output(ctx).value(date(2026, 1, 2))


@app.command("pick")
def pick(fruit: Annotated[str, typer.Argument(autocompletion=values("fruit"))]) -> None:
    """Pick a fruit."""


@inner.command("deep")
def deep(ctx: typer.Context) -> None:
    """Go deep."""
    output(ctx).lines(["deep"])


@single.command()
def only(ctx: typer.Context, *, loud: bool = False) -> None:
    """Be the only one."""
    output(ctx).lines(["LOUD" if loud else "quiet"])


def fruits(settings: object, incomplete: str) -> list[str]:
    """Fruits, one of them dangerous."""
    assert settings is not None
    known = ["apple", "apricot tart", "a\x1b[2J", "$(touch x)", "banana", "id,name"]
    return [fruit for fruit in known if fruit.startswith(incomplete)]
