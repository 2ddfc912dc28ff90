"""The list of a physical copy: promoted after every proof and before the decision; a standby has decided nothing."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from orchestrator.adapters.movers.postgresql import physical_shell as shell
from orchestrator.adapters.movers.postgresql.physical_frozen import physical_frozen
from orchestrator.adapters.movers.postgresql.rehearsing import rehearsal
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove, Method

_SOURCE, _TARGET = (
    DatabaseServer(name=name, reach=Reach(address=address), address=address, socket=f"/run/{name}")
    for name, address in (("source", "192.0.2.1"), ("target", "192.0.2.2"))
)
HOSTILE = "/data/it's $(touch x) `y`"


def move(*databases: str, folder: str = "/var/lib/postgresql/15/main") -> DatabaseMove:
    return DatabaseMove(
        system="S-1", slug="s-1", databases=databases or ("app",), source=_SOURCE, target=_TARGET,
        pooler=Pooler(name="pooler", reach=Reach(address="192.0.2.3"), file="/f"), roles=("app",),
        method=Method.PHYSICAL, folder=folder,
    )  # fmt: skip


@pytest.mark.parametrize("databases", [("app",), ("app", "other.db-2")])
def test_every_line_stands_where_it_must(databases: tuple[str, ...]) -> None:
    section = physical_frozen(move(*databases), 3)
    names = [line.name for line in section.lines]
    assert names.count("mark") == names.count("replayed") == len(databases)
    order = ("fence", "prove-login", "hold", "end-sessions", "mark", "replayed", "prove-still", "promote", "open")
    assert [names.index(name) for name in order] == sorted(names.index(name) for name in order)
    promoted = names.index("promote")
    proofs = [number for number, name in enumerate(names) if name.startswith("prove-") and name != "prove-route"]
    assert max(proofs) < promoted
    # Alone: nothing is promoted beside a proof, and nothing is decided beside a promotion.
    assert not any(line.beside for line in section.lines[promoted : promoted + 2])
    assert {line.voice for line in section.lines} <= {voice.name for voice in section.voices}
    assert [line.decides for line in section.lines].count(True) == 1


def test_what_is_still_a_standby_has_decided_nothing() -> None:
    claim = physical_frozen(move(), 3).claim
    assert claim.text.endswith(";")
    assert "pg_is_in_recovery() THEN 'SELECT ''back''' ELSE 'SELECT what" in claim.text
    assert len(claim.silence) == 2


def test_the_way_back_promotes_nothing_and_gives_up_no_more_than_was_accepted() -> None:
    section = physical_frozen(replace(move("app", "other"), lose=(7, 0)), 2, back=True)
    names = [line.name for line in section.lines]
    assert (section.leaving, section.opening) == ("target", "source")
    assert names.count("accepted") == 2
    assert not {"promote", "replayed", "dump"} & set(names)


def test_a_rehearsal_runs_what_the_target_hears_and_names_the_rest() -> None:
    plan = rehearsal(move(), 1, physical_frozen)
    run = [step.name for step in plan.steps if step.line]
    assert run == ["mark", "replayed", "promote", "open"]
    assert {"fence", "hold", "end-sessions", "route"} <= set(plan.skipped)


@pytest.mark.parametrize("folder", ["/var/lib/postgresql/15/main", HOSTILE])
def test_every_script_is_one_that_a_shell_reads(folder: str) -> None:
    moved = move(folder=folder)
    own = (f"{folder}/postgresql.conf", "/etc/postgresql/pg_hba.conf", f"{folder}/it's.conf")
    for text in (
        shell.ready(moved, own, "/usr/lib/postgresql/15/bin"),
        shell.begin(moved, "slot", {"max_connections": 100}, anew=True),
        shell.state(moved),
        shell.restore(moved),
        shell.forget(moved),
        shell.mend(moved),
    ):
        assert subprocess.run(["sh", "-n"], input=text, text=True, capture_output=True, check=False).stderr == ""
        # What the outer shell hands on is read by the inner one, and of a name nothing is run.
        inner = subprocess.run(
            ["sh", "-c", f'sh() {{ printf %s "$2"; }}; {text}'], text=True, capture_output=True, check=True
        )
        assert (
            subprocess.run(["sh", "-n"], input=inner.stdout, text=True, capture_output=True, check=False).stderr == ""
        )
        assert "touch x" not in inner.stdout or HOSTILE.split("'")[1] in inner.stdout
