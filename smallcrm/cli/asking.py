"""Questions to the user, and ids from arguments or a pipe. Nothing here ever waits without a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.output import stdin_lines
from smallcrm.cli.streams import talk
from smallcrm.errors import UsageError
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typer._click import Context

REFUSED = 1
TRIES = 3


def confirm(ctx: Context, question: str) -> None:
    """Go on only if the user says yes, by --yes or on a terminal; UsageError if nobody can answer."""
    given = globals_of(ctx)
    if given.yes or given.dry_run:
        return
    if not can_ask(ctx):
        msg = f"This needs a yes: {question}"
        raise UsageError(msg, hint="add --yes to say it")
    if _ask(f"{question} [y/N] ").lower() not in ("y", "yes"):
        _stop()


def confirm_name(ctx: Context, question: str, name: str, given: str | None) -> None:
    """Go on only if the user types the name, or gave it with --confirm=NAME; --yes is not enough."""
    if globals_of(ctx).dry_run or given == name:
        return
    if given is not None:
        msg = f"--confirm says '{given}', but the name is '{name}'."
        raise UsageError(msg, hint=f"add --confirm='{name}'")
    if not can_ask(ctx):
        msg = f"This needs the name '{name}' as confirmation: {question}"
        raise UsageError(msg, hint=f"add --confirm='{name}'")
    if _ask(f"{question}\nType the name '{name}' to go on: ") != name:
        _stop()


def choose(ctx: Context, question: str, choices: Sequence[str]) -> str | None:
    """One of the choices, as the user types it or its beginning; None where nobody is there or says none."""
    if not can_ask(ctx):
        return None
    for _try in range(TRIES):
        said = _ask(f"{safe_text(question)} [{'|'.join(choices)}] ").lower()
        found = [choice for choice in choices if said and choice.startswith(said)]
        if len(found) == 1:
            return found[0]
    return None


def answer(ctx: Context, told: str, prompt: str, take: Callable[[str], str]) -> str | None:
    """What `take` makes of the line typed, told why it refuses one; None where nobody is there or none is taken."""
    if not can_ask(ctx):
        return None
    talk(f"{safe_text(told)}\n")
    for _try in range(TRIES):
        try:
            return take(_ask(f"{prompt} "))
        except UsageError as error:
            talk(f"{safe_text(error.sentence)}\n")
    return None


def read_ids(args: Iterable[str]) -> list[int]:
    """The ids among the arguments, each once and in order; `-` reads them from stdin."""
    found: dict[int, None] = {}
    for arg in args:
        if arg == "-":
            with stdin_lines("ids") as lines:
                found.update((_id(word), None) for line in lines for word in line.split())
        else:
            found[_id(arg)] = None
    return list(found)


def _id(word: str) -> int:
    """One id as people write it."""
    if not (word.isascii() and word.isdigit() and 0 < int(word[:12]) < 1 << 36):
        msg = f"'{word}' is not an id: ids are the whole numbers that 'list' shows."
        raise UsageError(msg)
    return int(word)


def can_ask(ctx: Context) -> bool:
    """Whether a person is there to answer."""
    return not settings_of(ctx).no_input and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str) -> str:
    """The line that the user types; the command ends where the input does."""
    talk(safe_text(question, multiline=True))
    line = sys.stdin.readline()
    if not line:
        talk("\n")
        _stop()
    return line.strip()


def _stop() -> NoReturn:
    """End the command because the user did not say yes, or nothing any more."""
    talk("Nothing was changed.\n")
    raise typer.Exit(REFUSED)
