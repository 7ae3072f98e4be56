"""What was typed for records and fields, as the services take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.cli.output import stdin_lines
from smallcrm.errors import UsageError
from smallcrm.services.records.words import field_of, whole_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smallcrm.services.records.editing import Edit
    from smallcrm.services.records.schema import Noun

Pairs = list[tuple[str, str]]


def read_words(args: Iterable[str]) -> list[str]:
    """Names of records from the arguments; `-` reads them from stdin, one on a line."""
    return [word for arg in args for word in (_from_stdin() if arg == "-" else [arg])]


def _from_stdin() -> Iterator[str]:
    with stdin_lines("ids") as lines:
        yield from (word for line in lines if (word := line.strip()))


def pairs(texts: Sequence[str] | None, option: str) -> Pairs:
    """field=value as pairs; UsageError where there is no sign."""
    found: Pairs = []
    for text in texts or ():
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise UsageError(f"{option} takes field=value, not '{text}'.", hint=f"{option} city=Berlin")
        found.append((key, value))
    return found


def settings_of(noun: Noun, given: Pairs) -> tuple[dict[str, str], Pairs]:
    """What to set, and what to add to a list that was given again; another field given twice is an error."""
    values: dict[str, str] = {}
    more: Pairs = []
    for word, text in given:
        field = field_of(noun, word)
        parts = whole_name(noun, text) if field.key == noun.title else {field.key: text}
        for key, part in parts.items():
            if key not in values:
                values[key] = part
            elif noun.by_key[key].many:
                more.append((key, part))
            else:
                raise UsageError(f"{noun.by_key[key].label} is given twice.", hint="give it once")
    return values, more


def edit_of(
    noun: Noun,
    given: Pairs,
    clear: Sequence[str] = (),
    append: Sequence[tuple[str, str]] = (),
    remove: Pairs | None = None,
) -> Edit:
    """An edit of what was typed, with the fields by their keys."""
    from smallcrm.services.records.editing import Edit

    values, more = settings_of(noun, given)
    emptied = [field_of(noun, word).key for word in clear]
    for key in emptied:
        if key in values:
            raise UsageError(f"{noun.by_key[key].label} is both set and cleared.", hint="do one of them")
    added = [*more, *((field_of(noun, word).key, text) for word, text in append)]
    return Edit(values, emptied, added, [(field_of(noun, word).key, text) for word, text in remove or ()])
