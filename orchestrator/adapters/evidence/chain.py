"""What follows from line to line: number, link, time, open intents and the tree over all hashes; pure.

The tree is that of RFC 6962, section 2.1, over the entries' written hashes: of it, only the roots of its full
subtrees are kept (at most one for each power of two), which is enough to grow it and to tell its root.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestrator.adapters.evidence.entry import FIRST, SHA256, Entry, algorithm_of, hasher, line_of, named, parsed

SEGMENT, CLOCK, TORN, CHECKPOINT, RENEWED = (
    "evidence.segment", "evidence.clock", "evidence.torn", "evidence.checkpoint", "evidence.renewed",
)  # fmt: skip
# A clock that is set right goes back by seconds; more than this is told as a contradiction.
CLOCK_STEP = timedelta(minutes=2)


class Fault(Exception):
    """A line that does not follow; `why` is a text code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Tree:
    """A growing Merkle tree; it holds as many hashes as its size has binary ones."""

    def __init__(self, algorithm: str = SHA256, peaks: Sequence[str] = ()) -> None:
        self._hash = hasher(algorithm)
        self._algorithm = algorithm
        self._peaks: list[tuple[int, bytes]] = []
        for peak in peaks:
            height, _, value = peak.partition(":")
            self._peaks.append((int(height), bytes.fromhex(value)))

    def add(self, written: str) -> None:
        """Add an entry's hash."""
        height, node = 0, self._hash(b"\x00" + written.encode()).digest()
        while self._peaks and self._peaks[-1][0] == height:
            node = self._hash(b"\x01" + self._peaks.pop()[1] + node).digest()
            height += 1
        self._peaks.append((height, node))

    def root(self) -> str:
        """Return the root's written hash; that of nothing is the hash of no bytes."""
        if not self._peaks:
            return named(self._algorithm, self._hash(b"").hexdigest())
        node = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            node = self._hash(b"\x01" + peak + node).digest()
        return named(self._algorithm, node.hex())

    def peaks(self) -> list[str]:
        """Return what `Tree` is made again from."""
        return [f"{height}:{node.hex()}" for height, node in self._peaks]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a log has come: number and hash of the last entry, bytes of all segments, root of the tree."""

    seq: int
    head: str
    size: int
    root: str
    algorithm: str


class Chain:
    """The state between two lines."""

    def __init__(self, algorithm: str = SHA256) -> None:
        self.algorithm = algorithm
        self.seq = 0
        self.size = 0
        self.head = FIRST
        self.at = ""
        self.open: Counter[str] = Counter()
        self.tree = Tree(algorithm)

    def standing(self) -> Standing:
        """Return how far it has come."""
        return Standing(seq=self.seq, head=self.head, size=self.size, root=self.tree.root(), algorithm=self.algorithm)

    def follow(self, line: bytes) -> Entry:
        """Take in the next line, with its end.

        Raises:
            Fault: it does not follow.
        """
        if not line.endswith(b"\n"):
            raise Fault("evidence.torn-line")
        try:
            entry = parsed(line)
        except ValueError:
            raise Fault("evidence.not-an-entry") from None
        if not self.seq:
            self._begin(algorithm_of(entry.hash))
        if entry.seq != self.seq + 1:
            raise Fault("evidence.sequence")
        if entry.prev != self.head:
            raise Fault("evidence.link")
        # The line is made again from its content, so the hash and every byte of the form are checked at once.
        if line != line_of(_content(entry), self.algorithm)[0]:
            raise Fault("evidence.hash")
        if self._runs_back(entry):
            raise Fault("evidence.runs-back")
        self.take(entry, len(line))
        return entry

    def take(self, entry: Entry, length: int) -> None:
        """Take in an entry that follows."""
        self.seq, self.head, self.at = entry.seq, entry.hash, entry.at
        self.size += length
        self.tree.add(entry.hash)
        if entry.kind == "call.intent":
            self.open[str(entry.data.get("key", ""))] += 1
        elif entry.kind == "call.answer":
            # One answer settles every earlier intent of the key: the look-up behind it told what is true.
            self.open.pop(str(entry.data.get("key", "")), None)

    def opening(self, number: int, previous: str, size: int, bytes_digest: str) -> dict[str, object]:
        """Return what the first entry of a segment says, so that nobody needs to read the segments before it."""
        return {
            "number": number,
            "algorithm": self.algorithm,
            "previous": {"name": previous, "size": size, "digest": bytes_digest},
            "size": self.size,
            "open": dict(self.open),
            "tree": self.tree.peaks(),
        }

    def jump(self, entry: Entry) -> None:
        """Stand where the entry that opens a segment says, just before that entry.

        Raises:
            Fault: it says no such thing.
        """
        try:
            data: Mapping[str, Any] = entry.data
            if entry.kind != SEGMENT:
                raise Fault("evidence.no-opening")
            self._begin(algorithm_of(entry.hash))
            self.seq, self.head, self.at = entry.seq - 1, entry.prev, ""
            self.size = int(data["size"])
            self.open = Counter({str(key): int(count) for key, count in data["open"].items()})
            self.tree = Tree(self.algorithm, data["tree"])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise Fault("evidence.no-opening") from None

    def _begin(self, algorithm: str) -> None:
        if algorithm != self.algorithm:
            self.algorithm, self.tree = algorithm, Tree(algorithm)

    def _runs_back(self, entry: Entry) -> bool:
        """Tell whether an entry is older than the one before, by more than what a clock is set right by.

        The writer says so when its clock has gone back, so that an entry which does not was put there.
        """
        if not self.at or entry.at >= self.at:
            return False
        try:
            back = datetime.fromisoformat(self.at) - datetime.fromisoformat(entry.at)
        except (ValueError, TypeError):
            return True
        return entry.kind != CLOCK or back > CLOCK_STEP


def _content(entry: Entry) -> dict[str, object]:
    return {
        "actor": entry.actor, "at": entry.at, "data": entry.data, "kind": entry.kind, "prev": entry.prev,
        "seq": entry.seq,
    }  # fmt: skip
