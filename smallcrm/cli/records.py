"""The commands of a noun, made from its field registry; each verb is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.cli.lazy import App, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typer._click.core import Command as AnyCommand

    from smallcrm.services.records.schema import Noun

VERBS: dict[str, tuple[str, str]] = {
    "list": ("smallcrm.cli.listing:list_command", "List {plural}."),
    "show": ("smallcrm.cli.record_view:show_command", "Show all that is known of {plural}."),
    "add": ("smallcrm.cli.adding:add_command", "Add {one}."),
    "edit": ("smallcrm.cli.editing:edit_command", "Change one {name} or many."),
    "delete": ("smallcrm.cli.editing:delete_command", "Move {plural} to the trash."),
    "restore": ("smallcrm.cli.editing:restore_command", "Take {plural} out of the trash."),
    "history": (
        "smallcrm.cli.record_view:history_command",
        "Show what happened to {one}, field by field.",
    ),
    "count": ("smallcrm.cli.listing:count_command", "Print how many {plural} there are."),
    "comment": ("smallcrm.cli.commenting:comment_command", "Comment on {one}."),
    "import": ("smallcrm.cli.import_:import_command", "Import {plural} from any export."),
    "export": ("smallcrm.cli.export:export_command", "Write every {name} with all its values."),
}
"""Verb -> "module:function" that makes its command for a Source, and its summary."""

SETTINGS_VERBS = ("list", "show", "add", "edit", "delete", "restore", "history", "count")
"""The verbs of a noun that describes the workspace: it is neither imported nor exported alone."""


class Source(NamedTuple):
    """Which noun a set of commands is for, without having imported it."""

    name: str
    plural: str
    target: str

    def noun(self) -> Noun:
        """The noun itself, imported now."""
        module, _, attribute = self.target.partition(":")
        found: Noun = getattr(import_module(module), attribute)
        return found

    def text(self, template: str) -> str:
        """A text with the names of the noun in it."""
        one = f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"
        return template.format(name=self.name, plural=self.plural, Name=self.name.capitalize(), one=one)


def noun_app(name: str, plural: str, target: str, verbs: Iterable[str] = tuple(VERBS)) -> App:
    """The commands of a noun; `target` is the "module:attribute" of its registration."""
    source = Source(name, plural, target)
    app = App(source.text("List, show, add and change {plural}."))
    for verb in verbs:
        maker, summary = VERBS[verb]
        app.verbs[verb] = Entry(source.text(summary), _builder(maker, source))
    return app


def single(source: Source, function: Callable[..., None], text: str, examples: str = "") -> App:
    """An App of one command: its help and its examples, with the names of the noun in them."""
    function.__doc__ = source.text(text)
    app = App()
    shown = "\b\nExamples:\n" + source.text(examples).strip("\n") if examples else None
    app.command(epilog=shown)(function)
    return app


def _builder(target: str, source: Source) -> Callable[[str], AnyCommand]:
    """What imports the maker of a verb and builds its command."""

    def build(name: str) -> AnyCommand:
        module, _, attribute = target.partition(":")
        made: App = getattr(import_module(module), attribute)(source)
        return made.build(name)

    return build
