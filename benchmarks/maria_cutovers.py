"""The gap that clients see when a MariaDB system changes sides, beside dump-and-restore."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import cast

from benchmarks.cutovers import switched
from benchmarks.measure import Part, Row, Unready
from orchestrator.adapters.movers.mariadb.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import Kind
from orchestrator.model.written import Written
from tests.worlds.drive import Drive
from tests.worlds.mariadb import SECRET, MariaWorld, maria_world
from tests.worlds.net import run
from tests.worlds.postgresql import World

NAME = "maria-cutovers"
NEEDS = "root, MariaDB 10.11, HAProxy, socat and sshd on this machine"
_RATE = 200


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Move to and fro under a steady writer; then once by dump and restore, on the same data."""
    if os.geteuid():
        raise Unready("needs root, for network namespaces")
    moves, rows = (2, 20_000) if quick else (24, 400_000)
    gaps, frozen, calm, told = _ours(moves, rows, say)
    gap, plain = _dumped(rows)
    say(f"  dump and restore: gap {gap:.0f} ms; {plain}")
    return Part(
        name=NAME,
        title="Cutover of a MariaDB system",
        method=(
            "Source, target, proxy, controller and client are network namespaces of one machine, reached by sshd; a "
            f"table of {rows:,} rows, and a writer at {_RATE} tx/s over 4 connections through HAProxy writing every "
            f"row exactly once. {moves} moves, every second one a rollback, each with replication against it set up "
            "before and all proofs inside. A session that is open when the sides change ends with one error, and its "
            "client comes again. The gap is the longest time without an acknowledged row around the move; 'no move' "
            "is the same between two moves. Rows counted afterwards: "
            f"migrate: {told}; dump and restore: {plain}."
        ),
        rows=(
            Row(what="ours, to and fro, the way back in place", who="migrate", figure="gap ms", runs=tuple(gaps)),
            Row(what="ours, to and fro, the way back in place", who="migrate", figure="frozen ms", runs=tuple(frozen)),
            Row(what="no move at all", who="the same writer", figure="gap ms", runs=tuple(calm)),
            Row(what="dump and restore", who="mariadb-dump", figure="gap ms", runs=(gap,)),
        ),
    )


def _ours(moves: int, rows: int, say: Callable[[str], None]) -> tuple[list[float], list[float], list[float], str]:
    with maria_world(rows=rows) as site:
        site.mover.ensure_prepared(site.move)
        site.mover.ensure_seeding(site.move)
        site.await_following(seconds=600)
        client = _client(site)
        spans, frozen, quiet = switched(Drive(cast(World, site)), moves, say)
        time.sleep(1)
        written = client.end()
        site.await_following(back=bool(moves % 2))
        site.await_equal()
        told = _told(site, written, (site.move.source, site.move.target))
    gaps, calm = ([written.longest_gap(*span) * 1e3 for span in each] for each in (spans, quiet))
    return gaps, frozen, calm, told


def _dumped(rows: int) -> tuple[float, str]:
    with maria_world(rows=rows) as site:
        site.mover.ensure_prepared(site.move)
        client = _client(site)
        _await_rows(site)
        time.sleep(2)
        began = time.monotonic()
        site.sql("src", "set global read_only = 1")
        dump = site.folder / "prx" / "dump"
        local = ("--no-defaults", "--user=root", "--default-character-set=utf8mb4")
        told = ("--single-transaction", "--routines", "--triggers", "--events", "--hex-blob", "--databases", "app")
        which = (f"--socket={site.folder / 'src' / 'sock'}", f"--result-file={dump}", "migrate_move")
        run("mariadb-dump", *local, *told, *which)
        run("mariadb", *local, f"--socket={site.folder / 'tgt' / 'sock'}", "-e", f"source {dump}")
        site.sql("tgt", "set global read_only = 0; alter user app@'%' account unlock; grant all on *.* to app@'%'")
        for command in ("set server sides/tgt state ready", "set server sides/src state maint"):
            run("socat", "-", f"UNIX-CONNECT:{site.move.proxy.socket}", text=f"{command}\n")
        site.sql("src", "alter user app@'%' account lock")
        for session in site.sql("src", "select id from information_schema.processlist where user = 'app'").split():
            site.sql("src", f"kill {session}")
        time.sleep(2)
        ended = time.monotonic()
        written = client.end()
        return written.longest_gap(began, ended) * 1e3, _told(site, written, (site.move.target,))


def _await_rows(site: MariaWorld) -> None:
    """Wait until the client writes: a stretch that it was not there for is none of its gaps."""
    limit = time.monotonic() + 60
    while site.sql("src", "select count(*) from migrate_move.probe") == "0":
        if time.monotonic() > limit:
            raise RuntimeError("the client does not write")
        time.sleep(0.1)


def _client(site: MariaWorld) -> ProbeClient:
    where = site.net.inside("cli")
    return ProbeClient(site.dsn, SECRET, first=1_000_000_000, rate=_RATE, kind=Kind.MARIADB, prefix=where)


def _told(site: MariaWorld, written: Written, sides: tuple[DatabaseServer, ...]) -> str:
    counted = [count(written, side, site.sessions) for side in sides]
    lost, twice = max(each.lost for each in counted), max(each.duplicated for each in counted)
    return f"{written.rows:,} acknowledged, {len(written.errors)} errors, {lost} lost, {twice} duplicated"
