"""`smallcrm mapping`: what was said of the files of one shape, for the next import of such a file."""

from __future__ import annotations

from smallcrm.cli.records import SETTINGS_VERBS, noun_app

app = noun_app(
    "mapping", "mappings", "smallcrm.services.mappings:MAPPING", [verb for verb in SETTINGS_VERBS if verb != "add"]
)
