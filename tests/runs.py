"""Runs a batch on fakes in a process of its own, with the real engine, and kills it where a test says."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.lock import RunLock
from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.adapters.tasks import TaskBoard
from orchestrator.errors import MigrateError, StorageError
from orchestrator.execution.attempts import agenda
from orchestrator.execution.database import Database
from orchestrator.execution.handlers import Outside, handlers
from orchestrator.execution.history import recorded
from orchestrator.execution.job import Job, Result
from orchestrator.execution.performer import Performer, StepEvent
from orchestrator.execution.run import Run, held
from orchestrator.model.plan import Mark, SystemSpec
from orchestrator.model.result import SystemRun
from tests.fakes import (
    FakeCloud,
    FakeGuestProbe,
    FakeRenderer,
    FakeRunner,
    FakeSourceProbe,
    Faults,
    sample_plan,
    sample_programme,
)
from tests.faulty_disk import break_disk

CLOUDS = ("public-service", "administrative")
# A fork of a warm, thread-less process: a fresh interpreter for each kill would cost a second of imports.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.runs"])


class Site:
    """A programme folder with file-backed fake clouds, and ways to run batches in it."""

    def __init__(self, folder: Path, *, database_url: str = "") -> None:
        self.folder = folder
        self.url = database_url
        folder.mkdir(exist_ok=True)

    def cloud(self, name: str = CLOUDS[0], faults: Faults | None = None) -> FakeCloud:
        return FakeCloud(name, self.folder / f"{name}.json", faults)

    @property
    def state(self) -> StateFolder:
        return StateFolder(self.folder)

    @property
    def database(self) -> Database:
        return Database(programme="lab", file=self.state.database, url=self.url, log=self.state.engine_log)

    def start(self, specs: Sequence[SystemSpec], **options: Any) -> multiprocessing.process.BaseProcess:
        """Start a run in a process of its own; the options are those of `run_here`."""
        process = _SERVER.Process(target=run_here, args=(self.folder, self.url, list(specs)), kwargs=options)
        process.start()
        return process

    def run(self, specs: Sequence[SystemSpec], **options: Any) -> int:
        """Run to the end and return the exit code; -9 for a process that was killed."""
        process = self.start(specs, **options)
        process.join(60)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(self.state.engine_log.read_text()[-4000:])
        return process.exitcode

    def performed(self) -> list[str]:
        """Return `system verb` for every time a step was begun, over all runs."""
        log = self.folder / "performed"
        return log.read_text().splitlines() if log.exists() else []

    def runs(self, batch: int = 1) -> tuple[SystemRun, ...]:
        return recorded(self.database, batch)

    def wait_for(self, happened: Callable[[], bool], seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.02)


def run_here(
    folder: Path,
    url: str,
    specs: Sequence[SystemSpec],
    *,
    kill: str = "",
    mark: Mark = Mark.CREATE,
    max_failures: int = 0,
    per_department: int = 2,
    concurrency: int = 2,
    errors: Mapping[str, str] | None = None,
    slow: Mapping[str, float] | None = None,
    disk: tuple[str, int, int] | None = None,
    lost: Sequence[str] = (),
) -> None:
    """Run a batch and leave with 0, 1 (a system failed), 7 (locked) or 130 (interrupted).

    `kill` is `before:VERB`, `inside:VERB` (done, not recorded), `after:VERB` (recorded) or a point of
    `Faults.at`; `slow` maps `SYSTEM VERB` or `VERB` to seconds; `disk` is what `break_disk` is given; `lost` is of
    `Faults`.
    """

    def die_at(point: str) -> None:
        if kill and kill == point:
            os.kill(os.getpid(), signal.SIGKILL)

    # As at a terminal: what a script starts in the background is born deaf to SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if disk:
        break_disk(disk[0], disk[1], after=disk[2])
    clock = SystemClock()
    site = Site(folder, database_url=url)
    try:
        site.state.ensure()
        evidence = EvidenceLog(site.state.evidence, actor="tester@test", clock=clock)
    except StorageError as error:
        _leave(folder, error)
    faults = Faults(at=die_at, errors=errors or {}, lost=frozenset(lost))
    outside = Outside(
        clouds={name: site.cloud(name, faults) for name in CLOUDS},
        renderer=FakeRenderer(),
        runner=FakeRunner(),
        guests=FakeGuestProbe(),
        sources=FakeSourceProbe(),
        host_keys=PinnedHostKeys(site.state.path / "host-keys.json"),
        tasks=TaskBoard(site.state.tasks, clock),
        evidence=evidence,
        clock=clock,
        runs=site.state.runs,
    )

    def tell(event: StepEvent) -> None:
        assert event.system

    performer = Performer(handlers(outside), evidence=evidence, clock=clock, tell=tell)

    def perform(job: Job) -> Result:
        if kill.startswith("after:") and _is_recorded(site, kill.removeprefix("after:")):
            os.kill(os.getpid(), signal.SIGKILL)
        with (folder / "performed").open("a") as log:
            log.write(f"{job.spec.system} {job.step.verb}\n")
        die_at(f"before:{job.step.verb}")
        for name in (f"{job.spec.system} {job.step.verb}", str(job.step.verb)):
            time.sleep((slow or {}).get(name, 0.0))
        result = performer(job)
        die_at(f"inside:{job.step.verb}")
        return result

    programme = sample_programme(database_url=url, per_department=per_department, concurrency=concurrency)
    batch = specs[0].batch
    plan = sample_plan(*specs, mark=mark, batch=batch)
    try:
        command = f"migrate batch {batch}"
        lock = RunLock(site.state.lock, clock=clock, command=command)
        with held([lock], site.database, command) as keep:
            run = Run(
                programme=programme,
                batch=batch,
                database=site.database,
                plans=site.state,
                evidence=evidence,
                clock=clock,
                keep=keep,
                every=timedelta(milliseconds=20),
                poll=0.02,
            )
            todo = agenda(plan, run.runs())
            if not todo.ids:
                os._exit(0)
            outcome = run.do(plan, todo, perform, max_failures=max_failures)
            if kill == "after:record":
                os.kill(os.getpid(), signal.SIGKILL)
    except MigrateError as error:
        _leave(folder, error)
    os._exit(0 if outcome.done else 1)


def _leave(folder: Path, error: MigrateError) -> NoReturn:
    (folder / "refused.json").write_text(json.dumps({"code": error.code, **error.values}, default=str))
    os._exit(int(error.exit_code))


def _is_recorded(site: Site, verb: str) -> bool:
    with sqlite3.connect(site.state.database) as connection:
        query = "SELECT 1 FROM operation_outputs WHERE function_name = ?"
        return connection.execute(query, (verb,)).fetchone() is not None
