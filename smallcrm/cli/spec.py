"""The command tree as data, for programs and for the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperOption

from smallcrm import __version__
from smallcrm.cli import formats
from smallcrm.cli import globals as global_options
from smallcrm.cli.lazy import Command, Group

if TYPE_CHECKING:
    from typer._click import Context, Parameter


def tree(root: Group) -> dict[str, Any]:
    """The whole tree: every command with its summary, parameters and the global options it refuses."""
    ctx = root.context_class(root, info_name="smallcrm", **root.context_settings)
    described = _describe(root, ctx, root.help or "")
    shared = [_parameter(option, ctx) for option in global_options.options()]
    return {"program": "smallcrm", "version": __version__, "global_options": shared, **described}


def document(root: Group) -> str:
    """The tree as JSON."""
    return formats.document(tree(root), indent=2)


def _describe(command: Any, ctx: Context, summary: str) -> dict[str, Any]:
    """One command and everything below it."""
    params = [p for p in command.get_params(ctx) if not str(p.name).startswith(global_options.PREFIX)]
    described: dict[str, Any] = {
        "path": ctx.command_path,
        "summary": summary,
        "help": command.help or summary,
        "usage": command.get_usage(ctx).partition(": ")[2],
        "parameters": [_parameter(p, ctx) for p in params if p.name != "help"],
    }
    if isinstance(command, Group):
        described["commands"] = {
            name: _below(command, name, entry.summary, ctx) for name, entry in command.entries.items()
        }
    elif isinstance(command, Command):
        described["refuses"] = sorted(command.refuses)
    return described


def _below(group: Group, name: str, summary: str, ctx: Context) -> dict[str, Any]:
    """A command below a group."""
    command = group.get_command(ctx, name)
    if command is None:
        return {}
    return _describe(command, command.context_class(command, info_name=name, parent=ctx), summary)


def _parameter(param: Parameter, ctx: Context) -> dict[str, Any]:
    """One argument or option."""
    described: dict[str, Any] = {
        "name": str(param.name).removeprefix(global_options.PREFIX),
        "kind": param.param_type_name,
        "required": param.required,
        "many": param.multiple or param.nargs != 1,
        "help": getattr(param, "help", None) or "",
    }
    if isinstance(param, TyperOption):
        described["names"] = [*param.opts, *param.secondary_opts]
        described["flag"] = param.is_flag
    if not getattr(param, "is_flag", False):
        described["value"] = param.make_metavar(ctx)
    choices = getattr(param.type, "choices", None)
    return described | ({"choices": list(choices)} if choices else {})
