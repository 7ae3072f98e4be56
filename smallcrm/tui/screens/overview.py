"""What the first page shows, as it comes from the desk, in the words of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.values.money import money_text
from smallcrm.services.values.reading import reader
from smallcrm.text import safe_text
from smallcrm.tui.screens.places import BOARD
from smallcrm.tui.widgets.blocks import Row
from smallcrm.tui.widgets.cards import days_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services import home
    from smallcrm.services.workspaces import Session

    Blocks = dict[str, tuple[Sequence[Row], str]]

MOST, CAP = 20, 100
ACTIVITIES, TICKETS, DEALS, WORTH, CHANGES = "activities", "tickets", "deals", "worth", "changes"
BLOCKS = (
    (ACTIVITIES, "Overdue and today", "Nothing is due today."),
    (TICKETS, "Tickets that want work", "No ticket is open."),
    (DEALS, "Deals without a next step", "Every open deal has a next step."),
    (WORTH, "Open deals by stage", "There is no open stage."),
    (CHANGES, "Recent changes", "Nothing was changed yet."),
)
"""The blocks: their keys, their titles, and what is said where there is nothing."""


def read(session: Session) -> Blocks:
    """The rows of every block, and how many there are in all."""
    from smallcrm.services.home import home

    found = home(session, MOST, CAP)
    return {
        ACTIVITIES: ([_activity(one) for one in found.activities], _count(found.activity_count)),
        TICKETS: ([_ticket(one) for one in found.tickets], _count(found.ticket_count)),
        DEALS: ([_deal(one) for one in found.deals], _count(found.deal_count)),
        WORTH: (_worth(found.worth, session.workspace.currency), ""),
        CHANGES: ([_change(one, session.workspace.zone) for one in found.changes], ""),
    }


def _count(count: home.Count) -> str:
    return f"{count.number:,}{'+' if count.more else ''}"


def _row(lead: str, text: str, beside: str, goes: tuple[str, int]) -> Row:
    lead, text, beside = safe_text(lead), safe_text(text), safe_text(beside)
    told = "  ·  ".join(part for part in (f"{goes[0]} {goes[1]}", text, lead, beside) if part)
    return Row(lead, text, beside, told, goes)


def _activity(one: home.Activity) -> Row:
    if one.late:
        lead = f"{days_text(one.days)} late" if one.days else f"late {one.time or ''}"
    else:
        lead = f"today {one.time or ''}"
    return _row(lead.strip(), one.subject, one.kind, ("activity", one.number))


def _ticket(one: home.Ticket) -> Row:
    return _row(f"{one.priority} {days_text(one.days)}", one.subject, one.who, ("ticket", one.number))


def _deal(one: home.Deal) -> Row:
    worth = "" if one.amount is None else money_text(one.amount["amount"], one.amount["currency"])
    return _row(one.stage, one.name, worth, ("deal", one.number))


def _worth(found: Sequence[home.Worth], usual: str) -> list[Row]:
    """Bars for amounts: those of another currency than the usual one look otherwise, and are compared by themselves."""
    several = len({one.pipeline for one in found}) > 1
    rows = []
    for one in found:
        name = safe_text(f"{one.pipeline}: {one.name}" if several else one.name)
        deals = f"{one.deals:,} deal{'' if one.deals == 1 else 's'}"
        amount = safe_text(money_text(one.amount, one.currency)) if one.currency else ""
        beside = f"{deals}, {amount}" if amount else f"{deals} without amount" if one.deals else deals
        rows.append(Row(name, "", beside, f"{name}  ·  {beside}", (BOARD, one.stage), one.share, one.currency != usual))
    # So that the bars begin and end at the same cells.
    widest = max((len(row.beside) for row in rows), default=0)
    return [row._replace(beside=row.beside.rjust(widest)) for row in rows]


def _change(one: home.Change, zone: str) -> Row:
    when, who = reader(zone)(one.at), safe_text(one.member)
    text = safe_text(one.summary) + (" (undone)" if one.undone else "")
    return Row(when[5:], text, who, f"{text}  ·  {when}  ·  {who}", one.record)
