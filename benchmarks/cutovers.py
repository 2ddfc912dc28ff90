"""The gap that clients see when a PostgreSQL system changes sides, beside dump-and-restore and stop-and-promote."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

from benchmarks.measure import Part, Row, Unready
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.model.frozen import Decision
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.written import Written
from tests.worlds.drive import Drive
from tests.worlds.net import run
from tests.worlds.postgresql import AS, SECRET, World, programs, world

NAME = "cutovers"
NEEDS = "root, PostgreSQL 15, pgbouncer and sshd on this machine"
_RATE = 200


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Move to and fro under a steady writer; then once by each of the plain ways, on the same data."""
    if os.geteuid():
        raise Unready("needs root, for network namespaces")
    moves, big = (2, 20_000) if quick else (24, 400_000)
    gaps, frozen, calm, told = _ours(moves, big, say)
    rows = [
        Row(what="ours, to and fro, the way back in place", who="migrate", figure="gap ms", runs=tuple(gaps)),
        Row(what="ours, to and fro, the way back in place", who="migrate", figure="frozen ms", runs=tuple(frozen)),
        Row(what="no move at all", who="the same writer", figure="gap ms", runs=tuple(calm)),
    ]
    counts = [f"migrate: {told}"]
    for name, way in (("stop and promote", _promote), ("dump and restore", _dump)):
        gap, told = _plain(way, big)
        say(f"  {name}: gap {gap:.0f} ms; {told}")
        rows.append(Row(what=name, who="pg_ctl, pg_dump", figure="gap ms", runs=(gap,)))
        counts.append(f"{name}: {told}")
    return Part(
        name=NAME,
        title="Cutover of a PostgreSQL system",
        method=(
            f"Source, target, pooler, controller and client are network namespaces of one machine, reached by sshd; a "
            f"table of {big:,} rows, and a writer at {_RATE} tx/s over 4 connections through pgbouncer that writes "
            f"every row exactly once. {moves} moves, every second one a rollback, each with replication against it "
            "set up before and all proofs inside. The gap is the longest time without an acknowledged row around the "
            f"move; 'no move' is the same between two moves. Rows counted afterwards: {'; '.join(counts)}."
        ),
        rows=tuple(rows),
    )


def _ours(moves: int, big: int, say: Callable[[str], None]) -> tuple[list[float], list[float], list[float], str]:
    with world(big=big) as site:
        site.mover.ensure_prepared(site.move)
        client = _client(site)
        site.mover.ensure_seeding(site.move)
        site.await_following(seconds=600)
        drive = Drive(site)
        spans, frozen, quiet = switched(drive, moves, say)
        time.sleep(1)
        written = client.end()
        site.await_following(back=drive.opened)
        site.await_equal()
        told = _told(site, written, (site.move.source, site.move.target))
    return (
        [written.longest_gap(*span) * 1e3 for span in spans],
        frozen,
        [written.longest_gap(*span) * 1e3 for span in quiet],
        told,
    )


def switched(
    drive: Drive, moves: int, say: Callable[[str], None]
) -> tuple[list[tuple[float, float]], list[float], list[tuple[float, float]]]:
    """Move to and fro; return when each move was, the milliseconds it was frozen, and when none was.

    Raises:
        RuntimeError: a move came back, or its gate does not open.
    """
    spans, frozen, quiet = [], [], []
    for number in range(moves):
        drive.prepare()
        _await_gate(drive)
        time.sleep(1)
        began = time.monotonic()
        quiet.append((began - 1, began))
        outcome = drive.switch().run(drive.site.move, drive.attempt, back=drive.opened)
        if outcome.decision is not Decision.OPEN or outcome.failed:
            raise RuntimeError(f"move {number + 1} came back: {outcome.failed} {outcome.code} {outcome.values}")
        drive.took(outcome)
        spans.append((began, time.monotonic()))
        frozen.append(outcome.seconds * 1e3)
        say(f"  move {number + 1}: frozen {frozen[-1]:.0f} ms  load {os.getloadavg()[0]:.1f}")
    return spans, frozen, quiet


def _client(site: World) -> ProbeClient:
    return ProbeClient(site.dsn, SECRET, first=1_000_000_000, rate=_RATE, prefix=site.net.inside("cli"))


def _await_gate(drive: Drive) -> None:
    limit = time.monotonic() + 60
    while any(check.status != "pass" for check in drive.site.mover.gate(drive.site.move, back=drive.opened)):
        if time.monotonic() > limit:
            raise RuntimeError("the gate does not open")


def _told(site: World, written: Written, sides: tuple[DatabaseServer, ...]) -> str:
    counted = [count(written, side, "app", site.sessions) for side in sides]
    lost, twice = max(each.lost for each in counted), max(each.duplicated for each in counted)
    return f"{written.rows:,} acknowledged, {len(written.errors)} errors, {lost} lost, {twice} duplicated"


def _plain(way: Callable[[World], None], big: int) -> tuple[float, str]:
    with world(big=big) as site:
        site.mover.ensure_prepared(site.move)
        if way is _promote:
            _standby(site)
        client = _client(site)
        time.sleep(2)
        began = time.monotonic()
        _console(site, "PAUSE")
        way(site)
        (site.folder / "prx" / "route.ini").write_text(f"app = host={site.net.address('tgt')} port=5432 dbname=app\n")
        _console(site, "RELOAD")
        _console(site, "RESUME")
        time.sleep(2)
        ended = time.monotonic()
        written = client.end()
        return written.longest_gap(began, ended) * 1e3, _told(site, written, (site.move.target,))


def _console(site: World, command: str) -> None:
    where = ("-h", str(site.folder / "prx"), "-p", "6432", "-U", "pgbouncer", "-d", "pgbouncer")
    run(*site.net.inside("prx"), *AS, "psql", "-XAtq", *where, "-c", command)


def _standby(site: World) -> None:
    hba = site.folder / "src" / "data" / "pg_hba.conf"
    hba.write_text(f"host replication postgres {site.net.address('tgt')}/32 trust\n{hba.read_text()}")
    site.sql("src", "select pg_reload_conf()", "postgres")
    site.server("tgt", "-m", "fast", "stop")
    data = site.folder / "tgt" / "data"
    shutil.rmtree(data)
    source = ("-h", site.net.address("src"), "-U", "postgres")
    run(*site.net.inside("tgt"), *AS, str(programs() / "pg_basebackup"), *source, "-D", str(data), "-R", "-c", "fast")
    config = data / "postgresql.conf"
    config.write_text(config.read_text().replace(str(site.folder / "src"), str(site.folder / "tgt")))
    site.server("tgt", "start")


def _promote(site: World) -> None:
    site.server("src", "-m", "fast", "stop")
    site.server("tgt", "promote")


def _dump(site: World) -> None:
    site.sql("tgt", "drop database app", "postgres")
    site.sql("tgt", "create database app", "postgres")
    dump = site.folder / "prx" / "dump"
    where = ("-U", "postgres", "-d", "app")
    source = (*site.net.inside("src"), *AS, "pg_dump", "-Fc", "-h", str(site.folder / "src"), *where, "-f", str(dump))
    run(*source)
    run(*site.net.inside("tgt"), *AS, "pg_restore", "-j2", "-h", str(site.folder / "tgt"), *where, str(dump))
    site.sql("tgt", "alter role app login", "postgres")
