"""`smallcrm contact`."""

from __future__ import annotations

from smallcrm.cli.records import noun_app

app = noun_app("contact", "contacts", "smallcrm.services.contacts:CONTACT")
