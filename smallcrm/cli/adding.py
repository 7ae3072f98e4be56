"""`NOUN add`: its options are the fields of the noun."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smallcrm.cli import completing
from smallcrm.cli.edge import session
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import Source, single
from smallcrm.cli.reporting import DRY, plan, report_added
from smallcrm.cli.typed import Pairs, edit_of, pairs, settings_of
from smallcrm.errors import UsageError
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.words import singular, whole_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.editing import Edit
    from smallcrm.services.records.schema import Field, Noun

_METAVARS = {
    Kind.INTEGER: "NUMBER", Kind.MONEY: "AMOUNT", Kind.DATE: "DATE", Kind.MEMBER: "MEMBER",
    Kind.MEMBERS: "MEMBER",
    Kind.PERCENT: "PERCENT", Kind.DECIMAL: "NUMBER", Kind.INSTANT: "TIME",
    Kind.DUE: "WHEN", Kind.REMINDERS: "SPAN",
    Kind.URL: "URL", Kind.EMAILS: "ADDRESS", Kind.EXTERNAL_IDS: "SOURCE:KEY",
}  # fmt: skip
_COMPLETERS: dict[Kind, Callable[[typer.Context, str], list[tuple[str, str]]]] = {
    Kind.TAGS: completing.tags,
    Kind.MEMBER: completing.members,
    Kind.MEMBERS: completing.members,
}
_EXAMPLES = {
    "company": """
  smallcrm company add "Acme, Inc." --domain acme.com --industry Media --tag customer
  smallcrm company add Globex --revenue 1200000EUR --set parent=acme.com
""",
    "contact": """
  smallcrm contact add "Ann Smith" --email ann@acme.com --company acme.com --tag vip
  smallcrm contact add --email work:bob@example.org --phone "+49 30 1234567"
""",
    "deal": """
  smallcrm deal add "Website" --amount 5000 --company acme.com --contact buyer:ann@acme.com
  smallcrm deal add "Renewal" --stage Proposal --probability 80 --expected-close 2026-12-31
""",
    "activity": """
  smallcrm activity add "Called Ann" --kind call --with contact:3 --with deal:7
  smallcrm activity add "Send the offer" --due "fri 14:00" --reminder 30m --owner me
  smallcrm activity add "Visit" --kind meeting --due 2026-12-01 --place Oslo --duration 90
""",
    "ticket": """
  smallcrm ticket add "The printer is on fire" --requester ann@acme.com --priority urgent
  smallcrm ticket add "How do I export?" --type question --assignee me --watcher adam@acme.com
""",
    "pipeline": """
  smallcrm pipeline add Partners
""",
    "stage": """
  smallcrm stage add Pitch --pipeline Partners --probability 30
  smallcrm stage add Signed --pipeline Partners --kind won
""",
    "view": """
  smallcrm view add Hot --noun deal --filter 'is:open amount>5000 due<eow' --sort -amount,name --team
  smallcrm view add "My people" --noun contact --filter owner:me --columns name,email,company.name
""",
}


def add_command(source: Source) -> App:
    """The command that adds a record, with an option for each field."""
    noun = source.noun()

    def add(ctx: typer.Context, name: str | None = None, **given: Any) -> None:
        from smallcrm.services.records import changes, editing

        out = output(ctx)
        with session(ctx) as opened:
            edit = _edit(noun, name, given)
            locale, dry_run = opened.locale, globals_of(ctx).dry_run
            outcome = editing.add(noun, edit, locale, dry_run=dry_run)
            if dry_run:
                plan(out, "create", [changes.plan_add(noun, edit, locale)])
                out.note(DRY.strip())
            else:
                report_added(out, noun, outcome)

    options = [field for field in noun.builtin if field.writable and field.key != noun.title]
    _sign(add, [_NAME, *map(_option, options), _SET])
    return single(source, add, "Add {one}; prints its number.", _EXAMPLES.get(noun.name, ""))


def _edit(noun: Noun, name: str | None, given: dict[str, Any]) -> Edit:
    """What to write: the options over the parts of the name."""
    typed: Pairs = pairs(given.pop("set_values", None), "--set")
    for key, value in given.items():
        texts = ["yes"] if value is True else value or []
        typed.extend((key, text) for text in texts)
    if name is not None:
        said = settings_of(noun, typed)[0]
        if noun.by_key[noun.title].derived:
            typed.extend((key, part) for key, part in whole_name(noun, name).items() if part and key not in said)
        else:
            typed.append((noun.title, name))
    if not typed:
        raise UsageError("Say what to add: a name, or an option.", hint=f"smallcrm {noun.name} add --help")
    return edit_of(noun, typed)


_NAME = Parameter(
    "name",
    Parameter.POSITIONAL_OR_KEYWORD,
    default=None,
    annotation=Annotated[str | None, typer.Argument(metavar="NAME", help="The whole name.")],
)
_SET = Parameter(
    "set_values",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Any field by its key.",
            autocompletion=completing.settings_of_fields,
        ),
    ],
)


def _option(field: Field) -> Parameter:
    """The option of a field; it may be given again, for lists to add to it and else to be told so."""
    names = ["--" + word.replace("_", "-") for word in (singular(field), *field.aliases)]
    if field.kind is Kind.BOOLEAN:
        annotation: Any = Annotated[bool, typer.Option(*names, help=_help(field))]
        return Parameter(field.key, Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
    completer = _COMPLETERS.get(field.kind) or (_choices(field) if field.choices else None)
    metavar = _METAVARS.get(field.kind, "TEXT")
    if field.refers:
        completer = completing.records_of(field.target) if field.target else None
        metavar = field.target.upper() or "NOUN:ID"
    info = typer.Option(*names, help=_help(field), metavar=metavar, autocompletion=completer)
    return Parameter(field.key, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[list[str] | None, info])


def _choices(field: Field) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:  # noqa: ARG001
        return [(choice, "") for choice in field.choices if choice.startswith(incomplete)]

    return complete


def _help(field: Field) -> str:
    """The line of the help: the label, what is to know, the choices."""
    told = f"{field.label}: {field.help}" if field.help else field.label
    if field.choices:
        told += f": {', '.join(field.choices)}"
    return told + (". May be repeated." if field.many else ".")


def _sign(function: Any, parameters: list[Parameter]) -> None:
    """Let Typer see these parameters as the function's own."""
    context = Parameter("ctx", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    function.__signature__ = Signature([context, *parameters])
    function.__annotations__ = {one.name: one.annotation for one in (context, *parameters)}
