"""Which staged rows are new, which are somebody we know, and which are twice in the file: all set-based.

A row is known by its external id, else by its addresses or domains, else (companies) by its exact name; or by the one
key that the user names. Answers that differ are an error of the row, never a guess. No transaction stands around these
statements: on SQLite it would lock the data, and each of them only writes the staging file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.models.base import State
from smallcrm.models.company import Company, CompanyDomain
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer import custom_rows, further_parts, namesakes, owned, unnamed
from smallcrm.services.transfer.alike import match_alike
from smallcrm.services.transfer.brought import BACK, BARE, NAME, UNNAMED, Brought, by_id
from smallcrm.services.transfer.clashes import tell_holders, tell_namesakes
from smallcrm.services.transfer.folding import settle
from smallcrm.services.transfer.following import follow_known
from smallcrm.services.transfer.hidden import find_trashed
from smallcrm.services.transfer.matching import has_rows, match_by_key, refuse_shared, the_one
from smallcrm.services.transfer.repeats import drop_keys_of_refused, fold_repeats
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import EXTERNAL, KNOWN, Stage, Verdict, column, staged
from smallcrm.services.transfer.vendors import is_unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator


def resolve(stage: Stage, brought: Brought | None = None) -> None:
    """Give every staged row its verdict and, where it is known, its record.

    `brought` is what the files of the same import bring that are written before this one; it counts as known, by the
    ids that are reserved for it.
    """
    rows = stage.rows
    _make_ready(stage)
    _match(stage, brought)
    find_trashed(stage, brought)
    refused, known = rows.select(fn.MAX(rows.verdict), fn.COUNT(rows.target)).tuples().first() or (0, 0)
    if refused:
        drop_keys_of_refused(stage)
    if known:
        stage.seen.add(KNOWN)
        matched = (rows.verdict == Verdict.NEW) & rows.target.is_null(False)
        rows.update({rows.verdict: Verdict.UPDATE}).where(matched).execute()
        follow_known(stage)
    fold_repeats(stage)
    refuse_shared(stage)
    if known and brought is not None:
        _mark_touched(stage, brought)
    _complete(stage, brought)
    _drop_taken(stage)
    further_parts.hold_ids(stage, brought)
    settle(stage)
    if stage.bulk.linked:
        _resolve_companies(stage, brought)
        unnamed.join_bare(stage)
        unknown = stage.companies.target.is_null()
        further_parts.put_first(stage, unknown & ~unnamed.companies_to_make(stage))


def _match(stage: Stage, brought: Brought | None) -> None:
    """Find the records that the rows are about, by the keys that count."""
    terms = stage.terms
    if terms.by_id:
        owned.match_own(stage)
        _match_external(stage, brought)
        further_parts.match_ids(stage, brought)
    _find_holders(stage, brought)
    if terms.by_address:
        _match_keys(stage)
    if terms.by is not By.USUAL:
        match_by_key(stage, brought)
    elif stage.bulk.linked:
        match_alike(stage)
    else:
        _match_name(stage)
        if brought is not None:
            _match_brought(stage, brought)


def _complete(stage: Stage, brought: Brought | None) -> None:
    """See to the fields of the workspace's own: defaults, what must not be missing, what only one may have."""
    custom_rows.add_defaults(stage)
    if custom_rows.refuse_missing(stage):
        drop_keys_of_refused(stage)
    custom_rows.hold(stage, brought)
    custom_rows.find_records(stage)


def _make_ready(stage: Stage) -> None:
    """Index what is looked at by row, and tell the planner how much there is."""
    if staged(stage.keys):
        # The groups of equal addresses come from the index alone.
        stage.door.index(stage.keys, "value", "row", "tenant_id")
    for parts in (stage.keys, stage.phones, stage.tags):
        if staged(parts):
            stage.door.index(parts, "row")
    for table in (stage.rows, stage.keys, stage.companies):
        stage.door.analyze(table)
    custom_rows.make_ready(stage)
    further_parts.make_ready(stage)


def _match_external(stage: Stage, brought: Brought | None) -> None:
    rows = stage.rows
    if EXTERNAL not in stage.seen:
        return
    unknown = rows.ext.is_null(False) & rows.target.is_null()
    if has_rows(ExternalId):
        known = ExternalId.select(ExternalId.record_id).where(
            ExternalId.object == stage.bulk.noun.name,
            ExternalId.source == stage.source,
            ExternalId.key == rows.ext,
            ExternalId.live == 1,
        )
        rows.update({rows.target: known}).where(unknown).execute()
    kind = by_id(stage.bulk.noun.name, stage.source)
    if brought is not None and brought.has(kind):
        rows.update({rows.target: brought.find(kind, rows.ext)}).where(unknown).execute()
    rows.update({rows.sure: 1}).where(rows.target.is_null(False)).execute()


def _mark_touched(stage: Stage, brought: Brought) -> None:
    """Whom an earlier file of the import is about, this one does not overwrite; `first` marks its rows."""
    rows = stage.rows
    told = rows.target.in_(brought.told(stage.bulk.noun.name))
    touched = (rows.verdict == Verdict.UPDATE) & rows.first.is_null() & told
    rows.update({rows.first: 0}).where(touched).execute()


