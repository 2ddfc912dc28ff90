"""Passes over a disk. Runs on the keeper by itself, `python3 passes.py VERB`, by the library of Python 3.9 alone.

Beside it lies `told.json`: what it works on. `pass` is one pass: the source says the SHA-256 of each chunk, and those
that are not what the copy has cross. A chunk is forgotten before it is written and known again once it is on the
keeper's disk, so whoever is killed in between leaves a chunk that crosses anew. `live` is the first passes, `last`
one that also reads the copy, `same` reads both sides whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

HERE = Path(__file__).resolve().parent
GROUP = 64  # chunks that are asked for at once
DIGEST = 32
UNKNOWN = bytes(DIGEST)
_SUM = re.compile(rb"([0-9a-f]{64}) [ *]-\n")
_SOME = 20


class BrokenError(Exception):
    """What cannot be gone on with, in words for a person."""


class Source:
    """The source's door, over one line of ssh."""

    def __init__(self, door: Sequence[str], size: int, chunk: int) -> None:
        self._size, self._chunk = size, chunk
        self._process = subprocess.Popen(door, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ask = cast(IO[bytes], self._process.stdin)
        self._said = cast(IO[bytes], self._process.stdout)

    def close(self) -> None:
        """End the line."""
        self._process.kill()
        self._process.wait()

    def sums(self, first: int, end: int) -> Iterator[bytes]:
        """Yield the SHA-256 of each chunk."""
        self._send(f"sums {first} {end}\n")
        for number in range(first, end):
            found = _SUM.fullmatch(self._said.readline(80))
            if found is None:
                raise BrokenError(f"the source said no sum of chunk {number}")
            yield bytes.fromhex(found[1].decode())

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes of each chunk."""
        self._send("".join(f"read {number}\n" for number in numbers))
        for number in numbers:
            wanted = min(self._chunk, self._size - number * self._chunk)
            data = self._said.read(wanted)
            if len(data) != wanted:
                raise BrokenError(f"the source said {len(data)} of {wanted} bytes of chunk {number}")
            yield number, data

    def _send(self, text: str) -> None:
        try:
            self._ask.write(text.encode())
            self._ask.flush()
        except OSError as error:
            raise BrokenError(f"the line to the source ended: {error}") from error


class Copy:
    """The copy and what is known of it: a SHA-256 for each chunk that is on the disk as it crossed."""

    def __init__(self, folder: Path, size: int, chunk: int) -> None:
        self.size, self.chunk = size, chunk
        self.count = -(-size // chunk)
        self._data = os.open(folder / "disk.raw", os.O_RDWR | os.O_CREAT, 0o600)
        self._sums = os.open(folder / "sums", os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._data).st_size != size:
            os.ftruncate(self._sums, 0)  # of a disk of another size nothing is known
            os.ftruncate(self._data, size)
        os.ftruncate(self._sums, self.count * DIGEST)
        self._path = folder / "disk.raw"

    def known(self, number: int) -> bytes:
        """Return a chunk's SHA-256; `UNKNOWN` where nobody can tell."""
        return os.pread(self._sums, DIGEST, number * DIGEST)

    def put(self, chunks: Iterator[tuple[int, bytes]], blank: Sequence[int], forget: Sequence[int]) -> int:
        """Write chunks as they come and make others empty; return how many bytes came."""
        for number in forget:
            os.pwrite(self._sums, UNKNOWN, number * DIGEST)
        os.fdatasync(self._sums)
        came, learnt = 0, {}
        for number in blank:
            self._blank(number)
            learnt[number] = self.empty(number)
        for number, data in chunks:
            os.pwrite(self._data, data, number * self.chunk)
            learnt[number] = hashlib.sha256(data).digest()
            came += len(data)
        os.fdatasync(self._data)
        for number, digest in learnt.items():
            os.pwrite(self._sums, digest, number * DIGEST)
        return came

    def read(self, number: int) -> bytes:
        """Return the bytes that a chunk has."""
        return os.pread(self._data, self._length(number), number * self.chunk)

    def empty(self, number: int) -> bytes:
        """Return the SHA-256 of as many zeros."""
        length = self._length(number)
        if length not in _EMPTY:
            _EMPTY[length] = hashlib.sha256(bytes(length)).digest()
        return _EMPTY[length]

    def _length(self, number: int) -> int:
        return min(self.chunk, self.size - number * self.chunk)

    def _blank(self, number: int) -> None:
        where = ["--offset", str(number * self.chunk), "--length", str(self._length(number))]
        done = subprocess.run(["fallocate", "--punch-hole", *where, str(self._path)], check=False, capture_output=True)
        if done.returncode:  # a file system without holes
            os.pwrite(self._data, bytes(self._length(number)), number * self.chunk)


_EMPTY: dict[int, bytes] = {}


def passed(copy: Copy, source: Source) -> int:
    """Go over the whole disk once; return how many bytes crossed."""
    came = 0
    for first in range(0, copy.count, GROUP):
        told = dict(enumerate(source.sums(first, min(first + GROUP, copy.count)), first))
        came += crossed(copy, source, told)
    return came


def crossed(copy: Copy, source: Source, told: Mapping[int, bytes]) -> int:
    """Bring across, of chunks whose sums the source told, those that the copy has otherwise; return the bytes."""
    unlike = [number for number, digest in told.items() if digest != copy.known(number)]
    blank = [number for number in unlike if told[number] == copy.empty(number)]
    full = [number for number in unlike if told[number] != copy.empty(number)]
    return copy.put(source.read(full), blank, unlike) if unlike else 0


def same(copy: Copy, source: Source) -> dict[str, object]:
    """Read both sides whole, and say which chunks are not alike; `digest` is of the sums of all chunks of the copy."""
    unlike: list[int] = []
    count, whole = 0, hashlib.sha256()
    for first in range(0, copy.count, GROUP):
        for number, told in enumerate(source.sums(first, min(first + GROUP, copy.count)), first):
            digest = hashlib.sha256(copy.read(number)).digest()
            whole.update(digest)
            if digest != told:
                count += 1
                unlike += [number] if len(unlike) < _SOME else []
    return {"differ": count, "some": unlike, "chunks": copy.count, "digest": whole.hexdigest()}


def last(copy: Copy, source: Source) -> dict[str, object]:
    """Go over the whole disk once more, and read the copy beside it: each side once, for nobody writes meanwhile.

    Raises:
        BrokenError: a chunk of the copy is not what the source just said.
    """
    came, whole = 0, hashlib.sha256()
    for first in range(0, copy.count, GROUP):
        told = dict(enumerate(source.sums(first, min(first + GROUP, copy.count)), first))
        came += crossed(copy, source, told)
        for number, digest in told.items():
            if hashlib.sha256(copy.read(number)).digest() != digest:
                raise BrokenError(f"chunk {number} of the copy differs")
            whole.update(digest)
    return {"differ": 0, "chunks": copy.count, "bytes": came, "digest": whole.hexdigest()}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep everybody else from the copy; who holds it is told by the lock, and by nobody once he is dead."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BrokenError("another pass is under way") from None
        yield


def main(verb: str, folder: Path = HERE) -> object:
    """Do what is asked; return what is answered."""
    told: dict[str, Any] = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    size, chunk = int(told["size"]), int(told["chunk"])
    with alone(folder):
        source = Source([*told["door"], "serve"], size, chunk)
        try:
            copy = Copy(folder, size, chunk)
            if verb == "same":
                return same(copy, source)
            if verb == "last":
                return last(copy, source)
            for _ in range(2 if verb == "live" else 1):
                began = time.monotonic()
                came = passed(copy, source)
                took = round((time.monotonic() - began) * 100)
                with (folder / "passes").open("a", encoding="utf-8") as file:
                    file.write(f"{int(time.time())} {took} {copy.count} {came}\n")
            (folder / "failed").unlink(missing_ok=True)
            (folder / "seeded").touch()
        finally:
            source.close()
    return "done"


if __name__ == "__main__":
    try:
        answer = main(sys.argv[1])
    except (BrokenError, OSError, ValueError, KeyError) as error:
        if sys.argv[1] in {"pass", "live"}:
            with suppress(OSError):  # a disk that is full takes no word; that the file is there says enough
                (HERE / "failed").write_text(f"{error}\n", encoding="utf-8")
        sys.stdout.write(f"{error}\n")
        raise SystemExit(1) from None
    sys.stdout.write(f"{json.dumps(answer)}\n")
