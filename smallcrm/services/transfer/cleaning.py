"""A compiled mapping: chunks of rows in, tuples out; column by column, so that C does the looping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.search import prepared, prepared_all
from smallcrm.services.records import schema
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.transfer import lists, parts
from smallcrm.services.transfer.amounts import Amount, AmountReader
from smallcrm.services.transfer.batch import Batch
from smallcrm.services.transfer.columns import exact_texts, long_texts, reader_for, texts, typed, unguarded, websites
from smallcrm.services.transfer.columns import names as names_in
from smallcrm.services.transfer.customs import Customs
from smallcrm.services.transfer.people import birthdays, names_of
from smallcrm.services.transfer.places import address_of, places_of
from smallcrm.services.transfer.whose import lists_of
from smallcrm.services.values.listing import listed
from smallcrm.text import SORT_KEY_BYTES, sort_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, tzinfo

    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping

Values = list[Any]
Columns = list[tuple[str, ...]]
Maker = Callable[[Columns, Sequence[int], Batch], Values]
ORDER = {
    "contact": """prefix first_name middle_name last_name suffix nickname title department lifecycle birthday
        website street city region postal_code country description source opt_out owner_ref created_at
        updated_at""",
    "company": """website industry employees revenue_amount revenue_currency revenue_bare street city region postal_code
        country description parent_ref parent_name owner_ref created_at updated_at""",
}
# What a record is found by besides its name; the same columns as the noun's own search text.
FOUND_BY = {"contact": ("nickname", "title", "city", "country"), "company": ("industry", "city", "country")}
_RENAMED = {"owner": "owner_ref"}
_PARTS = listed("emails phones domains company companies tags external_id external_ids address currency")


class Cleaner:
    """Turns chunks of rows into batches; `fields` names what follows the line in `Batch.records`."""

    def __init__(self, mapping: Mapping, zone: tzinfo, today: date) -> None:
        self.mapping = mapping
        self._noun = schema.noun(mapping.noun)
        self._makers: dict[str, Maker] = {}
        # What smallCRM has written is read as it is.
        self._own = mapping.ours
        self._zone, self._today = zone, today
        self._singles()
        self._address = address_of(mapping)
        if mapping.noun == "contact":
            self._names = names_of(mapping)
        self._companies = _companies_of(mapping)
        self._customs = Customs(mapping, zone)
        present = {*self._makers, *self._address, *(self._names.fields if mapping.noun == "contact" else ())}
        self._order = [name for name in ORDER[mapping.noun].split() if name in present]
        self.fields: tuple[str, ...] = ("name", "name_key", *self._order)

    def __call__(self, rows: list[list[str]], lines: Sequence[int]) -> Batch:
        """The batch that these rows make; `lines` number them, by the lines of the file or in any other way."""
        batch = Batch()
        if not rows:
            return batch
        columns: Columns = list(zip(*rows, strict=True))
        if self.mapping.guarded:
            columns = list(map(unguarded, columns))
        values = {name: maker(columns, lines, batch) for name, maker in self._makers.items()}
        values.update(places_of(self._address, columns, names_in if self._own else texts))
        self._add_parts(columns, lines, batch)
        self._customs.add(batch, lines, columns)
        names = self._contact_names(columns, values, lines, batch) if self.mapping.noun == "contact" else None
        names = names or self._company_names(values, lines, batch)
        keys = sort_keys(names)
        batch.records = list(zip(lines, names, keys, *(values[name] for name in self._order), strict=True))
        batch.words = self._words(names, keys, values, lines, batch)
        self._drop_nameless(names, rows, lines, batch)
        return batch

    def _singles(self) -> None:
        """A maker for each field that is one column of the record."""
        fields: dict[str, list[ColumnTarget]] = {}
        for column in sorted(self.mapping.columns, key=lambda column: (column.target.rank, column.index)):
            field = column.target.field
            if (
                column.custom
                or field in _PARTS
                or (self.mapping.noun == "contact" and field in names_of(self.mapping).known)
            ):
                continue
            name = {"external": "parent_ref", "name": "parent_name"}[column.target.part] if field == "parent" else field
            fields.setdefault(_RENAMED.get(name, name), []).append(column)
        for name, found in fields.items():
            if name == "birthday" and any(column.target.part for column in found):
                self._makers[name] = birthdays(found, self._today)
            elif name == "revenue":
                self._money(found[0])
            else:
                self._makers[name] = _first_of([self._maker(column) for column in found])

    def _maker(self, column: ColumnTarget) -> Maker:
        index, reader = column.index, reader_for(column, self._zone, self._today)
        if reader:
            read = typed(*reader, column.header)
            return lambda columns, lines, batch: read(columns[index], lines, batch)
        if column.target.field == "website" and not self._own:
            return lambda columns, lines, batch: websites(columns[index], column.header, lines, batch)
        line, lines = (names_in, exact_texts) if self._own else (texts, long_texts)
        plainly = lines if column.target.field == "description" else line
        return lambda columns, _lines, _batch: list(plainly(columns[index]))

    def _money(self, column: ColumnTarget) -> None:
        """Makers for an amount, its currency, and whether that is only the usual one."""
        codes = next(iter(self.mapping.of("currency")), None)
        read, label = AmountReader(column, codes), self._noun.by_key[column.target.field].label

        def found(columns: Columns, lines: Sequence[int], batch: Batch) -> list[Amount | None]:
            said = columns[codes.index] if codes is not None else [""] * len(lines)
            return read(columns[column.index], lines, batch, said)

        def amounts(columns: Columns, lines: Sequence[int], batch: Batch) -> Values:
            values = found(columns, lines, batch)
            batch.dollars.update((label, one.dollar) for one in values if one and one.dollar)
            return [one and one.value["amount"] for one in values]

        def currencies(columns: Columns, lines: Sequence[int], _batch: Batch) -> Values:
            return [one and one.value["currency"] for one in found(columns, lines, Batch())]

        def bare(columns: Columns, lines: Sequence[int], _batch: Batch) -> Values:
            return [1 if one and one.bare else None for one in found(columns, lines, Batch())]

        self._makers.update(revenue_amount=amounts, revenue_currency=currencies, revenue_bare=bare)

    def _add_parts(self, columns: Columns, lines: Sequence[int], batch: Batch) -> None:
        """Fill the lists of the batch that are not records."""
        of = self.mapping.of
        self._add_labelled("emails", parts.add_emails, columns, lines, batch)
        if self._own and not of("phones", "label"):
            self._each("phones", lists.add_phones, columns, lines, batch)
        else:
            self._add_labelled("phones", parts.add_phones, columns, lines, batch)
        batch.emails = _numbered(batch, "emails", 3, once=len(of("emails")) == 1)
        batch.phones = _numbered(batch, "phones", 2, once=len(of("phones")) == 1)
        self._each("tags", lists.add_tags if self._own else parts.add_tags, columns, lines, batch)
        if len(of("tags")) > 1:
            batch.tags = [(line, *item) for line, found in _kinds(batch, "tags", 2) for item in found]
        if of("external_id"):
            parts.add_external_ids(batch, lines, [columns[column.index] for column in of("external_id")])
        if self.mapping.noun == "company":
            for column in of("domains", "") or of("website"):
                quiet = column.target.field == "website"
                parts.add_domains(batch, lines, columns[column.index], column.header, quiet=quiet)
            self._add_hosts_of_addresses(batch, lines, columns)
            batch.domains = _numbered(batch, "domains", 2)
        elif self._companies:
            self._companies.add(batch, lines, columns)
        source = self.mapping.source if of("external_id") else ""
        self._each("external_ids", partial(lists.add_further_ids, own=source), columns, lines, batch)
        self._each("companies", lists.add_companies, columns, lines, batch)

    def _each(self, field: str, add: Callable[..., None], columns: Columns, lines: Sequence[int], batch: Batch) -> None:
        """Put what each column for a field holds into the batch."""
        for column in self.mapping.of(field):
            add(batch, lines, columns[column.index], column.header)

    def _add_hosts_of_addresses(self, batch: Batch, lines: Sequence[int], columns: Columns) -> None:
        """Add the hosts of e-mail addresses of the companies that have no other domain."""
        found = [column for column in self.mapping.of("domains") if column.target.part]
        told = {item[0] for item in batch.domains} if found else set()
        for column in found:
            cells = ["" if line in told else cell for line, cell in zip(lines, columns[column.index], strict=True)]
            parts.add_domains(batch, lines, tuple(cells), column.header, quiet=True)

    def _add_labelled(
        self, field: str, add: Callable[..., None], columns: Columns, lines: Sequence[int], batch: Batch
    ) -> None:
        labels = {column.target.rank: column.index for column in self.mapping.of(field, "label")}
        for column in self.mapping.of(field):
            if column.target.part != "label":
                beside = labels.get(column.target.rank) if not column.target.part else None
                said = columns[beside] if beside is not None else None
                add(batch, lines, columns[column.index], column.target.part or None, column.header, said)

    def _contact_names(
        self, columns: Columns, values: dict[str, Values], lines: Sequence[int], batch: Batch
    ) -> list[str]:
        """How each contact's names read together; the first address where there is none."""
        values.update(self._names.values(columns))
        names = self._names.full(values, len(lines))
        if all(names):
            return names
        addresses = {item[0]: item[2] for item in reversed(batch.emails)}
        nicknames = values.get("nickname") or [None] * len(lines)
        return [
            name or nickname or addresses.get(line, "")
            for name, nickname, line in zip(names, nicknames, lines, strict=True)
        ]

    def _company_names(self, values: dict[str, Values], lines: Sequence[int], batch: Batch) -> list[str]:
        """Each company's name; its domain where it has none."""
        names = values.pop("name", None) or [None] * len(lines)
        if all(names):
            return names
        hosts = {item[0]: item[2] for item in reversed(batch.domains)}
        return [name or hosts.get(line, "") for name, line in zip(names, lines, strict=True)]

    def _words(
        self, names: list[str], keys: list[str], values: dict[str, Values], lines: Sequence[int], batch: Batch
    ) -> list[tuple[int, str | None, str]]:
        """What each record is found by."""
        contact = self.mapping.noun == "contact"
        found = [_by_row(part) for part in ((batch.emails, batch.phones) if contact else (batch.domains,))]
        columns = [[said.get(line, "") for line in lines] for said in found]
        shown = (values[name] for name in FOUND_BY[self.mapping.noun] if name in values)
        columns += [[cell or "" for cell in column] for column in shown]
        words = map(" ".join, zip(*map(_searchable, columns), strict=True))
        plain = "".join(keys).isascii() and len(max(keys, key=len)) < SORT_KEY_BYTES
        titles: Iterable[str | None] = repeat(None) if plain else map(title_of, names, keys)
        return list(zip(lines, titles, words, strict=False))

    def _drop_nameless(self, names: list[str], rows: list[list[str]], lines: Sequence[int], batch: Batch) -> None:
        """Reject the rows that make no record, and count those that are empty."""
        if all(names):
            return
        mapped = [column.index for column in self.mapping.columns]
        firms = [column.index for column in self.mapping.of("company", "name")]
        for name, row, line in zip(names, rows, lines, strict=True):
            if name:
                continue
            if any(row[index].strip() for index in mapped):
                wanted = "name or e-mail address" if self.mapping.noun == "contact" else "name or domain"
                # Only what a person looks at can tell a company from a person whose name is missing.
                way = (
                    ", only a company: import the rejects with --as company"
                    if any(row[index].strip() for index in firms)
                    else ""
                )
                batch.rejected.append((line, f"no {wanted}{way}"))
            else:
                batch.blank += 1
        batch.without({line for name, line in zip(names, lines, strict=True) if not name})


