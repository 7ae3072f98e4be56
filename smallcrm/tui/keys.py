"""Keys that mean something only together: counts before a motion, and keys one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smallcrm.tui.actions import Action

MOST = 9_999_999


class Step(NamedTuple):
    """What a key came to: `taken` says that it is part of something, `action` what is complete by it."""

    taken: bool
    action: Action | None = None


class Keys:
    """Takes keys as they come; `count` is the number that was typed before."""

    def __init__(self, chords: Mapping[tuple[str, ...], Action]) -> None:
        self._chords = chords
        self._begun: tuple[str, ...] = ()
        self._digits = ""

    @property
    def pending(self) -> str:
        """What was typed so far, as it is shown."""
        return self._digits + "".join(self._begun)

    @property
    def following(self) -> dict[str, Action]:
        """What the next key may be, after those that have begun something."""
        at = len(self._begun)
        return {keys[at]: action for keys, action in self._chords.items() if at and keys[:at] == self._begun}

    def feed(self, key: str) -> Step:
        """Take a key."""
        if not self._begun and key.isdigit() and (self._digits or key != "0"):
            self._digits = str(min(int(self._digits + key), MOST))
            return Step(taken=True)
        begun = (*self._begun, key)
        action = self._chords.get(begun)
        if action is not None:
            self._begun = ()
            return Step(taken=True, action=action)
        if any(keys[: len(begun)] == begun for keys in self._chords):
            self._begun = begun
            return Step(taken=True)
        # What does not go on with what was begun ends it, and means nothing.
        taken = bool(self._begun)
        self._begun = ()
        if taken:
            self._digits = ""
        return Step(taken=taken)

    def take_count(self, usual: int = 1) -> int:
        """The number that was typed, which is used up by it."""
        count = int(self._digits or usual)
        self._digits = ""
        return count

    def clear(self) -> bool:
        """Forget what was begun; gives whether there was anything."""
        begun = bool(self.pending)
        self._begun, self._digits = (), ""
        return begun
