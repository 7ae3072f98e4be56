"""Mentions: @name and @address in a text, as members of the workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smallcrm.models.workspace import Member
from smallcrm.services.values.emails import PLAIN, email_key
from smallcrm.services.values.markdown import without_code
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smallcrm.services.records.parts import Element

_AT = re.compile(r"(?<![\w@.\\])@(?=\w)")
_WORDS = re.compile(r"\S+(?:[ \t]\S+){0,5}")
_AFTER = ".,;:!?)]}>*_~\"'»”…"
"""What may follow a name and is no part of it."""
MAX_WRITTEN = 200
MOST = 100


def found(body: str, before: Sequence[Element] = ()) -> list[Element]:
    """The members whom a text mentions, each with how it is written there; code mentions nobody.

    What a text mentioned before stays as long as it is written so, whatever the member is called by now.
    """
    return _read(body, before)[0]


def of_nobody(body: str, before: Sequence[Element] = ()) -> list[str]:
    """What is written in a text as a mention, and no member is meant by it."""
    return _read(body, before)[1]


def _read(body: str, before: Sequence[Element]) -> tuple[list[Element], list[str]]:
    text = without_code(body)
    chances = [_written(text[at.end() : at.end() + MAX_WRITTEN]) for at in _AT.finditer(text)]
    if not chances:
        return [], []
    kept: dict[str, int] = {str(element["written"]): int(element["member"]) for element in before}
    known = _known({sort_key(written) for chance in chances for written in chance})
    listed: dict[str, int] = {}
    unknown: dict[str, None] = {}
    for chance in chances:
        for written in chance:
            member = kept.get(written) or known.get(sort_key(written))
            if member is not None:
                listed.setdefault(written, member)
                break
        else:
            unknown.setdefault(chance[-1])
    mentioned: list[Element] = [
        {"member": member, "written": written} for written, member in list(listed.items())[:MOST]
    ]
    return mentioned, list(unknown)[:MOST]


def newly(before: Iterable[Element], after: Iterable[Element]) -> list[int]:
    """The members whom a text mentions now and did not before."""
    known = {element["member"] for element in before}
    return list(dict.fromkeys(element["member"] for element in after if element["member"] not in known))


def _written(rest: str) -> list[str]:
    """How the name after a sign may be written, the longest first."""
    words = _WORDS.match(rest)
    parts = re.split("[ \t]", words[0]) if words else []
    chances: dict[str, None] = {}
    for count in range(len(parts), 0, -1):
        whole = " ".join(parts[:count])
        bare = whole.rstrip(_AFTER)
        # A name may end with a full stop, as Jr. does; an address does not.
        chances.update(dict.fromkeys((bare,) if "@" in whole else (whole, bare)))
    address = PLAIN.match(rest)
    if address is not None:
        chances.setdefault(address[0])
    return [chance for chance in chances if chance]


def _known(keys: set[str]) -> Mapping[str, int]:
    """The members by folded name, folded first name where one alone has it, and address.

    Those who are gone are left out. Who is at work comes before a placeholder, which stands for somebody to come.
    """
    rows: list[Any] = list(
        Member.select(Member.id, Member.name_key, Member.email_key, Member.active)
        .where((Member.active == 1) | (Member.placeholder == 1))
        .order_by(Member.active.desc(), Member.id)
        .tuples()
    )
    at_work = {name.partition(" ")[0] for _member, name, _address, active in rows if active}
    firsts: dict[str, list[int]] = {}
    members: dict[str, int] = {}
    for member, name, address, active in rows:
        first = name.partition(" ")[0]
        if active or first not in at_work:
            firsts.setdefault(first, []).append(member)
        members.setdefault(name, member)
        if address:
            members[address] = member
    for first, holders in firsts.items():
        if len(holders) == 1:
            members.setdefault(first, holders[0])
    addresses = {key: address for key in keys if "@" in key and (address := email_key(key))}
    return {key: members[name] for key in keys if (name := addresses.get(key, key)) in members}
