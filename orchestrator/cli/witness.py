"""The evidence as commands use it: opened, anchored, and held against what is known before anything is acted on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.evidence import EvidenceLog, NotarisedLog
from orchestrator.adapters.evidence.chain import CLOCK_STEP, RENEWED
from orchestrator.adapters.evidence.checkpoint import Facts, Kept, Notary, Signer
from orchestrator.adapters.evidence.outlets import to_file, to_syslog
from orchestrator.adapters.state import StateFolder
from orchestrator.cli.actor import actor
from orchestrator.cli.output import Shell
from orchestrator.cli.wiring import CLOCK, state_of
from orchestrator.cli.words import say
from orchestrator.errors import Contradicted, MigrateError, Refused
from orchestrator.model.programme import EvidenceRules, Programme

if TYPE_CHECKING:
    from orchestrator.adapters.evidence import Verdict

KEY = "MIGRATE_SIGNING_KEY"


def evidence_of(shell: Shell, programme: Programme | None, state: StateFolder) -> NotarisedLog:
    """Open the programme's evidence; None for a programme that cannot be read, whose refusal is recorded too.

    Raises:
        Contradicted: `evidence.contradicted`, `evidence.broken`: it was cut, or does not continue.
    """
    log, notary = _notary(shell, programme, state)
    notarised = NotarisedLog(log, notary, warn=shell.tell_error)
    notarised.require_continued()
    return notarised


def _notary(shell: Shell, programme: Programme | None, state: StateFolder) -> tuple[EvidenceLog, Notary]:
    rules = programme.evidence if programme else EvidenceRules()
    signer = signer_of(rules, state)
    outlets = [to_file(Path(rules.copy).expanduser())] if rules.copy else []
    outlets += [to_syslog(rules.syslog)] if rules.syslog else []
    log = EvidenceLog(state.evidence, actor=actor(), clock=CLOCK, algorithm=rules.algorithm)
    facts = _facts(shell, programme, state)
    return log, Notary(log, state.evidence, clock=CLOCK, facts=facts, signer=signer, outlets=outlets)


def countersign(
    shell: Shell, programme: Programme, state: StateFolder, *, key: Path | None, signature: Path | None
) -> Kept:
    """Add a signature to the newest checkpoint: one that a key makes now, or one that was made elsewhere.

    Raises:
        Refused: `evidence.no-checkpoint`; `signature.…`.
    """
    from orchestrator.adapters import signatures

    def sign(document: bytes) -> signatures.Signature:
        if key is not None:
            return signatures.sign(document, namespace=signatures.CHECKPOINT, key=key)
        assert signature is not None  # noqa: S101 - for the type checker: the caller gives one of both
        found = signatures.described(signature.read_text("ascii", "replace"))
        signatures.require_whole(document, found.text, namespace=signatures.CHECKPOINT)
        return found

    state.require_ours()
    _, notary = _notary(shell, programme, state)
    return notary.countersign(sign)


def write_document(shell: Shell, programme: Programme, state: StateFolder, path: Path) -> None:
    """Write the newest checkpoint as the bytes that are signed.

    Raises:
        Refused: `evidence.no-checkpoint`.
    """
    from orchestrator.adapters.files import write_whole

    state.require_ours()
    newest = _notary(shell, programme, state)[1].newest()
    if newest is None:
        raise Refused("evidence.no-checkpoint")
    write_whole(path, newest.checkpoint.document())


def renew(shell: Shell, programme: Programme, reason: str) -> Path:
    """Set a contradicted log aside, whole, and begin a new one whose first entry says why; return where the old one is.

    Raises:
        Refused: `evidence.not-contradicted`.
        Locked: somebody is at work.
    """
    from orchestrator.adapters.evidence.segment import folder_of
    from orchestrator.adapters.files import ensure_folder
    from orchestrator.adapters.lock import RunLock
    from orchestrator.cli.judging import judge

    state = state_of(shell)
    state.ensure()
    with RunLock(state.lock, clock=CLOCK, command="migrate evidence renew"):
        try:
            verdict = judge(shell, state.evidence)
            told = {"entries": verdict.entries, "head": verdict.head, "faults": [one.code for one in verdict.faults]}
        except MigrateError as error:
            told = {"entries": 0, "head": "", "faults": [error.code]}
        if not told["faults"]:
            raise Refused("evidence.not-contradicted")
        aside = state.path / f"evidence-until-{CLOCK.now():%Y%m%dT%H%M%SZ}"
        ensure_folder(aside)
        for path in (state.evidence, folder_of(state.evidence), state.evidence.with_suffix(".torn")):
            if path.exists():
                path.rename(aside / path.name)
        line = "".join(sign if sign.isprintable() else " " for sign in reason)
        evidence_of(shell, programme, state).record(RENEWED, reason=line, folder=aside.name, former=told)
    return aside


def signer_of(rules: EvidenceRules, state: StateFolder) -> Signer | None:
    """Return what signs checkpoints: the key that the environment names, else the programme; None without one.

    Raises:
        Refused: `signature.key-in-state`: whoever has the state could sign what was done to it.
    """
    from orchestrator.adapters import signatures

    named = os.environ.get(KEY) or rules.signing_key
    if not named:
        return None
    key = Path(named).expanduser()
    if key.resolve().is_relative_to(state.path.resolve()):
        raise Refused("signature.key-in-state", path=str(key))
    return partial(signatures.sign, namespace=signatures.CHECKPOINT, key=key)


def require_uncontradicted(shell: Shell, programme: Programme, state: StateFolder) -> None:
    """Check, before anything is acted on, that nothing contradicts the evidence and that the clock goes on from it.

    Raises:
        Contradicted: `evidence.contradicted`, `evidence.clock-behind`.
    """
    from orchestrator.cli.judging import judge

    rules = programme.evidence
    signers, copy = Path(rules.allowed_signers).expanduser(), Path(rules.copy).expanduser()
    try:
        verdict: Verdict = judge(
            shell,
            state.evidence,
            signers=signers if rules.allowed_signers else None,
            anchor=copy if rules.copy and copy.is_file() else None,
            quick=True,
        )
    except MigrateError as error:
        if error.code == "evidence.missing":  # nothing was ever run
            return
        raise
    if verdict.faults:
        fault = verdict.faults[0]
        raise Contradicted("evidence.contradicted", why=say(fault.code, **fault.values))
    now = CLOCK.now()
    if verdict.last and (now + CLOCK_STEP).isoformat(timespec="microseconds") < verdict.last:
        raise Contradicted("evidence.clock-behind", now=now.isoformat(timespec="seconds"), last=verdict.last)


def leave(shell: Shell, kind: str, /, **data: object) -> None:
    """Record what a command did that acts on no cloud, also where the programme itself cannot be read.

    Only where there is a state folder: a command that reads makes none, for it might then belong to whoever read
    first. What cannot be recorded is told, and the command goes on.
    """
    from orchestrator.adapters.intake.programme import load_programme

    state = state_of(shell)
    if not state.path.is_dir():
        return
    programme: Programme | None = None
    with suppress(MigrateError):  # it was told already
        programme = load_programme(shell.folder)
    try:
        state.require_ours()
        evidence = evidence_of(shell, programme, state)
        try:
            evidence.record(kind, **data)
        finally:
            evidence.close()
    except (MigrateError, OSError) as error:
        why = say(error.code, **error.values) if isinstance(error, MigrateError) else str(error)
        shell.tell("evidence.not-recorded", why=why)


def place_of(shell: Shell) -> tuple[int, str] | None:
    """Return number and hash of the last entry, to be printed on paper; None where nothing was ever recorded."""
    state = state_of(shell)
    if not state.evidence.is_file():
        return None
    try:
        log = EvidenceLog(state.evidence, actor=actor(), clock=CLOCK)
    except (MigrateError, OSError):
        return None
    standing = log.standing()
    log.close()
    return (standing.seq, standing.head) if standing.seq else None


def _facts(shell: Shell, programme: Programme | None, state: StateFolder) -> Callable[[], Facts]:
    from orchestrator.adapters.snapshots import snapshot_digests

    def facts() -> Facts:
        names = ("programme.yaml", *(programme.list_files if programme else ()))
        files = (shell.folder / name for name in names)
        listed = {file.name: sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}
        return Facts(
            programme=programme.slug if programme else "",
            state=state.digest(),
            list=sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest(),
            snapshots=snapshot_digests(shell.folder),
        )

    return facts
