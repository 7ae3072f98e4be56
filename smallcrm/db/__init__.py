"""The database layer: engines, the tenant fence, ids, search and migrations."""

from __future__ import annotations

from smallcrm.db import drivers as drivers