def _find_holders(stage: Stage, brought: Brought | None) -> None:
    """Note who has each address or domain already."""
    keys, model = stage.keys, stage.bulk.keys
    before = brought if brought is not None and brought.has(stage.bulk.field) else None
    if not staged(keys) or not (before or has_rows(model)):
        return
    parent = model._meta.columns[stage.bulk.parent]
    held = model.select(parent).where(model._meta.columns[stage.bulk.key] == keys.value, model.live == 1)
    keys.update({keys.holder: held}).execute()
    if before is not None:
        there = before.find(stage.bulk.field, keys.value)
        keys.update({keys.holder: there}).where(keys.holder.is_null()).execute()


def _match_keys(stage: Stage) -> None:
    rows, keys = stage.rows, stage.keys
    if not staged(keys):
        return
    found = (
        keys.select(keys.row.alias("l"), fn.MIN(keys.holder).alias("low"), fn.MAX(keys.holder).alias("high"))
        .where(keys.holder.is_null(False))
        .group_by(keys.row)
        .alias("found")
    )
    here = rows.seq == found.c.l
    clash = (found.c.low != found.c.high) & rows.target.is_null()
    reason = f"its {stage.bulk.field} belong to several {stage.bulk.noun.plural}"
    if rows.update({rows.verdict: Verdict.REJECTED, rows.reason: reason}).from_(found).where(here, clash).execute():
        tell_holders(stage, reason)
    sure = (found.c.low == found.c.high) & rows.target.is_null()
    if stage.bulk.noun.name == "company" and has_rows(ExternalId):
        # Two companies of one program may share a host; two people of it do not share an address.
        sure &= rows.ext.is_null() | ~fn.EXISTS(_other_id(stage, found.c.low))
    rows.update({rows.target: found.c.low}).from_(found).where(here, sure).execute()


def _other_id(stage: Stage, company: Any) -> Any:
    """The query of the ids that a company has in the program that the file is from."""
    return ExternalId.select(ExternalId.id).where(
        ExternalId.object == "company", ExternalId.source == stage.source, ExternalId.record_id == company
    )


def _match_name(stage: Stage) -> None:
    """Companies are known by their name too, unless an id or a domain says otherwise; several are a doubt.

    Case and spaces do not count, and accents do only among several.
    """
    rows, keys = stage.rows, stage.keys
    if not has_rows(Company):
        return
    hosted = keys.select(keys.seq).where(keys.row == rows.seq)
    has_domain = CompanyDomain.select(CompanyDomain.id).where(CompanyDomain.company == Company.id)
    has_id = ExternalId.select(ExternalId.id).where(
        ExternalId.object == "company", ExternalId.record_id == Company.id, ExternalId.source == stage.source
    )
    may_be = (~fn.EXISTS(hosted) | ~fn.EXISTS(has_domain)) & (rows.ext.is_null() | ~fn.EXISTS(has_id))
    named = (Company.state == State.LIVE) & (Company.name_key == getattr(rows, column("name_key"))) & may_be
    free = rows.target.is_null() & (rows.verdict == Verdict.NEW)
    rows.update({rows.target: Company.select(the_one(Company.id)).where(named)}).where(free).execute()
    several = Company.select(fn.COUNT(Company.id)).where(named) > 1
    namesakes.settle_rows(stage, free & several)
    reason = "several companies have its name"
    unsure = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    if rows.update(unsure).where(free, rows.ext.is_null(), ~fn.EXISTS(hosted), several).execute():
        tell_namesakes(stage, reason)


def _match_brought(stage: Stage, brought: Brought) -> None:
    """Companies of earlier files are known by their name, where the row or the company has nothing else."""
    rows, keys, name_key = stage.rows, stage.keys, stage.own("name_key")
    free = rows.target.is_null() & (rows.verdict == Verdict.NEW)
    only = rows.ext.is_null() & ~fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq))
    for kind, condition in ((NAME, free & only), (BARE, free)):
        if brought.has(kind):
            rows.update({rows.target: brought.find(kind, name_key)}).where(condition).execute()


def _drop_taken(stage: Stage) -> None:
    """A further address or domain that somebody else has, here or earlier in the file, is left out."""
    rows, keys = stage.rows, stage.keys
    if not staged(keys):
        return
    mine = rows.select(rows.target).where(rows.seq == keys.row)
    if has_rows(stage.bulk.keys):
        others = keys.holder.is_null(False) & (fn.COALESCE(mine, 0) != keys.holder)
        keys.update({keys.taken: 1}).where(others).execute()
    if not staged(stage.shared):
        return
    shared = stage.shared.select(stage.shared.value)
    first = (
        keys.select(keys.value.alias("k"), fn.MIN(keys.seq).alias("s"))
        .where(keys.value.in_(shared))
        .group_by(keys.value)
        .having(fn.COUNT(keys.seq) > 1)
        .alias("repeated")
    )
    # Not `>`: SQLite would walk the table by that range once for every repeated value.
    again = keys.join(first, on=(keys.value == first.c.k)).select(keys.seq).where(keys.seq != first.c.s)
    keys.update({keys.taken: 1}).where(keys.seq.in_(again)).execute()


