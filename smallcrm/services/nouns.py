"""Every noun, imported so that it registers itself with the engine; a noun stands after those it refers to."""

from __future__ import annotations

from smallcrm.services import (
    activities,
    comments,
    companies,
    contacts,
    deals,
    fields,
    mappings,
    pipelines,
    tickets,
    views,
)

__all__ = [
    "activities",
    "comments",
    "companies",
    "contacts",
    "deals",
    "fields",
    "mappings",
    "pipelines",
    "tickets",
    "views",
]
