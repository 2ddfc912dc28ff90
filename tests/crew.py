"""Workers on fakes, each in a process and with a state folder of its own; one PostgreSQL, the same clouds for all."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from orchestrator.adapters.clock import SystemClock, WaitedClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.lock import RunLock
from orchestrator.adapters.state import PinnedHostKeys
from orchestrator.adapters.tasks import TaskBoard
from orchestrator.cli.working import workers_of
from orchestrator.errors import CloudLost, MigrateError
from orchestrator.execution.attempts import agenda
from orchestrator.execution.handlers import Outside, handlers
from orchestrator.execution.intents import SharedIntents
from orchestrator.execution.job import Job, Result
from orchestrator.execution.performer import Performer
from orchestrator.execution.roster import Roster
from orchestrator.execution.run import Run, held
from orchestrator.execution.working import Shift, WorkerEngine
from orchestrator.model.plan import Mark, SystemSpec
from orchestrator.model.worker import Worker
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
from tests.runs import CLOUDS, Site

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.crew"])
EVERYTHING = ("-", *(f"cloud:{name}" for name in CLOUDS))


class Crew:
    """A programme whose work several processes share; their clouds stand beside their folders."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.processes: list[multiprocessing.process.BaseProcess] = []
        self.killed: dict[str, float] = {}  # worker → when a test killed it

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            if process.pid is not None and process.exitcode is None:
                os.kill(process.pid, signal.SIGCONT)
                process.kill()
                process.join(20)

    def kill(self, name: str, process: multiprocessing.process.BaseProcess) -> None:
        process.kill()
        process.join(20)
        self.killed[name] = time.monotonic()

    def site(self, name: str) -> Site:
        return Site(self.folder / name, database_url=self.url)

    def cloud(self, name: str = CLOUDS[0]) -> FakeCloud:
        return FakeCloud(name, self.folder / f"{name}.json")

    def worker(
        self, name: str, serves: Sequence[str] = EVERYTHING, *, url: str = "", **options: Any
    ) -> multiprocessing.process.BaseProcess:
        """Start a worker, and return when it is on the roster; the options are those of `work_here`.

        `url` is another way to the same database.
        """
        before = {worker.executor for worker in self.workers()}
        process = _SERVER.Process(
            target=work_here, args=(self.folder, url or self.url, name, tuple(serves)), kwargs=options
        )
        process.start()
        self.processes.append(process)
        self.wait_for(lambda: any(w.name == name and w.executor not in before for w in self.workers()), 30)
        return process

    def batch(self, specs: Sequence[SystemSpec], **options: Any) -> multiprocessing.process.BaseProcess:
        """Start the command that has workers do a batch; the options are those of `conduct_here`."""
        process = _SERVER.Process(target=conduct_here, args=(self.folder, self.url, list(specs)), kwargs=options)
        process.start()
        self.processes.append(process)
        return process

    def workers(self) -> tuple[Worker, ...]:
        return tuple(workers_of(self.site("conductor").database))

    def wait_for(self, happened: Any, seconds: float = 60.0) -> None:
        self.site("conductor").wait_for(happened, seconds)

    def steps(self) -> list[Mapping[str, Any]]:
        """Return every beginning and end of a step, over all workers, in the order of their times."""
        path = self.folder / "steps"
        found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return sorted(found, key=lambda each: each["at"])

    def began(self, verb: str, worker: str = "") -> list[Mapping[str, Any]]:
        return [
            each
            for each in self.steps()
            if each["what"] == "began" and each["verb"] == verb and worker in {"", each["worker"]}
        ]

    def most(self, key: str) -> int:
        """Return how many systems had a step at one time, of any one department or cloud: `key` says of which.

        What a killed worker was doing counts until it was killed.
        """
        running: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        most = 0
        for each in self.steps():
            running = {
                place: step
                for place, step in running.items()
                if self.killed.get(step["worker"], each["at"]) >= each["at"]
            }
            place = (each["worker"], each["system"], each["cloud"])
            if each["what"] == "began":
                running[place] = each
            else:
                running.pop(place, None)
            systems = {step["system"] for step in running.values() if each[key] and step[key] == each[key]}
            most = max(most, len(systems))
        return most


