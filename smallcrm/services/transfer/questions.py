"""What files leave open and nobody was there to say: each question with the flags that answer it, all told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError
from smallcrm.services.transfer.readers.archive import SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.inference import Ambiguity


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What nobody has said of a table: the question as a sentence, and the flags that answer it."""

    sentence: str
    ways: str


def open_of(name: str, ambiguities: Sequence[Ambiguity]) -> list[OpenQuestion]:
    """What a table leaves open, each flag once: it answers for all of the table's columns."""
    first = {one.flag: one for one in reversed(ambiguities)}
    return [
        OpenQuestion(f"{name}: {one.question}", " or ".join(f"{one.flag} {choice}" for choice in one.choices))
        for one in ambiguities
        if first[one.flag] is one
    ]


def refusal(questions: Sequence[OpenQuestion]) -> UsageError:
    """The error that tells open questions, of which there is one at least, and the flags that answer them."""
    asked = [one.sentence for one in questions]
    ways = "; ".join(dict.fromkeys(one.ways for one in questions))
    if len(asked) == 1:
        return UsageError(asked[0], hint=ways)
    more = (f"… and {len(asked) - SHOWN:,} more",) if len(asked) > SHOWN else ()
    told = f"{len(asked):,} questions about the files are open; nothing was imported."
    return UsageError(told, details=(*asked[:SHOWN], *more), hint=ways)
