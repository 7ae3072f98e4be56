"""Where one can be: the first page, the lists of the nouns, and the boards."""

from __future__ import annotations

NOUNS = ("company", "contact", "deal", "ticket", "activity")
HOME, BOARD = "home", "board"
PLACES = (
    (HOME, "Home"),
    ("company", "Companies"), ("contact", "Contacts"), ("deal", "Deals"), ("ticket", "Tickets"),
    ("activity", "Activities"), (BOARD, "Board"),
)  # fmt: skip
