"""A client of ours that writes through the route while the sides change: what it met is what people met."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestrator.adapters.writer import ProbeClient
from orchestrator.cli.secret import secret
from orchestrator.errors import MigrateError
from orchestrator.model.move import AnyMove, DatabaseMove, FilesMove, MariaMove
from orchestrator.model.moving import AnyRules, ProbeRules
from orchestrator.model.written import Probed, Written
from orchestrator.ports.move import Mover

# Seconds of writing before and after: the gap must have two ends.
_BEFORE, _AFTER = 1.5, 1.5


class Probe:
    """One running client; nothing is known of it until it has ended."""

    def __init__(self, rules: ProbeRules, move: DatabaseMove | MariaMove, password: str) -> None:
        route = move.pooler if isinstance(move, DatabaseMove) else move.proxy
        self._move = move
        # Each run has numbers of its own, so that a row of an earlier one is never taken for its own.
        self._client = ProbeClient(
            f"host={route.reach.address} port={route.port}",
            password,
            database=move.databases[0],
            role=rules.role,
            first=time.time_ns() // 1_000_000_000 * 100 * Written.BLOCK,
            rate=rules.rate,
            kind=move.kind,
        )
        time.sleep(_BEFORE)

    def end(self, mover: Mover[Any], *, back: bool) -> Probed:
        """End it and count its rows; `back` says that clients write to the source now.

        A probe that fails is told as such and never as a gap of nothing.
        """
        time.sleep(_AFTER)
        try:
            written = self._client.end()
            counted = mover.counted(self._move, written, back=back)
        except MigrateError as error:
            return Probed(fault=error.code)
        return Probed(
            gap_seconds=round(written.longest_gap(), 4),
            errors=len(written.errors),
            error=written.errors[0][1] if written.errors else "",
            rows=written.rows,
            lost=counted.lost,
            duplicated=counted.duplicated,
            fault="" if written.rows else "probe.silent",
        )

    def kill(self) -> None:
        """End it without asking; an ended one stays ended."""
        self._client.kill()


@contextmanager
def probe(folder: Path, rules: AnyRules | None, move: AnyMove) -> Iterator[Probe | None]:
    """Have a client write while this lasts; None where the programme declares none.

    Raises:
        Refused: `probe.secret`: its password cannot be read, or others can read it too.
    """
    if rules is None or rules.probe is None or isinstance(move, FilesMove):
        yield None
        return
    running = Probe(rules.probe, move, secret(folder / rules.probe.secret, "probe.secret"))
    try:
        yield running
    finally:
        running.kill()
