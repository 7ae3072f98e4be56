"""Every noun, imported so that it registers itself with the engine; a noun stands after those it refers to."""

from __future__ import annotations

from smallcrm.services import companies, contacts, deals, pipelines, views

__all__ = ["companies", "contacts", "deals", "pipelines", "views"]
