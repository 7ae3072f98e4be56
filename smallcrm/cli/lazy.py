"""Commands that are imported and built only when they are called.

A noun's module holds an `App`: `@app.command("list")` for each verb, with Typer's annotations. A module of a
single command uses `@app.command()` once. Help, completion and suggestions above a command read its one-line
summary from the table, and import nothing.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info
from typer.models import CommandInfo

from smallcrm.cli import globals as global_options
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from typer._click import Context, HelpFormatter, Parameter
    from typer._click.core import Command as AnyCommand

    Base = TyperCommand
else:
    Base = object

F = TypeVar("F", bound="Callable[..., Any]")
Table = dict[str, tuple[str, str]]
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _WithGlobals(Base):
    """What every command and group has: the global options, and a section of the help for them."""

    refuses: frozenset[str] = frozenset()

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The command's own parameters, and the global options it does not redefine."""
        own = super().get_params(ctx)
        taken = {name for param in own for name in param.opts}
        return [*own, *(o for o in global_options.options() if not taken.intersection(o.opts))]

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write commands, arguments, options and global options in sections."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Global options": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None and (title := self._section(param)):
                sections[title].append(record)
        self.format_verbs(formatter)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_verbs(self, formatter: HelpFormatter) -> None:
        """Write the list of commands, where there is one."""

    def _section(self, param: Parameter) -> str | None:
        """The section of the help that a parameter belongs to; None if it is not shown."""
        if not isinstance(param, TyperOption):
            return "Arguments"
        if not str(param.name).startswith(global_options.PREFIX):
            return "Options"
        return None if global_options.option_field(param) in self.refuses else "Global options"


class Command(_WithGlobals, TyperCommand):
    """A verb."""

    def invoke(self, ctx: Context) -> Any:
        """Run the verb, unless a global option was given that it does not take."""
        global_options.refuse(ctx, self.refuses)
        for param in self.get_params(ctx):
            # The name of a file may be any bytes.
            if param.type.name != "path":
                global_options.refuse_broken(param.human_readable_name, ctx.params.get(str(param.name)))
        return super().invoke(ctx)


class Entry(NamedTuple):
    """A command that may not have been built yet: its summary, and how to get it."""

    summary: str
    build: Callable[[str], AnyCommand]


class Group(_WithGlobals, TyperGroup):
    """A noun, or the root: a table of entries, built one by one when they are asked for."""

    def __init__(self, name: str, entries: Mapping[str, Entry], **attrs: Any) -> None:
        TyperGroup.__init__(self, name=name, rich_markup_mode=None, invoke_without_command=True, **attrs)
        self.entries = entries

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - as the base class declares it
        """The names in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> AnyCommand | None:  # noqa: ARG002
        """The command of that name, imported and built now; None if there is none."""
        if cmd_name not in self.commands and cmd_name in self.entries:
            self.commands[cmd_name] = self.entries[cmd_name].build(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, AnyCommand | None, list[str]]:
        """The command that the first word names; UsageError with the nearest one if there is none."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            near = get_close_matches(name, self.entries, n=1)
            question = f" Did you mean '{near[0]}'?" if near else ""
            raise UsageError(f"No such command '{name}'.{question}", hint=f"{ctx.command_path} --help")
        return (name if command else None), command, args[1:]

    def invoke(self, ctx: Context) -> Any:
        """Run the command that was named."""
        result = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            self.alone(ctx)
        return result

    def alone(self, ctx: Context) -> None:
        """Do what is meant by the name of the group alone: print the help."""
        from smallcrm.cli.output import print_text

        print_text(ctx.get_help())

    def format_verbs(self, formatter: HelpFormatter) -> None:
        """Write the names with their summaries; imports nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """The names and options that begin so; imports nothing."""
        names = [(name, entry) for name, entry in self.entries.items() if name.startswith(incomplete)]
        found = [CompletionItem(name, help=entry.summary) for name, entry in names]
        return found + super(TyperGroup, self).shell_complete(ctx, incomplete)


class App:
    """The commands of one module, registered by decorators and built when they are called."""

    def __init__(self, help: str = "", epilog: str | None = None) -> None:  # noqa: A002 - as Typer calls it
        self.help = help
        self.epilog = epilog
        self.verbs: dict[str, Entry] = {}
        self.only: Entry | None = None

    def command(
        self, name: str | None = None, *, refuses: Collection[str] = (), epilog: str | None = None
    ) -> Callable[[F], F]:
        """Register a function as a verb, or without a name as the one command that the module is.

        Its docstring is its help. `refuses` names fields of Globals whose option is an error here.
        """

        def register(function: F) -> F:
            text = cleandoc(function.__doc__ or "")
            entry = Entry(text.partition("\n")[0], _builder(function, text, frozenset(refuses), epilog))
            if name is None:
                self.only = entry
            else:
                self.verbs[name] = entry
            return function

        return register

    def add(self, name: str, app: App) -> None:
        """Nest another app below this one."""
        self.verbs[name] = Entry(app.help, app.build)

    def build(self, name: str, summary: str = "") -> AnyCommand:
        """The command or group itself."""
        if self.only is not None:
            return self.only.build(name)
        return Group(name, self.verbs, help=self.help or summary, epilog=self.epilog)


def _builder(
    function: Callable[..., Any], text: str, refuses: frozenset[str], epilog: str | None
) -> Callable[[str], AnyCommand]:
    """What turns a function into a command when the command is called."""

    def build(name: str) -> AnyCommand:
        info = CommandInfo(name=name, cls=Command, callback=function, help=text, epilog=epilog)
        command = get_command_from_info(info, pretty_exceptions_short=True, rich_markup_mode=None)
        if isinstance(command, Command):
            command.refuses = refuses
        return command

    return build


def entries(table: Table) -> dict[str, Entry]:
    """The entries of a table of name -> ("module:attribute", summary)."""
    return {name: Entry(summary, _importer(target, summary)) for name, (target, summary) in table.items()}


def _importer(target: str, summary: str) -> Callable[[str], AnyCommand]:
    """What imports the App of a table's row when the command is called."""

    def build(name: str) -> AnyCommand:
        module, _, attribute = target.partition(":")
        app: App = getattr(import_module(module), attribute)
        return app.build(name, summary)

    return build
