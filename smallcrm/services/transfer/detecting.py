"""What a table is and where its columns go, without being told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from smallcrm.errors import Unrecognised, UsageError
from smallcrm.services.records.schema import Kind, unknown
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.transfer.aliases import TABLES, WORK, fields_of, target_of
from smallcrm.services.transfer.aside import aside_rows
from smallcrm.services.transfer.customs import fields_by_header
from smallcrm.services.transfer.headers import SHOWN_NAME, key_of
from smallcrm.services.transfer.inference import Ambiguity, Given, decide
from smallcrm.services.transfer.mapping import ColumnTarget, Mapping, RowFilter, Target, UnmappedColumn
from smallcrm.services.transfer.readers.ours import BESIDE
from smallcrm.services.transfer.refining import refine
from smallcrm.services.transfer.scoring import ENOUGH, Score, name_people, score
from smallcrm.services.transfer.tables import OURS, SEPARATOR
from smallcrm.services.transfer.vendors import OWN, source_of
from smallcrm.services.values.listing import listed
from smallcrm.text import fold, truncate

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from smallcrm.services.records.schema import Field
    from smallcrm.services.transfer.reading import Table
    from smallcrm.services.values.dates import DateOrder

CLEARLY = 0.5
_OTHERS = {"product": "products", "invoice": "invoices"}
_KIND_COLUMNS = frozenset(("companytype", "isacompany", "iscompany", "contacttype", "recordtype", "typ", "type", "art"))
_COMPANY_WORDS = listed(
    """
    company organization organisation business firma unternehmen firm empresa societe 1 true yes
    """
)
_PERSON_WORDS = listed(
    """
    individual person contact privat private privatperson particulier 0 false no
    """
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said; everything else is found out."""

    noun: str | None = None
    date_order: DateOrder | None = None
    decimal: str | None = None
    currency: str = "EUR"
    source: str | None = None
    targets: Dictionary[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a table is: its mappings, what spoke for which kind of record, and what only the user can tell."""

    mappings: tuple[Mapping, ...]
    scores: tuple[Score, ...]
    ambiguities: tuple[Ambiguity, ...]


def recognise(table: Table, options: Options = Options()) -> Recognition:
    """The mappings of a table; UsageError where it is not clear what its rows are."""
    scores = score(table.columns, table.sample, _stem(table.name))
    if options.noun and options.noun not in TABLES:
        raise UsageError(f"Records of kind {options.noun!r} cannot be imported.", hint=f"--as {', '.join(TABLES)}")
    guessed = _without_header(table) if not table.has_header else {}
    noun = options.noun or ("contact" if guessed else _chosen(table, scores, options))
    split = None if options.noun or noun in WORK else _kind_column(table)
    nouns = ("company", "contact") if split else (noun,)
    mappings: list[Mapping] = []
    questions: dict[str, Ambiguity] = {}
    for name in nouns:
        found_columns = _targets(table, name, options, guessed)
        own = [column for column in found_columns if column.custom]
        columns = [*refine(name, [column for column in found_columns if not column.custom], table), *own]
        # A table that was made of objects has no line with its header, and cells that its reader wrote.
        is_own = source_of(table.columns) == OWN
        guarded, ours = is_own and table.header_line > 0, is_own and (table.header_line > 0 or table.exact)
        # smallCRM writes numbers with a point and the year first; its figures leave nothing open.
        given = Given(options.date_order, options.decimal or ("." if ours else None), options.currency)
        columns, found = decide(table, columns, given)
        questions |= {question.column: question for question in found}
        only = replace(split, keep=name == "company") if split else None
        source = options.source or source_of(table.columns)
        unmapped = _unmapped(table, columns, split, options)
        if is_own:
            unmapped = _without_derived(name, unmapped)
        skipped = {column.index for column in unmapped if column.skipped}
        aside = aside_rows(name, table.columns, skipped | {column.index for column in columns})
        mappings.append(Mapping(name, source, tuple(columns), unmapped, only, aside, ours, guarded))
    return Recognition(tuple(mappings), scores, tuple(questions.values()))


def plainly(table: Table) -> str | None:
    """The kind of record that a table holds without any doubt, whether it can be imported or not."""
    best, second = score(table.columns, table.sample, _stem(table.name))[:2]
    return best.noun if best.score >= ENOUGH and best.score - second.score >= CLEARLY else None


def _stem(name: str) -> str:
    """What the name of a table says of its rows: of a sheet its own name, of a file the name without its ending."""
    last = name.rpartition(SEPARATOR)[2]
    return last.rpartition(".")[0] or last


def _chosen(table: Table, scores: tuple[Score, ...], options: Options) -> str:
    """The kind of record with the best score; UsageError names what the table looks like instead."""
    best = scores[0]
    close = next(found for found in scores if found.noun in TABLES and found.noun != best.noun)
    told = best.score >= ENOUGH and best.score - close.score >= CLEARLY
    if best.noun in TABLES and (told or options.targets):
        return best.noun
    file = table.name.partition(SEPARATOR)[0]
    hint = f"smallcrm import {file} --as contact"
    if best.noun not in TABLES and best.score >= ENOUGH:
        seen = f"it looks like {_OTHERS[best.noun]} ({best.reason})"
        raise Unrecognised(f"{table.name} holds no records of a CRM; {seen}.", hint=hint)
    names = [truncate(name, SHOWN_NAME) for name in table.columns[:6]]
    shown = ", ".join(names) + (" …" if len(table.columns) > len(names) else "")
    raise Unrecognised(f"{table.name}: it is not clear what the rows are. The columns are {shown}.", hint=hint)


def _targets(table: Table, noun: str, options: Options, guessed: dict[int, Target]) -> list[ColumnTarget]:
    """The target of each column that has one, the user's word before everything."""
    said = {fold(header): spec for header, spec in options.targets.items()}
    names = [fold(column) for column in table.columns]
    for header in said.keys() - set(names):
        raise UsageError(
            f"{table.name} has no column {header!r}.", hint="Its columns are " + ", ".join(table.columns[:20])
        )
    columns: list[ColumnTarget] = []
    customs, is_own = fields_by_header(noun), source_of(table.columns) == OWN
    for index, header in enumerate(table.columns):
        spec = said.get(names[index])
        if header in OURS and not spec:
            continue
        own = customs.get(key_of(spec or header))
        target = Target(own.key) if own else None
        target = target or (_named(noun, spec, customs) if spec else guessed.get(index) or target_of(noun, header))
        # What another program calls the source of a ticket is its channel; ours has both.
        if is_own and not spec and target and target.field != header and header in fields_of(noun):
            target = Target(header)
        if target and target.field and target.field != "-":
            why = "--map" if spec else "by its values" if index in guessed and not own else "by its name"
            columns.append(ColumnTarget(index, header, target, why=why, custom=own))
    return columns


def _named(noun: str, spec: str, customs: Dictionary[str, Field]) -> Target:
    """The target that the user names; UsageError with the nearest field for one that does not exist."""
    target = Target.parse(spec)
    known = fields_of(noun) | {"-"} | {field.key for field in customs.values()}
    if target.field not in known:
        raise unknown("field", target.field, tuple(sorted(known)), '--map "HEADER=FIELD", or "HEADER=-" to skip it')
    return target


def refuse_unknown(noun: str, spec: str) -> None:
    """Raise UsageError for a target of a noun's columns that does not exist."""
    customs = fields_by_header(noun)
    if key_of(spec) not in customs:
        _named(noun, spec, customs)


def _without_header(table: Table) -> dict[int, Target]:
    """Targets told by the values of columns that have no name."""
    from smallcrm.services.transfer.refining import kind_of_values

    found: dict[int, Target] = {}
    for index in range(len(table.columns)):
        kind = kind_of_values([row[index] for row in table.sample[:200]])
        if kind:
            found[index] = Target(kind)
    if "emails" not in {target.field for target in found.values()}:
        return {}
    for index in range(len(table.columns)):
        if index not in found and name_people([row[index] for row in table.sample[:200]]):
            found[index] = Target("name")
            break
    return found


def _kind_column(table: Table) -> RowFilter | None:
    """The column that says of each row whether it is a company or a person, if the rows are both."""
    for index, header in enumerate(table.columns):
        if key_of(header) not in _KIND_COLUMNS:
            continue
        words = Counter(fold(row[index].strip()) for row in table.sample if row[index].strip())
        told = set(words) & (
            _COMPANY_WORDS - {"1", "true", "yes"} if key_of(header) in ("typ", "type", "art") else _COMPANY_WORDS
        )
        if told and set(words) & _PERSON_WORDS and set(words) <= _COMPANY_WORDS | _PERSON_WORDS:
            return RowFilter(index, frozenset(told), keep=True)
    return None


def _without_derived(noun: str, unmapped: tuple[UnmappedColumn, ...]) -> tuple[UnmappedColumn, ...]:
    """The columns of our own export that go nowhere, without those that follow from others or from what happened."""
    known = noun_of(noun).by_key
    fields = {field.key: field for field in known.values() if not field.custom}
    derived = {key for key, field in fields.items() if field.computed or field.kind is Kind.LOG}
    derived |= {f"{key}{BESIDE}" for key, field in known.items() if field.kind is Kind.MONEY}
    return tuple(replace(column, ours=column.header in fields) for column in unmapped if column.header not in derived)


def _unmapped(
    table: Table, columns: list[ColumnTarget], split: RowFilter | None, options: Options
) -> tuple[UnmappedColumn, ...]:
    skipped = {fold(header) for header, spec in options.targets.items() if spec == "-"}
    used = {column.index for column in columns} | ({split.index} if split else set())
    found: list[UnmappedColumn] = []
    for index, header in enumerate(table.columns):
        if index not in used and header not in OURS:
            values = [row[index].strip() for row in table.sample if row[index].strip()]
            samples = tuple(dict.fromkeys(values))[:2]
            found.append(
                UnmappedColumn(index, header, len(values), len(table.sample), samples, fold(header) in skipped)
            )
    return tuple(found)
