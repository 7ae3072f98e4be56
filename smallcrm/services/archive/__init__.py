"""The archive of a workspace: a ZIP of CSV files that holds all of it, and makes it again in an empty workspace."""

from __future__ import annotations
