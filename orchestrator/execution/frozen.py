"""Runs a frozen section: opens every session, waits for the word, then goes through the list or back.

Whatever happens it ends by itself, within the seconds of the list. Until the line that decides was sent everything is
taken back; from then on only the opening side's row of decision tells what is true, and nobody writes
before it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Answer, Decision, Expect, Frozen, Line, Outcome, Undo
from orchestrator.ports import Clock
from orchestrator.ports.move import Session, Sessions

_ARMING = 30.0  # seconds to open all sessions; nobody waits yet
_AGAIN = 4.0  # seconds to open one again while clients wait
_TAKE_BACK = 20.0  # seconds that taking back is tried: clients wait, and there is nothing better to do
_PAUSE = 0.1


class _LineFailed(Exception):
    def __init__(self, line: Line, code: str, values: Mapping[str, object]) -> None:
        super().__init__(line.name)
        self.line = line
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}


class FrozenRun:
    """One run of the list.

    Args:
        note: told each stage before it begins: `armed`, `holding`, the names of lines, `sent`, `opened`, `back`.
    """

    def __init__(self, frozen: Frozen, sessions: Sessions, clock: Clock, note: Callable[[str], None]) -> None:
        self._frozen = frozen
        self._sessions = sessions
        self._clock = clock
        self._note = note
        self._voices = {voice.name: voice for voice in frozen.voices}
        self._open: dict[str, Session] = {}
        self._answers: list[Answer] = []
        self._began: float | None = None
        self._until = float("inf")

    def arm(self) -> None:
        """Open every session.

        Raises:
            MigrateError: one did not open; none is left open.
        """
        with ThreadPoolExecutor(len(self._voices)) as pool:
            opening = {
                name: pool.submit(self._sessions.open, voice, seconds=_ARMING) for name, voice in self._voices.items()
            }
        failed = [future.exception() for future in opening.values() if future.exception()]
        self._open = {name: future.result() for name, future in opening.items() if not future.exception()}
        if failed:
            self.close()
            raise failed[0] or AssertionError
        self._note("armed")

    def run(self) -> Outcome:
        """Go through the list; never raises for what the list can meet."""
        sent: list[Line] = []
        decided = False
        try:
            for group in _groups(self._frozen.lines):
                self._say(group, sent)
                self._hear(group)
                if any(line.decides for line in group):
                    decided = True
                    self._note("opened")
        except _LineFailed as error:
            if not any(line.decides for line in sent):
                return self._back(error, sent)
            return self._ask_and_end(error, sent, decided=decided)
        finally:
            self.close()
        return self._outcome(Decision.OPEN)

    def close(self) -> None:
        """End every session."""
        for session in self._open.values():
            session.close()
        self._open = {}

    def _say(self, group: tuple[Line, ...], sent: list[Line]) -> None:
        for line in group:
            if line.counts and self._began is None:
                self._note("holding")
                self._began = self._clock.monotonic()
                self._until = self._began + self._frozen.seconds
            self._note(line.name)
            if line.decides:
                if self._clock.monotonic() >= self._until:
                    raise _LineFailed(line, "frozen.late", {"seconds": self._frozen.seconds})
                self._note("sent")
            sent.append(line)
            self._open[line.voice].send(line.text)

    def _hear(self, group: tuple[Line, ...]) -> None:
        sent = self._clock.monotonic()
        for line in group:
            seconds = line.deadline.total_seconds()
            if not any(other.decides for other in group):
                seconds = max(0.0, min(seconds, self._until - self._clock.monotonic()))
            refused = line.expected is Expect.REFUSED
            try:
                said = self._open[line.voice].receive(seconds)
            except MigrateError as error:
                said = str(error.values.get("said", ""))
                if not (refused and any(word in said for word in line.wanted)):
                    raise _LineFailed(line, error.code, error.values) from None
            else:
                if refused or not self._as_expected(line, said):
                    raise _LineFailed(line, "frozen.unexpected", {"said": said[:200]})
            self._answers.append(
                Answer(
                    line=line.name, voice=line.voice, sent=self._since(sent), answered=self._since(), said=said[:200]
                )
            )

    def _as_expected(self, line: Line, said: str) -> bool:
        match line.expected:
            case Expect.EQUALS:
                return said == line.wanted[0]
            case Expect.HOLDS:
                return all(word in said for word in line.wanted)
            case Expect.SAME:
                return any(answer.line == line.wanted[0] and answer.said == said for answer in self._answers)
            case _:
                return True

    def _back(self, error: _LineFailed, sent: Iterable[Line]) -> Outcome:
        """Take back what was sent, whoever waits last; a line whose answer was lost may have arrived all the same."""
        self._note("back")
        self.close()
        undos = _undos(sent)
        left = self._do([*self._silence(undos), *undos])
        return self._outcome(Decision.BACK, error, left)

    def _silence(self, undos: Iterable[Undo]) -> list[Undo]:
        """What an answerless session may still be about to do would come after the undo; it is ended first."""
        voices = {undo.voice for undo in undos}
        return [undo for undo in self._frozen.claim.silence if undo.voice in voices]

    def _ask_and_end(self, error: _LineFailed, sent: list[Line], *, decided: bool) -> Outcome:
        self.close()
        what = Decision.OPEN if decided else self.ask(self._frozen.undecided)
        if what is Decision.BACK:
            return self._back(error, sent)
        if what is Decision.UNDECIDED:
            self._note("undecided")
            return self._outcome(what, error)
        self._note("opened")
        left = self._do(self.finishing())
        return self._outcome(what, error, left)

    def ask(self, seconds: float) -> Decision:
        """Claim `back` at the opening side and return what is true there; ask again until the time is over."""
        until = self._clock.monotonic() + seconds
        claim = self._frozen.claim
        while self._clock.monotonic() < until:
            with suppress(MigrateError):
                session = self._sessions.open(self._voices[claim.voice], seconds=_AGAIN)
                try:
                    for undo in claim.silence:
                        if undo.voice == claim.voice:
                            session.ask(undo.text, _AGAIN)
                    return Decision(session.ask(claim.text, _AGAIN).splitlines()[-1])
                finally:
                    session.close()
            self._pause()
        return Decision.UNDECIDED

    def finishing(self) -> list[Undo]:
        """Return what follows the decision, to be said again by whoever finds it half done."""
        lines = self._frozen.lines
        first = next(number for number, line in enumerate(lines) if line.decides) + 1
        already = {line.undo.text: line.undo.already for line in lines if line.undo}
        undos = [
            Undo(
                name=line.name, voice=line.voice, text=line.text, already=already.get(line.text, ()), wanted=line.wanted
            )
            for line in lines[first:]
        ]
        return [*self._silence(undos), *undos]

    def returning(self) -> list[Undo]:
        """Return what takes everything back, as if all had been sent."""
        undos = _undos(self._frozen.lines)
        return [*self._silence(undos), *undos]

    def perform(self, undos: list[Undo]) -> tuple[str, ...]:
        """Do each, one after the other, again and again until its time is over; return those that failed."""
        return self._do(undos)

    def _do(self, undos: list[Undo]) -> tuple[str, ...]:
        left: list[str] = []
        until = self._clock.monotonic() + _TAKE_BACK
        for number, undo in enumerate(undos):
            while not self._did(undo):
                if self._clock.monotonic() > until:
                    left.append(undo.name)
                    break
                self._pause()
            if undo.vital and left[-1:] == [undo.name]:
                left += [each.name for each in undos[number + 1 :]]
                break
        self.close()
        return tuple(left)

    def _did(self, undo: Undo) -> bool:
        try:
            if undo.voice not in self._open:
                self._open[undo.voice] = self._sessions.open(self._voices[undo.voice], seconds=_AGAIN)
            said = self._open[undo.voice].ask(undo.text, _AGAIN)
        except MigrateError as error:
            said = str(error.values.get("said", ""))
            if error.code == "session.error" and any(word in said for word in undo.already):
                return True
            if session := self._open.pop(undo.voice, None):
                session.close()
            return False
        return all(word in said for word in undo.wanted)

    def _pause(self) -> None:
        self._clock.sleep(timedelta(seconds=_PAUSE))

    def _since(self, moment: float | None = None) -> float:
        now = self._clock.monotonic() if moment is None else moment
        return now - self._began if self._began is not None else 0.0

    def _outcome(self, decision: Decision, error: _LineFailed | None = None, left: tuple[str, ...] = ()) -> Outcome:
        return Outcome(
            decision=decision,
            answers=tuple(self._answers),
            seconds=self._since(),
            failed=error.line.name if error else "",
            code=error.code if error else "",
            values=error.values if error else {},
            left=left,
        )


def _undos(lines: Iterable[Line]) -> list[Undo]:
    """Return what takes lines back, in their order but for what comes last."""
    return sorted((line.undo for line in lines if line.undo), key=lambda undo: undo.last)


def _groups(lines: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """Yield lines that are sent together."""
    group: list[Line] = []
    for line in lines:
        if group and not line.beside:
            yield tuple(group)
            group = []
        group.append(line)
    if group:
        yield tuple(group)
