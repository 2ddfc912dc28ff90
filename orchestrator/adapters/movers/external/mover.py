"""The `Mover` port for a tool of the programme's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from orchestrator.adapters.movers.external.asking import LONG, QUICK, SECONDS, answer, asked, opened, voice
from orchestrator.adapters.movers.external.frozen import frozen
from orchestrator.adapters.movers.external.status import (
    BACK,
    compared,
    gate,
    observe,
    progress,
    require_able,
    verify,
)
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import ExternalMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Progress, Rehearser, Sessions


class ToolMover:
    """Moves by asking the tool; what the tool says is judged where every other mover's facts are."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, move: ExternalMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask the tool of itself and of both sides."""
        return observe(move, self._sessions)

    def ensure_prepared(self, move: ExternalMove) -> None:
        """Have both sides made ready."""
        self._ensure(move, "prepare")

    def ensure_seeding(self, move: ExternalMove) -> None:
        """Have the copy begun; it goes on by itself."""
        self._ensure(move, "seed")

    def progress(self, move: ExternalMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source."""
        return progress(move, self._sessions, back=back)

    def gate(self, move: ExternalMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""
        return gate(move, self._sessions, back=back)

    def ensure_reverse(self, move: ExternalMove, attempt: int, *, back: bool = False) -> None:
        """Have made ready what shortens the section and lets the way back follow, where the tool has such a thing.

        Raises:
            Refused: `external.one-way`: nothing follows the side that is to be left.
        """
        if back and BACK not in move.able:
            raise Refused("external.one-way", system=move.system, tool=move.tool.name)
        if "reverse" in move.able:
            self._ensure(move, "reverse", attempt=attempt, back=back)

    def frozen(self, move: ExternalMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return frozen(move, attempt, back=back)

    def ensure_settled(self, move: ExternalMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Have the side that was left follow the one that opened, or what was made ready for that taken away."""
        self._ensure(move, "settle", attempt=attempt, back=back, opened=opened)

    def verify(self, move: ExternalMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Have both sides compared."""
        return verify(move, self._sessions, back=back)

    def rehearsal(self, move: ExternalMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal: the tool's own, whole; none of the section's lines is run."""
        steps = (
            _step("external-able", Place.SOURCE, QUICK),
            _step("external-rehearse", Place.CLONE, LONG, makes=True),
            _step("remove", Place.TARGET, SECONDS),
        )
        return Rehearsal(steps=steps, skipped=tuple(line.name for line in frozen(move, attempt).lines))

    @contextmanager
    def rehearser(self, move: ExternalMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        yield _Rehearser(move, attempt, self._sessions)

    def ensure_unrehearsed(self, move: ExternalMove) -> tuple[str, ...]:
        """Have a rehearsal's leavings taken away; return what is left all the same."""
        if "unrehearse" not in move.able:
            return ()
        return tuple(answer(opened(move, self._sessions), asked(move, "unrehearse"), SECONDS)["left"])

    def counted(self, move: ExternalMove, written: Written, *, back: bool = False) -> Counted:
        """Count nothing: a client of ours would not know how to write."""
        del move, written, back
        return Counted(lost=0, duplicated=0, unacknowledged=0)

    def unreplicated(self, move: ExternalMove) -> Mapping[str, int]:
        """Say that nobody can count what a rollback would lose, where the source does not follow.

        Raises:
            Refused: `external.one-way`, `external.not-following`.
        """
        if BACK not in move.able:
            raise Refused("external.one-way", system=move.system, tool=move.tool.name)
        if progress(move, self._sessions, back=True).streaming:
            return {}
        raise Refused("external.not-following", system=move.system, tool=move.tool.name)

    def standing(self, move: ExternalMove) -> Standing:
        """Return nothing: what a copy brought is the tool's to know."""
        del move
        return Standing(cluster="")

    def removals(self, move: ExternalMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return what the tool made, on each side; data alone where it was brought, and never of a side that opened."""
        return tuple(
            Removal(
                name="external-own",
                side=side,
                subject=move.tool.name,
                voice=voice(move),
                text=asked(move, "drop", side=str(side), data=brought is not None),
            )
            for side in (Side.SOURCE, Side.TARGET)
        )

    def droppable(
        self, move: ExternalMove, brought: Standing | None, *, gone: Side, data: bool
    ) -> Sequence[CheckResult]:
        """Check that the tool answers."""
        del brought, gone, data
        try:
            answer(opened(move, self._sessions), asked(move, "describe"), QUICK)
        except MigrateError as error:
            return (CheckResult.of("drop.reached", False, move.tool.name, error=error.code),)
        return (CheckResult.of("drop.reached", True, move.tool.name, error="-"),)

    def drop(self, move: ExternalMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Have taken away what is listed, in its order."""
        session = opened(move, self._sessions)
        for removal in listed:
            session.ask(removal.text, SECONDS)
        return ()

    def _ensure(self, move: ExternalMove, verb: str, *, attempt: int = 0, back: bool = False, **more: object) -> None:
        """Have the tool do something that has no answer but that it is done."""
        opened(move, self._sessions).ask(asked(move, verb, attempt=attempt, back=back, **more), SECONDS)


class _Rehearser:
    """The `Rehearser` port: the tool does all of it, and says how long writers would have been refused."""

    def __init__(self, move: ExternalMove, attempt: int, sessions: Sessions) -> None:
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._gap = 0.0

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        for verb in ("rehearse", "unrehearse"):
            require_able(self._move, verb)
        if step != "external-rehearse":
            return ()
        told = answer(opened(self._move, self._sessions), asked(self._move, "rehearse", attempt=self._attempt), LONG)
        self._gap = float(told["gap_seconds"])
        return compared(told["checks"])

    def frozen(self) -> Frozen:
        """Return the section; none of its lines is a step."""
        return frozen(self._move, self._attempt)

    def floor(self) -> float:
        """Return the seconds that the lines which are not run take, as the tool says."""
        return self._gap


def _step(name: str, place: Place, seconds: float, *, makes: bool = False) -> RehearsalStep:
    return RehearsalStep(name=name, place=place, limit=timedelta(seconds=seconds), makes=makes)
