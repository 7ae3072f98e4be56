"""The companies, people, members and other records that rows of work name: found, or made where nobody knows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.errors import Conflict, ValidationError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.transfer.owners import Owners
from smallcrm.services.transfer.whose import (
    LOST,
    Known,
    Lists,
    Mention,
    Places,
    closest,
    companies_in,
    domains_in,
    meant,
)
from smallcrm.services.transfer.work import lookups
from smallcrm.services.transfer.work.draft import Named
from smallcrm.services.transfer.work.members import Members
from smallcrm.services.transfer.work.persons import Person, contact_of, ids_in, keys_of, mark, namesakes_of, people_in
from smallcrm.services.values.domains import company_domain, normalise_domain
from smallcrm.services.values.emails import email_key, split_emails
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.work.rows import Row

    Warn = Callable[[int, str], None]


@dataclass
class Linker:
    """Finds what the rows of one file name, some hundred rows at a time.

    `made` counts what was made along, `ids` are those of the companies and people among it. `lists`: which of the
    columns that name companies hold several.
    """

    op: Operation
    source: str
    warn: Warn
    lists: Lists
    owners: Owners = field(default_factory=Owners)
    crowd: bool = False

    def __post_init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.ids: dict[str, list[int]] = {}
        self._refused: dict[tuple[str, str], str] = {}
        self._lost: set[Mention] = set()
        self.members = Members(self.source, self.owners, self.made, self.crowd)

    def named(self, rows: Sequence[Row]) -> list[Named]:
        """What each of some rows names."""
        firms = [_firms(row, self.lists) for row in rows]
        companies = self._companies([firm for some in firms for firm in some])
        found = [_named(some, companies) for some in firms]
        people = [people_in(row, named.company) for row, named in zip(rows, found, strict=True)]
        contacts = self._contacts(list(dict.fromkeys(one for some in people for one in some)))
        for row, mentions, some, named in zip(rows, firms, people, found, strict=True):
            for firm in mentions:
                if firm not in companies:
                    self.warn(row.line, f"{self._unclear('company', firm)}; that is left out")
                elif firm in self._lost:
                    self._lost.remove(firm)
                    self.warn(row.line, f"Company: {LOST}: {firm.domain!r}")
            named.contacts = list(dict.fromkeys(at for at in map(contacts.get, some) if at is not None))
            for person in some:
                if contacts.get(person) is None:
                    self.warn(row.line, f"{self._unclear('contact', person)}; that is left out")
            self._tell_odd(row)
            named.owner = self.members.of(row.owner)
        self._add_links(rows, found)
        return found

    def _tell_odd(self, row: Row) -> None:
        """Tell of addresses and domains that are none."""
        cell = row.get("contact:email")
        for problem in split_emails(cell)[1] if cell else ():
            self.warn(row.line, f"not an e-mail address: {problem!r}")
        cell = row.get("company:domain")
        for word in domains_in(cell) if cell else ():
            if normalise_domain(word) is None:
                self.warn(row.line, f"not a domain: {word!r}")

    def _unclear(self, noun: str, one: Mention | Person) -> str:
        """Why something that a row names is none of what is known."""
        why = self._refused.get((noun, one.name or one[1] or ""))
        if why is not None:
            return f"the {noun} that it names cannot be made: {why}"
        if any(one[1:3]):
            return f"several may be meant by {noun} {one[2] or one[1]!r}"
        return f"there is no {noun} with the id {one.external!r} of {self.source}"

    # -- companies

    def _companies(self, firms: Sequence[Mention]) -> dict[Mention, int]:
        wanted = list(dict.fromkeys(firms))
        found: dict[Mention, int] = {}
        # Those that more than a name tells from others come first, so that a bare name finds the one that has it.
        for bare in (False, True):
            waiting = [firm for firm in wanted if firm.is_bare is bare]
            known = self._known_companies(waiting)
            may_be = self._meant(waiting, known)
            unknown = [firm for firm, some in may_be.items() if not some]
            new = [firm for firm in unknown if firm.domain or firm.name]
            if new:
                self._make_companies(new, known)
                # An id alone may be that of a company which another row names by more.
                may_be |= self._meant(unknown, self._known_companies(unknown))
            found |= {firm: some[0] for firm, some in may_be.items() if len(some) == 1}
        return found

    def _known_companies(self, firms: Sequence[Mention]) -> Known:
        ids = lookups.by_external(self.source, (firm.external for firm in firms if firm.external), "company")
        domains = lookups.by_domain(firm.domain for firm in firms if firm.domain)
        return Known({key: company for key, (_noun, company) in ids.items()}, domains)

    def _meant(self, firms: Sequence[Mention], known: Known) -> dict[Mention, list[int]]:
        """The companies that each may be."""
        named = lookups.by_name("company", (sort_key(firm.name) for firm in firms if firm.name and not firm.domain))
        alike = {firm: named.get(sort_key(firm.name), []) if firm.name else [] for firm in firms}
        some = {*known.domains.values(), *(company for companies in named.values() for company in companies)}
        known.claimed |= lookups.with_id("company", self.source, some)
        found = {firm: meant(firm, known, alike[firm]) for firm in firms}
        several = lookups.names_of("company", (company for some in found.values() if len(some) > 1 for company in some))
        return {firm: closest(firm.name, some, several) if len(some) > 1 else some for firm, some in found.items()}

    def _make_companies(self, firms: Sequence[Mention], known: Known) -> None:
        """Make companies that nobody knows, each without a domain that one of another id has."""
        made: list[tuple[Mention, Values]] = []
        places = Places()
        for firm in firms:
            said = firm._replace(domain=None) if firm.domain in known.domains else firm
            _place, new = places.put(said, sort_key(firm.name or ""))
            if new is not None:
                made.append((firm, _company(firm, new.domain, self.source)))
                if new.domain != firm.domain:
                    self._lost.add(firm)
        self._make(COMPANY, made)

    # -- people

    def _contacts(self, people: Sequence[Person]) -> dict[Person, int]:
        found = self._known_people(people)
        for by_address in (True, False):
            new = {
                mark(one): one
                for one in reversed(people)
                if one not in found and (one.address if by_address else one.name) and not self._ambiguous(one)
            }
            if new:
                self._make(
                    CONTACT,
                    [(one, contact_of(one) | _external(one.external, self.source)) for one in reversed(new.values())],
                )
                found |= self._known_people([one for one in people if one not in found])
        return found

    def _nameless(self, one: Person, alike: Sequence[int]) -> Sequence[int]:
        """Those of the people of a name who may be meant: where an id is said, none who has another id there."""
        if not one.external or not alike:
            return alike
        named = lookups.with_id("contact", self.source, alike)
        return [record for record in alike if record not in named]

    def _ambiguous(self, person: Person) -> bool:
        """Whether several people have a name, and nothing else is said."""
        if person.address or person.external or not person.name:
            return False
        return len(namesakes_of(lookups.by_name("contact", keys_of(person.name)), person.name)) > 1

    def _known_people(self, people: Sequence[Person]) -> dict[Person, int]:
        ids = lookups.by_external(self.source, (one.external for one in people if one.external), "contact")
        addresses = lookups.by_address(filter(None, (email_key(one.address or "") for one in people)))
        named = lookups.by_name(
            "contact", (key for one in people if one.name and not one.address for key in keys_of(one.name))
        )
        found: dict[Person, int] = {}
        for one in people:
            known = ids.get(one.external or "", ("", None))[1] or addresses.get(email_key(one.address or "") or "")
            if known is None and one.name and not one.address:
                known = _only("contact", self._nameless(one, namesakes_of(named, one.name)), one.company)
            if known is not None:
                found[one] = known
        return found

    # -- what else activities are about

    def _add_links(self, rows: Sequence[Row], found: Sequence[Named]) -> None:
        """Add the deals, tickets and other records that rows say they are about."""
        ids = {spec: {key for row in rows for key in ids_in(row.get(spec))} for spec, _nouns in _IDS}
        known = {spec: lookups.by_external(self.source, ids[spec], *nouns) for spec, nouns in _IDS}
        for row, named in zip(rows, found, strict=True):
            for spec, _nouns in _IDS:
                for key in ids_in(row.get(spec)):
                    link = known[spec].get(key)
                    if link is None:
                        self.warn(
                            row.line, f"there is no record with the id {key!r} of {self.source}; that is left out"
                        )
                    else:
                        named.links.append(link)
        self._add_called(rows, found)
        self._add_listed(rows, found)

    def _add_called(self, rows: Sequence[Row], found: Sequence[Named]) -> None:
        for spec, nouns in _NAMES:
            words = {row.get(spec) for row in rows if row.get(spec)}
            alike = {noun: lookups.by_name(noun, map(sort_key, words)) for noun in nouns} if words else {}
            for row, named in zip(rows, found, strict=True):
                word = row.get(spec)
                for noun in nouns if word else ():
                    record = _only(noun, alike[noun].get(sort_key(word), []), named.company)
                    if record is not None:
                        named.links.append((noun, record))
                        break
                else:
                    if word:
                        self.warn(row.line, f"no one record is called {word!r}; that is left out")

    def _add_listed(self, rows: Sequence[Row], found: Sequence[Named]) -> None:
        """Add the records of whatever noun that a list of names names; of several of one name none is meant."""
        words = {word for row in rows for word in row.links}
        alike = {noun: lookups.by_name(noun, map(sort_key, words)) for noun in _LISTED} if words else {}
        for row, named in zip(rows, found, strict=True):
            for word in row.links:
                records = [(noun, record) for noun in _LISTED for record in alike[noun].get(sort_key(word), [])]
                if len(records) == 1:
                    named.links += records
                else:
                    self.warn(row.line, f"no one record is called {word!r}; that is left out")

    def _make(self, noun: Noun, wanted: Iterable[tuple[Mention | Person, Values]]) -> None:
        """Make records; what cannot be made stays unknown, and is told of the rows that name it."""
        documents: list[Values] = []
        for one, values in wanted:
            try:
                documents.append(noun.clean(values, {}))
            except ValidationError as error:
                self._refused[noun.name, one.name or one[1] or ""] = error.sentence.rstrip(".")
        made = self.op.create_all(noun, documents)
        ids = [one for one in made if not isinstance(one, Conflict)]
        self.made[noun.name] += len(ids)
        self.ids.setdefault(noun.name, []).extend(ids)


_IDS = (
    ("deal:external", ("deal",)),
    ("ticket:external", ("ticket",)),
    ("links:external", ("deal", "ticket", "company", "contact")),
)
_LISTED = ("contact", "company", "deal", "ticket")
_NAMES = (("deal:name", ("deal",)), ("ticket:name", ("ticket",)), ("links:name", ("deal", "company", "ticket")))


def _firms(row: Row, lists: Lists) -> list[Mention]:
    """The companies that a row names."""
    domains = [company_domain(word) for word in domains_in(row.get("company:domain") or "")]
    return companies_in(ids_in(row.get("company:external")), domains, row.get("company:name"), lists)


def _named(firms: Sequence[Mention], companies: dict[Mention, int]) -> Named:
    """The companies of a row that are known: its own is the first of them."""
    known: dict[int, str] = {}
    for firm in firms:
        if firm in companies:
            known.setdefault(companies[firm], firm.shown)
    first, *others = known or (None,)
    return Named(first, further={company: known[company] for company in others if company is not None})


def _only(noun: str, found: Sequence[int], company: int | None) -> int | None:
    """The one record of a name: of the company, where one is said, else of none."""
    if found and company is not None and noun in ("contact", "deal"):
        theirs = lookups.companies_of(noun, found)
        found = [one for one in found if company in theirs.get(one, ())] or [one for one in found if one not in theirs]
    return found[0] if len(found) == 1 else None


def _company(firm: Mention, domain: str | None, source: str) -> Values:
    values: Values = {"name": firm.name or firm.domain}
    if domain:
        values["domains"] = [{"domain": domain}]
    return values | _external(firm.external, source)


def _external(key: str | None, source: str) -> Values:
    return {"external_ids": [{"source": source, "key": key}]} if key else {}
