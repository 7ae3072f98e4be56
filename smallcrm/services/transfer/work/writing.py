"""Deals, tickets and activities of a file written by an operation, some hundred rows at a time.

A row becomes a new record, or is added to the one it is about: what it leaves blank stays, a list only grows, and a
row that repeats an earlier one of the import fills only what is empty.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from peewee import fn

from smallcrm import clock
from smallcrm.db.ids import number_of
from smallcrm.errors import SmallCRMError, ValidationError
from smallcrm.services.records import documents
from smallcrm.services.records.rewriting import rewriting
from smallcrm.services.transfer.amounts import dollars_taken
from smallcrm.services.transfer.batch import MAX_WARNINGS
from smallcrm.services.transfer.rules import By, Terms
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.transfer.whose import lists_of
from smallcrm.services.transfer.work import activities, deals, tickets, times, words
from smallcrm.services.transfer.work.earlier import Told, apart
from smallcrm.services.transfer.work.emptying import Emptying
from smallcrm.services.transfer.work.growing import Blanks, fitted, grown
from smallcrm.services.transfer.work.keyed import KeyMatcher
from smallcrm.services.transfer.work.linking import Linker
from smallcrm.services.transfer.work.looking import CHUNK, Work
from smallcrm.services.transfer.work.matching import Matcher, Refused, holders_of
from smallcrm.services.transfer.work.namesakes import Match
from smallcrm.services.transfer.work.stages import Pipelines, place_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.work.draft import Draft, Named
    from smallcrm.services.transfer.work.rows import Row

    Progress = Callable[[str, int, int | None], None]

_MOST_WORDS = 20


def write(work: Work, op: Operation, say: Progress) -> None:
    """Write the rows of a file by an operation, and count them in its report."""
    writer = _Writer(op, work)
    for chunk in work.table.chunks(CHUNK):
        report = work.report
        kept, lines = report.wanted(chunk.rows, chunk.lines)
        report.rows += len(kept)
        report.count_aside(chunk)
        rows, batch = work.read(kept, lines)
        for warning in batch.warnings:
            writer.warn(warning.row, f"{warning.column}: {warning.reason}: {warning.value!r}")
        writer.add(rows)
        say(f"Writing {work.noun.plural} of {report.name}", chunk.position, work.table.size)
    writer.close()


class _Writer:
    """Writes the rows of one file."""

    def __init__(self, op: Operation, work: Work) -> None:
        self._op, self._report, self._noun = op, work.report, work.noun
        self._source, self._zone = work.report.mapping.source, ZoneInfo(work.zone)
        lists = lists_of(work.report.mapping)
        self._linker = Linker(op, self._source, self.warn, lists, work.owners, work.crowd)
        self._pipelines = Pipelines(op, work.seen) if self._noun.name == "deal" else None
        self._terms = work.terms
        self._matcher = _matcher(self._noun, self._source, work.terms)
        self._matcher.reserve(sorted(work.ids), work.mine)
        self._tell_own = work.tell_own
        self._blanks = Blanks(self._noun, work.report.mapping, work.owners) if work.terms.clear else None
        self._emptying = Emptying(self._noun, self._blanks) if self._blanks is not None else None
        self._again = work.again
        self._words: Counter[tuple[str, str]] = Counter()
        self._unnamed: dict[int, str] = {}
        self._told = Told()
        self._changed: set[int] = set()
        self._back: set[int] = set()
        self._dollars: Counter[tuple[str, str]] = Counter()
        self._unsound = work.unsound

    def warn(self, line: int, what: str) -> None:
        """Note something to look at."""
        self._note(f"line {line}: {what}")

    def _note(self, what: str) -> None:
        if len(self._report.warnings) < MAX_WARNINGS:
            self._report.warnings.append(what)

    def close(self) -> None:
        """Empty what no row fills, count what was made along, and tell first what is so of many rows."""
        if self._emptying is not None:
            self._emptying.write(self._op, self._count_emptied)
        if self._pipelines is not None:
            self._report.put_away |= self._pipelines.put_away
        for (word, status), count in self._words.items():
            self._note(f"status {word!r} of {rows_text(count)} counts as {status}; the word is not kept")
        owner = self._noun.by_key["assignee" if self._noun.name == "ticket" else "owner"]
        self._report.warnings[:0] = [
            *self._dollars_taken(),
            *self._linker.members.left_out(owner.label),
            *deals.told_unnamed(list(self._unnamed.values())),
        ]
        settings = self._pipelines.made if self._pipelines is not None else {}
        self._report.made |= {"member": self._linker.members.names, **settings}
        counts = {**self._linker.made, **{noun: len(names) for noun, names in settings.items()}}
        for name, count in counts.items():
            if count:
                self._report.also_created[name] = self._report.also_created.get(name, 0) + count
        self._report.brought |= self._linker.ids

    def _dollars_taken(self) -> list[str]:
        fields, taken = self._noun.by_key, self._dollars.items()
        return [dollars_taken(fields[key].label, code, count) for (key, code), count in taken]

    def add(self, rows: Sequence[Row]) -> None:
        """Write some rows."""
        full = [row for row in rows if row.said or row.tags or row.people or row.links or row.customs]
        self._report.blank += len(rows) - len(full)
        full = [row for row in full if not self._refused(row)]
        self._tell_own(full)
        self._dollars.update(taken for row in full for taken in row.dollars.items())
        if self._pipelines is not None:
            place_known(full, self._source, by_name=self._terms.by is By.NAME)
        drafts = [
            draft
            for row, named in zip(full, self._linker.named(full), strict=True)
            if (draft := self._draft(row, named)) is not None
        ]
        for what in (what for draft in drafts for what in fitted(self._noun, draft)):
            self._note(what)
        for wave in _waves(drafts, self._matcher.keys):
            self._write(wave)

    def _refused(self, row: Row) -> bool:
        """Reject a row that cannot be written, before anything is made along for it."""
        error = self._unsound(row)
        if error is not None:
            self._reject(row, error)
        return error is not None

    def _draft(self, row: Row, named: Named) -> Draft | None:
        """What a row becomes; None where it is refused."""
        if named.further and self._noun.name != "activity":
            some = ", ".join(map(repr, named.further.values()))
            are = "is" if len(named.further) == 1 else "are"
            self.warn(row.line, f"a {self._noun.name} has one company; {some} {are} not linked to it")
        try:
            if self._pipelines is not None:
                return deals.draft(row, named, self._pipelines.at(row), self._source, self._zone, clock.now())
        except ValidationError as error:
            self._reject(row, error)
            return None
        if self._noun.name == "ticket":

            def warn(key: str, word: str, why: str) -> None:
                self.warn(row.line, f"{key}: {why}: {word!r}")

            return tickets.draft(row, named, self._source, clock.micros(clock.now()), warn)
        draft = activities.draft(row, named, self._source, self._zone, clock.now())
        if row.get("status"):
            self._count_word(row.get("status"), draft.values.get("status") or draft.usual["status"])
        return draft

    def _count_word(self, word: str, status: str) -> None:
        """Count a status that says more than is kept of it; of a column that holds no such words only some."""
        if words.says_more(word) and ((word, status) in self._words or len(self._words) < _MOST_WORDS):
            self._words[word, status] += 1

    def _write(self, drafts: Sequence[Draft]) -> None:
        """Write drafts of which no two have a key in common; of those about one record each after the one before."""
        new: list[Draft] = []
        known: dict[int, Draft] = {}
        hidden: dict[int, Draft] = {}
        later: list[Draft] = []
        matches = self._matcher.matches(drafts)
        self._leave_ids(drafts, matches)
        for draft, match in zip(drafts, matches, strict=True):
            if match is None:
                new.append(draft)
            elif isinstance(match, Match) and match.id in known.keys() | hidden.keys():
                later.append(draft)
            elif isinstance(match, Match) and not match.trashed:
                known[match.id] = draft
            elif isinstance(match, Match) and self._terms.restore:
                hidden[match.id] = draft
            else:
                reason = match.reason if isinstance(match, Refused) else match.in_trash(self._noun)
                self._report.rejected.append((draft.row.line, reason, draft.row.cells))
        self._create(new)
        self._update(known | self._restored(hidden))
        if later:
            self._write(later)

    def _leave_ids(self, drafts: Sequence[Draft], matches: Sequence[Match | Refused | None]) -> None:
        """Leave out the ids that other records have than those that the drafts are about."""
        known = [(draft, match) for draft, match in zip(drafts, matches, strict=True) if isinstance(match, Match)]
        holders = holders_of(self._noun, [draft for draft, _match in known])
        for draft, match in known:
            for source, key in draft.row.ids:
                holder = holders.get((source, key))
                if holder is not None and holder.id != match.id:
                    draft.values["external_ids"].remove({"source": source, "key": key})
                    number = number_of(holder.id)
                    told = f"{self._noun.name} {number} has the id {f'{source}:{key}'!r}; it is left out"
                    self.warn(draft.row.line, told)

    def _restored(self, hidden: dict[int, Draft]) -> dict[int, Draft]:
        """Take records out of the trash for their rows; a row that cannot be written leaves its record there."""
        found = documents.load(self._noun, list(hidden)) if hidden else {}
        fit: dict[int, Draft] = {}
        for record_id, draft in hidden.items():
            try:
                self._cleaned(found[record_id], draft)
            except SmallCRMError as error:
                self._reject(draft.row, error)
            else:
                fit[record_id] = draft
        for record_id, refusal in self._op.restore_all(self._noun, list(fit)).items():
            self._reject(fit.pop(record_id).row, refusal)
        self._back.update(fit)
        return fit

    def _create(self, drafts: Sequence[Draft]) -> None:
        made: list[tuple[Draft, Values]] = []
        now = clock.micros(clock.now())
        for draft in drafts:
            try:
                document = self._noun.clean({**draft.usual, **draft.values}, {})
            except SmallCRMError as error:
                self._reject(draft.row, error)
            else:
                times.backdate(self._noun, document, draft, now)
                made.append((draft, document))
        fates = self._op.create_all(self._noun, [document for _draft, document in made])
        for (draft, _document), fate in zip(made, fates, strict=True):
            if isinstance(fate, SmallCRMError):
                self._reject(draft.row, fate)
            else:
                self._report.created += 1
                if self._noun.name == "deal" and "name" in draft.usual:
                    self._unnamed[fate] = draft.usual["name"]
                self._told.note(fate, draft)

    def _update(self, known: dict[int, Draft]) -> None:
        found = documents.load(self._noun, list(known)) if known else {}

        def told(record_id: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001 - as it is told
            self._count(known[record_id], record_id, fate)

        with rewriting(self._op, self._noun, told) as records:
            for record_id, draft in known.items():
                before = found[record_id]
                try:
                    cleaned, full = self._cleaned(before, draft)
                except SmallCRMError as error:
                    self._reject(draft.row, error)
                    continue
                self._tell(draft, before, full)
                times.ended(self._noun, cleaned, draft)
                if "name" in cleaned:
                    self._unnamed.pop(record_id, None)
                records.add(before, cleaned)

    def _cleaned(self, before: Values, draft: Draft) -> tuple[Values, list[str]]:
        """What a row changes of its record, and what to say of lists that are full; raises what speaks against it."""
        if self._pipelines is not None:
            deals.settle(draft, before)
        told = self._told.of(before["id"])
        blanks = self._blanks if told is None and not self._may_come_again(draft) else None
        values, full = grown(self._noun, before, draft, earlier=told.said if told else (), blanks=blanks)
        return self._noun.clean(values, before) if values else {}, full

    def _may_come_again(self, draft: Draft) -> bool:
        """Whether a later row may be about the same record."""
        return self._terms.by is not By.USUAL or draft.external in self._again

    def _count(self, draft: Draft, record_id: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001
        report = self._report
        if isinstance(fate, SmallCRMError):
            self._reject(draft.row, fate)
            return
        if self._told.of(record_id) is not None:
            report.merged += 1
        elif fate or record_id in self._back:
            report.updated += 1
            self._changed.add(record_id)
        else:
            report.unchanged += 1
        emptying = self._emptying
        if emptying is not None and (emptying.has(record_id) or self._may_be_emptied(record_id, draft)):
            emptying.note(record_id, draft)
        self._told.note(record_id, draft)

    def _may_be_emptied(self, record_id: int, draft: Draft) -> bool:
        """Whether a record that was there before is to be emptied of what neither this row nor later ones say."""
        return self._told.of(record_id) is None and self._may_come_again(draft)

    def _count_emptied(self, record_id: int, line: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001
        """Count a record that was changed by what its rows leave blank."""
        if isinstance(fate, SmallCRMError):
            self.warn(line, f"what it leaves blank stays: {fate.sentence}")
        elif fate and record_id not in self._changed:
            self._report.unchanged -= 1
            self._report.updated += 1

    def _tell(self, draft: Draft, before: Values, full: Sequence[str]) -> None:
        """Tell what a row says otherwise than earlier ones about its record, and which lists are full."""
        for what in full:
            self._note(what)
        earlier, title = self._told.of(before["id"]), self._noun.title
        if earlier is None:
            return
        other = draft.values.get(title)
        if title in earlier.said and other not in (None, before[title]):
            kept = f"is the same {self._noun.name} as an earlier row's {before[title]!r}; the first {title} is kept"
            self.warn(draft.row.line, f"{other!r} {kept}")
        what_differs = apart(self._noun, before, draft, earlier)
        if what_differs is not None:
            self._note(what_differs)

    def _reject(self, row: Row, error: SmallCRMError) -> None:
        self._report.rejected.append((row.line, error.sentence.rstrip("."), row.cells))


def _matcher(noun: Noun, source: str, terms: Terms) -> Matcher | KeyMatcher:
    """What finds the records that rows are about, as the user wants it."""
    if terms.by is not By.USUAL:
        return KeyMatcher(noun, source, terms)
    newest: Any = noun.model.select(fn.MAX(noun.model.id)).scalar()
    return Matcher(noun, source, newest or 0)


def _waves(drafts: Sequence[Draft], keys: Callable[[Draft], list[str]]) -> Iterator[list[Draft]]:
    """Drafts in groups in which no key stands twice, so that a later one finds what an earlier one made."""
    waves: list[list[Draft]] = []
    after: dict[str, int] = {}
    for draft in drafts:
        mine = keys(draft)
        at = max((after[key] for key in mine if key in after), default=0)
        if at == len(waves):
            waves.append([])
        waves[at].append(draft)
        after.update(dict.fromkeys(mine, at + 1))
    yield from waves
