"""One file of deals, tickets or activities, read through once before its first row is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from peewee import fn

from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.services.records import schema
from smallcrm.services.transfer.aside import without
from smallcrm.services.transfer.owned import find_own
from smallcrm.services.transfer.owners import Owners
from smallcrm.services.transfer.rules import USUAL, By, Terms
from smallcrm.services.transfer.vendors import OWN
from smallcrm.services.transfer.work.members import are_crowd
from smallcrm.services.transfer.work.namesakes import Match
from smallcrm.services.transfer.work.rows import RowReader
from smallcrm.services.transfer.work.sound import refuse_unsound
from smallcrm.services.transfer.work.stages import Seen, place_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.report import FileReport
    from smallcrm.services.transfer.tables import Table
    from smallcrm.services.transfer.work.rows import Row

CHUNK = 500


@dataclass
class Work:
    """One file of deals, tickets or activities on its way."""

    table: Table
    report: FileReport
    zone: str
    owners: Owners = field(default_factory=Owners)
    terms: Terms = USUAL
    seen: Seen = field(default_factory=Seen)
    ids: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    mine: set[int] = field(default_factory=set)
    newest: int = 0
    crowd: bool = False

    def __post_init__(self) -> None:
        self.noun: Noun = schema.noun(self.report.noun)
        self.read = RowReader(self.report.mapping, ZoneInfo(self.zone))

    def look(self) -> None:
        """Read what has to be known of the whole file before its first row is written; outside every lock."""
        owners: Counter[str] = Counter()
        self.newest = self.noun.model.select(fn.MAX(self.noun.model.id)).scalar() or 0
        for chunk in self.table.chunks(CHUNK):
            rows = self.read(*without(self.report.mapping.aside, chunk.rows, chunk.lines)[:2])[0]
            self.tell_own(rows)
            self.mine.update(row.mine.id for row in rows if row.mine is not None)
            for key in (row.said["external_id"] for row in rows if "external_id" in row.said):
                (self.again if key in self.ids else self.ids).add(key)
            # A row that cannot be written makes no stage.
            rows = [row for row in rows if self.unsound(row) is None]
            owners.update(row.owner for row in rows if row.owner)
            if self.noun.name == "deal":
                place_known(rows, self.report.mapping.source, by_name=self.terms.by is By.NAME)
                self.seen.see(rows)
        self.crowd = are_crowd(owners, owners.total())

    def tell_own(self, rows: Sequence[Row]) -> None:
        """Note on the rows of an own export the records that they are about by their numbers."""
        if self.report.mapping.source != OWN or not self.terms.by_id:
            return
        for row, found in zip(rows, find_own(self.noun, rows), strict=True):
            # What this very import has made has its numbers by chance.
            if found is not None and found[0] <= self.newest:
                row.mine = Match(found[0], found[1] == State.TRASHED)
                self._forget_chance(row)

    def _forget_chance(self, row: Row) -> None:
        """Take from a row the chance that its deal had by its stage; a probability of its own has another column."""
        columns = {column.header: column.index for column in self.report.mapping.of("probability")}
        own = columns.get("probability")
        if "chance" in columns and (own is None or not row.cells[own].strip()):
            row.said.pop("probability", None)

    def unsound(self, row: Row) -> ValidationError | None:
        """Why a row cannot be written whatever it is about; None where it can."""
        try:
            refuse_unsound(self.noun, row)
        except ValidationError as error:
            return error
        return None
