"""What the commands that move data share: the programme held, lives read, gates asked, one movement to act with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orchestrator.adapters.approvals import approvals
from orchestrator.adapters.evidence import NoEvidence
from orchestrator.adapters.files import write_whole
from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.adapters.movers.kinds import Movers
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.schedule_file import read_plan
from orchestrator.adapters.sessions import FROZEN, ProgramSessions
from orchestrator.adapters.state import StateFolder
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.checks.gates import (
    OVER,
    check_approval,
    check_freeze,
    check_names,
    check_rehearsal,
    check_soak,
    check_window,
    frozen_time,
)
from orchestrator.cli.actor import actor
from orchestrator.cli.calling import callers_gate, looked_at
from orchestrator.cli.claiming import claims_of_others, hold_named, locks, stand_named
from orchestrator.cli.old_address import quiet_gates
from orchestrator.cli.output import Shell
from orchestrator.cli.probing import Probe, probe
from orchestrator.cli.programme import load_declaration
from orchestrator.cli.session import session
from orchestrator.cli.starting import cloud_sessions
from orchestrator.cli.wiring import CLOCK, database_of, state_of
from orchestrator.errors import Locked, MigrateError, Refused
from orchestrator.execution.giving_back import give_back
from orchestrator.execution.lives import Lives
from orchestrator.execution.moving import Movement, recorded
from orchestrator.execution.switch import Switch
from orchestrator.model.frozen import Decision, Frozen, Outcome
from orchestrator.model.life import Life, Move, Phase, moves
from orchestrator.model.move import StaticMove, one_way, routes_of
from orchestrator.model.moving import Act
from orchestrator.model.programme import Programme
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.written import Probed
from orchestrator.planning.moving import cutover_digest
from orchestrator.planning.specs import slug
from orchestrator.ports import Evidence
from orchestrator.reporting.moving import CutoverView, GatesView, OutcomeView
from orchestrator.reporting.rehearsal import RehearsalView, RehearsedView

if TYPE_CHECKING:
    from pathlib import Path

    from orchestrator.model.schedule import Schedule


KNOWN_HOSTS = "known_hosts"  # in the state folder: every host key that a move trusts
_TARGETS = "# targets, as their consoles told their keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A programme whose data moves, ours alone unless it is only read.

    Attributes:
        foreign: of one that is only read, an error for each cloud on which it is another state folder's.
        unheld: an error for each cloud of which nobody could tell.
        claims: both as values, for the answer of one that is only read.
    """

    shell: Shell
    programme: Programme
    movement: Movement
    reading: bool
    foreign: tuple[Locked, ...] = ()
    unheld: tuple[MigrateError, ...] = ()
    claims: tuple[Mapping[str, object], ...] = ()

    def require_held(self) -> None:
        """Check that every cloud that earlier runs worked on said that the programme is ours.

        Not asked of a rollback, nor before an interrupted section is decided: those must not wait for a cloud.

        Raises:
            MigrateError: why one did not say so.
        """
        for error in self.unheld:
            raise error

    def life(self, system: str) -> Life:
        """Return a system's life; an interrupted frozen section is decided first, unless this only reads.

        Raises:
            Refused: `life.none`.
        """
        life = self.row(system)
        return life if self.reading else self.movement.settled(life)

    def row(self, system: str) -> Life:
        """Return a system's life as it is on record.

        Raises:
            Refused: `life.none`.
        """
        life = self.movement.lives.of(system)
        if life is None:
            raise Refused("life.none", system=system)
        return life

    def cutover_view(self, life: Life) -> CutoverView:
        """Return the cutover as it would run now, with its gates."""
        move = recorded(life)
        frozen = self.movement.mover.frozen(move, life.attempt + 1)
        digest = cutover_digest(move, frozen)
        now, rules = CLOCK.now(), self.programme.moving
        checks = [self.window(life)]
        if rules.approvals:
            checks.append(self._approval(life, Act.CUTOVER, digest, now))
        if rules.rehearsal:
            checks.append(check_rehearsal(life, rules, digest, now))
        if (routes := routes_of(move)).names:
            checks.append(check_names(life, routes.wait, now))
        return CutoverView(
            act=Act.CUTOVER, life=life, move=move, frozen=frozen, digest=digest, checks=checks, claims=self.claims
        )

    def rollback_view(self, life: Life) -> CutoverView:
        """Return the rollback as it would run now; a dry run counts what it would lose, which takes a comparison.

        A rollback asks for no window: after opening only a person decides when it is needed.
        """
        move = recorded(life)
        frozen = self.movement.mover.frozen(move, life.attempt + 1, back=True)
        digest = cutover_digest(move, frozen)
        checks: list[CheckResult] = []
        if self.programme.moving.approvals:
            checks.append(self._approval(life, Act.ROLLBACK, digest, CLOCK.now()))
        counted = self.reading and life.phase is Phase.OPEN
        lose = self.movement.mover.unreplicated(move) if counted else None
        return CutoverView(
            act=Act.ROLLBACK,
            life=life,
            move=move,
            frozen=frozen,
            digest=digest,
            checks=checks,
            lose=lose,
            claims=self.claims,
        )

    def retirement_view(self, life: Life) -> GatesView:
        """Return what a retirement needs beside the days of soaking: every caller, and a second person."""
        digest = cutover_digest(recorded(life), self.movement.mover.frozen(recorded(life), life.attempt))
        needed = self.programme.moving.approvals
        checks = [callers_gate(self, life), *quiet_gates(self, life)]
        if needed:
            checks.append(self._approval(life, Act.RETIRE, digest, CLOCK.now()))
        return GatesView(act=Act.RETIRE, life=life, digest=digest, checks=checks)

    def require(self, life: Life, move: Move) -> None:
        """Check that the move may happen to the life where it stands.

        Raises:
            Refused: `life.not-now`.
        """
        possible = moves(life.phase)
        if move not in possible:
            told = ", ".join(possible) or "–"
            raise Refused("life.not-now", system=life.system, move=str(move), phase=str(life.phase), moves=told)

    def rehearsal_view(self, life: Life) -> RehearsalView:
        """Return the rehearsal as it would run now; it asks for no window and for nobody's approval."""
        move, mover = recorded(life), self.movement.mover
        digest = cutover_digest(move, mover.frozen(move, life.attempt + 1))
        rehearsal = mover.rehearsal(move, life.attempt + 1)
        return RehearsalView(life=life, rehearsal=rehearsal, digest=digest, claims=self.claims)

    def rehearse(self, life: Life, digest: str) -> RehearsedView:
        """Rehearse the cutover of that digest and return what came of it."""
        # One that writes would leave rows behind; one that reads shows whether a rehearsal is felt.
        reads = isinstance(recorded(life), StaticMove)
        with self._probe(life) if reads else nullcontext() as reader:
            life, came = self.movement.rehearse(life, digest)
            probed = reader.end(self.movement.mover, back=True) if reader else None
        skipped = self.movement.mover.rehearsal(recorded(life), life.attempt + 1).skipped
        return RehearsedView(life=life, came=came, digest=digest, skipped=skipped, probed=probed)

    def cut_over(self, life: Life) -> OutcomeView:
        """Run the cutover, compare both sides if it opened, and return what came of it."""
        began = CLOCK.now()
        with self._probe(life) as probe:
            try:
                life, outcome = self.movement.cutover(life, window=lambda: (self.window(life),))
            except Refused:
                self.given_back(life)
                raise
            opened = outcome.decision is Decision.OPEN
            probed = self._probed(life, probe, back=not opened)
        checks = self.movement.verify(life) if opened else ()
        life, stands = looked_at(self, life) if opened else (life, ())
        return OutcomeView(
            act=Act.CUTOVER, life=life, outcome=outcome, checks=checks, began=began, probed=probed, stands=stands
        )

    def roll_back(self, life: Life, lose: int) -> OutcomeView:
        """Run the rollback and return what came of it."""
        began = CLOCK.now()
        # Where nothing follows back, a client of ours would write only what is then lost.
        with nullcontext() if one_way(recorded(life)) else self._probe(life) as probe:
            life, outcome = self.movement.rollback(life, lose=lose)
            probed = self._probed(life, probe, back=outcome.decision is Decision.OPEN)
        life, stands = looked_at(self, life) if outcome.decision is Decision.OPEN else (life, ())
        return OutcomeView(
            act=Act.ROLLBACK, life=life, outcome=outcome, checks=(), began=began, probed=probed, stands=stands
        )

    def _probe(self, life: Life) -> AbstractContextManager[Probe | None]:
        rules = self.programme.moving.databases.get(life.system)
        return probe(self.shell.folder, rules, recorded(life))

    def _probed(self, life: Life, running: Probe | None, *, back: bool) -> Probed | None:
        """Return what the client met, with an entry in the evidence; None where there was none."""
        if running is None:
            return None
        probed = running.end(self.movement.mover, back=back)
        told = {"system": life.system, "attempt": life.attempt, **asdict(probed)}
        self.movement.evidence.record("move.probed", **told)
        return probed

    def soaked(self, life: Life) -> Life:
        """Return an open life as soaked once its days are over."""
        if life.phase is Phase.OPEN and check_soak(life, self.programme.moving, CLOCK.now()).status is CheckStatus.PASS:
            return self.movement.soak(life)
        return life

    def window(self, life: Life) -> CheckResult:
        """Check whether a cutover may begin now, as the schedule has it."""
        rules, now = self.programme.moving, CLOCK.now()
        if not rules.schedule:
            return check_freeze(self.programme.schedule.freezes, life.system, now)
        return check_window(self.schedule(), life.system, now, life=life, needed=self.section_time(life))

    def given_back(self, life: Life, *, unused: bool = False) -> Life:
        """Return a life whose window, if it can no longer be used or a person leaves it unused, was given back."""
        over = self.window(life).values.get("reason") in OVER
        if not over and not unused:
            return life
        schedule = self.schedule()
        found = schedule.slot(life.system) if schedule else None
        return give_back(self.movement, life, found[1].start if found else None)

    def section_time(self, life: Life) -> timedelta:
        """Return what a frozen section that begins now may take."""
        frozen = self.movement.mover.frozen(recorded(life), life.attempt + 1)
        return frozen_time(life, timedelta(seconds=frozen.seconds))

    def schedule(self) -> Schedule | None:
        """Return the plan of nights; None where the programme plans none, or there is none yet.

        Raises:
            Refused: `schedule.bad-file`, `schedule.edited`.
        """
        if not self.programme.moving.schedule:
            return None
        path = self.shell.folder / self.programme.moving.schedule
        return read_plan(path) if path.is_file() else None

    def _approval(self, life: Life, act: Act, digest: str, now: datetime) -> CheckResult:
        found = approvals(self.shell.folder, self.programme.slug, self.shell.folder / self.programme.moving.approvers)
        return check_approval(found, system=life.system, act=act, digest=digest, actor=actor(), now=now, life=life)


