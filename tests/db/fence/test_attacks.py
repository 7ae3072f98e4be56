"""Every attack on every engine behind both walls and behind each alone; and with none, where they bite."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.db.fence import (
    attacks_doors,
    attacks_fourth,
    attacks_functions,
    attacks_more_writes,
    attacks_nodes,
    attacks_nodes_more,
    attacks_read,
    attacks_read_more,
    attacks_sessions,
    attacks_sessions_more,
    attacks_third,
    attacks_third_doors,
    attacks_third_more,
    attacks_third_writes,
    attacks_write,
)
from tests.db.fence.judge import Outcome, leaks, others, strike, verdict
from tests.db.fence.registry import ATTACKS, Attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.fence.world import World

ENGINES = ("sqlite", "postgres")
MODULES = (
    attacks_read,
    attacks_read_more,
    attacks_third,
    attacks_third_doors,
    attacks_third_more,
    attacks_third_writes,
    attacks_write,
    attacks_nodes,
    attacks_nodes_more,
    attacks_functions,
    attacks_more_writes,
    attacks_doors,
    attacks_sessions,
    attacks_sessions_more,
    attacks_fourth,
)
ORACLE: dict[tuple[str, str], Outcome] = {}


def chosen(engine: str, walls: str) -> list[Attack]:
    """The attacks that a set of walls must stop on an engine."""
    return [attack for attack in ATTACKS.values() if meant(attack, engine, walls)]


def meant(attack: Attack, engine: str, walls: str) -> bool:
    """Whether a set of walls is meant to stop an attack on an engine."""
    if attack.only not in {None, engine}:
        return False
    if (engine, walls) == ("sqlite", "wall") and attack.ddl:
        return False
    if walls == "local" and attack.alone == "wall" and not attack.name.startswith("w"):
        return False  # reads past the compiler: on SQLite only the authorizer stops them
    return walls in {"both", "local"} or attack.alone in {None, walls}


CASES = [
    pytest.param(engine, walls, attack, id=f"{engine}-{walls}-{attack.name}")
    for engine in ENGINES
    for walls in ("both", "local", "fence", "wall")
    if (engine, walls) != ("postgres", "local")
    for attack in chosen(engine, walls)
]


@pytest.mark.parametrize(("engine", "walls", "attack"), CASES)
def test_it_holds(worlds: Callable[..., World], engine: str, walls: str, attack: Attack) -> None:
    oracle = None
    if attack.compare:
        if (engine, attack.name) not in ORACLE:
            ORACLE[engine, attack.name] = strike(worlds(engine, None, oracle=True), attack)
        oracle = ORACLE[engine, attack.name]
    world = worlds(engine, walls)
    found = verdict(world, attack, strike(world, attack), oracle)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("engine", ENGINES)
def test_it_bites_without_walls(worlds: Callable[..., World], engine: str) -> None:
    world = worlds(engine, None)
    bitten = []
    for attack in chosen(engine, "both"):
        outcome = strike(world, attack)
        assert outcome.after is not None
        changed = others(outcome.after) != others(world.seeded) or outcome.schema_changed
        if changed or leaks(outcome.value) or leaks(outcome.error):
            bitten.append(attack.name)
    silent = [attack.name for attack in chosen(engine, "both") if attack.name not in bitten]
    assert len(bitten) >= 250, (len(bitten), silent)
