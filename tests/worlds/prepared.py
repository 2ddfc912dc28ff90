"""A primary whose standby nobody made yet, and the programme that says how it is made; and kills.

`python -m tests.worlds.prepared killed STEP when WORD…`: `migrate WORD…`, killed before or after a step of making it,
or after the part `when` was taken away.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from orchestrator.adapters.replicas.making import PostgresMaker
from orchestrator.cli.main import main
from tests.worlds.killed import die
from tests.worlds.recovery import World, world

KEEP = "ALTER SYSTEM SET max_slot_wal_keep_size = '256MB'"


@contextmanager
def bare() -> Iterator[World]:
    """Bring up the hosts with the primary alone, without a heartbeat; its slots may keep 256 MiB."""
    with world() as made:
        made.server("rep", "stop", "-m", "immediate")
        shutil.rmtree(data(made))
        Path(f"{data(made)}.log").unlink()
        made.sql("src", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
        made.sql("src", "DROP SCHEMA migrate_dr CASCADE")
        made.sql("src", "INSERT INTO ledger SELECT generate_series(1, 1000)")
        made.sql("src", KEEP)
        made.sql("src", "SELECT pg_reload_conf()")
        declare(made)
        yield made


def data(made: World) -> Path:
    return made.folder / "rep" / "data"


def declare(made: World) -> None:
    """Write a programme that says how the standby is made."""
    made.declare()
    told(made, data=str(data(made)))


def told(made: World, **make: object) -> None:
    """Say otherwise how the standby is made."""
    path = made.folder / "programme" / "programme.yaml"
    whole = yaml.safe_load(path.read_text())
    own = whole["recovery"]["systems"]["S-1"]
    own.pop("files", None)
    one = own["postgresql"][0]
    whole_make = {**one.get("make", {}), **make}
    one["make"] = {name: value for name, value in whole_make.items() if value is not None}
    path.write_text(yaml.safe_dump(whole, allow_unicode=True))


def killed(step: str, when: str, *words: str, maker: type = PostgresMaker) -> None:
    do = getattr(maker, step)

    def dies(made: object, *arguments: object) -> None:
        if when != "before":
            do(made, *arguments)
        if when in {"before", "after", *arguments}:
            die()

    setattr(maker, step, dies)
    sys.argv = ["migrate", *words]
    main()


if __name__ == "__main__":
    killed(*sys.argv[2:])
