"""Second thoughts about targets: what names alone get wrong, corrected by the other columns and by values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from smallcrm.services.transfer.aliases import WORK
from smallcrm.services.transfer.headers import key_of, words_of
from smallcrm.services.transfer.mapping import ColumnTarget, Target
from smallcrm.services.transfer.scoring import BUSINESS
from smallcrm.services.transfer.vendors import OWN, source_of
from smallcrm.services.values.domains import normalise_domain
from smallcrm.services.values.emails import email_key
from smallcrm.services.values.listing import listed
from smallcrm.services.values.words import is_empty, lifecycle_of, parse_bool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.transfer.reading import Table

_PHONE = re.compile(r"\+?[\d\s().\-/x]{7,25}")
_LATER = re.compile(r" \(\d+\)$")
_MANY = frozenset(("emails", "phones", "tags"))
# Where a program keeps a record for other programs, which is nobody's website.
_INTERFACE = re.compile(r"/api/|/services/data/|\.json$", re.IGNORECASE)
_OWNERS = frozenset(("owner", "assignee"))
_LISTS_OF_OURS = frozenset((("companies", ""), ("external_ids", ""), ("links", "listed")))
_OURS = frozenset((OWN, "vcard"))
_BARE = frozenset(("title", "name", "summary", "titel", "titre", "titolo", "nazev"))
# What somebody may do in a program is no job.
_RIGHTS = listed(
    """
    admin administrator superadmin agent lightagent enduser user poweruser guest viewer editor contributor
    """
)
# What programs call those they work for, be they people or companies.
_CLIENTS = listed("kunde kunden client clients customer customers cliente clienti klant klanten klient zakaznik")
_TURNED = re.compile(r"[^\W\d_][\w'\u2019. -]*, [^\W\d_][\w'\u2019. -]*")
_LABELLED = re.compile(r" (?:type|label)$")


def refine(noun: str, columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """The columns that keep a target, with the target that the whole table suggests."""
    columns = _own_ids(_named_owners(_of_ours(columns, table)), table)
    if noun in WORK:
        return _addressed(_plainly_titled(columns), table)
    for step in (_one_name, _labels, _counties, _countries, _birthdays, _titles, _whole_names, _checked, _single):
        columns = step(noun, columns, table)
    return columns


def _of_ours(columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """The columns without lists that only smallCRM writes so that they can be taken apart, in a file that is not its.

    What is called `Companies` elsewhere may be one company with a comma in its name.
    """
    if not any(map(_is_list_of_ours, columns)) or source_of(table.columns) in _OURS:
        return columns
    return [column for column in columns if not _is_list_of_ours(column) or column.why == "--map"]


def _is_list_of_ours(column: ColumnTarget) -> bool:
    return (column.target.field, column.target.part) in _LISTS_OF_OURS


def _plainly_titled(columns: list[ColumnTarget]) -> list[ColumnTarget]:
    """The columns without a bare `Title` or `Name` beside one that is plainly the title of the work.

    Where the rows say more of the person whom they are about, a bare `Title` is the job of that person.
    """
    titles = [column for column in columns if column.target.field in ("name", "subject")]
    bare = [column for column in titles if key_of(column.header) in _BARE and column.why != "--map"]
    if len(bare) == len(titles):
        return columns
    person = any((column.target.field, column.target.part) == ("contact", "name") for column in columns)
    jobs = [column for column in bare if person and key_of(column.header) == "title"]
    kept = [_with(column, field="contact", part="title") if column in jobs else column for column in columns]
    return [column for column in kept if column not in bare]


def _named_owners(columns: list[ColumnTarget]) -> list[ColumnTarget]:
    """Owners by their names, where a column beside has only their ids in another program."""
    owners = [column for column in columns if column.target.field in _OWNERS]
    ids = [column for column in owners if words_of(column.header).split()[-1:] == ["id"] and column.why != "--map"]
    return [column for column in columns if column not in ids] if len(ids) < len(owners) else columns


def _own_ids(columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """The columns with one of ids, where a program names it after itself, as in `Copper ID`, or `#`."""
    used = {column.index for column in columns}
    if not table.has_header or not table.columns or 0 in used or _has_id(columns):
        return columns
    header = table.columns[0]
    cells = [row[0].strip() for row in table.sample]
    named = header.strip() == "#" or words_of(header).split()[1:] == ["id"]
    # What only counts the rows says nothing of them.
    counted = cells == [str(at) for at in range(1, len(cells) + 1)]
    if not named or counted or not all(cells) or len(set(cells)) < len(cells):
        return columns
    return [*columns, ColumnTarget(0, header, Target("external_id"), why="by its values")]


def _has_id(columns: list[ColumnTarget]) -> bool:
    return any(column.target.field == "external_id" for column in columns)


def _addressed(columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """The columns of work; a customer who is named by an e-mail address, or last name first, is a person."""
    return [_person(column, table) if _is_bare_firm(column) else column for column in columns]


def _is_bare_firm(column: ColumnTarget) -> bool:
    return (column.target.field, column.target.part) == ("company", "name") and column.why != "--map"


def _person(column: ColumnTarget, table: Table) -> ColumnTarget:
    """The column as one of people, where its values say so and its name leaves it open."""
    cells = [row[column.index].strip() for row in table.sample]
    if kind_of_values(cells) == "emails":
        return _with(column, field="contact", part="email")
    filled = [cell for cell in cells if cell]
    turned = filled and all(_TURNED.fullmatch(cell) and not BUSINESS.search(cell) for cell in filled)
    return _with(column, field="contact", part="name") if turned and key_of(column.header) in _CLIENTS else column


def kind_of_values(cells: Sequence[str]) -> str | None:
    """The field that most of these values can only be for; None where they could be anything."""
    filled = [cell for cell in map(str.strip, cells) if cell and not is_empty(cell)]
    if not filled:
        return None
    for kind, fits in (("emails", _is_email), ("website", _is_url), ("phones", _is_phone)):
        if sum(map(fits, filled)) > 0.8 * len(filled):
            return kind
    return None


def _is_email(cell: str) -> bool:
    return email_key(cell) is not None


def _is_url(cell: str) -> bool:
    return cell.lower().startswith(("http://", "https://", "www.")) and normalise_domain(cell) is not None


def _is_phone(cell: str) -> bool:
    return _PHONE.fullmatch(cell) is not None and not cell.isdigit() and sum(map(str.isdigit, cell)) > 6  # noqa: PLR2004


def _with(column: ColumnTarget, **changes: object) -> ColumnTarget:
    return replace(column, target=replace(column.target, **changes))  # type: ignore[arg-type]


def _one_name(noun: str, columns: list[ColumnTarget], _table: Table) -> list[ColumnTarget]:
    """A company has one name: of a bare `Name` and a `Company` beside it the first."""
    names = [column for column in columns if column.target == Target("name")] if noun == "company" else []
    said = [column for column in names if column.why == "--map"]
    spare = [column for column in names if column not in (said or names[:1])]
    return [column for column in columns if column not in spare]


def _labels(_noun: str, columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """A type column counts only beside the value column of the same number."""
    names = {words_of(column) for column in table.columns}
    return [
        column
        for column in columns
        if column.target.part != "label" or not names.isdisjoint(_valued(words_of(column.header)))
    ]


def _counties(_noun: str, columns: list[ColumnTarget], _table: Table) -> list[ColumnTarget]:
    """The columns without a county beside the state that it lies in: an address has one region."""
    regions = [column for column in columns if column.target.part == "region" and column.why != "--map"]
    counties = [column for column in regions if "county" in words_of(column.header).split()]
    blocks = {column.target.block for column in regions if column not in counties}
    return [column for column in columns if column not in counties or column.target.block not in blocks]


def _countries(_noun: str, columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """`Kraj` is a region in Czech, and the country in Polish."""
    words = {word for column in table.columns for word in words_of(column).split()}
    if not words & {"miasto", "miejscowosc", "pocztowy"}:
        return columns
    return [
        _with(column, part="country")
        if column.target.part == "region" and "kraj" in words_of(column.header).split()
        else column
        for column in columns
    ]


def _valued(label: str) -> tuple[str, str]:
    """What the column that a column of labels is for may be called."""
    return _LABELLED.sub(" value", label), _LABELLED.sub("", label)


def _birthdays(_noun: str, columns: list[ColumnTarget], _table: Table) -> list[ColumnTarget]:
    """Beside `Birth Year`, `Birth Day` is the day of the month."""
    if not any(column.target.part == "year" for column in columns):
        return columns
    return [
        _with(column, part="day") if column.target.field == "birthday" and not column.target.part else column
        for column in columns
    ]


def _titles(noun: str, columns: list[ColumnTarget], _table: Table) -> list[ColumnTarget]:
    """Where there is a job title, a bare `Title` before the names is Mr or Mrs."""
    keys = {key_of(column.header) for column in columns}
    if noun != "contact" or "title" not in keys or not keys & {"jobtitle", "firstname"}:
        return columns
    first = min((c.index for c in columns if c.target.field in ("first_name", "last_name")), default=-1)
    named = "jobtitle" in keys or "salutation" not in keys
    return [
        _with(column, field="prefix")
        if key_of(column.header) == "title" and ("jobtitle" in keys or (column.index < first and named))
        else column
        for column in columns
    ]


def _whole_names(noun: str, columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """A lone `Nom`, `Nombre` or `Name` column whose cells hold several words is the whole name."""
    fields = {column.target.field for column in columns}
    if noun != "contact" or {"first_name", "last_name"} <= fields or "name" in fields:
        return columns
    made: list[ColumnTarget] = []
    for column in columns:
        lone = column.target.field in ("first_name", "last_name")
        cells = [row[column.index].strip() for row in table.sample if row[column.index].strip()] if lone else []
        several = sum(1 for cell in cells if " " in cell) * 2 > len(cells)
        made.append(_with(column, field="name") if lone and several and cells else column)
    return made


_WANTED: dict[str, tuple[Callable[[str], object], float]] = {
    "lifecycle": (lifecycle_of, 0.5),
    "emails": (lambda cell: "@" in cell, 0.3),
    "website": (lambda cell: _INTERFACE.search(cell) is None, 0.5),
    "title": (lambda cell: key_of(cell) not in _RIGHTS, 0.5),
    "opt_out": (lambda cell: parse_bool(cell) is not None, 0.5),
    "employees": (lambda cell: any(map(str.isdigit, cell)), 0.5),
    "revenue": (lambda cell: any(map(str.isdigit, cell)), 0.5),
}


def _checked(_noun: str, columns: list[ColumnTarget], table: Table) -> list[ColumnTarget]:
    """Columns whose values are nothing of the kind lose their target, unless the user gave it."""
    return [column for column in columns if column.why == "--map" or _plausible(column, table)]


def _plausible(column: ColumnTarget, table: Table) -> bool:
    found = _WANTED.get(column.target.field)
    if found is None or column.target.part == "label":
        return True
    fits, share = found
    if column.target.field == "lifecycle" and "lifecycle" not in key_of(column.header):
        share = 0.9
    cells = [cell for cell in (row[column.index].strip() for row in table.sample) if cell and not is_empty(cell)]
    return not cells or sum(1 for cell in cells if fits(cell)) >= share * len(cells)


def _single(_noun: str, columns: list[ColumnTarget], _table: Table) -> list[ColumnTarget]:
    """Of two columns with the same name only the first counts, but for fields that hold several values."""
    return [
        column
        for column in columns
        if column.why == "--map" or column.target.field in _MANY or not _LATER.search(column.header)
    ]
