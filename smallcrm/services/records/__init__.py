"""The engine under every noun: fields, the one write path with its journal, undo, reading and paging."""

from __future__ import annotations
