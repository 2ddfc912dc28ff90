"""What a tool says before anything is touched, how far its copy is, and whether a frozen section may begin now."""

from __future__ import annotations

import json

from orchestrator.adapters.movers.external.asking import LONG, QUICK, SECONDS, answer, asked, opened
from orchestrator.adapters.tools.answers import OPTIONAL, REQUIRED
from orchestrator.errors import MigrateError
from orchestrator.model.move import ExternalMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Sessions, TableProgress

BACK = "back"  # of what a tool may leave out: the source follows the target once that is open


def observe(move: ExternalMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the tool says of itself, and what it found on both sides."""
    said: dict[str, object] = {"tool": move.tool.name}
    found: dict[str, object] = {}
    try:
        session = opened(move, sessions)
        told = answer(session, asked(move, "describe"), QUICK)
        verbs = set(told["verbs"])
        able = [verb for verb in OPTIONAL if verb in verbs]
        said |= {
            "able": [*able, *([BACK] if told["back"] else [])],
            "missing": sorted(REQUIRED.keys() - verbs),
        }
        found["findings"] = answer(session, asked(move, "preflight"), SECONDS)["findings"]
    except MigrateError as error:
        said |= {"fault": error.code, "said": str(error.values.get("said", "-"))}
    return said, found


def progress(move: ExternalMove, sessions: Sessions, *, back: bool) -> Progress:
    """Tell how far the copy is."""
    told = answer(opened(move, sessions), asked(move, "status", back=back), QUICK)
    table = TableProgress(
        database=move.tool.name,
        table="",
        state=told["state"],
        bytes_done=told["bytes_done"],
        bytes_all=told["bytes_all"],
    )
    return Progress(
        tables=(table,),
        streaming=told["state"] == "following",
        lag_bytes=told["lag_bytes"],
        lag_seconds=told["lag_seconds"],
        oldest_transaction=0.0,
        prepared=0,
    )


def gate(move: ExternalMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Check that the tool is the one that was approved, and that the side which opens follows closely."""
    session = opened(move, sessions)
    now = session.ask(json.dumps({"verb": "bytes"}), QUICK)
    same = CheckResult.of("move.gate.external-tool", now == move.tool.digest, move.tool.name, found=now[:12])
    found, limit = progress(move, sessions, back=back), move.limits.lag_bytes
    if not found.streaming:
        return same, CheckResult(code="move.gate.following", status=CheckStatus.FAIL)
    if found.lag_bytes is None:  # nobody can tell how long it would be waited for
        return same, CheckResult(code="move.gate.following", status=CheckStatus.UNKNOWN)
    return same, CheckResult.of("move.gate.lag", found.lag_bytes <= limit, bytes=found.lag_bytes, limit=limit)


def verify(move: ExternalMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Have the tool compare both sides."""
    return compared(answer(opened(move, sessions), asked(move, "verify", back=back), LONG)["checks"])


def compared(checks: list[dict[str, str]]) -> tuple[CheckResult, ...]:
    """Return a tool's comparisons as results."""
    return tuple(
        CheckResult(
            code="move.verify.external",
            status=CheckStatus(each["status"]),
            subject=each["subject"],
            values={"name": each["name"], "said": each["text"] or "-"},
        )
        for each in checks
    )


def require_able(move: ExternalMove, verb: str) -> None:
    """Check that the tool said that it can do what it may leave out.

    Raises:
        MigrateError: `external.not-able`.
    """
    if verb not in move.able:
        raise MigrateError("external.not-able", tool=move.tool.name, verb=verb)
