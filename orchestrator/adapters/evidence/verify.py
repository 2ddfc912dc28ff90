"""The judgement on a log: anchored, unanchored or contradicted; it reads, streams, and never writes.

*contradicted*: a line does not follow, or the log is not what a checkpoint, an anchor kept elsewhere, a snapshot or
the record of runs says. *anchored*: nothing is contradicted, and something that its owner cannot have made says so:
a checkpoint signed by whom the judge allows, or an anchor that the judge kept. *unanchored*: neither; a log that is
whole but that its owner could have written anew from the first line to the last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from orchestrator.adapters.evidence import checkpoint as checkpoints
from orchestrator.adapters.evidence.chain import CHECKPOINT, CLOCK, CLOCK_STEP, RENEWED, SEGMENT, Chain, Fault
from orchestrator.adapters.evidence.checkpoint import Checkpoint, Kept
from orchestrator.adapters.evidence.entry import FIRST, Entry, parsed
from orchestrator.adapters.evidence.segment import bytes_digest, lines, numbers, path_of
from orchestrator.errors import MigrateError, Refused

# An end without its newline.
UNFINISHED = "evidence.torn-line"
_BEGINNING = b'{"actor":"'

# document, signature, time of signing → who signed it; raises Refused.
Judge = Callable[[bytes, str, datetime], str]


_OF_THE_LOG = frozenset({SEGMENT, CHECKPOINT, CLOCK, "evidence.countersigned"})


class Word(StrEnum):
    """What a judgement says in one word."""

    ANCHORED = "anchored"
    UNANCHORED = "unanchored"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found: a text code and its values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        entries, head: number and hash of the last entry that follows.
        last: its time.
        line, file, why: the first line that does not follow, in which file, and a text code; 0 when all do.
        faults: what contradicts, the bad line included.
        notes: what a reader should know and what contradicts nothing.
        lacks: why it is not anchored.
        through: the last entry that an anchor covers; 0 without one.
        acted: the last entry that is not about the log itself: what an anchor has to cover.
        signers: who signed the newest checkpoint, as the judge names them.
        checkpoint: the newest checkpoint kept with the log.
    """

    entries: int
    head: str
    last: str = ""
    line: int = 0
    file: str = ""
    why: str = ""
    faults: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    lacks: tuple[Finding, ...] = ()
    through: int = 0
    acted: int = 0
    signers: tuple[str, ...] = ()
    checkpoint: Checkpoint | None = None

    @property
    def unfinished(self) -> bool:
        """Tell whether the last line was begun and not finished, which contradicts nothing."""
        return any(note.code == UNFINISHED for note in self.notes)

    @property
    def word(self) -> Word:
        """Return the judgement."""
        if self.faults:
            return Word.CONTRADICTED
        return Word.ANCHORED if self.through else Word.UNANCHORED

    @property
    def ok(self) -> bool:
        """Tell whether nothing contradicts the log; it is not thereby anchored."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What a log is held against.

    Attributes:
        judge: tells who signed; None when nobody said whose keys count.
        signatures: how many different people must have signed.
        anchors: checkpoints that were kept elsewhere.
        head: a hash that was written down, which must be some entry's.
        snapshots: digest of each snapshot there is now, by its day; None when nobody looked.
    """

    judge: Judge | None = None
    signatures: int = 1
    anchors: Sequence[Kept] = ()
    head: str = ""
    snapshots: Mapping[str, str] | None = None


def verify(
    first: Path,
    against: Against | None = None,
    *,
    quick: bool = False,
    watch: Callable[[Entry], None] = lambda _: None,
) -> Verdict:
    """Judge a log.

    Args:
        first: its first segment.
        against: what it is held against; None holds it against itself and its own checkpoints.
        quick: segments sealed before the newest checkpoint are held against their seals only, by their bytes.
        watch: is shown every entry that follows.

    Raises:
        MigrateError: `evidence.missing`.
    """
    return _Examination(first, against or Against(), quick=quick, watch=watch).verdict()


