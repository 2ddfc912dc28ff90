"""Streams a backup of a MariaDB from its machine to another one, through this one: neither logs in to the other.

It ends with the command that began it. What arrived is whole only where both ends said that they did all of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, cast

from orchestrator.adapters.sessions import plain

_PIECE = 1 << 18  # bytes read at once
_SAID = b"\nmigrate: "  # before the last words of a program that failed, behind what it wrote
_KEPT = 4096  # bytes of the end that these are looked for in
# Runs "$@" with the rest of its words put aside; what it says is told only where it fails.
SAYING = """d=$(mktemp -d) && cd "$d" || exit 1
trap 'cd /; rm -rf "$d"' EXIT; trap 'exit 1' HUP INT TERM PIPE
"$@" 2>said && exit 0
t=$(grep -iE 'error|denied|fail' said | tail -n 1); [ -n "$t" ] || t=$(tail -n 1 said)
printf '\\nmigrate: %s\\n' "$t"; exit 1"""


class Stream:
    """Two programs, the first one's words to the second one's ears.

    Args:
        giving, taking: command lines; both run until all was said.
        rate_kib: the most KiB a second; None: as fast as it goes.
    """

    def __init__(self, giving: Sequence[str], taking: Sequence[str], rate_kib: int | None) -> None:
        self._limit = rate_kib * 1024 if rate_kib else 0
        self._giver = subprocess.Popen(giving, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        self._heard = tempfile.TemporaryFile()  # however much it says, it never waits for who hears it  # noqa: SIM115
        self._taker = subprocess.Popen(taking, stdin=subprocess.PIPE, stdout=self._heard, start_new_session=True)
        self.done = 0  # bytes
        self.said = ""  # what made it fail
        self._tail = b""
        self._thread = threading.Thread(target=self._pass, daemon=True)
        self._thread.start()

    @property
    def runs(self) -> bool:
        """Tell whether more is to come."""
        return self._thread.is_alive()

    def end(self) -> None:
        """End both, whatever they are at."""
        for each in (self._giver, self._taker):
            _kill(each)
        self._thread.join()

    def _pass(self) -> None:
        began, given, taken = time.monotonic(), cast(IO[bytes], self._giver.stdout), cast(IO[bytes], self._taker.stdin)
        try:
            while piece := given.read1(_PIECE):  # type: ignore[attr-defined]
                taken.write(piece)
                self.done += len(piece)
                self._tail = (self._tail + piece)[-_KEPT:]
                if self._limit and (early := self.done / self._limit - (time.monotonic() - began)) > 0:
                    time.sleep(early)
        except OSError:  # nobody hears it any more
            _kill(self._giver)
        with suppress(OSError):
            taken.close()
        codes = (self._giver.wait(), self._taker.wait())
        with self._heard:
            self._heard.seek(0)
            heard = self._heard.read(_KEPT)
        if any(codes):
            words = self._tail.rpartition(_SAID)[2] if _SAID in self._tail else heard
            self.said = plain(words.decode(errors="replace"), 200) or f"exit codes {codes[0]}, {codes[1]}"


def _kill(program: subprocess.Popen[bytes]) -> None:
    """End a program with all that it began, which stands in a session of its own."""
    if program.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
