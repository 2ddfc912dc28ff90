"""The terminal's side of a run: takes the programme, shows the run while it goes on and how it ended."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestrator.adapters.evidence import NotarisedLog
from orchestrator.adapters.lock import RunLock
from orchestrator.adapters.room import require_room
from orchestrator.adapters.state import StateFolder
from orchestrator.cli import streams
from orchestrator.cli.claiming import hold, require_ours
from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell
from orchestrator.cli.progress import progress
from orchestrator.cli.wiring import CLOCK, database_of, looking, outside_of, state_of
from orchestrator.cli.witness import evidence_of, require_uncontradicted
from orchestrator.cli.words import say
from orchestrator.cli.working import require_database, require_same_folder, roster_of
from orchestrator.errors import CloudLost, ExitCode, MigrateError
from orchestrator.execution.attempts import Agenda
from orchestrator.execution.handlers import handlers
from orchestrator.execution.intents import SharedIntents
from orchestrator.execution.performer import Performer
from orchestrator.execution.prepare import Look, Prepared
from orchestrator.execution.run import Run, held
from orchestrator.model.programme import Programme
from orchestrator.model.reach import Labels
from orchestrator.model.result import SystemRun
from orchestrator.ports import Evidence
from orchestrator.reporting.runs import RunsView


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A programme that is ours alone while the session lasts, and the terminal it is told on.

    Attributes:
        announcing: the evidence for who makes things on clouds: what other folders have announced counts too.
        lost: the clouds that were lost while the session lasts: nothing is begun there any more.
    """

    shell: Shell
    state: StateFolder
    evidence: NotarisedLog
    held: Run
    announcing: Evidence
    lost: set[str] = field(default_factory=set)

    def looking(self) -> Look:
        """Return how this run looks at its clouds: what it makes there opens with our key and goes on record."""
        key = self.state.ensure_public_key()
        return looking(self.shell, self.held.programme, public_key=key, evidence=self.announcing)

    def runs(self) -> tuple[SystemRun, ...]:
        """Return the record of the batch's attempts."""
        return self.held.runs()

    def settle(self, prepared: Prepared) -> None:
        """Remember which clouds the plan means: from now on their names may lead nowhere else.

        Raises:
            Locked: `claim.held`, `claim.unreadable`: on one of them the programme is another state folder's.
        """
        require_ours(self.state, prepared.views)
        self.state.clouds.keep(prepared.plan.clouds)

    def hold(self, prepared: Prepared) -> None:
        """Have the programme on the plan's clouds, before anything is changed there or moved.

        Raises:
            Locked: `claim.held`, `claim.unreadable`.
            Refused: `claim.not-possible`.
        """
        hold(self.shell, self.held.programme, self.state, prepared.clouds, self.evidence)

    def run(self, prepared: Prepared, agenda: Agenda, *, max_failures: int) -> tuple[ExitCode, RunsView]:
        """Do what is on the agenda, show it while it goes on, and return how it ended.

        Raises:
            Interrupted: by a person; everything goes on from there at the next run.
            Locked: `run.lease-lost`: another machine goes on with it; as `hold`.
            Refused: as `hold`.
        """
        self.hold(prepared)
        plan, programme = prepared.plan, self.held.programme
        outside = outside_of(self.shell, programme, self.state, prepared.clouds, self.evidence)
        systems = [system.system for system in plan.systems if system.spec]
        # Of what workers do, this process hears at the end.
        live = streams.is_terminal(err=True) and self.held.workers is None
        with progress(systems, live=live) as tell:
            performer = Performer(handlers(outside), evidence=self.evidence, clock=CLOCK, tell=tell)
            outcome = self.held.do(plan, agenda, performer, max_failures=max_failures)
        view = RunsView(
            batch=outcome.batch,
            runs=outcome.runs,
            digest=outcome.digest,
            head=outcome.head,
            holder=None,
            seen=prepared.seen,
            lost=outcome.lost,
        )
        self.lost.update(each.cloud for each in outcome.lost)
        return ExitCode.DONE if outcome.done else ExitCode.FAILED, view


def tell_lost(shell: Shell, batch: int, error: CloudLost) -> None:
    """Say once of a lost cloud what is wrong with it, what helps, and what becomes of its systems."""
    shell.tell_error(
        MigrateError(
            "run.cloud-lost",
            cloud=error.values["cloud"],
            cause=say(error.code, **error.values),
            code=error.code,
            remedy=say.either(f"{error.code}.remedy", **error.values),
            batch=batch,
        )
    )


def tell_unserved(shell: Shell, systems: Mapping[str, Labels]) -> None:
    """Say for which systems there is no worker, and what one would have to serve."""
    for labels in sorted(set(systems.values()), key=sorted):
        count = sum(wanted == labels for wanted in systems.values())
        shell.tell_error(MigrateError("worker.unserved", count=count, needs=",".join(sorted(labels))))


@contextmanager
def session(
    shell: Shell, programme: Programme, batch: int, command: Sequence[str], *, workers: bool = False
) -> Iterator[Session]:
    """Take the programme for a run and give it back at the end.

    Args:
        shell: the terminal.
        programme: what is run.
        batch: its number.
        command: as it was typed, for others who want the programme meanwhile.
        workers: the steps are left to the workers that live; the programme is held among them.

    Raises:
        Locked: somebody else has it; `worker.another-folder`.
        Refused: `worker.no-database`.
        Contradicted: the evidence so far is not what it was: nothing is built upon it.
    """
    if workers:
        require_database(programme)
    state = state_of(shell)
    state.ensure()
    require_room(state.path)
    require_room(Path(tempfile.gettempdir()))
    database = replace(database_of(programme, state), shared=workers)
    said = " ".join(("migrate", *command))
    # A worker may be at work in this very folder.
    locks = [] if workers else [RunLock(state.lock, clock=CLOCK, command=said)]
    with (
        held(locks, database, said, among="conductor" if workers else "") as keep,
        terminated_like_interrupted(),
    ):
        require_uncontradicted(shell, programme, state)
        roster = require_same_folder(database, state) if workers else roster_of(database)
        evidence = evidence_of(shell, programme, state)
        yield Session(
            shell=shell,
            state=state,
            evidence=evidence,
            announcing=SharedIntents(evidence, roster) if roster else evidence,
            held=Run(
                programme=programme,
                batch=batch,
                database=database,
                plans=state,
                evidence=evidence,
                clock=CLOCK,
                keep=keep,
                stopping=lambda: shell.tell("worker.going-on" if workers else "run.stopping", batch=batch),
                lost=lambda error: tell_lost(shell, batch, error),
                workers=roster.workers if roster and workers else None,
                unserved=lambda systems: tell_unserved(shell, systems),
            ),
        )