class _Examination:
    def __init__(self, first: Path, against: Against, *, quick: bool, watch: Callable[[Entry], None]) -> None:
        self._first = first
        self._against = against
        self._quick = quick
        self._watch = watch
        self._chain = Chain()
        self._line, self._file, self._why = 0, "", ""
        self._faults: list[Finding] = []
        self._notes: list[Finding] = []
        self._noted: list[str] = []
        self._head_at = self._acted = 0
        self._kept = self._load()
        self._wanted: dict[int, list[Checkpoint]] = defaultdict(list)
        for kept in (*self._kept, *against.anchors):
            self._wanted[kept.checkpoint.seq].append(kept.checkpoint)

    def verdict(self) -> Verdict:
        self._read()
        if not self._line:
            self._compare_checkpoints()
        self._compare_snapshots()
        signed, signers, lacks = self._signed()
        if self._against.head and not self._head_at:
            self._fault("evidence.head-missing", head=self._against.head)
        anchors = [kept.checkpoint.seq for kept in self._against.anchors]
        return Verdict(
            entries=self._chain.seq,
            head=self._chain.head,
            last=self._chain.at,
            line=self._line,
            file=self._file,
            why=self._why,
            faults=tuple(self._faults),
            notes=tuple(self._notes),
            lacks=() if self._faults else tuple(lacks),
            through=max([signed, self._head_at, *anchors]),
            acted=self._acted,
            signers=signers,
            checkpoint=self._kept[-1].checkpoint if self._kept else None,
        )

    def _load(self) -> list[Kept]:
        path = checkpoints.path_of(self._first)
        if not path.exists():
            return []
        try:
            return checkpoints.load(path)
        except Refused as refusal:
            self._fault(refusal.code, **refusal.values)
            return []

    def _read(self) -> None:
        found = numbers(self._first)
        if not found:
            raise MigrateError("evidence.missing", path=str(self._first))
        if found != list(range(1, len(found) + 1)):
            missing = next(number for number in range(1, found[-1] + 1) if number not in set(found))
            self._bad(path_of(self._first, missing), 1, "evidence.no-segment")
            return
        start = self._start(found) if self._quick and not self._against.head else 1
        for number in range(2, start + 1):
            self._require_seal(number)
        for number in range(start, len(found) + 1):
            if self._line:
                return
            if number > start:
                self._require_seal(number)
            self._read_segment(number, jump=number == start > 1)

    def _start(self, found: Sequence[int]) -> int:
        """Return the segment from which on lines are read: that of the newest checkpoint and of the anchors' first."""
        newest = min((kept.checkpoint.seq for kept in (*self._kept[-1:], *self._against.anchors)), default=None)
        for number in reversed(found[1:]):
            opening = self._opening(number)
            if opening is None or newest is None or opening.seq <= newest:
                return number
        return 1

    def _opening(self, number: int) -> Entry | None:
        try:
            entry = parsed(next(lines(path_of(self._first, number)), b""))
        except ValueError:
            return None
        return entry if entry.kind == SEGMENT else None

    def _require_seal(self, number: int) -> None:
        """Hold the segment before against what this one's first entry says of its bytes."""
        if self._line:
            return
        opening, before = self._opening(number), path_of(self._first, number - 1)
        if opening is None:
            if number < numbers(self._first)[-1] or path_of(self._first, number).stat().st_size:
                self._bad(path_of(self._first, number), 1, "evidence.no-opening")
            return
        sealed: Any = opening.data.get("previous")
        algorithm = str(opening.data.get("algorithm"))
        try:
            size, made = bytes_digest(before, algorithm)
            same = (sealed["size"], sealed["digest"]) == (size, made)
        except (KeyError, TypeError, Refused):
            same = False
        if not same and self._quick:
            self._bad(before, 1, "evidence.seal")
        elif not same:
            self._fault("evidence.seal-differs", file=str(before))

    def _read_segment(self, number: int, *, jump: bool) -> None:
        path = path_of(self._first, number)
        for position, line in enumerate(lines(path), start=1):
            try:
                if jump and position == 1:
                    self._chain.jump(parsed(line))
                at = self._chain.at
                entry = self._chain.follow(line)
                if number > 1 and position == 1 and entry.kind != SEGMENT:
                    raise Fault("evidence.no-opening")  # noqa: TRY301 - one way out for all that is wrong with it
            except (Fault, ValueError) as fault:
                why = getattr(fault, "why", "evidence.not-an-entry")
                if why == UNFINISHED and number == numbers(self._first)[-1] and _begun(line):
                    # A kill or a full disk: nobody was told that it was recorded, and the next writer sets it aside.
                    self._note(why, file=str(path), line=position)
                else:
                    self._bad(path, position, why)
                return
            self._look(entry, at)

    def _look(self, entry: Entry, before: str) -> None:
        self._watch(entry)
        if entry.kind not in _OF_THE_LOG:
            self._acted = entry.seq
        if self._against.head and entry.hash == self._against.head:
            self._head_at = entry.seq
        match entry.kind:
            case "evidence.clock":
                self._note(CLOCK, seq=entry.seq, before=before, after=entry.at)
            case "evidence.renewed":
                self._note(RENEWED, seq=entry.seq, reason=entry.data.get("reason", ""))
            case "evidence.checkpoint":
                self._noted.append(str(entry.data.get("checkpoint")))
        for checkpoint in self._wanted.pop(entry.seq, ()):
            here = self._chain.standing()
            told = (checkpoint.head, checkpoint.root, checkpoint.size)
            if told != (here.head, here.root, here.size):
                self._fault("evidence.checkpoint-differs", seq=entry.seq, time=checkpoint.time)

    def _compare_checkpoints(self) -> None:
        """Hold the checkpoints against the end of the log, each other, and what the log says of them."""
        beyond = [checkpoint for seq, found in self._wanted.items() if seq > self._chain.seq for checkpoint in found]
        if beyond:
            most = max(beyond, key=lambda checkpoint: checkpoint.seq)
            self._fault("evidence.cut", entries=self._chain.seq, seq=most.seq, time=most.time)
        digests = {kept.checkpoint.digest for kept in self._kept}
        for missing in [noted for noted in self._noted if noted not in digests]:
            self._fault("evidence.checkpoint-missing", checkpoint=missing)
        previous, time = FIRST, ""
        for kept in self._kept:
            checkpoint = kept.checkpoint
            if checkpoint.previous != previous:
                self._fault("evidence.checkpoint-order", seq=checkpoint.seq, time=checkpoint.time)
            if time and _seconds(checkpoint.time, time) > CLOCK_STEP.total_seconds():
                self._fault("evidence.checkpoint-clock", seq=checkpoint.seq, time=checkpoint.time, before=time)
            previous, time = checkpoint.digest, checkpoint.time

    def _compare_snapshots(self) -> None:
        now = self._against.snapshots
        newest = [*self._kept[-1:], *self._against.anchors[-1:]]
        if now is None:
            return
        changed = {
            day for kept in newest for day, digest in kept.checkpoint.snapshots.items() if now.get(day) != digest
        }
        for day in sorted(changed):
            self._fault("evidence.snapshot-differs" if day in now else "evidence.snapshot-missing", day=day)

    def _signed(self) -> tuple[int, tuple[str, ...], list[Finding]]:
        """Return the newest entry that enough signatures cover, who made them, and what is lacking if none is.

        Signatures of each key are judged once, on the newest checkpoint that has one: older checkpoints are covered by
        it, each by the digest in the next.
        """
        judge = self._against.judge
        if not self._kept:
            return 0, (), [Finding(code="evidence.lacks.checkpoint")]
        if not any(kept.signatures for kept in self._kept):
            return 0, (), [Finding(code="evidence.lacks.signature")]
        if judge is None:
            return 0, (), [Finding(code="evidence.lacks.judge")]
        judged: set[str] = set()
        enough = 0
        names: tuple[str, ...] = ()
        for kept in reversed(self._kept):
            wanted = [one for one in kept.signatures if one.key not in judged or not enough]
            signers = {name for one in wanted if (name := self._judged(judge, kept.checkpoint, one.text))}
            judged |= {one.key for one in wanted}
            if not enough and len(signers) >= self._against.signatures:
                enough, names = kept.checkpoint.seq, tuple(sorted(signers))
        if enough:
            return enough, names, []
        return 0, (), [Finding(code="evidence.lacks.second", values={"wanted": self._against.signatures})]

    def _judged(self, judge: Judge, checkpoint: Checkpoint, signature: str) -> str:
        try:
            return judge(checkpoint.document(), signature, datetime.fromisoformat(checkpoint.time))
        except Refused as refusal:
            if refusal.code in {"signature.no-signers", "signature.no-program"}:
                raise
            self._fault(refusal.code, **refusal.values)
            return ""

    def _bad(self, path: Path, line: int, why: str) -> None:
        self._line, self._file, self._why = line, str(path), why
        self._fault(why, file=str(path), line=line)

    def _fault(self, code: str, **values: object) -> None:
        self._faults.append(Finding(code=code, values=values))

    def _note(self, code: str, **values: object) -> None:
        self._notes.append(Finding(code=code, values=values))


def _begun(line: bytes) -> bool:
    """Tell whether bytes without a newline are how an entry begins: cut off anywhere, and nothing after it."""
    if not (line.startswith(_BEGINNING) or _BEGINNING.startswith(line)):
        return False
    text = line.decode("utf-8", "replace")  # cut in the middle of a letter
    try:
        return json.JSONDecoder().raw_decode(text)[1] == len(text)
    except RecursionError:
        return False
    except ValueError:
        return True


def _seconds(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
