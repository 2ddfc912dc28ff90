"""`migrate doctor`: looks at this machine, the programme and its clouds, and changes nothing."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, StorageError
from orchestrator.model.problem import Severity
from orchestrator.model.programme import Programme
from orchestrator.model.result import CheckResult, CheckStatus, CloudView, RunStatus

if TYPE_CHECKING:
    from orchestrator.adapters.state import StateFolder
    from orchestrator.execution.database import Database

OLDEST_PYTHON = (3, 11)
# The longest step is a playbook; a workflow that has not moved for longer than this has nobody behind it.
STUCK = timedelta(hours=1)
# Who was called `stopped` was ended by a person; of the others one is told for so long after its last sign of life.
MISSED, STOPPED = timedelta(days=1), "stopped"


@click.command("doctor", help=say("help.doctor"), short_help=say("help.doctor"))
@output_option
@click.pass_context
def doctor(ctx: click.Context, output: str) -> None:
    """Ask every question, whatever the others answer."""
    from orchestrator.reporting.doctor import DoctorView

    shell: Shell = ctx.obj
    checks = [*_machine(), *_programme(shell)]
    view = DoctorView(checks=tuple(checks))
    shell.show(view, output)
    ctx.exit(ExitCode.DONE if view.healthy else ExitCode.FAILED)


def _machine() -> Iterator[CheckResult]:
    version = ".".join(str(number) for number in sys.version_info[:3])
    yield _check("doctor.python", sys.version_info >= OLDEST_PYTHON, version=version)
    beside = Path(sys.executable).parent / "ansible-playbook"
    found = str(beside) if beside.is_file() else shutil.which("ansible-playbook")
    yield _check("doctor.ansible", bool(found), path=found or "-")
    ssh = shutil.which("ssh")
    yield _check("doctor.ssh", bool(ssh), path=ssh or "-")


def _programme(shell: Shell) -> Iterator[CheckResult]:
    from orchestrator.cli.programme import load_declaration

    try:
        programme = load_declaration(shell)
    except MigrateError as error:
        yield _check("doctor.programme", False, folder=str(shell.folder), error=say(error.code, **error.values))
        return
    yield _check("doctor.programme", True, folder=str(shell.folder), error="")
    yield from _state(shell, programme)
    yield from _clouds(shell, programme)


def _state(shell: Shell, programme: Programme) -> Iterator[CheckResult]:
    from orchestrator.cli.wiring import database_of, state_of

    state = state_of(shell)
    mode = state.mode()
    yield _check("doctor.state", mode in {None, 0o700}, path=str(state.path), mode=f"{mode:04o}" if mode else "-")
    yield from _disks(state)
    database = database_of(programme, state)
    yield _lock(state, database)
    yield from _workers(database)
    yield from _evidence(shell, state)
    yield from _runs(programme, state, database)


def _disks(state: StateFolder) -> Iterator[CheckResult]:
    """Look at the disks that a run writes to."""
    from orchestrator.adapters.room import FLOOR_KIB, room

    for folder in dict.fromkeys((state.path, Path(tempfile.gettempdir()))):
        found = room(folder)
        told = {"path": str(folder), "free_kib": str(found.free_kib), "floor_kib": str(FLOOR_KIB)}
        yield _check("doctor.disk" if found.writable else "doctor.disk-unwritable", found.enough, **told)


def _runs(programme: Programme, state: StateFolder, database: Database) -> Iterator[CheckResult]:
    """Look at the engine's database, and for what stands in it with nobody at work."""
    from orchestrator.cli.wiring import CLOCK, holder_of
    from orchestrator.execution.history import recorded

    if state.database.is_file() and not programme.database_url:
        try:
            damage = database.damage()
        except StorageError as error:
            yield _check("doctor.database", False, path=str(state.database), error=say(error.code, **error.values))
            return
        yield _check("doctor.database", not damage, path=str(state.database), error=damage or "OK")
        if damage:
            return

    def stuck() -> list[str]:
        limit = CLOCK.now() - STUCK
        holder = holder_of(state, database)
        return [
            run.system
            for batch in programme.batches
            for run in recorded(database, batch.number)
            if (holder is None and run.status is RunStatus.WAITING)
            or (
                run.status is RunStatus.RUNNING
                and (holder is None or max((s.ended for s in run.steps if s.ended), default=limit) < limit)
            )
        ]

    yield _asked("doctor.stuck", stuck)


