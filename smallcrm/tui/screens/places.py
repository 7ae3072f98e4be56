"""Where one can be: the lists of the nouns, and the boards."""

from __future__ import annotations

NOUNS = ("company", "contact", "deal", "ticket", "activity")
BOARD = "board"
PLACES = (
    ("company", "Companies"), ("contact", "Contacts"), ("deal", "Deals"), ("ticket", "Tickets"),
    ("activity", "Activities"), (BOARD, "Board"),
)  # fmt: skip
