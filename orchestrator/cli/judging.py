"""Holds the evidence against everything that is known of it; shared by `evidence verify`, `doctor` and every batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.evidence import Entry, Verdict, verify
from orchestrator.adapters.evidence.chain import RENEWED
from orchestrator.adapters.evidence.checkpoint import Kept, load
from orchestrator.adapters.evidence.segment import total_size
from orchestrator.adapters.evidence.verify import Against, Finding
from orchestrator.cli.output import Shell
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.programme import Programme
from orchestrator.model.result import RunStatus, SystemRun

if TYPE_CHECKING:
    from orchestrator.reporting.judgement import JudgementView

# Bytes of a log that is read line by line in a few seconds.
QUICK_ABOVE = 64 << 20


def judge(
    shell: Shell,
    first: Path,
    *,
    signers: Path | None = None,
    anchor: Path | None = None,
    head: str = "",
    alone: bool = False,
    quick: bool = False,
    beside: Sequence[Path] = (),
) -> Verdict:
    """Judge the programme's log, or another one that stands `alone`.

    Args:
        shell: knows the programme's folder.
        first: the log's first segment.
        signers: whose signatures count.
        anchor: checkpoints that were kept elsewhere.
        head: a hash that was written down.
        alone: hold it against no programme.
        quick: of a log that takes long, hold segments sealed before the newest checkpoint against their seals only.
        beside: the logs of the other folders of a programme that workers share: together they must say what one log
            says of a programme that one machine runs, and hold what each worker told of its own while it was alive.

    Raises:
        MigrateError: `evidence.missing` when nothing was ever recorded.
    """
    from orchestrator.adapters.snapshots import snapshot_digests

    programme = None if alone else _programme(shell)
    against = Against(
        judge=partial(_judged, signers) if signers else None,
        signatures=programme.evidence.signatures if programme else 1,
        anchors=_anchors(anchor, programme.slug if programme else "") if anchor else (),
        head=head.strip().lower(),
        snapshots=None if alone else snapshot_digests(shell.folder),
    )
    runs = () if alone else _runs(shell)
    heads = _heads(shell) if beside and not alone else {}
    seen, quick = _Seen(heads), quick and total_size(first) > QUICK_ABOVE
    try:
        verdict = verify(first, against, quick=quick, watch=seen)
    except MigrateError as error:
        if error.code == "evidence.missing" and isinstance(runs, tuple) and runs:
            fault = Finding(code="evidence.no-log", values={"path": str(first)})
            return Verdict(entries=0, head="", faults=(fault,))
        raise
    if isinstance(runs, MigrateError):
        told = Finding(code="evidence.runs-unknown", values={"error": runs.code})
        return replace(verdict, notes=(*verdict.notes, told))
    for path in beside:
        theirs = verify(path, replace(against, anchors=(), head="", snapshots=None), watch=seen)
        verdict = _together(verdict, theirs, path)
    return verdict if quick or verdict.line else seen.compared(verdict, runs, together=bool(beside))


def _together(verdict: Verdict, theirs: Verdict, path: Path) -> Verdict:
    """Return the judgement on logs that belong together: it is no better than on the worst of them."""
    told = {"file": str(path), "entries": theirs.entries, "head": theirs.head, "word": str(theirs.word)}
    note = Finding(code="evidence.beside", values=told)
    anchored = verdict.through if theirs.through else 0
    return replace(
        verdict,
        faults=(*verdict.faults, *theirs.faults),
        lacks=(*verdict.lacks, *theirs.lacks),
        notes=(*verdict.notes, note, *theirs.notes),
        through=anchored,
        line=verdict.line or theirs.line,
        file=verdict.file or theirs.file,
        why=verdict.why or theirs.why,
    )


def view_of(verdict: Verdict, first: Path, *, asked: bool) -> JudgementView:
    """Return what is shown of a verdict."""
    from orchestrator.reporting.judgement import JudgementView

    return JudgementView(
        word=str(verdict.word),
        file=verdict.file or str(first),
        entries=verdict.entries,
        head=verdict.head,
        last=verdict.last,
        line=verdict.line,
        faults=[(one.code, one.values) for one in verdict.faults],
        notes=[(one.code, one.values) for one in verdict.notes],
        lacks=[(one.code, one.values) for one in verdict.lacks],
        through=verdict.through,
        acted=verdict.acted,
        signers=verdict.signers,
        asked=asked,
    )


def _programme(shell: Shell) -> Programme | None:
    """Return the programme, or None where it cannot be read: the log is judged all the same."""
    from orchestrator.adapters.intake.programme import load_programme

    with suppress(MigrateError):
        return load_programme(shell.folder)
    return None


def _anchors(path: Path, slug: str) -> list[Kept]:
    """Return the checkpoints that were kept elsewhere, of this programme if it is known.

    Where one of them says that a new log was begun, those before it are of the old one.

    Raises:
        Refused: `evidence.no-anchor`, `evidence.checkpoint-form`.
    """
    found = [kept for kept in load(path) if not slug or kept.checkpoint.programme == slug]
    renewed = [position for position, kept in enumerate(found) if kept.checkpoint.reason == RENEWED]
    if not found:
        raise Refused("evidence.no-anchor", path=str(path))
    return found[max(renewed, default=0) :]


class _Seen:
    """What the log says of runs, to be held against the engine's own record; or what several logs say together.

    `heads` has what workers told of their logs: worker → the hash of an entry of its own.
    """

    def __init__(self, heads: Mapping[str, str]) -> None:
        self._heads = heads
        self._wanted = set(heads.values())
        self._started: set[str] = set()
        self._ended: Counter[tuple[object, object]] = Counter()
        self._renewed = False

    def __call__(self, entry: Entry) -> None:
        self._wanted.discard(entry.hash)
        match entry.kind:
            case "run.started":
                for name in ("new", "resumed"):
                    found = entry.data.get(name)
                    self._started.update(map(str, found if isinstance(found, list) else ()))
            case "system.done":
                self._ended[str(entry.data.get("system")), entry.data.get("batch")] += 1
            case "evidence.renewed":
                self._renewed = True

    def compared(self, verdict: Verdict, runs: Sequence[SystemRun], *, together: bool) -> Verdict:
        """Add what the record of runs has and the log has not; a log begun anew says nothing of the runs before.

        What workers did stands in several logs: of one that is judged alone it is not asked, and that is noted.
        """
        shared = sum(run.shared for run in runs)
        if shared and not together:
            runs = [run for run in runs if not run.shared]
            note = Finding(code="evidence.shared", values={"count": shared})
            verdict = replace(verdict, notes=(*verdict.notes, note))
        if self._renewed:
            return verdict
        faults = [_missing("evidence.run-missing", run) for run in runs if run.workflow not in self._started]
        for run in runs:
            place = (run.system, run.batch)
            if run.status is RunStatus.DONE:
                self._ended[place] -= 1
                if self._ended[place] < 0:
                    faults.append(_missing("evidence.end-missing", run))
        for worker, head in sorted(self._heads.items()):
            if head in self._wanted:
                faults.append(Finding(code="evidence.worker-missing", values={"worker": worker, "head": head}))
        return replace(verdict, faults=(*verdict.faults, *faults))


def _missing(code: str, run: SystemRun) -> Finding:
    return Finding(code=code, values={"workflow": run.workflow})


def _heads(shell: Shell) -> Mapping[str, str]:
    """Return worker process → the last hash of its log that the database knows.

    Raises:
        MigrateError: nobody can tell: then nobody can say either that the logs are all there.
    """
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import database_of, state_of
    from orchestrator.cli.working import workers_of

    database = database_of(load_declaration(shell), state_of(shell))
    return {worker.executor: worker.head for worker in workers_of(database) if worker.head}


def _judged(signers: Path, document: bytes, signature: str, at: datetime) -> str:
    from orchestrator.adapters import signatures

    return signatures.verify(document, signature, namespace=signatures.CHECKPOINT, allowed_signers=signers, at=at)


def _runs(shell: Shell) -> tuple[SystemRun, ...] | MigrateError:
    """Return what the engine's record has, or why nobody can tell."""
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import database_of, state_of
    from orchestrator.execution.history import recorded

    try:
        programme = load_declaration(shell)
        database = database_of(programme, state_of(shell))
        return tuple(run for batch in programme.batches for run in recorded(database, batch.number, steps=False))
    except MigrateError as error:
        return error