def _searchable(cells: list[str]) -> list[str]:
    """Cells as the index takes them; few of a column differ, so each is made ready once."""
    if "".join(cells).isascii():
        return cells
    different = list(set(cells))
    made = dict(zip(different, prepared_all(different), strict=True))
    return [made[cell] for cell in cells]


def _by_row(items: Iterable[tuple[Any, ...]]) -> dict[int, str]:
    """What the items of each row say, in one text."""
    said = list(items)
    single: dict[int, str] = {item[0]: item[2] for item in said}
    if len(single) == len(said):
        return single
    several: dict[int, str] = {}
    for item in said:
        several[item[0]] = f"{several[item[0]]} {item[2]}" if item[0] in several else item[2]
    return several


def title_of(name: str, key: str) -> str | None:
    """The words of a name as the index takes them; None where its sort key has the same."""
    if key.isascii() and len(key) < SORT_KEY_BYTES:
        return None
    title = prepared(name)
    return None if title == key else title


def compile_mapping(mapping: Mapping, *, zone: tzinfo = UTC, today: date | None = None) -> Cleaner:
    """The cleaner for one mapping; dates without offset are in `zone`, no birthday is after `today`."""
    return Cleaner(mapping, zone, today or clock.today())


def _companies_of(mapping: Mapping) -> parts.Companies | None:
    """What finds the company of each contact; None where no column names one."""
    if mapping.noun != "contact" or not mapping.of("company"):
        return None
    external, domains, names = (mapping.of("company", part) for part in ("external", "domain", "name"))
    return parts.Companies(
        [column.index for column in external],
        [(column.index, column.header) for column in domains],
        [column.index for column in names],
        lists_of(mapping),
    )


