"""Completion for bash and zsh: commands, options, and values from the workspace.

The scripts call `smallcrm --complete SHELL WORD…`, where the last word is the one being typed. The answer is
one candidate per line, for zsh with a tab and a description; the line `:files` asks for names of files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from typer._click.shell_completion import CompletionItem
from typer._completion_classes import BashComplete

from smallcrm.cli import tree
from smallcrm.cli.completing import FILES, workspaces
from smallcrm.cli.globals import completers, settings_of
from smallcrm.cli.streams import emit
from smallcrm.errors import UsageError
from smallcrm.text import safe_text, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from typer._click import Context

    from smallcrm.config import Settings

    Provider = Callable[[Settings, str], Iterable[str]]

PROVIDERS: dict[str, str] = {}
"""Kind of value -> "module:function" of a Provider: what begins with the typed text, best first."""
MOST = 100
WIDEST = 60
_BREAKS = ("=", ":")
_BASH = r"""_smallcrm() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        if [ "$line" = ":files" ]; then
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
        else
            [[ $line == *= ]] && compopt -o nospace 2>/dev/null
            line=$(printf %q "$line")
            COMPREPLY+=("${line//\\,/,}")
        fi
    done < <("${COMP_WORDS[0]}" --complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _smallcrm smallcrm
"""
_ZSH = r"""#compdef smallcrm
_smallcrm() {
    local line
    local -a names shown open
    for line in "${(@f)$("${words[1]}" --complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == ":files" ]]; then
            _files
            return
        elif [[ -n $line ]]; then
            names+=("${line%%$'\t'*}")
            shown+=("${line/$'\t'/  }")
            [[ ${names[-1]} == *= ]] && open=(-S "")
        fi
    done
    (( $#names )) && compadd $open -l -d shown -a names
}
compdef _smallcrm smallcrm
"""


def script(shell: str) -> str:
    """The script that switches completion on; UsageError for another shell."""
    scripts = {"bash": _BASH, "zsh": _ZSH}
    if shell not in scripts:
        msg = f"There is no completion for '{shell}', only for {' and '.join(scripts)}."
        raise UsageError(msg, hint="smallcrm help completion")
    return scripts[shell]


def values(kind: str) -> Callable[[Context, str], list[str]]:
    """What completes a parameter with values of a kind: `typer.Argument(autocompletion=values("tag"))`."""

    def complete(ctx: Any, incomplete: str) -> list[str]:
        target = PROVIDERS.get(kind)
        if target is None:
            return []
        module, _, attribute = target.partition(":")
        provider: Provider = getattr(import_module(module), attribute)
        return [value for value, _ in zip(provider(settings_of(ctx), incomplete), range(MOST), strict=False)]

    complete.__annotations__ = {"incomplete": str}
    return complete


def answer(words: Sequence[str]) -> int:
    """Print the candidates for the last word; a fault completes nothing and disturbs nobody."""
    completers["workspace"] = workspaces
    shell, typed = (words[0] if words else ""), list(words[1:]) or [""]
    if shell == "bash":
        typed = _joined(typed)
    try:
        lines = list(_lines(shell, typed))
    except Exception:  # noqa: BLE001 - an error message would land in the line being typed
        return 1
    emit(line + "\n" for line in lines)
    return 0


def _lines(shell: str, typed: list[str]) -> Iterator[str]:
    """The candidates as the shell's script reads them; one that is not safe to show is left out."""
    completer = BashComplete(tree.root(), {}, "smallcrm", "")
    incomplete = typed[-1]
    for item in completer.get_completions(typed[:-1], incomplete):
        if item.value == incomplete + FILES:
            yield FILES
        elif safe_text(item.value) == item.value:
            yield _line(shell, incomplete, item)


def _line(shell: str, incomplete: str, item: CompletionItem) -> str:
    """One candidate."""
    option, sign, _ = incomplete.partition("=")
    has_option = bool(sign) and option.startswith("--")
    if shell == "zsh":
        value = f"{option}={item.value}" if has_option else str(item.value)
        return f"{value}\t{truncate(safe_text(item.help), WIDEST)}" if item.help else value
    # Bash completes only what comes after the last = or :, or from the last @ on.
    begun = max(*(incomplete.rfind(end) + 1 for end in _BREAKS), incomplete.rfind("@"), 0)
    return str(item.value) if has_option else str(item.value).removeprefix(incomplete[:begun])


def _joined(words: list[str]) -> list[str]:
    """The words as they were typed: bash hands over --format=json, a:b and a@b in three words each."""
    joined: list[str] = []
    for word in words:
        if (word in (*_BREAKS, "@") and joined) or (
            joined and joined[-1][-1:] in (*_BREAKS, "@") and len(joined[-1]) > 1
        ):
            joined[-1] += word
        else:
            joined.append(word)
    return [word.strip("'\"") for word in joined]