def _evidence(shell: Shell, state: StateFolder) -> Iterator[CheckResult]:
    from orchestrator.cli.judging import judge

    try:
        verdict = judge(shell, state.evidence, quick=True)
    except MigrateError as error:
        if error.code != "evidence.missing":  # a programme that was never run has none
            told = say(error.code, **error.values)
            yield _check("doctor.evidence", False, word="-", entries="-", line="-", told=told)
        return
    if verdict.ok and verdict.unfinished:
        values = {"path": str(state.evidence), "entries": str(verdict.entries)}
        yield CheckResult(code="doctor.evidence-unfinished", status=CheckStatus.UNKNOWN, values=values)
        return
    told = "; ".join(say(fault.code, **fault.values) for fault in verdict.faults) or "-"
    line = str(verdict.line or "-")
    yield _check(
        "doctor.evidence", verdict.ok, word=str(verdict.word), entries=str(verdict.entries), line=line, told=told
    )


def _lock(state: StateFolder, database: Database) -> CheckResult:
    from orchestrator.cli.wiring import holder_of

    try:
        holder = holder_of(state, database)
    except MigrateError as error:
        return CheckResult(code="doctor.lock", status=CheckStatus.UNKNOWN, values={"holder": str(error)})
    told = f"{holder.get('pid') or holder['host']} {holder['command']}" if holder else "-"
    return CheckResult(code="doctor.lock", status=CheckStatus.PASS, values={"holder": told})


def _workers(database: Database) -> Iterator[CheckResult]:
    """Look at the workers: one that nobody ended and that is gone is missed for a day."""
    from orchestrator.cli.working import workers_of
    from orchestrator.model.worker import latest
    from orchestrator.reporting.workers import worker_values

    try:
        found = latest(workers_of(database))
    except MigrateError as error:
        yield CheckResult(code="doctor.workers", status=CheckStatus.UNKNOWN, values={"error": str(error)})
        return
    for worker in found:
        if worker.lives or (worker.why != STOPPED and worker.silent < MISSED.total_seconds()):
            yield _check("doctor.worker", worker.lives, **worker_values(worker, say))


def _clouds(shell: Shell, programme: Programme) -> Iterator[CheckResult]:
    from orchestrator.adapters.intake.clouds import read_clouds
    from orchestrator.cli.wiring import chosen_clouds, clouds_of, look, state_of
    from orchestrator.reporting.problems import place_of

    path = shell.folder / programme.clouds_file
    if not path.is_file():
        yield _check("doctor.clouds-file", False, path=str(path), mode="-")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    # It holds passwords: nobody else may read it.
    yield _check("doctor.clouds-file", not mode & 0o077, path=str(path), mode=f"{mode:04o}")
    names = chosen_clouds(programme)
    found = read_clouds(path, names)
    for problem in found.problems:
        if problem.severity is Severity.ERROR and problem.code != "clouds.open-file":
            told, remedy = say(problem.code, **problem.values), say(f"{problem.code}.remedy", **problem.values)
            yield _check("doctor.clouds-entry", False, place=place_of(problem), told=told, remedy=remedy)
    if found.errors:
        return  # nothing is sent by credentials that others may hold, nor by half of them
    clouds = clouds_of(shell, programme, names)
    views, errors = look(clouds, programme)
    silent = {str(error.values.get("cloud")): error for error in errors}
    answered = {view.cloud for view in views}
    for name in clouds:
        error = silent.get(name)
        answer = "OK" if name in answered else say(error.code, **error.values) if error else "-"
        yield _check("doctor.cloud", name in answered, cloud=name, answer=answer)
    yield from _whose(state_of(shell), views)


def _whose(state: StateFolder, views: Sequence[CloudView]) -> Iterator[CheckResult]:
    """Tell of each cloud whether it is the one of earlier runs, and whose the programme is there."""
    from orchestrator.cli.claiming import others

    try:
        known, kept_out = state.clouds.known(), {view.cloud: others(state, view) for view in views}
    except MigrateError as error:
        yield _check("doctor.state-file", False, error=say(error.code, **error.values))
        return
    for view in views:
        before = known.get(view.cloud, view.identity)
        told = {"cloud": view.cloud, "found": str(view.identity), "before": str(before)}
        yield _check("doctor.cloud-identity", before == view.identity, **told)
        if view.claims is None:
            values = {"cloud": view.cloud}
            yield CheckResult(code="doctor.claim-unknown", status=CheckStatus.UNKNOWN, values=values)
            continue
        claim = next(iter(kept_out[view.cloud] or view.claims), None)
        code = "doctor.claim" if kept_out[view.cloud] else "doctor.claim-ours" if claim else "doctor.claim-none"
        yield _check(code, not kept_out[view.cloud], cloud=view.cloud, **(claim.told() if claim else {}))


def _asked(code: str, question: Callable[[], list[str]]) -> CheckResult:
    """Return pass when nothing is found, and unknown when nobody could tell."""
    try:
        found = question()
    except MigrateError as error:
        return CheckResult(code=code, status=CheckStatus.UNKNOWN, values={"systems": str(error)})
    return _check(code, not found, systems=", ".join(found) or "-")


def _check(code: str, good: bool, **values: str) -> CheckResult:
    return CheckResult(code=code, status=CheckStatus.PASS if good else CheckStatus.FAIL, values=values)
