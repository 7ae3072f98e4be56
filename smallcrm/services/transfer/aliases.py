"""What other programs call the columns of each noun; one table per noun, as data.

A line is `target: name, name, …`; a target is `field` or `field:part`. Names are compared without case,
accents, spaces and marks. Addresses, phones and e-mails with their many labels are not listed: `grammar`
    reads them.
"""

from __future__ import annotations

from functools import cache, lru_cache

from smallcrm.services.transfer.denominations import without_currency
from smallcrm.services.transfer.grammar import read_label
from smallcrm.services.transfer.headers import LOOK, key_of, words_of
from smallcrm.services.transfer.known_headers import COMPANY, CONTACT
from smallcrm.services.transfer.known_work_headers import ACTIVITY, DEAL, TICKET
from smallcrm.services.transfer.mapping import Target
from smallcrm.services.values.listing import listed

TABLES = {"company": COMPANY, "contact": CONTACT, "deal": DEAL, "ticket": TICKET, "activity": ACTIVITY}
WORK = frozenset(("deal", "ticket", "activity"))
"""The nouns of the work with people and companies, rather than those themselves."""

# Read word by word from a header (grammar.py), so that no line of a table names them all.
_BY_GRAMMAR = {"emails", "phones", "address"}


def fields_of(noun: str) -> frozenset[str]:
    """The fields that a column of a noun's file can go to, as `--map` names them."""
    listed_here = {line.partition(":")[0].strip() for line in TABLES[noun].splitlines() if ":" in line}
    return frozenset(listed_here if noun in WORK else listed_here | _BY_GRAMMAR)


ENTITIES = {
    "company": listed(
        """
    company organization organisation account firma
    """
    ),
    "contact": listed(
        """
    person contact lead customer client
    """
    ),
    "deal": frozenset(["deal", "opportunity", "potential"]),
    "ticket": frozenset(["ticket", "case", "issue"]),
    "activity": listed(
        """
    activity task event meeting call interaction appointment
    """
    ),
}
_SITES = listed(
    """
    website web homepage url webseite www
    """
)
_SITE_WORDS = _SITES | listed(
    """
    work home page other profile personal business company blog value address adresse site
    """
)
AMOUNTS = frozenset(("amount", "revenue"))
"""The fields with an amount of money."""
_CONVERTED = 40
_WEAK = frozenset(["occupation", "profession", "beruf"])


@cache
def table_of(noun: str) -> dict[str, Target]:
    """The known names of a noun's columns, in the form of `key_of`."""
    found: dict[str, Target] = {}
    for line in TABLES[noun].replace(",\n", ",").splitlines():
        spec, _colon, names = line.partition(": ")
        target = Target.parse(spec)
        for rank, name in enumerate(names.split(",")):
            if key := key_of(name):
                found.setdefault(key, target if key not in _WEAK else target.at(50 + rank))
    return found


def target_of(noun: str, header: str) -> Target | None:
    """What a column of that name holds for this noun; None if nothing is known of it."""
    return _target_of(noun, header[:LOOK]) or _amount_of(noun, header[:LOOK])


def _amount_of(noun: str, header: str) -> Target | None:
    """A column of amounts whose name says their currency; one that says none counts before it."""
    bare = without_currency(header)
    found = _target_of(noun, bare) if bare else None
    return found.at(_CONVERTED) if found and found.field in AMOUNTS else None


@lru_cache(maxsize=1 << 15)
def _target_of(noun: str, header: str) -> Target | None:
    table = table_of(noun)
    words = words_of(header).split()
    shown = table.get("".join(words))
    if shown or not words:
        return shown
    bare = words[1:] if words[0] in ENTITIES[noun] and len(words) > 1 else words
    if noun in WORK:
        return table.get("".join(bare)) or _more_tags(table, words) or _address_of_person(bare)
    known = table.get("".join(bare)) if bare != words else _site(words)
    if known or (found := read_label(bare)) is None:
        return known or _without_numbers(table, bare)
    if found.field == "emails" and noun == "company":
        return None if found.part == "label" else Target("domains", "email", 50 + found.rank)
    return found


def _more_tags(table: dict[str, Target], words: list[str]) -> Target | None:
    """One more column of tags, as in `Labels (2)`."""
    found = _without_numbers(table, words)
    return found if found and found.field == "tags" else None


def _address_of_person(words: list[str]) -> Target | None:
    """A column of e-mail addresses: those of who the work is for."""
    found = read_label(words)
    return Target("contact", "email", 50 + found.rank) if found and found.field == "emails" else None


def _site(words: list[str]) -> Target | None:
    """A web address with a label, as in `Website Work` and `Personal Web Page`."""
    rest = [word for word in words if not word.isdecimal()]
    if not _SITES.intersection(rest) or not _SITE_WORDS.issuperset(rest):
        return None
    return Target("website", "", 10 + next((int(word[:2]) for word in words if word.isdecimal()), 0))


def is_known(header: str) -> bool:
    """Whether any noun has a column of that name."""
    return bool(header) and any(target_of(noun, header) for noun in TABLES)


def _without_numbers(table: dict[str, Target], words: list[str]) -> Target | None:
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 3]  # noqa: PLR2004
    if len(numbers) != 1:
        return None
    found = table.get("".join(word for word in words if not word.isdecimal() and word != "value"))
    return found and found.at(numbers[0])
