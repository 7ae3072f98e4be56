"""Global options: understood before and after the noun, kept as one frozen value in the context."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from typer._types import TyperChoice
from typer.core import TyperOption

from smallcrm.config import COLORS, FORMATS, Settings, load
from smallcrm.errors import UsageError
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from typer._click import Context, Parameter

_GIVEN = "smallcrm.globals"
_SETTINGS = "smallcrm.settings"
PREFIX = "global_"


class Globals(NamedTuple):
    """What the user asked for with global options; None and False mean: nothing said."""

    workspace: str | None = None
    db: str | None = None
    format: str | None = None
    as_member: str | None = None
    color: str | None = None
    no_input: bool = False
    yes: bool = False
    dry_run: bool = False
    quiet: bool = False
    debug: bool = False
    no_pager: bool = False


class _Global(NamedTuple):
    """One global option as it is declared."""

    field: str
    names: tuple[str, ...]
    help: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    const: str | None = None

    @property
    def is_flag(self) -> bool:
        """Whether the option takes no value."""
        return self.metavar is None and not self.choices


_DECLARED = (
    _Global("workspace", ("--workspace", "-w"), "The workspace to work in.", "NAME"),
    _Global("db", ("--db",), "The database: sqlite:///PATH, postgresql://… or a path.", "URL"),
    _Global("format", ("--format", "-f"), "How to print data.", choices=FORMATS),
    _Global("format", ("--json",), "Short for --format json.", const="json"),
    _Global("as_member", ("--as-member",), "Act as this member of the workspace.", "EMAIL"),
    _Global("dry_run", ("--dry-run", "-n"), "Show what would change, and change nothing."),
    _Global("yes", ("--yes", "-y"), "Answer yes to every question."),
    _Global("no_input", ("--no-input",), "Never ask; fail where an answer is needed."),
    _Global("quiet", ("--quiet", "-q"), "Print no notes and no progress."),
    _Global("color", ("--color",), "When to use colours.", choices=COLORS),
    _Global("no_pager", ("--no-pager",), "Never show long output in a pager."),
    _Global("debug", ("--debug",), "Show the traceback of an error."),
)


# What completes the value of a global option, by field; filled by whoever answers completions.
completers: dict[str, Callable[[Any, str], Iterable[tuple[str, str]]]] = {}


@cache
def options() -> tuple[TyperOption, ...]:
    """The global options, in the order of the help."""
    return tuple(_option(declared) for declared in _DECLARED)


def _option(declared: _Global) -> TyperOption:
    """One option of the parser; its name cannot meet a parameter of a command."""

    def store(ctx: Context, param: Parameter, value: Any) -> None:
        source = ctx.get_parameter_source(str(param.name))
        refuse_broken(declared.names[0], value)
        if source is not None and source.name == "COMMANDLINE":
            ctx.meta.setdefault(_GIVEN, {})[declared.field] = declared.const or value

    def complete(ctx: Any, _args: list[str], incomplete: str) -> list[tuple[str, str] | str]:
        return list(completers[declared.field](ctx, incomplete)) if declared.field in completers else []

    return TyperOption(
        param_decls=[PREFIX + declared.names[0].lstrip("-").replace("-", "_"), *declared.names],
        type=TyperChoice(declared.choices) if declared.choices else None,
        is_flag=declared.is_flag,
        default=False if declared.is_flag else None,
        metavar="|".join(declared.choices) if declared.choices else declared.metavar,
        expose_value=False,
        callback=store,
        autocompletion=complete if declared.field == "workspace" else None,
        help=declared.help,
    )


def refuse_broken(name: str, value: Any) -> None:
    """UsageError for a text, or one of several, that holds bytes which are not valid in the terminal's encoding."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(text, str) and replace_bad(text.replace("\0", ""))[1] for text in texts):
        raise UsageError(f"{name} is not valid UTF-8.", hint="type it in the terminal's encoding")


def option_field(option: TyperOption) -> str:
    """The field of Globals that a global option fills."""
    return next(d.field for d in _DECLARED if d.names[0] in option.opts)


def globals_of(ctx: Context) -> Globals:
    """The global options given so far, before and after the noun; the last one wins."""
    return Globals(**ctx.meta.get(_GIVEN, {}))


def is_said(ctx: Context, name: str) -> bool:
    """Whether a parameter of the command was given on the command line."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def refuse(ctx: Context, fields: Collection[str]) -> None:
    """UsageError if a global option was given that this command does not take."""
    for declared in _DECLARED:
        if declared.field in fields and declared.field in ctx.meta.get(_GIVEN, {}):
            sentence = f"'{ctx.command_path}' does not take {declared.names[0]}."
            raise UsageError(sentence, hint=f"{ctx.command_path} --help")


def settings_of(ctx: Context) -> Settings:
    """The settings in force for this command: global options before everything else."""
    settings = ctx.meta.get(_SETTINGS)
    if not isinstance(settings, Settings):
        settings = ctx.meta[_SETTINGS] = _overridden(load(), globals_of(ctx))
    return settings


def _overridden(settings: Settings, given: Globals) -> Settings:
    """The settings with what the global options say about them."""
    said: dict[str, str | bool | None] = {
        "--workspace": given.workspace,
        "--format": given.format,
        "--color": given.color,
        "--no-input": given.no_input or None,
        "--debug": given.debug or None,
    }
    for option, value in said.items():
        if value is not None:
            settings = settings.overridden(option, **{option[2:].replace("-", "_"): value})
    if given.db is not None:
        settings = settings.overridden("--db", database_url=given.db)
    return settings
