"""Comments as people read them below a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.values.reading import reader

if TYPE_CHECKING:
    from smallcrm.cli.output import Output
    from smallcrm.services.records.schema import Noun

SHOWN, LINES = 5, 12
KEYS = ("id", "record", "created_at", "author", "contact", "public", "edited_at", "body", "mentions")


def comments_of(out: Output, noun: Noun, number: int) -> str:
    """The newest comments on a record; empty where there are none."""
    from smallcrm.services import comments
    from smallcrm.services.records.presenting import present
    from smallcrm.services.records.schema import record_nouns

    if noun.name not in record_nouns():
        return ""
    found = comments.newest(noun, number, SHOWN + 1)
    told = [_told(out, one) for one in present(comments.COMMENT, found[:SHOWN], KEYS)]
    if len(found) > SHOWN:
        told.append(f"… all of them: smallcrm comment list {noun.name}:{number}")
    return "\n".join(told)


def _told(out: Output, one: dict[str, Any]) -> str:
    """One comment: who, when and to whom in a line, and its text below, set in so that no text can pass for a head."""
    from datetime import datetime

    who = one["author"]["name"]
    if one["contact"] is not None:
        who = one["contact"]["name"] if one["contact"]["name"] == who else f"{one['contact']['name']} (by {who})"
    notes = [who, "public" if one["public"] else None, "edited" if one["edited_at"] else None]
    when = reader(out.zone)(datetime.fromisoformat(one["created_at"]))
    lines = one["body"].splitlines()
    shown = [f"  {line}" for line in lines[:LINES]]
    if len(lines) > LINES:
        shown.append(f"  … the rest: smallcrm comment show {one['id']}")
    return "\n".join([f"{one['id']}  {when}  {', '.join(note for note in notes if note)}", *shown])
