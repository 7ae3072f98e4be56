"""What was said of a shape of file before: used again where nothing else is said, and kept after an import."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.services import mappings
from smallcrm.services.records import schema
from smallcrm.services.transfer import detecting
from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.tables import ADDED
from smallcrm.services.values.dates import DateOrder
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.mapping import Mapping, Target
    from smallcrm.services.transfer.report import Report
    from smallcrm.services.transfer.tables import Table


def shape_of(table: Table) -> str:
    """What tells one shape of file from another: the names of its columns, in any order; empty where it has none."""
    if not table.has_header:
        return ""
    keys = sorted(key_of(column) for column in table.columns if column not in ADDED)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


@dataclass
class Memory:
    """What is known of the shapes of some tables, and what is said of them now."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[str, tuple[Table, detecting.Options]] = field(default_factory=dict)
    used: dict[int, int] = field(default_factory=dict)

    def over(self, table: Table, options: detecting.Options) -> detecting.Options:
        """What the user says of a table, with what was said of its shape before where nothing is said now."""
        shape = shape_of(table)
        known = self.known.get(shape)
        if known is None or (options.noun and options.noun != known["noun"]):
            return options
        self.used[id(table)] = number_of(known["id"])
        before = _spelled(mappings.targets_of((known["columns"] or "").splitlines()), table)
        now = {fold(header) for header in options.targets}
        kept = {header: target for header, target in before.items() if fold(header) not in now}
        order = options.date_order or (DateOrder(known["date_order"]) if known["date_order"] else None)
        return replace(
            options,
            noun=options.noun or known["noun"],
            targets={**kept, **options.targets},
            date_order=order,
            decimal=options.decimal or known["decimal"],
        )

    def note(self, table: Table, given: detecting.Options) -> None:
        """Note what the user said of a table, where anything is."""
        noun = given.noun and given.noun != detecting.plainly(table)
        if noun and set(ADDED) <= set(table.columns):
            # What rejected rows are is not what the rows are that were taken.
            return
        if shape_of(table) and (noun or given.targets or given.date_order or given.decimal):
            self.said[shape_of(table)] = table, given

    def number(self, table: Table) -> int | None:
        """The number of the mapping that a table is read by."""
        return self.used.get(id(table))


def _spelled(kept: dict[str, str], table: Table) -> dict[str, str]:
    """Kept targets by the names that their columns have in a table of the shape, which may be spelled otherwise."""
    names = {fold(column): column for column in table.columns}
    said = set(map(fold, kept))
    free: dict[str, list[str]] = {}
    for column in table.columns:
        if fold(column) not in said:
            free.setdefault(key_of(column), []).append(column)
    found: dict[str, str] = {}
    for header, target in kept.items():
        others = free.get(key_of(header), [])
        # Of several that are spelled so much alike nobody can tell which one was meant.
        name = names.get(fold(header)) or (others[0] if len(others) == 1 else None)
        if name is not None:
            found[name] = target
    return found


def memory_of(tables: Sequence[Table]) -> Memory:
    """What is known of the shapes of these tables."""
    shapes = {shape for shape in map(shape_of, tables) if shape}
    return Memory(mappings.of_shapes(shapes) if shapes else {})


def keep(op: Operation, memory: Memory, found: Sequence[tuple[Table, Mapping]]) -> list[int]:
    """Keep what was said of the tables that were imported; gives the numbers of the mappings that are new or other."""
    kept: list[int] = []
    nouns = {shape_of(table): mapping.noun for table, mapping in found}
    # Others may have kept or deleted some since the files were recognised.
    now = memory_of([table for table, _given in memory.said.values()])
    for shape, (table, given) in memory.said.items():
        if shape not in nouns:
            continue
        options = now.over(table, given)
        values = {
            "noun": options.noun or nouns[shape],
            "columns": mappings.lines_of(options.targets) or None,
            "date_order": None if options.date_order is None else str(options.date_order),
            "decimal": options.decimal,
        }
        known = now.known.get(shape)
        if known is None:
            plural = schema.noun(values["noun"] or "").plural
            named = {"name": f"{plural} as in {table.name}"[:200], "shape": shape}
            kept.append(number_of(op.create(mappings.MAPPING, {**values, **named})))
        elif any(known[key] != value for key, value in values.items()):
            op.update(mappings.MAPPING, known["id"], values)
            kept.append(number_of(known["id"]))
    return kept


def as_lines(report: Report) -> list[str]:
    """Where every column of every file goes, as lines that --map @FILE takes; a remark before those of each file."""
    lines: list[str] = []
    for file in report.files:
        targets = {column.header: _spec(column.target) for column in file.mapping.columns}
        targets |= {column.header: "-" for column in file.mapping.unmapped}
        ordered = {header: targets[header] for header in file.table.columns if header in targets}
        lines += [f"# {file.name}: {schema.noun(file.noun).plural}", *mappings.written(ordered)]
    return lines


def _spec(target: Target) -> str:
    return ":".join(filter(None, (target.field, target.block, target.part)))
