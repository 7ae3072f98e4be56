"""Contacts that nobody has: the same rows for the same numbers, on every machine."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = ("First Name", "Last Name", "Email", "Phone", "Job Title", "Company", "Company Domain", "City", "Country",
          "Lifecycle Stage", "Tier", "Notes")  # fmt: skip
ONE_IN = 100


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    """Ann Bob Carla David Eva Frank Greta Hugo Ines Jan Karin Lars Maria Nils Olga Paul Rita Stefan Tom Ute José
    Zoë Jürgen Łukasz Søren Chloé Marta Emma Noor Emil Lucia Peter Daniela Viktor Amelie Tobias Ingrid Pavel Selma
    Karl"""
)
_LAST = _words(
    """Smith Jones Müller Schmidt Rossi Dubois García Novak Kowalski Andersson Silva Jensen Meyer Weber Fischer
    Bauer Brown Taylor Wilson Evans Olsen Groß Lefevre Horvath Petrov Nielsen Moreau Costa"""
)
_ENDS = _words(
    """ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti
    to"""
)
_TITLES = ("Engineer", "Manager", "Director of Sales", "Buyer", "CTO", "CEO", "Analyst", "Assistant",
           "Head of Marketing", "Accountant", "Consultant", "Team Lead")  # fmt: skip
_CITIES = _words(
    """Berlin Paris London Madrid Roma Praha Wien Oslo København Warszawa Lisboa Dublin Zürich Köln Malmö
    Bruxelles"""
)
_COUNTRIES = ("Germany", "France", "United Kingdom", "Spain", "Italy", "Austria", "Norway", "Poland")
_STAGES = ("lead", "customer", "subscriber", "opportunity")
_BAD = ("nope", "a@", "@b.example", "two words@example.com", "dot.@example.com")
_TALK = _words(
    """met fair called asked price offer again autumn likes green paper needs invoice answer colleague moved new
    office wants demo trial renewal contract signed waiting budget"""
)


def rows(count: int, seed: int = 7) -> Iterator[tuple[str, ...]]:
    """So many contacts of about 210 bytes; one in a hundred with a malformed address, one with an earlier one's."""
    pick = random.Random(seed)
    companies = max(10, count // 10)
    earlier = ""
    for at in range(count):
        first = pick.choice(_FIRST)
        last = pick.choice(_LAST) + "".join(pick.choices(_ENDS, k=pick.randint(0, 3)))
        company = pick.randrange(companies)
        domain = f"{_ENDS[company % len(_ENDS)]}{company}-{seed}.example.com"
        local = fold(f"{first}.{last}").replace(" ", "")
        mail = f"{local}{pick.randrange(100)}.{at}@{domain}"
        chance = pick.randrange(ONE_IN)
        if chance == 0:
            mail = pick.choice(_BAD)
        elif chance == 1 and earlier:
            mail = earlier
        else:
            earlier = mail
        yield (
            first,
            last,
            mail,
            f"+{pick.choice((49, 43, 44, 33))} {pick.randrange(10, 99)} {pick.randrange(10**6, 10**7)}",
            pick.choice(_TITLES),
            f"{_LAST[company % len(_LAST)]} {company} GmbH",
            domain,
            pick.choice(_CITIES),
            pick.choice(_COUNTRIES),
            pick.choice(_STAGES),
            pick.choice(("gold", "silver", "bronze")),
            " ".join(pick.choices(_TALK, k=9)),
        )


def write_csv(path: Path, count: int, seed: int = 7) -> Path:
    """A CSV file of `rows`, made unless it is there."""
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(rows(count, seed))
    return path
