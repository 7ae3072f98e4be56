"""Mentions: who is meant by a name after a sign."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from smallcrm.models.workspace import Member
from smallcrm.services import mentions
from smallcrm.services.transfer import references

pytestmark = pytest.mark.usefixtures("mara")


def named(text: str, before: Any = ()) -> list[tuple[str, str]]:
    """Whom a text mentions, by name, and how that is written."""
    found = mentions.found(text, before)
    return [(str(Member.get_by_id(one["member"]).name), one["written"]) for one in found]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@Adam Admin, look", "Adam Admin"),
        ("(@adam)", "adam"),
        ("**@ADAM ADMIN**", "ADAM ADMIN"),
        ("@adam@north.example.", "adam@north.example"),
        ("> @adam: yes", "adam"),
        ("line\n@Adam\nAdmin", "Adam"),
        ("@Adam Administrator", "Adam"),
    ],
)
def test_it_takes_the_longest_name(text: str, written: str) -> None:
    """On one line, without the marks around it."""
    assert named(text) == [("Adam Admin", written)]


@pytest.mark.parametrize(
    "text",
    ["@", "@ adam", "adam@adam", "@@adam", "\\@adam", "@adamant", "`@adam`", "x@north.example", "@Stan Stranger"],
)
def test_it_takes_nothing_else(text: str) -> None:
    """Addresses in the text, escaped signs, longer words, people of another workspace."""
    assert named(text) == []


def test_it_takes_a_first_name_only_where_one_alone_has_it() -> None:
    """Else the whole name is needed."""
    Member.update(name="Adam Other", name_key="adam other").where(Member.name == "Ruth Reader").execute()
    assert named("@adam") == []
    assert named("@adam other") == [("Adam Other", "adam other")]


def test_it_takes_nobody_who_is_gone() -> None:
    """An inactive member reads nothing."""
    Member.update(active=0).where(Member.name == "Adam Admin").execute()
    assert named("@adam and @adam@north.example") == []


def a_placeholder(ref: str) -> None:
    """Somebody whom an import named, and who was no member."""
    references.add_placeholder(ref)


def test_it_takes_a_placeholder_by_its_address_and_its_name() -> None:
    """Anywhere in the text; a first name is that of whoever is at work."""
    a_placeholder("dora.dean@north.example")
    a_placeholder("Adam Ant")
    assert named("cc @dora.dean@north.example, and (@Dora.Dean@north.example's)") == [
        ("dora.dean@north.example", "dora.dean@north.example"),
        ("dora.dean@north.example", "Dora.Dean@north.example"),
    ]
    assert named("@adam ant and @adam") == [("Adam Ant", "adam ant"), ("Adam Admin", "adam")]


def test_it_knows_what_mentions_nobody() -> None:
    """Once each, as it is written; not what is no mention."""
    text = "@nobody, @adam, @nobody and @who@north.example. x@north.example `@code`"
    assert mentions.of_nobody(text) == ["nobody", "who@north.example"]
    assert mentions.of_nobody("none") == []


def test_it_reads_a_large_text_in_a_moment() -> None:
    """Full of signs."""
    start = perf_counter()
    assert len(mentions.found("@adam " + "@x y z " * 100_000)) == 1
    assert perf_counter() - start < 10


def test_it_knows_who_is_new() -> None:
    """However somebody is written."""
    one, two = {"member": 1, "written": "a"}, {"member": 2, "written": "b"}
    assert mentions.newly([one], [{"member": 1, "written": "A"}, two, two]) == [2]
