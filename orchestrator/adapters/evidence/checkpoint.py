"""Checkpoints: what a log had come to, signed by whoever was at work, and kept elsewhere too.

A checkpoint is a small JSON document that names the log's last entry, the root of the tree over all entries, what
the programme was like, and the checkpoint before. Whoever holds one of them, or trusts one of the keys, can tell a
log that was cut, rewritten or replaced since, its owner's work included; without either, nobody can.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from orchestrator.adapters.evidence.chain import Standing
from orchestrator.adapters.evidence.entry import FIRST, algorithm_of, canonical, digest
from orchestrator.adapters.evidence.log import EvidenceLog
from orchestrator.adapters.evidence.segment import folder_of, lines
from orchestrator.adapters.files import ensure_folder, open_own
from orchestrator.adapters.signatures import Signature
from orchestrator.errors import MigrateError, Refused
from orchestrator.ports import Clock

Signer = Callable[[bytes], Signature]
Outlet = Callable[[str], None]
_TEXTS = ("programme", "reason", "head", "time", "boot", "root", "state", "list", "previous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is signed. Hashes are written as in the log: SHA-256 bare, others with their name.

    Attributes:
        programme: slug.
        reason: what was done when it was made, such as `run.ended`.
        seq, head, size: number and hash of the log's last entry, and bytes of all its segments.
        time: when, UTC, ISO 8601.
        boot, uptime: the machine's boot id, and seconds since that boot: they do not follow a clock that is set.
        root: of the tree over all entries' hashes (RFC 6962).
        state, list: digests of the state folder's lasting files and of the list's files.
        snapshots: digest of each snapshot by its day.
        previous: digest of the checkpoint before; 64 zeros for the first.
        algorithm: of every hash in it.
    """

    programme: str
    reason: str
    seq: int
    head: str
    size: int
    time: str
    boot: str
    uptime: int
    root: str
    state: str
    list: str
    snapshots: Mapping[str, str]
    previous: str
    algorithm: str

    def document(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(asdict(self))

    @property
    def digest(self) -> str:
        """Return the digest that the next checkpoint and the log name it by."""
        return digest(self.algorithm, self.document())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint with the signatures made of it, the operator's and the countersigners'."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...] = ()

    def line(self) -> str:
        """Return it as one line of JSON, as it is kept and sent."""
        content = {"checkpoint": asdict(self.checkpoint), "signatures": [asdict(one) for one in self.signatures]}
        return canonical(content).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a checkpoint says of the programme beside its log."""

    programme: str
    state: str
    list: str
    snapshots: Mapping[str, str]


def path_of(first: Path) -> Path:
    """Return where the checkpoints of a log are."""
    return folder_of(first) / "checkpoints.jsonl"


def load(path: Path) -> list[Kept]:
    """Return the checkpoints of a file, oldest first; a line that a kill left unfinished is none.

    Lines may have other text before the JSON, as syslog's have.

    Raises:
        Refused: `evidence.checkpoint-form`: a line is no checkpoint.
    """
    found: dict[str, Kept] = {}
    for number, line in enumerate(lines(path), start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line[line.index(b"{") :])
            signatures = tuple(Signature(**one) for one in content.get("signatures", ()))
            digest_, checkpoint = content.get("countersigns"), content.get("checkpoint")
            if digest_ is not None:
                found[digest_] = replace(found[digest_], signatures=(*found[digest_].signatures, *signatures))
                continue
            kept = Kept(checkpoint=_checkpoint(checkpoint), signatures=signatures)
            found.setdefault(kept.checkpoint.digest, kept)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Refused):
            if not line.endswith(b"\n"):
                break
            raise Refused("evidence.checkpoint-form", path=str(path), line=number) from None
    return list(found.values())


def _checkpoint(content: Mapping[str, Any]) -> Checkpoint:
    checkpoint = Checkpoint(**content)
    numbers = (checkpoint.seq, checkpoint.size, checkpoint.uptime)
    if not (
        all(isinstance(getattr(checkpoint, name), str) for name in _TEXTS)
        and all(isinstance(number, int) for number in numbers)
        and all(isinstance(one, str) for pair in checkpoint.snapshots.items() for one in pair)
    ):
        raise TypeError
    return checkpoint


class Notary:
    """Makes the checkpoints of one log.

    Attributes:
        warnings: what did not work without being a reason to stop: codes with their values.
    """

    def __init__(
        self, log: EvidenceLog, first: Path, *, clock: Clock, facts: Callable[[], Facts], signer: Signer | None,
        outlets: Sequence[Outlet] = (),
    ) -> None:  # fmt: skip
        """Remember how.

        Args:
            log: what is anchored.
            first: its first segment.
            clock: tells when.
            facts: tells what the programme is like at that moment.
            signer: signs a document; None leaves checkpoints unsigned.
            outlets: each takes a checkpoint's line elsewhere.
        """
        self._log = log
        self._path = path_of(first)
        self._clock = clock
        self._facts = facts
        self._signer = signer
        self._outlets = tuple(outlets)
        self.warnings: list[MigrateError] = []

    def checkpoint(self, reason: str) -> Kept:
        """Make a checkpoint of everything so far, keep it, record it in the log, and send it.

        A key that does not sign and a place that does not take it are warnings: what was done stays done.
        """
        made: list[Kept] = []

        def make(standing: Standing) -> Mapping[str, object]:
            made.append(self._made(reason, standing))
            self._keep(made[0].line())
            signed = [signature.key for signature in made[0].signatures]
            return {"checkpoint": made[0].checkpoint.digest, "reason": reason, "signed": signed}

        self._log.checkpoint(make)
        for outlet in self._outlets:
            try:
                outlet(made[0].line())
            except OSError as error:
                self.warnings.append(MigrateError("evidence.not-sent", error=error.strerror or str(error)))
        return made[0]

    def countersign(self, sign: Signer) -> Kept:
        """Add a second person's signature to the newest checkpoint.

        Raises:
            Refused: `evidence.no-checkpoint`; what `sign` raises.
        """
        newest = self.newest()
        if newest is None:
            raise Refused("evidence.no-checkpoint")
        signature = sign(newest.checkpoint.document())
        digest_ = newest.checkpoint.digest
        line = canonical({"countersigns": digest_, "signatures": [asdict(signature)]}).decode()
        self._keep(line)
        self._log.record("evidence.countersigned", checkpoint=digest_, signed=[signature.key])
        return replace(newest, signatures=(*newest.signatures, signature))

    def _made(self, reason: str, standing: Standing) -> Kept:
        facts, last = self._facts(), self.newest()
        checkpoint = Checkpoint(
            programme=facts.programme,
            reason=reason,
            seq=standing.seq,
            head=standing.head,
            size=standing.size,
            time=self._clock.now().isoformat(timespec="seconds"),
            boot=Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
            uptime=int(time.clock_gettime(time.CLOCK_BOOTTIME)),
            root=standing.root,
            state=facts.state,
            list=facts.list,
            snapshots=dict(facts.snapshots),
            previous=last.checkpoint.digest if last else FIRST,
            algorithm=algorithm_of(standing.head),
        )
        signatures: tuple[Signature, ...] = ()
        if self._signer is not None:
            try:
                signatures = (self._signer(checkpoint.document()),)
            except Refused as refusal:
                self.warnings.append(refusal)
        return Kept(checkpoint=checkpoint, signatures=signatures)

    def newest(self) -> Kept | None:
        """Return the newest checkpoint; the file grows by one line for each command, so it is read whole."""
        found = load(self._path) if self._path.exists() else []
        return found[-1] if found else None

    def _keep(self, line: str) -> None:
        ensure_folder(self._path.parent)
        file = open_own(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            text = os.pread(file, os.fstat(file).st_size, 0)
            os.ftruncate(file, text.rfind(b"\n") + 1)  # a line that a kill left unfinished was never told of
            os.write(file, line.encode() + b"\n")
            os.fsync(file)
        finally:
            os.close(file)