def work_here(
    folder: Path,
    url: str,
    name: str,
    serves: Sequence[str],
    *,
    kill: str = "",
    slow: Mapping[str, float] | None = None,
    per_department: int = 2,
    concurrency: int = 2,
    lost: Sequence[str] = (),
) -> None:
    """Work until SIGINT, and leave with 0; 7 when cut off or taken for dead, 1 for an error.

    `kill` and `slow` are as `tests.runs.run_here` takes them; `lost` is of `Faults`.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    clock = SystemClock()
    site = Site(folder / name, database_url=url)
    site.state.ensure()
    database = replace(site.database, shared=True)
    evidence = EvidenceLog(site.state.evidence, actor=f"{name}@test", clock=clock)

    def die_at(point: str) -> None:
        if kill and kill == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def leave(error: MigrateError) -> None:
        (site.folder / "refused.json").write_text(json.dumps({"code": error.code, **error.values}, default=str))
        os._exit(int(error.exit_code))

    programme = sample_programme(database_url=url, per_department=per_department, concurrency=concurrency)
    executor = f"{database.application}/{name}/{secrets.token_hex(4)}"
    roster = Roster(database, database.engine())
    intents = SharedIntents(evidence, roster)
    intents.sign_on(executor)
    faults = Faults(at=die_at, lost=frozenset(lost))
    outside = Outside(
        clouds={cloud: FakeCloud(cloud, folder / f"{cloud}.json", faults) for cloud in CLOUDS},
        renderer=FakeRenderer(),
        runner=FakeRunner(),
        guests=FakeGuestProbe(),
        sources=FakeSourceProbe(),
        host_keys=PinnedHostKeys(site.state.path / "host-keys.json"),
        tasks=TaskBoard(site.state.tasks, clock),
        evidence=intents,
        clock=clock,
        runs=site.state.runs,
    )
    performer = Performer(handlers(outside), evidence=intents, clock=clock, tell=lambda _: None)

    def tell(what: str, job: Job) -> None:
        told = {
            "at": time.monotonic(),
            "what": what,
            "worker": name,
            "system": job.spec.system,
            "cloud": job.cloud,
            "department": job.spec.department,
            "verb": str(job.step.verb),
        }
        with (folder / "steps").open("a") as log:
            log.write(json.dumps(told) + "\n")

    def perform(job: Job) -> Result:
        tell("began", job)
        try:
            die_at(f"before:{job.step.verb}")
            for key in (f"{job.spec.system} {job.step.verb}", str(job.step.verb)):
                time.sleep((slow or {}).get(key, 0.0))
            result = performer(job)
            die_at(f"inside:{job.step.verb}")
        finally:
            tell("ended", job)
        return result

    losses: list[CloudLost] = []
    try:
        lock = RunLock(site.state.lock, clock=clock, command=f"migrate worker {name}")
        with held([lock], database, f"migrate worker {name}", among=f"worker/{name}") as keep:
            roster.ensure()
            Shift(
                engine=WorkerEngine(database, programme, perform, roster, executor, poll=0.1, lost=losses.append),
                roster=roster,
                executor=executor,
                name=name,
                serves=frozenset(serves),
                host="test",
                evidence=intents,
                clock=WaitedClock(),
                keep=keep,
                cut_off=leave,
            ).work(lambda: losses[0] if losses else "")
    except MigrateError as error:
        leave(error)
    os._exit(0)


def conduct_here(
    folder: Path,
    url: str,
    specs: Sequence[SystemSpec],
    *,
    name: str = "conductor",
    mark: Mark = Mark.CREATE,
    max_failures: int = 0,
) -> None:
    """Have workers do a batch, and leave as `tests.runs.run_here` does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    clock = SystemClock()
    site = Site(folder / name, database_url=url)
    site.state.ensure()
    evidence = EvidenceLog(site.state.evidence, actor=f"{name}@test", clock=clock)
    programme = sample_programme(database_url=url)
    plan = sample_plan(*specs, mark=mark)

    def perform(job: Job) -> Result:
        raise AssertionError(job)

    try:
        with held([], site.database, "migrate batch 1 --workers", among="conductor") as keep:
            engine = site.database.engine()
            roster = Roster(site.database, engine)
            roster.ensure()
            run = Run(
                programme=programme,
                batch=1,
                database=site.database,
                plans=site.state,
                evidence=evidence,
                clock=clock,
                keep=keep,
                every=timedelta(milliseconds=100),
                poll=0.1,
                workers=roster.workers,
            )
            todo = agenda(plan, run.runs())
            if not todo.ids:
                os._exit(0)
            outcome = run.do(plan, todo, perform, max_failures=max_failures)
    except MigrateError as error:
        (site.folder / "refused.json").write_text(json.dumps({"code": error.code, **error.values}, default=str))
        os._exit(int(error.exit_code))
    os._exit(0 if outcome.done else 1)
