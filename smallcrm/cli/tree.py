"""The root of the command tree: which commands there are, and where each one lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperOption

from smallcrm import __version__
from smallcrm.cli.lazy import CONTEXT, Group, Table, entries

if TYPE_CHECKING:
    from typer._click import Context, Parameter

COMMANDS: Table = {
    "init": ("smallcrm.cli.init:app", "Create a workspace, and the database if there is none."),
    "demo": ("smallcrm.cli.demo:app", "Tour the program on sample data."),
    "import": ("smallcrm.cli.import_:app", "Import records of every kind from any export."),
    "export": ("smallcrm.cli.archive:app", "Export the whole workspace as a ZIP of CSV files."),
    "apply": ("smallcrm.cli.apply:app", "Do what a plan of an import says."),
    "mapping": ("smallcrm.cli.mapping:app", "What you said of files of one shape, kept for the next import."),
    "company": ("smallcrm.cli.company:app", "List, show, add and change companies."),
    "contact": ("smallcrm.cli.contact:app", "List, show, add and change contacts."),
    "deal": ("smallcrm.cli.deal:app", "List, add and change deals; move, win, lose and reopen them; the board."),
    "activity": (
        "smallcrm.cli.activity:app",
        "Log and plan calls, meetings, e-mails, tasks and notes; see the agenda.",
    ),
    "ticket": ("smallcrm.cli.ticket:app", "List, add and change tickets; assign, close and reopen them; the queue."),
    "comment": ("smallcrm.cli.comment:app", "Comment on records; change, list and delete comments."),
    "pipeline": ("smallcrm.cli.pipeline:app", "List, show, add and change pipelines."),
    "stage": ("smallcrm.cli.stage:app", "List, show, add and change the stages of pipelines."),
    "view": ("smallcrm.cli.view:app", "List, show, add and change saved views of lists."),
    "link": ("smallcrm.cli.link:app", "Say that a contact works at a company."),
    "unlink": ("smallcrm.cli.unlink:app", "Take back that a contact works at a company."),
    "field": ("smallcrm.cli.field:app", "Add fields of your own, and change, archive and delete them."),
    "tag": ("smallcrm.cli.tag:app", "List, rename and delete tags; two of one name become one."),
    "search": ("smallcrm.cli.search:app", "Find records of every kind by the words in them."),
    "log": ("smallcrm.cli.log:app", "Show who did what and when."),
    "undo": ("smallcrm.cli.undo:app", "Take an operation back."),
    "redo": ("smallcrm.cli.redo:app", "Do again what undo took back."),
    "trash": ("smallcrm.cli.trash:app", "See what is in the trash, and empty it."),
    "workspace": ("smallcrm.cli.workspace:app", "List, choose, rename and delete workspaces."),
    "db": ("smallcrm.cli.db:app", "Look after the database: status, migrate, backup, move."),
    "doctor": ("smallcrm.cli.doctor:app", "Check the program, its files and its database."),
    "config": ("smallcrm.cli.config:app", "Show or check the settings."),
    "tui": ("smallcrm.cli.tui:app", "Work on the screen."),
    "help": ("smallcrm.cli.help:app", "Explain a topic: formats, exit codes, environment and more."),
}
SUMMARY = "A CRM that lives in the terminal."


class Root(Group):
    """The program's own name; alone on a terminal it opens the screen."""

    def alone(self, ctx: Context) -> None:
        """Open the workspace on the screen; print the help where there is no terminal, or nothing to open yet."""
        from smallcrm.errors import NotFound

        try:
            from smallcrm.cli.screen import has_screen, open_screen

            if has_screen(ctx):
                open_screen(ctx)
                return
        except NotFound as error:
            from smallcrm.cli.output import output

            super().alone(ctx)
            output(ctx).note(f"{error.sentence} {error.hint or ''}".rstrip())
            return
        super().alone(ctx)


def root(table: Table = COMMANDS) -> Group:
    """The command `smallcrm`, with nothing below it imported."""
    own = [
        _eager("--version", "Print the version.", _print_version),
        _eager("--spec", "Print the tree of commands as JSON.", _print_spec),
    ]
    return Root("smallcrm", entries(table), help=SUMMARY, params=own, context_settings=CONTEXT)


def _eager(name: str, text: str, callback: Any) -> TyperOption:
    """A flag of the root that does its work and ends the program."""
    return TyperOption(
        param_decls=[name],
        is_flag=True,
        default=False,
        is_eager=True,
        expose_value=False,
        callback=callback,
        help=text,
    )


def _print_version(ctx: Context, param: Parameter, value: bool) -> None:  # noqa: ARG001
    """Print the version if it was asked for."""
    if value and not ctx.resilient_parsing:
        from smallcrm.cli.output import print_text

        print_text(f"smallcrm {__version__}")
        ctx.exit()


def _print_spec(ctx: Context, param: Parameter, value: bool) -> None:  # noqa: ARG001
    """Print the tree of commands if it was asked for."""
    if value and not ctx.resilient_parsing:
        from smallcrm.cli.output import print_text
        from smallcrm.cli.spec import document

        print_text(document(root()))
        ctx.exit()
