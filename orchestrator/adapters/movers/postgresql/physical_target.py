"""The target as a standby: made from an empty cluster, looked at, and made anew where it has gone its own way."""

from __future__ import annotations

import json
import time
from base64 import b64decode

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql import physical_shell as shell
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.background import AT_LEAST
from orchestrator.adapters.movers.postgresql.observe import holding
from orchestrator.adapters.movers.postgresql.reverse import drop_link
from orchestrator.adapters.movers.postgresql.sql import ident, literal, names
from orchestrator.adapters.movers.postgresql.status import LOOK, looks, ours
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Session, Sessions, TableProgress

_LONG = 600.0
_PENDING = 10.0  # seconds that a promotion which was asked for may take to be seen
_SHARE = 2  # of the source's free disk, what our slot may keep at most
_MEBI = 1024 * 1024


def slot(move: DatabaseMove) -> str:
    """Return the name of the slot on the source, and of the connection that uses it."""
    return move.link(0, move.databases[0])


def ensure_ready(move: DatabaseMove, sessions: Sessions) -> None:
    """Write down how the target's server is run, once it is known that nothing of anybody's stands on it.

    Raises:
        MigrateError: `physical.occupied`.
    """
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    if _standby(target):
        raise MigrateError("physical.occupied", server=move.target.name, databases="*")
    if held := holding(move.target, sessions, move.databases):
        raise MigrateError("physical.occupied", server=move.target.name, databases=", ".join(held[:5]))
    own = tuple(target.ask(f"SHOW {name};", SECONDS) for name in ("config_file", "hba_file", "ident_file"))
    program = target.ask("SELECT setting FROM pg_config WHERE name = 'BINDIR';", SECONDS)
    _root(move, sessions).ask(shell.ready(move, own, program), SECONDS)


def ensure_bounded(move: DatabaseMove, free: int, sessions: Sessions) -> None:
    """Limit what a slot may keep on the source, unless somebody has; our role notes it, for it is given back."""
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    if source.ask("SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size';", SECONDS) != "-1":
        return
    told = f"{max(64, free // _SHARE // _MEBI)}MB"
    source.ask(f"COMMENT ON ROLE {ident(move.follower)} IS {literal(told)};", SECONDS)
    source.ask(f"ALTER SYSTEM SET max_slot_wal_keep_size = {literal(told)};", SECONDS)
    source.ask("SELECT pg_reload_conf();", SECONDS)


def unbounded(move: DatabaseMove) -> str:
    """Return what takes the limit back, where it is still the one that we set."""
    return (
        "SELECT 'ALTER SYSTEM RESET max_slot_wal_keep_size' FROM pg_file_settings f JOIN pg_roles r"
        f" ON r.rolname = {literal(move.follower)} AND shobj_description(r.oid, 'pg_authid') = f.setting"
        " WHERE f.name = 'max_slot_wal_keep_size' AND f.sourcefile ~ 'postgresql[.]auto[.]conf$' \\gexec\n"
        "SELECT pg_reload_conf();"
    )


def ensure_copying(move: DatabaseMove, sessions: Sessions, *, anew: bool = False) -> None:
    """Begin the copy, or go on with one that was interrupted; it goes on by itself.

    Args:
        move: what moves.
        sessions: to both sides.
        anew: the target has gone its own way: it is copied again, and what it has stays until the new copy is whole.

    Raises:
        MigrateError: `physical.occupied`.
    """
    terminal = _root(move, sessions)
    word = terminal.ask(shell.state(move), SECONDS).split(" ")[0]
    if word == "running" or (word == "done" and not anew):
        return
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    if anew:
        drop_slot(move, source)
    name = literal(slot(move))
    source.ask(
        f"SELECT 'SELECT pg_create_physical_replication_slot(''{slot(move)}'', true)'"
        f" WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = {name}) \\gexec\n;",
        SECONDS,
    )
    asked = f"SELECT jsonb_object_agg(name, setting::int) FROM pg_settings WHERE name IN ({names(AT_LEAST)});"
    least = json.loads(source.ask(asked, SECONDS))
    terminal.ask(shell.begin(move, slot(move), least, anew=anew), SECONDS)


def drop_slot(move: DatabaseMove, source: Session) -> None:
    """Take our slot on the source away, whoever uses it."""
    drop_link(source, source, slot(move))