@contextmanager
def desk(shell: Shell, command: Sequence[str], *, reading: bool = False) -> Iterator[Desk]:
    """Take the programme, or only read it, with everything that moves data.

    Raises:
        Locked: somebody else has it, here or by a claim on a cloud; or a cloud's name means another place.
    """
    programme = load_declaration(shell)
    state = state_of(shell)
    lives = Lives(database_of(programme, state), CLOCK)
    if reading:
        movement = movement_of(shell, programme, state, lives, NoEvidence())
        standings, unheld = stand_named(shell, programme, state)[1:]
        foreign = tuple(locks(state, standings))
        for error in (*unheld, *foreign):
            shell.tell_error(error)
        yield Desk(
            shell=shell,
            programme=programme,
            movement=movement,
            reading=True,
            foreign=foreign,
            unheld=tuple(unheld),
            claims=claims_of_others(state, standings, unheld),
        )
        return
    with session(shell, programme, 0, command) as ours:  # of the whole programme: no batch is run
        unheld = hold_named(shell, programme, state, ours.evidence)
        for error in unheld:
            shell.tell_error(error)
            ours.evidence.record("claim.unknown", cloud=error.values.get("cloud", ""), code=error.code)
        pin_hosts(shell, programme, state, {})
        movement = replace(movement_of(shell, programme, state, lives, ours.evidence), keep=ours.held.keep)
        yield Desk(shell=shell, programme=programme, movement=movement, reading=False, unheld=tuple(unheld))


