"""Which records a refused row may be about: said in its reason, so that whoever mends it need not search."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.services.transfer.staging import Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

# Beyond so many rows and words the reason is told without them: the file as a whole is wrong then.
MOST_ROWS = 1_000
MOST_WORDS = 9


def tell_holders(stage: Stage, reason: str) -> None:
    """Name the addresses or domains of the rows refused for this reason, each with the record that holds it."""
    rows, keys, noun = stage.rows, stage.keys, stage.bulk.noun.name
    query = (
        keys.select(keys.row, keys.shown, keys.value, keys.holder)
        .join(rows, on=(rows.seq == keys.row))
        .where(rows.verdict == Verdict.REJECTED, rows.reason == reason, keys.holder.is_null(False))
        .order_by(keys.seq)
    )
    told = ((row, f"{shown or value} ({noun} {number_of(holder)})") for row, shown, value, holder in query.tuples())
    tell(stage, reason, told)


def tell_lines(stage: Stage, reason: str) -> None:
    """Name the addresses or domains of the rows refused for this reason, each with the line that has it first."""
    rows, keys, first = stage.rows, stage.keys, stage.shared
    head = rows.alias("head_row")
    query = (
        keys.select(keys.row, keys.shown, keys.value, head.line)
        .join(rows, on=(rows.seq == keys.row))
        .join(first, on=(first.value == keys.value))
        .join(head, on=(head.seq == first.row))
        .where(rows.verdict == Verdict.REJECTED, rows.reason == reason, head.seq != rows.seq)
        .order_by(keys.seq)
    )
    tell(stage, reason, ((row, f"{shown or value} (line {line})") for row, shown, value, line in query.tuples()))


def tell_namesakes(stage: Stage, reason: str) -> None:
    """Name the records that the rows refused for this reason may be."""
    noun = stage.bulk.noun
    rows, model, name_key = stage.rows, noun.model, stage.own("name_key")
    refused = list(
        rows.select(rows.seq, name_key).where(rows.verdict == Verdict.REJECTED, rows.reason == reason)
        .order_by(rows.seq).limit(MOST_ROWS).tuples()
    )  # fmt: skip
    names = sorted({name for _seq, name in refused})
    known: dict[str, list[int]] = defaultdict(list)
    for at in range(0, len(names), MOST_ROWS // 2):
        chosen = model.name_key.in_(names[at : at + MOST_ROWS // 2]) & (model.state == State.LIVE)
        found: Any = model.select(model.name_key, model.id).where(chosen).order_by(model.id)
        for name, record in found.tuples():
            known[name].append(number_of(record))
    tell(stage, reason, ((seq, f"{noun.name} {number}") for seq, name in refused for number in known[name]))


def tell(stage: Stage, reason: str, told: Iterable[tuple[int, str]]) -> None:
    """Add to the reason of each row the words that are told of it."""
    rows = stage.rows
    words: dict[int, list[str]] = {}
    for row, word in told:
        words.setdefault(row, []).append(word)
    for row, said in islice(words.items(), MOST_ROWS):
        shown = ", ".join(said[:MOST_WORDS]) + (", …" if len(said) > MOST_WORDS else "")
        rows.update({rows.reason: f"{reason}: {shown}"}).where(rows.seq == row).execute()
