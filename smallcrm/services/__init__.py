"""What the program does; one capability per module. A service never prints and never sees a request or a widget."""

from __future__ import annotations
