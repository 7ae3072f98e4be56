"""Rows as activities: calls, meetings, e-mails, tasks and notes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from smallcrm.clock import micros
from smallcrm.services.activities import DIRECTED, EMAIL, MEETING, NOTE, TASK
from smallcrm.services.timing import CANCELED, DONE, OPEN
from smallcrm.services.transfer.work import words
from smallcrm.services.transfer.work.draft import Draft, begun, said
from smallcrm.services.values import due as dues

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from smallcrm.services.records.schema import Values
    from smallcrm.services.transfer.work.draft import Named
    from smallcrm.services.transfer.work.rows import Row

_LONGEST = 80
_MINUTE = 60
_STATES = frozenset(("status", "status:done", "done_at"))


def draft(row: Row, named: Named, source: str, zone: ZoneInfo, now: datetime) -> Draft:
    """The activity of a row."""
    kind = _kind(row)
    when, due = _joined(row, "when", zone), _joined(row, "due", zone)
    status = _status(row, kind, due or when, zone, now)
    values = begun(row, source) | said(row, "outcome", "place", "description")
    # Who imports it is not who did it.
    usual: Values = {"owner": None}
    # What is only concluded does not overrule what is known by now.
    (values if row.get("subject") else usual)["subject"] = _subject(row, kind)
    (values if row.get("kind") else usual)["kind"] = kind
    (values if row.said.keys() & _STATES else usual)["status"] = status
    if kind != NOTE and (due or (when and (status != DONE or kind == MEETING))):
        values["due"] = due or when
    links = _links(named)
    more: Values = {"duration": _duration(row, when, zone), "owner": named.owner, "links": links or None}
    if kind in DIRECTED and row.get("direction"):
        more["direction"] = _direction(row.get("direction"))
    values |= {key: value for key, value in more.items() if value is not None}
    took_place = _instant(when, zone)
    done = (row.get("done_at") or took_place or _instant(due, zone)) if status == DONE else None
    due = values.get("due")
    # What is due at a time is the same before it was done and after.
    made = Draft(row, values, usual, {"kind": kind, "due": due, "done_at": None if due else done})
    made.about = frozenset((link["object"], link["record"]) for link in links)
    if when and not due and "status" in usual:
        made.earlier = {"kind": kind, "due": when, "done_at": None, "description": None}
    if due is None and done is None and not made.about:
        # Nothing else tells one undated note from another.
        made.identity["description"] = values.get("description")
    made.identity.setdefault("description", None)
    made.created = row.get("created_at") or (min(took_place, micros(now)) if took_place else None)
    made.updated, made.closed = row.get("updated_at"), done
    return made


def _links(named: Named) -> list[Values]:
    """What an activity is about, each once."""
    links = [*(("contact", at) for at in named.contacts), *named.links]
    links += [("company", company) for company in (named.company, *named.further) if company is not None]
    return [{"object": noun, "record": record} for noun, record in dict.fromkeys(links)]


def _kind(row: Row) -> str:
    """The kind of an activity: what its row says, else what the columns that it fills are for."""
    found = words.kind_of(row.get("kind")) if row.get("kind") else None
    if found:
        return found
    if row.get("kind"):
        return TASK
    return MEETING if row.get("when:time") or row.get("ends") or row.get("place") else TASK


def _subject(row: Row, kind: str) -> str | None:
    """The subject of an activity; where it has none, the beginning of its text, or what it is."""
    subject: str | None = row.get("subject")
    if subject:
        return subject
    text = " ".join((row.get("description") or "").split())
    if text:
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    word: str | None = row.get("kind")
    return word or (kind.capitalize() if row.said else None)


def _joined(row: Row, key: str, zone: ZoneInfo) -> str | None:
    """A day with the time of day that another column says."""
    day, clock = row.get(key), row.get(f"{key}:time")
    # Midnight is how calendars write the hour of what lasts all day.
    if day is None or clock in (None, "00:00") or dues.has_time(day):
        found: str | None = day
        return found
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), zone)
    return dues.instant_text(local)


def _status(row: Row, kind: str, moment: str | None, zone: ZoneInfo, now: datetime) -> str:
    """Whether an activity is to be done: what its row says, else whether its time has come."""
    if kind == NOTE:
        return DONE
    word = row.get("status")
    if words.canceled(word) if word else words.called_off(row.get("outcome") or ""):
        return CANCELED
    done = words.done(word) if word else None
    if row.get("status:done") is not None:
        done = row.get("status:done")
    if done is None and row.get("done_at"):
        done = True
    if done is None and kind == EMAIL:
        done = True
    if done is None and moment is not None:
        done = kind != TASK and dues.instant_of(moment, zone) <= now
    if done is None:
        done = kind != TASK
    return DONE if done else OPEN


def _duration(row: Row, when: str | None, zone: ZoneInfo) -> int | None:
    """Minutes: what is said, else what lies between the begin and the end."""
    for spec in ("duration", "duration:seconds"):
        if row.get(spec) is not None:
            minutes: int = row.get(spec)
            return minutes
    ends = _joined(row, "ends", zone)
    if ends is None and row.get("ends:time") and when and dues.has_time(when):
        day = dues.day_of(when, zone)
        ends = dues.instant_text(datetime.combine(day, time.fromisoformat(row.get("ends:time")), zone))
    if not (ends and when and dues.has_time(ends) and dues.has_time(when)):
        return None
    span = dues.instant_of(ends, zone) - dues.instant_of(when, zone)
    return int(span.total_seconds()) // _MINUTE if span.total_seconds() > 0 else None


def _instant(moment: str | None, zone: ZoneInfo) -> int | None:
    return None if moment is None else micros(dues.instant_of(moment, zone).astimezone(UTC))


def _direction(word: str) -> str | None:
    found = words.key(word)
    if found.startswith(("in", "eing", "entr", "received", "incoming")):
        return "in"
    return "out" if found.startswith(("out", "ausg", "sort", "sal", "usc", "sent", "uit", "odch", "wych")) else None