def _resolve_companies(stage: Stage, brought: Brought | None) -> None:
    links = stage.companies
    if not staged(links):
        return
    if has_rows(ExternalId):
        named = ExternalId.select(ExternalId.record_id).where(
            ExternalId.object == "company",
            ExternalId.source == stage.source,
            ExternalId.key == links.ext,
            ExternalId.live == 1,
        )
        links.update({links.target: named}).where(links.ext.is_null(False)).execute()
    if has_rows(CompanyDomain):
        hosts = CompanyDomain.select(CompanyDomain.company).where(
            CompanyDomain.domain == links.domain, CompanyDomain.live == 1
        )
        # A company of another id is another, whatever its domain.
        own = links.ext.is_null() | ~fn.EXISTS(_other_id(stage, CompanyDomain.company))
        hosted = links.target.is_null() & links.domain.is_null(False)
        links.update({links.target: hosts.where(own)}).where(hosted).execute()
        links.update({links.domain: None}).where(hosted, fn.EXISTS(hosts)).execute()
    unknown = links.target.is_null()
    bare = unknown & links.domain.is_null() & links.name_key.is_null(False)
    if has_rows(Company):
        own = links.ext.is_null() | ~fn.EXISTS(_other_id(stage, Company.id))
        named = (Company.state == State.LIVE) & (Company.name_key == links.name_key)
        links.update({links.target: Company.select(the_one(Company.id)).where(named, own)}).where(bare).execute()
        several = Company.select(fn.COUNT(Company.id)).where(named, own) > 1
        namesakes.settle_links(stage, bare & several)
        unnamed.leave_doubtful(stage, bare & links.ext.is_null() & several)
    if brought is None:
        return
    by_ids = [by_id("company", stage.source), *([UNNAMED] if is_unnamed(stage.source) else [])]
    for kind, key, some in (
        *((kind, links.ext, unknown & links.ext.is_null(False)) for kind in by_ids),
        ("domains", links.domain, unknown & links.domain.is_null(False)),
        (NAME, links.name_key, bare),
    ):
        if brought.has(kind):
            links.update({links.target: brought.find(kind, key)}).where(some).execute()
    _resolve_companies_back(stage, brought)


def _resolve_companies_back(stage: Stage, brought: Brought) -> None:
    """The companies named here that an earlier file of the import takes out of the trash."""
    if not brought.has(BACK):
        return
    links, back = stage.companies, brought.back("company")
    unknown = links.target.is_null()
    named = ExternalId.select(fn.MIN(ExternalId.record_id)).where(
        ExternalId.object == "company",
        ExternalId.source == stage.source,
        ExternalId.key == links.ext,
        ExternalId.record_id.in_(back),
    )
    links.update({links.target: named}).where(unknown, links.ext.is_null(False)).execute()
    hosts = CompanyDomain.select(fn.MIN(CompanyDomain.company)).where(
        CompanyDomain.domain == links.domain, CompanyDomain.company.in_(back)
    )
    links.update({links.target: hosts}).where(unknown, links.domain.is_null(False)).execute()
    same = Company.select(the_one(Company.id)).where(Company.name_key == links.name_key, Company.id.in_(back))
    bare = links.domain.is_null() & links.name_key.is_null(False)
    links.update({links.target: same}).where(unknown, bare).execute()


def number_new(table: Any, new: Any) -> tuple[int, int, Any]:
    """How many rows of a staging table are new, how many numbers they need, and the column that counts them.

    Where most rows are new they keep the places they have in the file: a few numbers stay unused, and nothing is
    written.
    """
    total: int = table.select(fn.MAX(table.seq)).scalar() or 0
    number: int = table.select(table.seq).where(new).count()
    if number * 2 > total:
        return number, total, table.seq
    ranked = (
        table.select(table.seq.alias("s"), fn.ROW_NUMBER().over(order_by=[table.seq]).alias("rank"))
        .where(new)
        .alias("ranked")
    )
    table.update({table.n: ranked.c.rank}).from_(ranked).where(table.seq == ranked.c.s).execute()
    return number, number, table.n


def counts(stage: Stage) -> dict[Verdict, int]:
    """How many rows there are of each verdict."""
    rows = stage.rows
    query = rows.select(rows.verdict, fn.COUNT(rows.seq)).group_by(rows.verdict).tuples()
    return {Verdict(verdict): number for verdict, number in query}


def walk(stage: Stage, verdict: Verdict, size: int = 500) -> Iterator[list[dict[str, Any]]]:
    """The staged rows of one verdict, in the order of the file, a batch at a time."""
    rows, after = stage.rows, 0
    while True:
        chosen = (rows.verdict == verdict) & (rows.seq > after)
        batch = list(rows.select().where(chosen).order_by(rows.seq).limit(size).dicts())
        if not batch:
            return
        yield batch
        after = batch[-1]["seq"]
