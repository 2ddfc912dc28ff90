"""What stops one system of a batch, and what stops them all."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from orchestrator.cli.moving import Desk
from orchestrator.cli.onward import Onward
from orchestrator.cli.output import Shell
from orchestrator.cli.session import Session
from orchestrator.errors import ExitCode, MigrateError, TakenOver, worst
from orchestrator.execution.prepare import Prepared
from orchestrator.model.life import Phase
from orchestrator.model.plan import SystemSpec
from orchestrator.model.system import MigrationList


def mover() -> Onward:
    return Onward(
        ours=cast(Session, SimpleNamespace(shell=Shell(folder=Path()), lost=set())),
        desk=cast(Desk, None),
        prepared=cast(Prepared, None),
        listing=cast(MigrationList, None),
        until=Phase.OPEN,
        output="table",
        going={"S-1", "S-2"},
    )


def spec(system: str) -> SystemSpec:
    return cast(SystemSpec, SimpleNamespace(system=system, parts=()))


def raising(error: MigrateError) -> ExitCode:
    raise error


def test_a_programme_that_was_taken_over_is_told_once_and_nothing_further_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours, began = mover(), list[str]()
    error = TakenOver("run.lease-lost", host="h", since="s", command="c")
    assert ours.guarded(spec("S-1"), lambda: raising(error)) is ExitCode.LOCKED

    def begin() -> ExitCode:
        began.append("S-2")
        return ExitCode.DONE

    assert ours.guarded(spec("S-2"), begin) is ExitCode.LOCKED
    assert (began, ours.going, set(ours.stopped)) == ([], set(), {"S-1", "S-2"})
    assert capsys.readouterr().err.count("[run.lease-lost]") == 1


def test_what_stops_one_system_stops_no_other() -> None:
    ours = mover()
    assert ours.guarded(spec("S-1"), lambda: raising(MigrateError("move.no-target"))) is ExitCode.FAILED
    assert ours.guarded(spec("S-2"), lambda: ExitCode.DONE) is ExitCode.DONE
    assert ours.going == {"S-2"}


@pytest.mark.parametrize(
    ("codes", "answer"),
    [
        ((ExitCode.DONE, ExitCode.FAILED), ExitCode.FAILED),
        ((ExitCode.FAILED, ExitCode.LOCKED, ExitCode.ROLLED_BACK), ExitCode.LOCKED),
        ((ExitCode.LOCKED, ExitCode.ROLLBACK_FAILED, ExitCode.FAILED), ExitCode.ROLLBACK_FAILED),
    ],
)
def test_that_a_person_is_needed_is_never_hidden(codes: tuple[ExitCode, ...], answer: ExitCode) -> None:
    assert worst(*codes) is answer
