"""`migrate doctor`: looks at this machine, the programme and its clouds, and changes nothing."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError
from orchestrator.model.programme import Lifecycle, Programme
from orchestrator.model.result import CheckResult, CheckStatus, RunStatus

if TYPE_CHECKING:
    from orchestrator.adapters.state import StateFolder
    from orchestrator.execution.database import Database

OLDEST_PYTHON = (3, 11)
# The longest step is a playbook; a workflow that has not moved for longer than this has nobody behind it.
STUCK = timedelta(hours=1)


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
    from orchestrator.adapters import evidence as log
    from orchestrator.cli.wiring import CLOCK, database_of, holder_of, state_of
    from orchestrator.execution.history import recorded

    state = state_of(shell)
    mode = state.mode()
    yield _check("doctor.state", mode in {None, 0o700}, path=str(state.path), mode=f"{mode:04o}" if mode else "-")
    database = database_of(programme, state)
    yield _lock(state, database)
    if state.evidence.is_file():
        verdict = log.verify(state.evidence)
        yield _check("doctor.evidence", verdict.ok, entries=str(verdict.entries), line=str(verdict.line or "-"))

    def stuck() -> list[str]:
        limit = CLOCK.now() - STUCK
        holder = holder_of(state, database)
        return [
            run.system
            for batch in programme.batches
            for run in recorded(database, batch.number)
            if run.status is RunStatus.RUNNING
            and (holder is None or max((s.ended for s in run.steps if s.ended), default=limit) < limit)
        ]

    yield _asked("doctor.stuck", stuck)


def _lock(state: StateFolder, database: Database) -> CheckResult:
    from orchestrator.cli.wiring import holder_of

    try:
        holder = holder_of(state, database)
    except MigrateError as error:
        return CheckResult(code="doctor.lock", status=CheckStatus.UNKNOWN, values={"holder": str(error)})
    told = f"{holder.get('pid') or holder['host']} {holder['command']}" if holder else "-"
    return CheckResult(code="doctor.lock", status=CheckStatus.PASS, values={"holder": told})


def _clouds(shell: Shell, programme: Programme) -> Iterator[CheckResult]:
    from orchestrator.cli.wiring import clouds_of

    path = shell.folder / programme.clouds_file
    if not path.is_file():
        yield _check("doctor.clouds-file", False, path=str(path), mode="-")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    # It holds passwords: nobody else may read it.
    yield _check("doctor.clouds-file", not mode & 0o077, path=str(path), mode=f"{mode:04o}")
    names = [cloud.name for cloud in programme.clouds if cloud.lifecycle is Lifecycle.AVAILABLE]
    for name, cloud in clouds_of(shell, programme, names).items():
        try:
            cloud.view(programme.slug)
        except MigrateError as error:
            yield _check("doctor.cloud", False, cloud=name, answer=say(error.code, **error.values))
        else:
            yield _check("doctor.cloud", True, cloud=name, answer="OK")


def _asked(code: str, question: Callable[[], list[str]]) -> CheckResult:
    """Return pass when nothing is found, and unknown when nobody could tell."""
    try:
        found = question()
    except MigrateError as error:
        return CheckResult(code=code, status=CheckStatus.UNKNOWN, values={"systems": str(error)})
    return _check(code, not found, systems=", ".join(found) or "-")


def _check(code: str, good: bool, **values: str) -> CheckResult:
    return CheckResult(code=code, status=CheckStatus.PASS if good else CheckStatus.FAIL, values=values)
