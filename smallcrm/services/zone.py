"""The time zone of the open workspace."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from smallcrm.models.workspace import Workspace


def workspace_zone() -> ZoneInfo:
    """The zone in which the days of the bound workspace begin and end."""
    row: Any = Workspace.select(Workspace.zone).tuples().first()
    return ZoneInfo(row[0])
