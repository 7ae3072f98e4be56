"""Our own colours: dark, light, high contrast and none at all. Nothing is told by a colour alone."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="smallcrm-dark", dark=True, primary="#7aa2f7", secondary="#9ece6a", accent="#e0af68", foreground="#c8d0e4",
    background="#14161f", surface="#191c28", panel="#222636", success="#9ece6a", warning="#e0af68", error="#f7768e",
    variables={"block-cursor-background": "#32406b", "block-cursor-foreground": "#f2f5ff", "border": "#343a52"},
)  # fmt: skip
LIGHT = Theme(
    name="smallcrm-light", dark=False, primary="#2b5fc2", secondary="#3f7d20", accent="#9a5b00", foreground="#23283a",
    background="#f7f7f4", surface="#ffffff", panel="#e9eaf0", success="#3f7d20", warning="#9a5b00", error="#b3213f",
    variables={"block-cursor-background": "#cfdcf8", "block-cursor-foreground": "#101528", "border": "#c4c8d6"},
)  # fmt: skip
CONTRAST = Theme(
    name="smallcrm-contrast", dark=True, primary="#00d7ff", secondary="#5fff5f", accent="#ffff00",
    foreground="#ffffff", background="#000000", surface="#000000", panel="#1c1c1c", success="#5fff5f",
    warning="#ffff00", error="#ff5f5f",
    variables={"block-cursor-background": "#ffff00", "block-cursor-foreground": "#000000", "border": "#ffffff"},
)  # fmt: skip
MONO = Theme(
    name="smallcrm-mono", dark=True, primary="#ffffff", secondary="#d0d0d0", accent="#ffffff", foreground="#d8d8d8",
    background="#000000", surface="#000000", panel="#1e1e1e", success="#ffffff", warning="#ffffff", error="#ffffff",
    variables={"block-cursor-background": "#d8d8d8", "block-cursor-foreground": "#000000", "border": "#808080"},
)  # fmt: skip
THEMES = (DARK, LIGHT, CONTRAST, MONO)
