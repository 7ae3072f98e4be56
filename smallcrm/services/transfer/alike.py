"""People without an id or an address: known where a contact says all that the row says.

Otherwise a file of such people would double them with every import.
"""

from __future__ import annotations

from typing import Any

from peewee import fn

from smallcrm.models.base import State
from smallcrm.models.contact import Contact, ContactPhone
from smallcrm.services.transfer.staging import Stage, Verdict

# What the file says of a person beside these is compared; references are looked up elsewhere.
_OTHER = frozenset({"owner_ref", "created_at", "updated_at", "opt_out", "lifecycle"})


def match_alike(stage: Stage) -> None:
    """Match the rows that nothing identifies with the contact of that name that has all of their values."""
    rows, keys = stage.rows, stage.keys
    if not Contact.select(Contact.id).limit(1).exists():
        return
    addressed = keys.select(keys.seq).where(keys.row == rows.seq)
    bare = rows.target.is_null() & rows.ext.is_null() & (rows.verdict == Verdict.NEW) & ~fn.EXISTS(addressed)
    if not rows.select(rows.seq).where(bare).limit(1).exists():
        return
    same: Any = (Contact.state == State.LIVE) & (Contact.name_key == stage.own("name_key"))
    for name in stage.columns:
        if name not in _OTHER:
            said = stage.own(name)
            same &= said.is_null() | (said == Contact._meta.columns[name])
    phones = stage.phones
    has = ContactPhone.select(ContactPhone.id).where(
        ContactPhone.contact == Contact.id, ContactPhone.number == phones.number
    )
    other = phones.select(phones.seq).where(phones.row == rows.seq, ~fn.EXISTS(has))
    alike = Contact.select(fn.MIN(Contact.id)).where(same, ~fn.EXISTS(other))
    rows.update({rows.target: alike}).where(bare).execute()
