"""How likely deals are, and what they come to: by currency, weighted and not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.models.pipeline import Stage
from smallcrm.services.pipelines import CERTAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.schema import Values

NO_AMOUNT = ""


@dataclass(frozen=True, slots=True)
class Total:
    """Some deals of one currency: how many, and their amounts in minor units, as they are and by probability."""

    deals: int
    amount: int
    weighted: int


def probabilities(deals: Sequence[Values]) -> dict[int, int]:
    """How likely each deal is, in percent: what was said of it, else what its stage says; decided is decided."""
    wanted = sorted({deal["stage"] for deal in deals})
    rows: Any = Stage.select(Stage.id, Stage.kind, Stage.probability).where(Stage.id.in_(wanted)).tuples()
    stages = {row[0]: (row[1], row[2]) for row in rows} if wanted else {}
    return {deal["id"]: _probability(deal["probability"], *stages[deal["stage"]]) for deal in deals}


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


def totals(deals: Iterable[Values]) -> dict[str, Total]:
    """What deals come to in each currency, which are never added; those without an amount are under NO_AMOUNT."""
    listed = list(deals)
    likely = probabilities(listed)
    found: dict[str, tuple[int, int, int]] = {}
    for deal in listed:
        money = deal["amount"] or {"amount": 0, "currency": NO_AMOUNT}
        count, amount, weighted = found.get(money["currency"], (0, 0, 0))
        more = money["amount"]
        found[money["currency"]] = (count + 1, amount + more, weighted + more * likely[deal["id"]])
    return {code: Total(count, amount, _rounded(weighted)) for code, (count, amount, weighted) in found.items()}


def _rounded(hundredths: int) -> int:
    """A sum of amounts times percents, rounded once, a half to the even side."""
    whole, rest = divmod(hundredths, 100)
    return whole + (rest > 50 or (rest == 50 and whole % 2 == 1))  # noqa: PLR2004
