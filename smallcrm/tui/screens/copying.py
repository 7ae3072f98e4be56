"""What is copied from a list: the records that are selected, or the command that shows or did the same."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from textual import work

from smallcrm.errors import SmallCRMError
from smallcrm.services.copying import MOST, copied
from smallcrm.tui.edge import sentence_of
from smallcrm.tui.screens.record_actions import RecordActions

if TYPE_CHECKING:
    from smallcrm.services.browsing import Asked

_WORDS = {"csv": "CSV", "json": "JSON", "markdown": "Markdown"}


class Copying(RecordActions):
    """A list from which records and commands are copied."""

    def action_copy_command(self) -> None:
        """Copy the command that shows the selection, or else the list."""
        text = command_of(self.asked, sorted(self.table.marked))
        self.app.copy_to_clipboard(text)
        self.announce(f"Copied: {text}")

    def action_copy_done(self) -> None:
        """Copy the command that does what was done last."""
        if self.crm.done:
            self.app.copy_to_clipboard(self.crm.done[-1])
            self.announce(f"Copied: {self.crm.done[-1]}")
        else:
            self.announce("Nothing was done yet.", error=True)

    def action_copy_csv(self) -> None:
        """Copy the records as CSV."""
        self._copy("csv")

    def action_copy_json(self) -> None:
        """Copy the records as JSON."""
        self._copy("json")

    def action_copy_markdown(self) -> None:
        """Copy the records as a table in Markdown."""
        self._copy("markdown")

    @work(exclusive=True, group="copy", exit_on_error=False)
    async def _copy(self, format: str) -> None:  # noqa: A002 - as everywhere
        noun, numbers, browser, zone = self.noun, self.chosen(), self.browser, self.crm.zone
        if not numbers or browser is None:
            return
        columns = ",".join(head.key for head in browser.heads)
        try:
            text = await self.ask(lambda _session: copied(noun, numbers, columns, format, zone))
        except SmallCRMError as error:
            self.announce(sentence_of(error), error=True)
            return
        self.app.copy_to_clipboard(text)
        count = min(len(numbers), MOST)
        what = f"{count:,} {noun.name if count == 1 else noun.plural} as {_WORDS[format]}"
        if count < len(numbers):
            what = f"the first {what}, of {len(numbers):,}; :{noun.name} export FILE takes all"
        self.announce(f"Copied {what}.")


def command_of(asked: Asked, numbers: list[int]) -> str:
    """The command that shows these records, or where there are none the whole list."""
    words = ["smallcrm", asked.noun.name]
    if numbers:
        return shlex.join([*words, "show", *map(str, numbers)])
    said = {"--view": asked.view, "--sort": asked.sort, "--columns": asked.columns}
    filters = [word for text in asked.filters for word in ("--filter", text)]
    return shlex.join(
        [*words, "list", *filters, *(word for name, text in said.items() if text for word in (name, text))]
    )
