"""What `smallcrm link` and `smallcrm unlink` share: the words that name two records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.output import Output
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.editing import Outcome

NOUNS = ("contact", "company")
Words = Annotated[
    list[str],
    typer.Argument(
        metavar="contact ID company ID",
        help="The contact and the company, in either order.",
        autocompletion=completing.link_words,
    ),
]


def both(words: Sequence[str], command: str) -> tuple[int, int]:
    """The numbers of the contact and the company that the words name."""
    from smallcrm.services.companies import COMPANY
    from smallcrm.services.contacts import CONTACT
    from smallcrm.services.records import lookup

    given = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) != 2 * len(NOUNS) or set(given) != set(NOUNS):
        raise UsageError(f"Say it so: smallcrm {command} contact ID company ID", hint=f"smallcrm {command} --help")
    return lookup.numbers(CONTACT, [given["contact"]])[0], lookup.numbers(COMPANY, [given["company"]])[0]


def report_link(out: Output, outcome: Outcome, sentence: str) -> None:
    """Print the number of the contact, and what became of the link."""
    from smallcrm.cli.reporting import DRY, as_json, print_ids, undo_hint

    if out.is_json:
        out.document(as_json(outcome))
    elif not outcome.dry_run:
        print_ids(out, outcome.changed)
    told = sentence if outcome.changed else "It is so already."
    out.note(told + undo_hint(outcome) + (DRY if outcome.dry_run else ""))
