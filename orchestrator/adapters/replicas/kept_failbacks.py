"""The kinds of entries by which the evidence keeps that clients are led home after a failover."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from orchestrator.adapters.evidence import Entry

HOLDING = b"dr.fail"  # what all of them hold
BEGUN, ENDED, REFUSED = "dr.failback-begun", "dr.failed-back", "dr.failback-refused"


def unended(entries: Iterable[Entry], systems: Collection[str]) -> tuple[str, ...]:
    """Return, of these systems, those whose failback was begun or decided and is not at its end by the record.

    Such a one may have left its primary closed, or so that its next start makes a standby of it.

    Args:
        entries: the newest first.
        systems: of these.
    """
    last: dict[tuple[str, str], bool] = {}
    for entry in entries:
        told = entry.data.get("failback")
        if entry.kind in {BEGUN, ENDED, REFUSED} and isinstance(told, dict):
            place = str(told.get("system", "")), str(told.get("replica", ""))
            ended = told.get("promoted") and not told.get("failed") if entry.kind == ENDED else not told.get("closed")
            last.setdefault(place, bool(ended) and entry.kind != BEGUN)
    return tuple(sorted({place[0] for place, ended in last.items() if not ended} & set(systems)))
