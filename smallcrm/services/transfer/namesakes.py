"""Companies that are alike by name but for their accents: which one is meant by a row that says nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from peewee import fn

from smallcrm.models.company import CompanyDomain
from smallcrm.services.transfer.staging import column
from smallcrm.services.transfer.whose import closest
from smallcrm.services.transfer.work import lookups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.staging import Stage


class _Doubt(NamedTuple):
    """A staged row, or a company that rows name, of whose name there are several companies."""

    seq: int
    name: str
    name_key: str
    external: str | None
    hosted: int = 0


def settle_rows(stage: Stage, doubtful: Any) -> None:
    """Let rows of companies be about the one company that has their very name."""
    rows, keys = stage.rows, stage.keys
    hosts = keys.select(fn.COUNT(keys.seq)).where(keys.row == rows.seq)
    found = rows.select(rows.seq, getattr(rows, column("name")), getattr(rows, column("name_key")), rows.ext, hosts)
    _settle(stage, rows, [_Doubt(*row) for row in found.where(doubtful).tuples()])


def settle_links(stage: Stage, doubtful: Any) -> None:
    """Let the companies that rows of people name be those that have their very names."""
    links = stage.companies
    found = links.select(links.seq, links.title, links.name_key, links.ext).where(doubtful)
    _settle(stage, links, [_Doubt(*row) for row in found.tuples()])


def _settle(stage: Stage, table: Any, doubts: Sequence[_Doubt]) -> None:
    alike = lookups.by_name("company", (doubt.name_key for doubt in doubts))
    several = [company for companies in alike.values() for company in companies]
    names, claimed = lookups.names_of("company", several), lookups.with_id("company", stage.source, several)
    hosted = _with_domains(several)
    for doubt in doubts:
        others = (claimed if doubt.external else set()) | (hosted if doubt.hosted else set())
        meant = closest(doubt.name, [one for one in alike[doubt.name_key] if one not in others], names)
        if len(meant) == 1:
            table.update({table.target: meant[0]}).where(table.seq == doubt.seq).execute()


def _with_domains(companies: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in lookups.some_of(companies):
        rows: Any = CompanyDomain.select(CompanyDomain.company).where(CompanyDomain.company.in_(some))
        found.update(row[0] for row in rows.tuples())
    return found
