"""The terminal's side of a run: takes the programme, shows the run while it goes on and how it ended."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from orchestrator.errors import CloudLost, ExitCode, MigrateError
from orchestrator.execution.attempts import Agenda
from orchestrator.execution.handlers import handlers
from orchestrator.execution.performer import Performer
from orchestrator.execution.prepare import Look, Prepared
from orchestrator.execution.run import Run, held
from orchestrator.model.programme import Programme
from orchestrator.model.result import SystemRun
from orchestrator.reporting.runs import RunsView


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A programme that is ours alone while the session lasts, and the terminal it is told on.

    Attributes:
        lost: the clouds that were lost while the session lasts: nothing is begun there any more.
    """

    shell: Shell
    state: StateFolder
    evidence: NotarisedLog
    held: Run
    lost: set[str] = field(default_factory=set)

    def looking(self) -> Look:
        """Return how this run looks at its clouds: what it makes there opens with our key and goes on record."""
        key = self.state.ensure_public_key()
        return looking(self.shell, self.held.programme, public_key=key, evidence=self.evidence)

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
        with progress(systems, live=streams.is_terminal(err=True)) as tell:
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


@contextmanager
def session(shell: Shell, programme: Programme, batch: int, command: Sequence[str]) -> Iterator[Session]:
    """Take the programme for a run and give it back at the end.

    Raises:
        Locked: somebody else has it.
        Contradicted: the evidence so far is not what it was: nothing is built upon it.
    """
    state = state_of(shell)
    state.ensure()
    require_room(state.path)
    require_room(Path(tempfile.gettempdir()))
    database = database_of(programme, state)
    said = " ".join(("migrate", *command))
    with (
        held([RunLock(state.lock, clock=CLOCK, command=said)], database, said) as keep,
        terminated_like_interrupted(),
    ):
        require_uncontradicted(shell, programme, state)
        evidence = evidence_of(shell, programme, state)
        yield Session(
            shell=shell,
            state=state,
            evidence=evidence,
            held=Run(
                programme=programme,
                batch=batch,
                database=database,
                plans=state,
                evidence=evidence,
                clock=CLOCK,
                keep=keep,
                stopping=lambda: shell.tell("run.stopping"),
                lost=lambda error: tell_lost(shell, batch, error),
            ),
        )
