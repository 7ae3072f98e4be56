"""`smallcrm view`: saved views, for `NOUN list --view NAME`."""

from __future__ import annotations

from smallcrm.cli.records import SETTINGS_VERBS, noun_app

app = noun_app("view", "views", "smallcrm.services.views:VIEW", SETTINGS_VERBS)
