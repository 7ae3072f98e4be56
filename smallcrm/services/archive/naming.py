"""The names of records that lie in other files than the records: a contact without one is called by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.db.fence import by_id
from smallcrm.errors import ValidationError
from smallcrm.services.archive.tables import tables
from smallcrm.services.records import documents

if TYPE_CHECKING:
    from smallcrm.services.archive.reading import Archive
    from smallcrm.services.archive.tables import Table
    from smallcrm.services.records.schema import Noun

_PAGE = 500


def name_by_parts(archive: Archive) -> None:
    """Give records that are called by one of their parts their names; raises ValidationError for one without any."""
    for table in tables():
        if table.noun is not None and "name" in table.derived:
            _name(archive, table, table.noun)


def _name(archive: Archive, table: Table, noun: Noun) -> None:
    last = 0
    while True:
        row = by_id(noun.model)
        query = row.select(row.id).where(row.name == "", row.id > last).order_by(row.id).limit(_PAGE)
        ids = [found[0] for found in documents.fetch(query)]
        for record_id, document in documents.load(noun, ids, noun.found_by or ()).items():
            try:
                noun.check(document, ())
            except ValidationError as error:
                raise archive.wrong_row(table, record_id, error.sentence) from error
            noun.model.update(**noun.derive(document)).where(noun.model.id == record_id).execute()
        if len(ids) < _PAGE:
            return
        last = ids[-1]
