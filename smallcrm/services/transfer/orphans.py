"""Companies and people that were made along for rows which then could not be written: as if they had never been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.models.base import State
from smallcrm.services.records import referring, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.report import FileReport

# A company may have nobody left when the people are gone.
_NOUNS = ("contact", "company")
_CHUNK = 500


def hide_orphans(op: Operation, files: Iterable[FileReport]) -> None:
    """Hide what was made along for a file with rejected rows and what nothing names, and count it no more."""
    refused = [file for file in files if file.rejected and any(file.brought.values())]
    if refused:
        op.flush()
    for name in _NOUNS:
        noun = schema.noun(name)
        for file in refused:
            made = file.brought.get(name, [])
            for start in range(0, len(made), _CHUNK):
                some = list(made[start : start + _CHUNK])
                named = {found for found, _by, _id in referring.referrers(noun, some, State.LIVE, State.TRASHED)}
                there = noun.model.select(noun.model.id).where(noun.model.id.in_(some), noun.model.state == State.LIVE)
                alone = [record for record, *_rest in there.tuples() if record not in named]
                op.set_state(noun, "hide", alone)
                file.also_created[name] -= len(alone)
    for file in refused:
        file.also_created = {name: count for name, count in file.also_created.items() if count}