def movement_of(shell: Shell, programme: Programme, state: StateFolder, lives: Lives, evidence: Evidence) -> Movement:
    """Return what moves data, with every machine reached by a key that was pinned."""
    ssh = ssh_of(shell, programme, state, state.path / KNOWN_HOSTS)
    tools = tools_of(shell, state)
    clouds = cloud_sessions(shell.folder.absolute(), ssh)
    mover = Movers(ProgramSessions(ssh, tools, clouds=clouds))

    def switches(system: str, decided: Callable[[Frozen, Outcome], None]) -> Switch:
        journal = state.path / "sections" / slug(system)
        return Switch(
            mover=mover,
            runner=FrozenProcess(journal, ssh, tools=tools),
            journal=FileJournal(journal),
            sessions=ProgramSessions(ssh, tools, mark=FROZEN, clouds=clouds),
            clock=CLOCK,
            decided=decided,
        )

    return Movement(
        mover=mover,
        switches=switches,
        lives=lives,
        evidence=evidence,
        clock=CLOCK,
        tell=lambda code, values: shell.tell(code, **values),
    )


def ssh_of(shell: Shell, programme: Programme, state: StateFolder, known_hosts: Path) -> OpenSsh:
    """Return what reaches both sides of moves: by the programme's key and ours, and by host keys of that file."""
    keys = (shell.folder.absolute() / programme.source_identity, state.private_key)
    return OpenSsh([path for path in keys if path.is_file()], known_hosts)


