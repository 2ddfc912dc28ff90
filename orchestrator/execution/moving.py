"""Moves one system from phase to phase of its life; each function looks first, so a crash in it is mended by a call.

A frozen section that may have begun comes before everything: it is finished or taken back by its own row of decision,
from what was recorded when it began, whatever the list says by now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter

from orchestrator.checks.kinds import CARRIED_OUT, PREFLIGHTS
from orchestrator.errors import ExitCode, MigrateError, Refused
from orchestrator.execution.leading import as_before, lowered_fact, measured
from orchestrator.execution.lives import Lives
from orchestrator.execution.rehearsing import Rehearsing
from orchestrator.execution.switch import Switch
from orchestrator.model.dropping import Standing, standing
from orchestrator.model.frozen import Decision, Frozen, Outcome
from orchestrator.model.life import DECIDED, Life, Move, Phase
from orchestrator.model.move import KINDS, AnyMove, Kind, Method, with_postgresql
from orchestrator.model.rehearsal import Rehearsed
from orchestrator.model.result import CheckResult, failing, told_codes
from orchestrator.planning.moving import accepted_rows
from orchestrator.ports import Clock, Evidence
from orchestrator.ports.move import Mover, Progress

LOOKS = timedelta(seconds=1)
NOTES = timedelta(seconds=5)  # so often a look at a first copy is written down, for whoever asks how far it is


class Undecided(MigrateError):
    """Nobody can tell yet which side opens, or a way back did not work: a person is needed."""

    exit_code = ExitCode.ROLLBACK_FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What a move reaches.

    Attributes:
        switches: what switches the writable side of a system, with whom it tells when that is decided.
        keep: sees that the programme is still ours; asked before anything that another machine might do too.
        tell: of progress: a code of the text catalogue and its values.
    """

    mover: Mover[Any]
    switches: Callable[[str, Callable[[Frozen, Outcome], None]], Switch]
    lives: Lives
    evidence: Evidence
    clock: Clock
    keep: Callable[[], None] = lambda: None
    tell: Callable[[str, Mapping[str, str]], None] = lambda _code, _values: None

    def settled(self, life: Life) -> Life:
        """Return a life whose frozen section, if one was interrupted, has been decided, and whose clone is gone.

        Raises:
            MigrateError: `rehearsal.left`: a rehearsal was interrupted, and its clone could not be taken away.
            Refused: `drop.unfinished`.
            Undecided: `move.undecided`: the side that opens does not answer, and nobody writes until it does; or there
                is a section that the life knows nothing of, as after a database was put back.
        """
        life = self.recovered(life)
        if "dropping" in life.facts:
            raise Refused("drop.unfinished", system=life.system)
        return self.cleaned(life) if "rehearsing" in life.facts else life

    def recovered(self, life: Life) -> Life:
        """Return a life whose frozen section, if one was interrupted, has been decided.

        Raises:
            Undecided: as `settled`.
        """
        switch = self._switch(life)
        if not life.undecided:
            section = switch.journal.read()
            if section and section.attempt > life.attempt:
                raise Undecided("move.undecided", system=life.system, failed="frozen.unsettled", left="-")
            if section:
                switch.journal.settle()  # its end is on record in the life, and only this was left to do
            return life
        self.evidence.record("move.recovering", system=life.system, attempt=life.attempt, phase=str(life.phase))
        back = life.phase is Phase.ROLLBACK
        return self._known(life, switch.recover_begun(recorded(life), life.attempt, back=back, since=life.since))

    def advance(
        self,
        life: Life,
        wanted: AnyMove,
        *,
        wait: timedelta,
        override: Method | None = None,
        until: Phase = Phase.SYNCING,
    ) -> Life:
        """Bring a life as far as it goes without holding clients: prepared, and its copy following.

        Args:
            life: where it stands; `settled`.
            wanted: what moves, by the list; what was begun stays as it was begun.
            wait: how long to look at a first copy that is under way; it goes on by itself afterwards.
            override: a person's choice of the method.
            until: `prepared` stops before the copy.
        """
        if life.phase is Phase.PROVISIONED:
            life = self._prepare(life, wanted, override)
        if life.phase is Phase.PREPARED and until is not Phase.PREPARED:
            life = self._seed(life, wait)
        if life.phase in {Phase.SYNCING, Phase.REHEARSED}:
            progress = self.mover.progress(recorded(life))
            life = self.lives.learn(life, progress=self._seen(life, progress))
        return life

    def cutover(self, life: Life, *, window: Callable[[], Sequence[CheckResult]] = tuple) -> tuple[Life, Outcome]:
        """Hold clients, move the last rows, and open the target; the programme's gates were asked by the caller.

        `window` is looked at once more, right before clients are held: getting ready may have taken long.

        Raises:
            Refused: `move.not-ready` with the checks that forbid it; clients were not held.
            Undecided: `move.undecided`.
        """
        move, attempt = recorded(life), life.attempt + 1
        self.mover.ensure_reverse(move, attempt)
        forbidding = failing((*self.mover.gate(move), *window()))
        if forbidding:
            self.mover.ensure_settled(move, attempt, opened=False)
            raise Refused("move.not-ready", system=life.system, checks=told_codes(forbidding))
        return self._freeze(life, Move.FREEZE, back=False)

    def rollback(self, life: Life, *, lose: int = 0) -> tuple[Life, Outcome]:
        """Make the source the writable side again, with everything that was written on the target.

        Args:
            life: open.
            lose: how many rows of the target a person accepts to lose, at most, all tables together.

        Raises:
            Refused: `move.would-lose` with the rows by table, where the source does not follow.
            Undecided: nobody can tell.
        """
        move = recorded(life)
        self.mover.ensure_reverse(move, life.attempt + 1, back=True)
        accepted: tuple[int, ...] = ()
        if failing(self.mover.gate(move, back=True)):
            missing = dict(self.mover.unreplicated(move))
            if sum(missing.values()) > lose:
                self.mover.ensure_settled(move, life.attempt + 1, opened=False, back=True)
                told = ", ".join(f"{table} {rows}" for table, rows in sorted(missing.items()) if rows)
                raise Refused("move.would-lose", system=life.system, rows=told, count=sum(missing.values()))
            accepted = accepted_rows(move, missing, lose)
        return self._freeze(life, Move.ROLLBACK, back=True, lose=accepted)

    def rehearse(self, life: Life, digest: str) -> tuple[Life, Rehearsed]:
        """Rehearse the cutover on a clone of the target; neither the source's writers nor the target's copy see it.

        Args:
            life: syncing or rehearsed; `settled`.
            digest: of the cutover that is rehearsed; the programme's gate asks for it.
        """
        move = recorded(life)
        self.keep()
        began = self.clock.now().isoformat(timespec="seconds")
        # Before anything is made: whoever comes after us, if we are killed, takes the clone away first.
        life = self.lives.learn(life, rehearsing=began)
        self.evidence.record("move.rehearsing", system=life.system, digest=digest)
        came = Rehearsing(
            self.mover,
            move,
            life.attempt + 1,
            sessions=self._switch(life).sessions,
            clock=self.clock,
            note=lambda step: self.tell(f"rehearsal.{step}", {}),
        ).run()
        fact = {
            "at": began,
            "digest": digest,
            "seconds": round(came.seconds, 3),
            "gap_ms": None if came.gap is None else round(came.gap * 1000, 1),
            "steps": {each.step: round(each.seconds, 4) for each in came.timed},
        }
        self.evidence.record(
            "move.rehearsed",
            system=life.system,
            passed=came.passed,
            failed=came.failed,
            code=came.code,
            left=list(came.left),
            checks=[asdict(check) for check in came.checks],
            **fact,
        )
        if not came.left:
            life = self.lives.learn(life, rehearsing=None)
        if came.passed:
            return self.happened(life, Move.REHEARSE, rehearsal=fact), came
        if not came.begun:
            return life, came
        # What passed before says nothing any more.
        if life.phase is Phase.REHEARSED:
            return self.happened(life, Move.LAPSE, rehearsal=None), came
        return self.lives.learn(life, rehearsal=None), came

    def verify(self, life: Life) -> Sequence[CheckResult]:
        """Compare both sides and try an insert as the application; the findings go on record."""
        checks = self.mover.verify(recorded(life), back=life.phase is not Phase.OPEN)
        self.evidence.record(
            "move.verified", system=life.system, findings=told_codes(failing(checks)), checks=len(checks)
        )
        return checks

    def soak(self, life: Life) -> Life:
        """Record that the days of watching are over; the caller has looked at the clock."""
        return self.happened(life, Move.SOAK)

    def retire(self, life: Life) -> Life:
        """End the replication to a source that is no longer wanted; its data stays where it is."""
        self.mover.drop(recorded(life), self.mover.removals(recorded(life)))
        return self.happened(life, Move.RETIRE)

    def cleaned(self, life: Life) -> Life:
        """Take an interrupted rehearsal's clone away.

        Raises:
            MigrateError: `rehearsal.left`.
        """
        self.keep()
        left = self.mover.ensure_unrehearsed(recorded(life))
        self.evidence.record("move.unrehearsed", system=life.system, left=list(left))
        if left:
            raise MigrateError("rehearsal.left", system=life.system, left=", ".join(left))
        return self.lives.learn(life, rehearsing=None)

    def _prepare(self, life: Life, wanted: AnyMove, override: Method | None) -> Life:
        able = CARRIED_OUT[wanted.kind]
        found = PREFLIGHTS[wanted.kind](wanted, *self.mover.observe(wanted), override=override, methods=able)
        against = told_codes([each.result for each in found.findings if each.against])
        if not found.possible:
            return self.lives.note(life, waits_for="move.waits.preflight", waits={"checks": against})
        method = found.move.method
        if method not in able:
            return self.lives.note(life, waits_for="move.waits.method", waits={"method": method, "checks": against})
        warnings = [each.result for each in found.findings if not each.against]
        if against:  # what would hold clients for less time, or lets a way back be kept, cannot be
            self.tell("move.chosen", {"system": life.system, "method": str(method), "checks": against})
        self.keep()
        if "before" not in life.facts:
            # Written down before anything is made: after a kill nobody could tell what of it is ours.
            before = asdict(self.mover.standing(found.move))
            life = self.lives.learn(life, before=before, ttls=measured(found.move))
        move = as_before(life, found.move)
        self.mover.ensure_prepared(move)
        brought = self.mover.standing(move).without(standing(life, "before") or Standing(cluster=""))
        told = {"move": dumped(move), "method": str(method), "warnings": told_codes(warnings), "against": against}
        told |= lowered_fact(move, self.clock.now())
        return self.happened(life, Move.PREPARE, **told, brought=asdict(brought), before=None, ttls=None)

    def _seed(self, life: Life, wait: timedelta) -> Life:
        move = recorded(life)
        self.keep()
        self.mover.ensure_seeding(move)
        noted, until = -NOTES.total_seconds(), self.clock.monotonic() + wait.total_seconds()
        while True:
            progress = self.mover.progress(move)
            self.tell("move.progress", _shown(life.system, progress))
            if progress.copied:
                learnt = dumped(with_postgresql(move, copying=progress.copying))
                return self.happened(life, Move.SEED, progress=self._seen(life, progress), move=learnt)
            over = (now := self.clock.monotonic()) >= until
            if over or now - noted >= NOTES.total_seconds():
                seen, waits = self._seen(life, progress), _shown(life.system, progress)
                life, noted = self.lives.note(life, waits_for="move.waits.seed", waits=waits, progress=seen), now
            if over:
                return life
            self.clock.sleep(LOOKS)

    def _seen(self, life: Life, progress: Progress) -> Mapping[str, object]:
        """Return a look at a copy as a fact: when it was, and what the first look saw, so that a rate can be told."""
        now, before = self.clock.now().isoformat(timespec="seconds"), life.facts.get("progress")
        begun = before.get("begun") if isinstance(before, Mapping) else None
        return {
            "at": now,
            "begun": begun or {"at": now, "bytes_done": progress.bytes_done},
            "streaming": progress.streaming,
            "lag_bytes": progress.lag_bytes,
            "lag_seconds": None if progress.lag_seconds is None else round(progress.lag_seconds, 3),
            "bytes_done": progress.bytes_done,
            "bytes_all": progress.bytes_all,
            "retained_bytes": progress.retained_bytes,
            **({"pass": asdict(progress.passed)} if progress.passed else {}),
        }

    def _freeze(self, life: Life, begin: Move, *, back: bool, lose: tuple[int, ...] = ()) -> tuple[Life, Outcome]:
        move = with_postgresql(recorded(life), lose=lose)
        self.keep()
        self._switch(life).journal.promise(life.attempt + 1)
        life = self.happened(life, begin)
        switch = self._switch(life)
        try:
            outcome = switch.run(move, life.attempt, back=back)
        except MigrateError as error:
            values = {name: str(value) for name, value in error.values.items()}
            outcome = Outcome(decision=Decision.BACK, answers=(), seconds=0.0, code=error.code, values=values)
            if switch.journal.read() is None:
                # It could not be armed: nothing was touched, and what was prepared for it is gone.
                return self._decided(life, outcome), outcome
            # It ran, and what follows from its end could not be finished: only its own row tells which end that was.
        return self._known(life, outcome), outcome

    def _switch(self, life: Life) -> Switch:
        def decided(frozen: Frozen, outcome: Outcome) -> None:
            if life.undecided and frozen.attempt == life.attempt:
                self._decided(life, outcome)

        return self.switches(life.system, decided)

    def _known(self, life: Life, outcome: Outcome) -> Life:
        """Return the life as it was decided.

        Raises:
            Undecided: `move.undecided`.
        """
        now = self.lives.of(life.system)
        if now is not None and not now.undecided:
            return now
        self.lives.note(life, waits_for="move.waits.decision", waits={"failed": outcome.failed})
        left = ", ".join(outcome.left)
        raise Undecided("move.undecided", system=life.system, failed=outcome.failed or outcome.code, left=left or "-")

    def _decided(self, life: Life, outcome: Outcome) -> Life:
        """Record what came of a frozen section."""
        back, now = life.phase is Phase.ROLLBACK, self.clock.now().isoformat(timespec="seconds")
        told = {
            "decision": str(outcome.decision),
            "seconds": round(outcome.seconds, 4),
            "failed": outcome.failed,
            "code": outcome.code,
            "back": back,
        }
        self.evidence.record(
            "move.decided",
            system=life.system,
            attempt=life.attempt,
            answers=[asdict(answer) for answer in outcome.answers],
            values=dict(outcome.values),
            **told,
        )
        return self.happened(
            life,
            DECIDED[life.phase][str(outcome.decision)],
            last={**told, "at": now},
            rolled_back=now if back and outcome.decision is Decision.OPEN else None,
        )

    def happened(self, life: Life, happened: Move, /, **facts: object) -> Life:
        """Record that a move happened to a life, in its row and in the evidence."""
        after = self.lives.happen(life, happened, **facts)
        told = {"before": str(life.phase), "after": str(after.phase)}
        self.evidence.record("life", system=life.system, move=str(happened), **told)
        return after


@cache
def _moves(kind: Kind) -> TypeAdapter[AnyMove]:
    return TypeAdapter(KINDS[kind])


def dumped(move: AnyMove) -> Mapping[str, Any]:
    """Return a move as JSON, as it was begun, with its kind."""
    return {"kind": str(move.kind), **_moves(move.kind).dump_python(move, mode="json")}


def recorded(life: Life) -> AnyMove:
    """Return the move as it was begun: a list that was edited since changes nothing of what is under way.

    Raises:
        Refused: `move.not-begun`.
    """
    if "move" not in life.facts:
        raise Refused("move.not-begun", system=life.system, phase=str(life.phase))
    values: Mapping[str, Any] = {"kind": Kind.POSTGRESQL, **cast(Mapping[str, Any], life.facts["move"])}
    # A life that was begun before there were kinds names none.
    return _moves(Kind(values["kind"])).validate_python(values)


def _shown(system: str, progress: Progress) -> dict[str, str]:
    return {
        "system": system,
        "done": str(progress.bytes_done),
        "all": str(progress.bytes_all),
        "lag": "?" if progress.lag_bytes is None else str(progress.lag_bytes),
    }
