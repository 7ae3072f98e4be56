"""`smallcrm company`."""

from __future__ import annotations

from smallcrm.cli.records import noun_app

app = noun_app("company", "companies", "smallcrm.services.companies:COMPANY")