def _first_of(makers: list[Maker]) -> Maker:
    """The first value of several columns for one field."""
    if len(makers) == 1:
        return makers[0]

    def first(columns: Columns, lines: Sequence[int], batch: Batch) -> Values:
        made = [maker(columns, lines, batch) for maker in makers]
        return [next((value for value in values if value is not None), None) for values in zip(*made, strict=True)]

    return first


def _numbered(batch: Batch, name: str, key: int, *, once: bool = False) -> list[Any]:
    """A list of the batch, each row's items numbered from 0, the second of a kind and what is too much left out.

    With `once`, most rows have one item: nothing to do unless a row has several.
    """
    items: list[Any] = getattr(batch, name)
    if once and len({item[0] for item in items}) == len(items):
        return items
    return [(line, at, *item[1:]) for line, found in _kinds(batch, name, key) for at, item in enumerate(found)]


def _kinds(batch: Batch, name: str, key: int) -> Iterator[tuple[int, Iterable[tuple[Any, ...]]]]:
    """Of a list of the batch each row's items without their line, one of a kind, and no more than a record may have."""
    seen: dict[int, dict[str, tuple[Any, ...]]] = {}
    for item in getattr(batch, name):
        seen.setdefault(item[0], {}).setdefault(item[key], item[1:])
    for line, found in seen.items():
        if len(found) > MAX_PARTS:
            rest = str(list(found)[MAX_PARTS])
            batch.warn(line, name, rest, f"more than {MAX_PARTS} {name}; the rest is left out")
        yield line, islice(found.values(), MAX_PARTS)


__all__ = ["Batch", "Cleaner", "compile_mapping"]
