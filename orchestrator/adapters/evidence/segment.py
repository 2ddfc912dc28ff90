"""The files of a log: `NAME.jsonl`, then `NAME/000002.jsonl` … each no longer than a bound, and their lines.

A log of the time before segments is one long first segment. The first entry of each later one (`evidence.segment`)
names the one before with its size and the digest of its bytes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from orchestrator.adapters.evidence.entry import Entry, hasher, named, parsed
from orchestrator.adapters.files import open_own
from orchestrator.errors import Contradicted, MigrateError

LIMIT = 256 * 1024  # bytes of a segment; what opening a log has to read at most
LONGEST = 64 * 1024 * 1024  # of a line; a run of ten thousand systems announces itself in less than one
_NAME = re.compile(r"\d{6,}\.jsonl")


def folder_of(first: Path) -> Path:
    """Return the folder of what belongs to a log beside its first segment."""
    return first.with_suffix("")


def path_of(first: Path, number: int) -> Path:
    """Return where a segment is; the first is 1."""
    return first if number == 1 else folder_of(first) / f"{number:06}.jsonl"


def numbers(first: Path) -> list[int]:
    """Return the numbers of the segments there are, in order; one that is missing is missing here too."""
    try:
        later = sorted(int(name[:-6]) for name in os.listdir(folder_of(first)) if _NAME.fullmatch(name))  # noqa: PTH208
    except (FileNotFoundError, NotADirectoryError):
        later = []
    return [1, *later] if first.exists() else later


def total_size(first: Path) -> int:
    """Return the bytes of all segments."""
    return sum(path_of(first, number).stat().st_size for number in numbers(first))


def lines(path: Path) -> Iterator[bytes]:
    """Give a file's lines as they are; one that is longer than any of ours comes in pieces, which are no entries.

    Raises:
        MigrateError: `evidence.missing`; also for what is no file.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise MigrateError("evidence.missing", path=str(path)) from None
    with os.fdopen(file, "rb", buffering=1 << 20) as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise MigrateError("evidence.missing", path=str(path))
        while line := stream.readline(LONGEST):
            yield line


def bytes_digest(path: Path, algorithm: str) -> tuple[int, str]:
    """Return a file's size and the digest of its bytes."""
    whole, size = hasher(algorithm)(), 0
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            whole.update(piece)
            size += len(piece)
    return size, named(algorithm, whole.hexdigest())


def read(first: Path) -> Iterator[Entry]:
    """Give the entries of all segments in order, without judging them; an unfinished last line is left out.

    Raises:
        MigrateError: `evidence.missing`.
        Contradicted: `evidence.broken`.
    """
    found = numbers(first) or [1]
    for number in found:
        path = path_of(first, number)
        for position, line in enumerate(lines(path), start=1):
            if number == found[-1] and not line.endswith(b"\n") and len(line) < LONGEST:
                return
            try:
                yield parsed(line)
            except ValueError:
                raise Contradicted("evidence.broken", line=position, path=str(path)) from None


def tail(first: Path, most: int, holding: bytes = b"") -> Iterator[Entry]:
    """Give entries from the end of a log, the last one first, without judging them; a reader's, that makes nobody wait.

    Lines that are no entries are left out: one of them may be half written, and `verify` tells of the others.

    Args:
        first: the log.
        most: bytes that are read at the most.
        holding: lines without these bytes are left out unread, for who looks for few among many.

    Raises:
        MigrateError: `state.not-ours`: a link, a pipe, or another's file is in a segment's place.
    """
    for number in reversed(numbers(first)):
        file = open_own(path_of(first, number), os.O_RDONLY)
        with os.fdopen(file, "rb") as stream:
            size = os.fstat(file).st_size
            begin = max(0, size - most)
            stream.seek(begin)
            text = stream.read(size - begin)
        most -= len(text)
        # Cut in the middle, it begins with a part of a line.
        whole = text.split(b"\n")[1 if begin else 0 :]
        for line in reversed(whole):
            if holding not in line:
                continue
            with suppress(ValueError):
                yield parsed(line)
        if most <= 0:
            return
