"""A client of ours that writes through the route, or reads a site, while the sides change: it met what people met."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestrator.adapters.pages import Site
from orchestrator.adapters.secret import secret
from orchestrator.adapters.writer import ProbeClient, ReaderClient
from orchestrator.errors import MigrateError
from orchestrator.model.move import AnyMove, DatabaseMove, MariaMove, StaticMove, parts, routes_of
from orchestrator.model.moving import AnyRules, ProbeRules, ReaderRules
from orchestrator.model.written import Probed, Written
from orchestrator.ports.move import Mover

# Seconds of writing before and after: the gap must have two ends.
_BEFORE, _AFTER = 1.5, 1.5


class Probe:
    """One running client; nothing is known of it until it has ended."""

    def __init__(self, client: ProbeClient | ReaderClient, move: AnyMove) -> None:
        self._move = move
        self._client = client
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
    client = _client(folder, rules, move)
    if client is None:
        yield None
        return
    running = Probe(client, move)
    try:
        yield running
    finally:
        running.kill()


def _client(folder: Path, rules: AnyRules | None, move: AnyMove) -> ProbeClient | ReaderClient | None:
    """Return a running client; what was begun as another kind than is declared by now has none."""
    for part in parts(move):
        match rules.probe if rules else None, part:
            case ReaderRules() as told, StaticMove():
                return _reader(told, part)
            case ProbeRules() as told, DatabaseMove() | MariaMove():
                return _writer(told, part, secret(folder / told.secret, "probe.secret"))
    return None


def _writer(rules: ProbeRules, move: DatabaseMove | MariaMove, password: str) -> ProbeClient:
    route = move.pooler if isinstance(move, DatabaseMove) else move.proxy
    # Each run has numbers of its own, so that a row of an earlier one is never taken for its own.
    return ProbeClient(
        f"host={route.reach.address} port={route.port}",
        password,
        database=move.databases[0],
        role=rules.role,
        first=time.time_ns() // 1_000_000_000 * 100 * Written.BLOCK,
        rate=rules.rate,
        kind=move.kind,
    )


def _reader(rules: ReaderRules, move: StaticMove) -> ReaderClient:
    site = Site(address=rules.address, port=rules.port, host=move.pages.host, tls=move.pages.tls)
    route = next((each for each in routes_of(move).names if each.name == rules.name), None)
    return ReaderClient(site, rules.path, rate=rules.rate, route=route)
