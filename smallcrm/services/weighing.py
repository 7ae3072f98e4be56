"""How likely deals are, and what they come to: by currency, weighted and not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.models.base import State
from smallcrm.models.deal import Deal
from smallcrm.models.pipeline import Stage
from smallcrm.services.pipelines import CERTAIN
from smallcrm.services.records.documents import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Values

NO_AMOUNT = ""
_HALF = 1 << 32


@dataclass(frozen=True, slots=True)
class Total:
    """Some deals of one currency: how many, and their amounts in minor units, as they are and by probability."""

    deals: int
    amount: int
    weighted: int


def probabilities(deals: Sequence[Values]) -> dict[int, int]:
    """How likely each deal is, in percent: what was said of it, else what its stage says; decided is decided."""
    stages = _stages({deal["stage"] for deal in deals})
    return {deal["id"]: _probability(deal["probability"], *stages[deal["stage"]]) for deal in deals}


def _stages(wanted: set[int]) -> dict[int, tuple[str, int]]:
    """The kind and the usual probability of some stages."""
    rows: Any = Stage.select(Stage.id, Stage.kind, Stage.probability).where(Stage.id.in_(sorted(wanted))).tuples()
    return {row[0]: (row[1], row[2]) for row in rows} if wanted else {}


def _probability(said: int | None, kind: str, usual: int) -> int:
    if kind in CERTAIN:
        return CERTAIN[kind]
    # Nothing said is not 0 percent.
    return usual if said is None else said


def probability_sql(row: Any) -> Any:
    """The same in SQL, for the deals of `row`."""
    stage = Stage.alias()
    decided = tuple((stage.kind == kind, percent) for kind, percent in CERTAIN.items())
    said = pw.Case(None, decided, pw.fn.COALESCE(row.probability, stage.probability))
    # A query inside a list has an order and a comparison like any value.
    return pw.NodeList((stage.select(said).where(stage.id == row.stage_id),))


def totals(*which: Any) -> dict[int, tuple[int, dict[str, Total]]]:
    """By stage how many of these live deals are in it, and what they come to in each currency, which are never added.

    Those without an amount are under NO_AMOUNT.
    """
    # Halves of a number of 64 bits, since the sum of several may need more.
    high = Deal.amount_amount / _HALF
    parts = (pw.fn.SUM(high), pw.fn.SUM(Deal.amount_amount - high * _HALF))
    said = (Deal.stage, Deal.amount_currency, Deal.probability)
    query = Deal.select(*said, pw.fn.COUNT(Deal.id), *parts).where(Deal.state == State.LIVE, *which).group_by(*said)
    rows = fetch(query)
    stages = _stages({row[0] for row in rows})
    found: dict[int, dict[str, tuple[int, int, int]]] = {}
    for stage, currency, probability, deals, high, low in rows:
        more = int(high or 0) * _HALF + int(low or 0)
        sums = found.setdefault(stage, {})
        count, amount, weighted = sums.get(currency or NO_AMOUNT, (0, 0, 0))
        likely = _probability(probability, *stages[stage])
        sums[currency or NO_AMOUNT] = (count + deals, amount + more, weighted + more * likely)
    return {
        stage: (
            sum(count for count, _amount, _weighted in sums.values()),
            {code: Total(count, amount, _rounded(weighted)) for code, (count, amount, weighted) in sums.items()},
        )
        for stage, sums in found.items()
    }


def _rounded(hundredths: int) -> int:
    """A sum of amounts times percents, rounded once, a half to the even side."""
    whole, rest = divmod(hundredths, 100)
    return whole + (rest > 50 or (rest == 50 and whole % 2 == 1))  # noqa: PLR2004
