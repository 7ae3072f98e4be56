"""Addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.emails import email_key, split_emails


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("a@b.co", "a@b.co"),
        ("A.B+x@Ex.COM", "a.b+x@ex.com"),
        ("o'neil@x.ie", "o'neil@x.ie"),
        ("müller@Bücher.de", "müller@xn--bcher-kva.de"),
        ("a@x.xn--p1ai", "a@x.xn--p1ai"),
        ("jos@exämple.рф", "jos@xn--exmple-cua.xn--p1ai"),
    ],
)
def test_it_gives_an_address_its_key(address: str, key: str) -> None:
    """Case folds, tags stay, domains become ASCII."""
    assert email_key(address) == key


@pytest.mark.parametrize(
    "text",
    [
        *["", "a", "a@", "@b.co", "a@b", "a..b@c.de", ".a@c.de", "a@-b.de", "a@b-.de", "a@1.2.3.4", "a b@c.de"],
        *["a@b@c.de", "a@b.c", "x" * 65 + "@b.co", "a@" + "b." * 130 + "co", "a@b.co\x00", "a\ud800@b.co"],
    ],
)
def test_it_refuses_what_is_no_address(text: str) -> None:
    """It has no key."""
    assert email_key(text) is None


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("bob@acme.cz, bob.private@example.com", [("bob@acme.cz", None), ("bob.private@example.com", None)]),
        ('"Doe, John" <a@b.de>; c@d.de', [("a@b.de", "Doe, John"), ("c@d.de", None)]),
        ("Ann <x@y.de>, Bob <z@y.de> q@r.st", [("x@y.de", "Ann"), ("z@y.de", "Bob"), ("q@r.st", None)]),
        ("mailto:a@b.de", [("a@b.de", None)]),
        ("a@b.de ::: c@d.de", [("a@b.de", None), ("c@d.de", None)]),
        ("a@b.de\nc@d.de|e@f.de", [("a@b.de", None), ("c@d.de", None), ("e@f.de", None)]),
        ("A@b.de a@B.DE", [("A@b.de", None)]),
        (" x@y.com\u3000 \u3000", [("x@y.com", None)]),
    ],
)
def test_it_finds_every_address_in_a_cell(cell: str, addresses: list[tuple[str, str | None]]) -> None:
    """With the name before it."""
    assert split_emails(cell) == (addresses, [])


def test_it_names_the_pieces_that_are_no_address() -> None:
    """So that they can be shown."""
    assert split_emails("a@b.de, nobody") == ([("a@b.de", None)], ["nobody"])


@given(st.text())
def test_it_takes_any_text(text: str) -> None:
    """Without an error."""
    found, _problems = split_emails(text)
    assert all(email_key(address) for address, _display in found)


@given(st.emails())
def test_it_finds_what_it_is_given(address: str) -> None:
    """A key is its own key."""
    key = email_key(address)
    if key is not None:
        assert email_key(key) == key
