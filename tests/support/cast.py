"""The cast: two workspaces that must never meet, and everyone who may knock at their doors."""

from __future__ import annotations

from dataclasses import dataclass

from smallcrm.services.values.locale import Locale


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role in one workspace, or with none."""

    name: str
    email: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace as it is created."""

    name: str
    currency: str
    zone: str


NORTH = Place("North", "EUR", "Europe/Berlin")
SOUTH = Place("South", "USD", "America/New_York")

OLGA = Person("Olga Owner", "olga@north.example", "owner")
ADAM = Person("Adam Admin", "adam@north.example", "admin")
MARA = Person("Mara Member", "mara@north.example", "member")
RUTH = Person("Ruth Reader", "ruth@north.example", "reader")
STAN = Person("Stan Stranger", "stan@south.example", None)

MEMBERS = (OLGA, ADAM, MARA, RUTH)
EVERYONE = (*MEMBERS, STAN)

EUR = Locale("EUR", NORTH.zone)
