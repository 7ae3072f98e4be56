"""What a workspace takes for granted where a person types an amount or a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locale:
    """The currency of amounts without one, and the zone of times without one."""

    currency: str = "EUR"
    zone: str = "UTC"
