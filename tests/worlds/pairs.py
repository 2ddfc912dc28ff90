"""A client of two parts: for each change it writes a row through the pooler, and a file that is named after it.

`python -m tests.worlds.pairs` is told by its first line of input where, and answers with one line when its input ends.
A change counts once both are acknowledged; what was refused is tried again, the file on the other side.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, cast

import psycopg

RATE = 25.0
_PROGRAM = (sys.executable, "-m", "tests.worlds.pairs")


class Pairs:
    """Starts the process and ends it; `w` tells its rows and files from those of every other."""

    _made = count(100)

    def __init__(self, dsn: str, secret: str, roots: Sequence[Path], prefix: Sequence[str]) -> None:
        self.w = next(self._made)
        self.made = 0
        self.gap = 0.0
        self.errors: list[str] = []
        self._process = subprocess.Popen([*prefix, *_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        told = {"dsn": dsn, "secret": secret, "roots": [str(root) for root in roots], "w": self.w}
        said = cast(IO[bytes], self._process.stdin)
        said.write((json.dumps(told) + "\n").encode())
        said.flush()

    def end(self) -> Pairs:
        """Let it finish the change that it is at."""
        heard, _ = self._process.communicate(timeout=90)
        told = json.loads(heard)
        self.made, self.gap, self.errors = told["made"], told["gap"], told["errors"]
        return self

    def kill(self) -> None:
        """End it without asking; an ended one stays ended."""
        self._process.kill()
        self._process.wait()


class _Writer:
    def __init__(self, dsn: str, secret: str, roots: Sequence[str], w: int) -> None:
        self._dsn = psycopg.conninfo.make_conninfo(dsn, password=secret, connect_timeout=5)
        self._roots = [Path(root) for root in roots]
        self._w = w
        self._connection: psycopg.Connection | None = None
        self.errors: list[str] = []

    def row(self, number: int) -> bool:
        """Write a row; its number is the client's own, so that once more is the same as once."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._dsn, autocommit=True, prepare_threshold=None)
            said = "INSERT INTO ledger (id, w) VALUES (%s, %s) ON CONFLICT DO NOTHING"
            self._connection.execute(said, (self._w * 1_000_000 + number, self._w))
        except psycopg.Error as error:
            self.errors.append(" ".join(str(error).split())[:120])
            with suppress(psycopg.Error):
                if self._connection:
                    self._connection.close()
            self._connection = None
            return False
        return True

    def file(self, number: int) -> bool:
        """Write a file on the side that was open last, or else leave it to the other one."""
        try:
            path = self._roots[0] / f"d{number % 8}/pair-{self._w}-{number}"
            with path.open("w") as file:
                file.write(str(number))
                file.flush()
                os.fsync(file.fileno())
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            # A side that is not open may lack the folder.
            if error.errno not in {errno.EROFS, errno.ENOENT}:
                self.errors.append(f"file: {error}")
            self._roots.reverse()
            return False
        return True


def main() -> None:
    told = json.loads(sys.stdin.buffer.readline())
    writer = _Writer(told["dsn"], told["secret"], told["roots"], told["w"])
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    made, gap, last = 0, 0.0, time.monotonic()
    while not stop.is_set():
        for write in (writer.row, writer.file):
            while not write(made):
                time.sleep(0.01)
        made += 1
        now = time.monotonic()
        gap, last = max(gap, now - last), now
        stop.wait(1 / RATE)
    sys.stdout.write(json.dumps({"made": made, "gap": gap, "errors": writer.errors[:20]}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
