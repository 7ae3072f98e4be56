"""Words of other programs for the states of work mean one of ours, or nothing."""

from __future__ import annotations

import pytest

from smallcrm.services.transfer.work import words


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Closed Won", "won"), ("closedwon", "won"), ("CLOSED_WON", "won"), ("Gewonnen", "won"), ("Gagnée", "won"),
        ("Closed Lost", "lost"), ("verloren", "lost"), ("失注", "lost"), ("Ztraceno", "lost"), ("In Progress", "open"),
        ("Proposal", None), ("", None), ("won't do", None), ("???", None),
    ],
)  # fmt: skip
def test_stages_that_decide(word: str, meaning: str | None) -> None:
    """By their whole name, in any spelling; others tell nothing."""
    assert words.decided(word) == meaning


@pytest.mark.parametrize(
    ("word", "status", "priority"),
    [
        ("New", "new", None), ("Neu", "new", None), ("OpenPending", "open", None), ("2", "open", "normal"),
        ("3", "waiting", "high"), ("4", "closed", "urgent"), ("5", "closed", None), ("on-hold", "waiting", None),
        ("Waiting on Third Party", "waiting", None), ("Solved", "closed", None), ("Résolu", "closed", None),
        ("1", None, "low"), ("P1", None, "urgent"), ("Medium", None, "normal"), ("critical", None, "urgent"),
        ("Naléhavá", None, "urgent"), ("purple", None, None),
    ],
)  # fmt: skip
def test_states_and_priorities_of_tickets(word: str, status: str | None, priority: str | None) -> None:
    """Words and the numbers of an interface."""
    assert (words.status_of(word), words.priority_of(word)) == (status, priority)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Call", "call"), ("Logged Call", "call"), ("Outbound call", "call"), ("Anruf", "call"), ("E-Mail", "email"),
        ("Product demo", "meeting"), ("To-do", "task"), ("Notiz", "note"), ("会議", "meeting"), ("Swimming", None),
    ],
)  # fmt: skip
def test_kinds_of_activities(word: str, kind: str | None) -> None:
    """By the whole word, else by one of several."""
    assert words.kind_of(word) == kind


def test_what_was_done_is_not_what_was_canceled() -> None:
    """Nor what is to be done; a word of neither tells nothing."""
    told = {word: (words.done(word), words.canceled(word)) for word in ("Completed", "Not Started", "No Show", "Blue")}
    assert told == {
        "Completed": (True, False),
        "Not Started": (False, False),
        "No Show": (None, True),
        "Blue": (None, False),
    }


def test_types_and_chances() -> None:
    """What is none of them is None, and none is nought."""
    assert [words.type_of(word) for word in ("Bug", "Service Request", "Störung", "Gift")] == [
        "problem",
        "question",
        "incident",
        None,
    ]
    assert [words.likely(word) for word in ("Needs Analysis", "Contract Sent", "Anything")] == [30, 90, None]


def test_no_word_means_two_things() -> None:
    """Within one table; what is open is not also closed."""
    assert not words._DONE & words._NOT_DONE
    assert not words._DONE & words._CANCELED
    assert not words._CANCELED & words._NOT_DONE
    assert "" not in words._DECIDED | words._STATUSES | words._PRIORITIES | words._KINDS
