"""A pair whose primary was killed and whose standby took its place; how the old one comes back; and kills.

`python -m tests.worlds.returned killed CLASS STEP when WORD…`: `migrate WORD…`, killed before or after a step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from orchestrator.adapters.fences import FAILBACK, state_fence
from orchestrator.adapters.replicas.homing import PostgresHomeMaker
from orchestrator.adapters.replicas.making import PostgresMaker
from orchestrator.adapters.replicas.promoting import PostgresPromoter
from orchestrator.adapters.replicas.turning import PostgresTurner
from orchestrator.cli.main import main
from orchestrator.model.failover import FenceStatement
from tests.worlds.failed import centre
from tests.worlds.killed import die
from tests.worlds.prepared import KEEP
from tests.worlds.recovery import World

_CLASSES = {each.__name__: each for each in (PostgresHomeMaker, PostgresMaker, PostgresPromoter, PostgresTurner)}


@contextmanager
def returning() -> Iterator[World]:
    """Bring up the pair with a programme that says how each side is made a standby."""
    with centre() as made:
        for host in ("src", "rep"):
            made.sql(host, KEEP)
            made.sql(host, "SELECT pg_reload_conf()")
        path = made.folder / "programme" / "programme.yaml"
        told = yaml.safe_load(path.read_text())
        one = told["recovery"]["systems"]["S-1"]["postgresql"][0]
        one["make"] = {"data": str(made.folder / "rep" / "data")}
        one["failback"] = {"data": str(made.folder / "src" / "data")}
        path.write_text(yaml.safe_dump(told, allow_unicode=True))
        yield made


def agree(made: World, /, *, key: str = "second", **changed: object) -> Path:
    """Have the second person, who sits elsewhere, agree."""
    now = datetime.now(UTC)
    statement = FenceStatement(
        programme="p",
        system="S-1",
        server=f"{made.net.address('rep')}:5432",
        did="the window of tonight",
        since=now,
        actor="second@office",
        made=now,
        expires=now + timedelta(hours=1),
    )
    out = made.folder / f"agreed-{now.timestamp()}"
    state_fence(out, replace(statement, **changed), key=made.folder / key, what=FAILBACK)  # type: ignore[arg-type]
    return out


def killed(of: str, step: str, when: str, *words: str) -> None:
    do = getattr(_CLASSES[of], step)

    def dies(it: object, *arguments: object) -> None:
        if when == "after":
            do(it, *arguments)
        die()

    setattr(_CLASSES[of], step, dies)
    sys.argv = ["migrate", *words]
    main()


if __name__ == "__main__":
    killed(*sys.argv[2:])