def progress(move: DatabaseMove, sessions: Sessions) -> Progress:
    """Tell how far the copy is, and how far behind.

    Raises:
        MigrateError: `physical.seed` with what was said; `physical.seed-ended`: it is gone without a word.
    """
    word, _, told = _root(move, sessions).ask(shell.state(move), SECONDS).partition(" ")
    if word == "failed":
        raise MigrateError("physical.seed", system=move.system, said=plain(b64decode(told).decode(errors="replace")))
    if word == "none":
        raise MigrateError("physical.seed-ended", system=move.system)
    seen = [
        json.loads(sessions.open(admin(move.source, name), seconds=SECONDS).ask(LOOK.format(ours=ours(move)), SECONDS))
        for name in move.databases
    ]
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    whole = int(source.ask("SELECT sum(pg_database_size(datname)) FROM pg_database;", SECONDS))
    lag = seen[0]["lag"]
    following = word == "done" and lag is not None
    done = whole if word == "done" else min(1024 * int(told or 0), whole)
    table = TableProgress(
        database="*", table="*", state="following" if following else "copying", bytes_done=done, bytes_all=whole
    )
    return Progress(
        tables=(table,),
        streaming=following,
        lag_bytes=int(lag) if following else None,
        oldest_transaction=max(float(look["oldest"]) for look in seen),
        prepared=sum(int(look["prepared"]) for look in seen),
        retained_bytes=int(seen[0]["retained"]),
        lag_seconds=float(seen[0]["seconds"]) if following else None,
    )


def gate(move: DatabaseMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Check that the target follows closely and that nothing runs which would be waited for."""
    found = progress(move, sessions)
    lag, oldest = looks(move, sessions, back=False)
    seconds, limit = move.limits.transaction.total_seconds(), move.limits.lag_bytes
    following = lag is not None and found.copied
    return (
        CheckResult.of("move.gate.copied", found.copied, count=int(not found.copied), tables="*"),
        CheckResult.of("move.gate.prepared", found.prepared == 0, count=found.prepared),
        CheckResult.of("move.gate.transaction", oldest <= seconds, seconds=f"{oldest:.1f}", limit=f"{seconds:.0f}"),
        CheckResult.of("move.gate.lag", (lag or 0) <= limit, bytes=lag, limit=limit)
        if following
        else CheckResult(code="move.gate.following", status=CheckStatus.FAIL),
    )


def ensure_following(move: DatabaseMove, sessions: Sessions) -> None:
    """Copy the target anew where it has been promoted, or where the source no longer has what it needs."""
    _root(move, sessions).ask(shell.mend(move), _LONG)
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    until = running_seconds() + _PENDING
    # A promotion that was asked for may be under way: its word is gone, and only who still receives has none to come.
    while _standby(target) and target.ask(_RECEIVING, SECONDS) != "t" and running_seconds() < until:
        time.sleep(0.1)
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    kept = source.ask(
        f"SELECT count(*) FROM pg_replication_slots WHERE slot_name = {literal(slot(move))}"
        " AND wal_status IS DISTINCT FROM 'lost';",
        SECONDS,
    )
    if not _standby(target) or kept == "0":
        ensure_copying(move, sessions, anew=True)


def checkpoint(move: DatabaseMove, sessions: Sessions) -> None:
    """Let both sides write down what they have, so that a promotion has little left to do."""
    for server in (move.source, move.target):
        session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
        session.ask("SET statement_timeout = 0;", SECONDS)
        session.ask("CHECKPOINT;", _LONG)


def ensure_own(move: DatabaseMove, sessions: Sessions) -> None:
    """After the opening: nothing on the source waits for the target, and the target has no source."""
    drop_slot(move, sessions.open(admin(move.source, "postgres"), seconds=SECONDS))
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    for name in ("primary_conninfo", "primary_slot_name"):
        target.ask(f"ALTER SYSTEM RESET {name};", SECONDS)
    target.ask("SELECT pg_reload_conf();", SECONDS)


def standby(move: DatabaseMove, sessions: Sessions) -> bool:
    """Tell whether the target is still one."""
    return _standby(sessions.open(admin(move.target, "postgres"), seconds=SECONDS))


def cluster(move: DatabaseMove, sessions: Sessions) -> str:
    """Return what tells the target's cluster from others; a standby has its source's."""
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    return target.ask("SELECT system_identifier FROM pg_control_system();", SECONDS)


_RECEIVING = (
    "SELECT pg_stat_file('promote', true) IS NULL AND EXISTS (SELECT FROM pg_stat_wal_receiver"
    " WHERE status = 'streaming');"
)


def _standby(session: Session) -> bool:
    return session.ask("SELECT pg_is_in_recovery();", SECONDS) == "t"


def _root(move: DatabaseMove, sessions: Sessions) -> Session:
    return sessions.open(shell.root(move), seconds=SECONDS)
