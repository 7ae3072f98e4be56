"""Every noun, imported so that it registers itself with the engine; a noun stands after those it refers to."""

from __future__ import annotations

from smallcrm.services import activities, companies, contacts, deals, pipelines

__all__ = ["activities", "companies", "contacts", "deals", "pipelines"]
