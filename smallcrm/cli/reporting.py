"""What a write did, or would do: numbers of records on stdout, the rest on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from smallcrm.cli.output import Column, Table
from smallcrm.errors import Conflict
from smallcrm.services.records.showing import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smallcrm.cli.output import Output
    from smallcrm.services.records.changes import Planned
    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.schema import Noun

_PLAN = (
    Column("action"),
    Column("id", kind="id"),
    Column("name", rank=1),
    Column("field"),
    Column("before"),
    Column("after"),
)
MOST_TOLD = 20
MOST_NAMED = 5
MOST = 1 << 53  # more than any list holds, and still a number that a database can count to
DRY = " This was a dry run: nothing was changed."


def report_added(out: Output, noun: Noun, outcome: Outcome) -> None:
    """Print the number of a new record."""
    number = outcome.changed[0]
    if out.is_json:
        out.document({"id": number, "operation": outcome.operation})
    else:
        print_ids(out, [number])
    out.note(f"Added {noun.name} {number}.{undo_hint(outcome)}")


def report(out: Output, noun: Noun, outcome: Outcome, done: str, already: str = "") -> None:
    """Print the numbers of the records that changed, and how it went; exit code 5 where some refused.

    `already`: what a record is that was so before; without it, it has the values that it was to get.
    """
    if outcome.dry_run:
        done = f"would be {done}"
    elif out.is_json:
        out.document(as_json(outcome))
    else:
        print_ids(out, outcome.changed)
    _tell_failed(out, noun, outcome.failed)
    out.note(tally(noun, outcome, done, already) + (DRY if outcome.dry_run else ""))
    if outcome.failed:
        raise typer.Exit(Conflict.exit_code)


def _tell_failed(out: Output, noun: Noun, failed: Mapping[int, str]) -> None:
    """Why records refused: what several say alike is said once, with their count and the first of them."""
    alike: dict[str, list[int]] = {}
    for number, sentence in failed.items():
        alike.setdefault(sentence, []).append(number)
    for sentence, numbers in list(alike.items())[:MOST_TOLD]:
        if len(numbers) == 1:
            out.warn(f"{noun.name} {numbers[0]}: {sentence}")
        else:
            shown = ", ".join(map(str, numbers[:MOST_NAMED])) + (", …" if len(numbers) > MOST_NAMED else "")
            out.warn(f"{len(numbers):,} {noun.plural} ({shown}): {sentence}")
    rest = sum(len(numbers) for numbers in list(alike.values())[MOST_TOLD:])
    if rest:
        out.warn(f"and {rest:,} more")


def print_ids(out: Output, ids: Iterable[int]) -> None:
    """Print numbers a line each, whatever the format: a script reads them, and so does `-`."""
    out.lines(str(number) for number in ids)


def tally(noun: Noun, outcome: Outcome, done: str, already: str = "") -> str:
    """How a write went, in a sentence."""
    changed, matched = len(outcome.changed), outcome.matched
    if matched == 1 and changed == 1:
        head = f"{noun.name.capitalize()} {outcome.changed[0]} {done}."
    elif matched == 1 and outcome.skipped:
        state = f"is {already}" if already else "has these values"
        head = f"{noun.name.capitalize()} {outcome.skipped[0]} {state} already."
    else:
        others = ((outcome.skipped, "unchanged"), (outcome.failed, "failed"))
        rest = [f"{len(found):,} {word}" for found, word in others if found]
        head = f"{matched:,} matched, {', '.join([f'{changed:,} {done}', *rest])}."
    return head + undo_hint(outcome)


def undo_hint(outcome: Any) -> str:
    """The command that takes an operation back; empty where there is none."""
    return "" if outcome.operation is None else f" Take it back: smallcrm undo {outcome.operation}"


def counted(counts: Mapping[str, int]) -> str:
    """How many of each noun, in words."""
    from smallcrm.services.records.schema import nouns

    words = ((count, nouns()[name]) for name, count in counts.items())
    return ", ".join(f"{count:,} {noun.name if count == 1 else noun.plural}" for count, noun in words)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome for programs."""
    return {
        "operation": outcome.operation,
        "dry_run": outcome.dry_run,
        "matched": outcome.matched,
        "changed": outcome.changed,
        "skipped": outcome.skipped,
        "failed": [{"id": number, "error": sentence} for number, sentence in outcome.failed.items()],
    }


def plan(out: Output, action: str, planned: Iterable[Planned]) -> None:
    """Print what would happen, a line for each field."""
    out.table(Table(_PLAN, _lines(out, action, planned)))


def _lines(out: Output, action: str, planned: Iterable[Planned]) -> Iterator[list[Any]]:
    for one in planned:
        for shown in one.fields:
            before, after = (
                value if out.is_json or value is None else readable(shown.field, value)
                for value in (shown.before, shown.after)
            )
            yield [action, one.number, one.name, shown.field.key, before, after]
        if not one.fields:
            yield [action, one.number, one.name, None, None, None]
