"""Runs the turns of a night side by side: each in a thread, begun and given back by the one that looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from orchestrator.planning.night import Verdict, Word
from orchestrator.ports import Clock

LOOKS = timedelta(seconds=0.5)


class _Turn:
    """A turn that runs. Whoever does not wait for its end leaves it as a kill would: the next command goes on."""

    def __init__(self, act: Callable[[str], None], system: str) -> None:
        self.error: BaseException | None = None
        self._act = act
        self._system = system
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._act(self._system)
        except BaseException as error:  # noqa: BLE001 - it is raised by who waits for the turn
            self.error = error


def run_night(
    look: Callable[[Collection[str]], Sequence[Verdict]],
    acts: Mapping[Word, Callable[[str], None]],
    stay: Callable[[Verdict], None],
    *,
    clock: Clock,
    stopping: Callable[[], None],
) -> None:
    """Begin what may begin, hold or give back what cannot, and take back what has to go, until nothing runs or waits.

    Args:
        look: says, of the systems that run now, what becomes of all others.
        acts: one system's cutover (`start`) and its way back (`return`), each in a thread of its own; what one cannot
            tell by itself ends the night.
        stay: holds a turn or gives it back; called by the caller's own thread.
        clock: between two looks.
        stopping: told once somebody has interrupted; nothing new begins, and what runs is waited for.

    Raises:
        KeyboardInterrupt: once what ran has ended; at the second time at once.
    """
    running: dict[str, _Turn] = {}
    try:
        while True:
            _take_ended(running)
            verdicts = look(frozenset(running))
            for verdict in verdicts:
                if verdict.word in acts:
                    running[verdict.system] = turn = _Turn(acts[verdict.word], verdict.system)
                    turn.thread.start()  # known by now to whoever is interrupted here
                elif verdict.word is not Word.WAIT:
                    stay(verdict)
            # One that stays is told no more, and may hold others by it: there is always one more look.
            if not running and not verdicts:
                return
            clock.sleep(LOOKS)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            stopping()
        for turn in running.values():
            if turn.thread.ident is not None:
                turn.thread.join()
            if turn.error is not None and turn.error is not error:
                error.add_note(repr(turn.error))  # one is raised, and none is lost
        raise


def _take_ended(running: dict[str, _Turn]) -> None:
    for system in [name for name, turn in running.items() if not turn.thread.is_alive()]:
        turn = running.pop(system)
        if turn.error is not None:
            raise turn.error
