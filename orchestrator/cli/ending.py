"""What a command makes of the signals that ask it to end: Ctrl-C, a service manager's SIGTERM, a terminal's SIGHUP."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Treat SIGTERM (a shutdown, a service manager) and SIGHUP (a terminal that is gone) as Ctrl-C."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _heard((signal.SIGTERM, signal.SIGHUP), interrupt):
        yield


@contextmanager
def ended_between(tell: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Give a question that is true once somebody asked to end: what is in the middle of something ends it first.

    The second time it is KeyboardInterrupt, at once, as for who does not want to wait.

    Args:
        tell: says that the end was heard; called once.
    """
    asked = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        # In a thread: the signal may have come in the middle of another line, which must not be written into.
        threading.Thread(target=tell, daemon=True).start()

    with _heard((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), note):
        yield asked.is_set


@contextmanager
def _heard(signals: Sequence[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    # Who was started with a signal ignored, as nohup does with SIGHUP, goes on ignoring it.
    heard = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, handler) for each in heard}
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)
