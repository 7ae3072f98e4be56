"""`smallcrm workspace`: several worlds in one database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.asking import confirm_name
from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.cli.reporting import DRY, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.workspaces import Session

app = App("List, choose, rename and delete workspaces.")
_COLUMNS = (
    Column("workspace"), Column("name"), Column("currency"), Column("zone"), Column("current", kind="bool"),
)  # fmt: skip
_Which = Annotated[
    str, typer.Argument(metavar="WORKSPACE", help="Its short name.", autocompletion=completing.workspaces)
]


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the workspaces of the database, and which one is in force."""
    from smallcrm.services import workspaces

    settings = settings_of(ctx)
    found = workspaces.list_workspaces(settings)
    current = workspaces.current(settings, found)
    rows = [(one.slug, one.name, one.currency, one.zone, one == current) for one in found]
    output(ctx).table(Table(_COLUMNS, rows))
    if not found:
        output(ctx).note("There is no workspace yet. Try: smallcrm init NAME")


@app.command("use")
def use(ctx: typer.Context, workspace: _Which) -> None:
    """Work in a workspace from now on; --workspace and SMALLCRM_WORKSPACE still beat it."""
    from smallcrm.services import workspaces

    dry = globals_of(ctx).dry_run
    found = workspaces.use_workspace(settings_of(ctx), workspace, dry_run=dry)
    out = output(ctx)
    out.record(_COLUMNS[:1], (found.slug,)) if out.is_json else out.value(found.slug)
    out.note(DRY.strip() if dry else f"Commands work in '{found.slug}' from now on.")


@app.command("rename")
def rename(
    ctx: typer.Context,
    workspace: _Which,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.")],
) -> None:
    """Give a workspace another name; its short name stays."""
    from smallcrm.services import workspaces

    dry, out = globals_of(ctx).dry_run, output(ctx)
    with _opened(ctx, workspace) as session:
        found = workspaces.rename_workspace(session, name, dry_run=dry)
    out.record(_COLUMNS[:2], (found.slug, found.name)) if out.is_json else out.value(found.slug)
    out.note(f"The workspace '{found.slug}' is called {found.name}.{DRY if dry else ''}")


@app.command("delete")
def delete(
    ctx: typer.Context,
    workspace: _Which,
    *,
    name: Annotated[
        str | None, typer.Option("--confirm", metavar="WORKSPACE", help="Its short name again, to confirm.")
    ] = None,
) -> None:
    """Delete a workspace with everything in it, for good."""
    from smallcrm.services import workspaces

    dry, out = globals_of(ctx).dry_run, output(ctx)
    with _opened(ctx, workspace) as session:
        counts = workspaces.contents()
        told = counted(counts) or "nothing yet"
        slug = session.workspace.slug
        confirm_name(ctx, f"Delete the workspace '{slug}' ({told}) for good?", slug, name)
        removed = workspaces.delete_workspace(session, dry_run=dry)
    if out.is_json:
        out.document({"workspace": slug, "removed": removed, "dry_run": dry})
    else:
        out.value(slug)
    out.note(f"Deleted the workspace '{slug}' ({told}).{DRY if dry else ''}")


@contextmanager
def _opened(ctx: typer.Context, workspace: str) -> Iterator[Session]:
    """The workspace that the command names, whichever is in force."""
    from smallcrm.services.workspaces import open_session

    with open_session(settings_of(ctx), workspace=workspace, as_member=globals_of(ctx).as_member) as session:
        yield session