def tools_of(shell: Shell, state: StateFolder) -> ToolPlace:
    """Return where the programme's own tools lie and work."""
    return ToolPlace(programme=shell.folder.absolute(), state=state.path / "tools")


def pin_hosts(shell: Shell, programme: Programme, state: StateFolder, targets: Mapping[str, Sequence[str]]) -> None:
    """Write down which host keys a move trusts: those of the programme's sources, and those of its targets.

    Args:
        shell: the programme's folder.
        programme: names the file of its sources' keys.
        state: where the file is kept.
        targets: address → keys, as their own consoles told them; they replace what was pinned for that address.
    """
    path = state.path / KNOWN_HOSTS
    before = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    begin = before.index(_TARGETS) + 1 if _TARGETS in before else len(before)
    kept = [line for line in before[begin:] if line.split(" ", 1)[0] not in targets]
    told = source_keys(shell, programme)
    write_whole(path, "".join(f"{line}\n" for line in (*told, _TARGETS, *kept, *key_lines(targets))))


def source_keys(shell: Shell, programme: Programme) -> list[str]:
    """Return the lines of the programme's file of its sources' host keys; none where it has no such file."""
    sources = shell.folder / programme.known_hosts
    return sources.read_text(encoding="utf-8").splitlines() if sources.is_file() else []


def key_lines(targets: Mapping[str, Sequence[str]]) -> list[str]:
    """Return targets' host keys, by address, as lines of a file of known hosts."""
    return [f"{address} {key}" for address, keys in targets.items() for key in keys]
