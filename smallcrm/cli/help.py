"""`smallcrm help`: topics that belong to no single command."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from smallcrm.cli import completion
from smallcrm.cli.lazy import App
from smallcrm.cli.output import print_text
from smallcrm.cli.topics import TOPICS
from smallcrm.errors import UsageError

app = App()


def _topics(incomplete: str) -> list[str]:
    """The topics that begin so."""
    return [name for name in TOPICS if name.startswith(incomplete)]


@app.command()
def show(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Argument(help="What to explain.", autocompletion=_topics)] = None,
    shell: Annotated[str | None, typer.Argument(help="For completion: bash or zsh, prints the script.")] = None,
) -> None:
    """Explain a topic; without one, list them."""
    if topic is None:
        root = ctx.find_root()
        print_text(root.get_help() + "\n\nTopics of 'smallcrm help':\n" + _list())
    elif topic == "completion" and shell is not None:
        print_text(completion.script(shell))
    elif topic in TOPICS and shell is None:
        print_text(TOPICS[topic].text())
    else:
        raise _unknown(topic, shell)


def _list() -> str:
    """The topics with a line on each."""
    width = max(map(len, TOPICS))
    return "\n".join(f"  {name.ljust(width)}  {topic.summary}" for name, topic in TOPICS.items())


def _unknown(topic: str, shell: str | None) -> UsageError:
    """The error for a topic that does not exist."""
    if topic in TOPICS:
        return UsageError(f"The topic '{topic}' takes no '{shell}'.", hint=f"smallcrm help {topic}")
    near = get_close_matches(topic, TOPICS, n=1)
    question = f" Did you mean '{near[0]}'?" if near else ""
    return UsageError(f"There is no topic '{topic}'.{question}", hint="smallcrm help")
