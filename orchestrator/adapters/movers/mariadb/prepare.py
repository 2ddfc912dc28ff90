"""Makes the target ready and lets it follow: accounts, a first copy by the target's own client, replication."""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.mariadb.access import (
    Pass,
    ensure_accounts,
    ensure_follower,
    ensure_prober,
    probing,
)
from orchestrator.adapters.movers.mariadb.frozen import EVENTS_OFF, RELAXED
from orchestrator.adapters.movers.mariadb.sql import OWN_TABLES, SCHEMA, SECONDS, admin, block, files, literal
from orchestrator.adapters.movers.mariadb.status import follows
from orchestrator.adapters.routes import haproxy
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove
from orchestrator.ports.move import Session, Sessions

# A single applier was seen to make 140 transactions a second while 200 were written.
_PARALLEL = block(
    "IF @@GLOBAL.slave_parallel_threads < 4 THEN SET GLOBAL slave_parallel_threads = 4; END IF;"
    " IF @@GLOBAL.slave_parallel_mode <> 'optimistic' THEN SET GLOBAL slave_parallel_mode = 'optimistic'; END IF;"
)
KEPT = ("innodb_flush_log_at_trx_commit", "sync_binlog", "connect_timeout")


def ensure_prepared(move: MariaMove, sessions: Sessions) -> None:
    """Make our schema and accounts on both sides and the source's accounts on the target, which is fenced."""
    source = sessions.open(admin(move.source), seconds=SECONDS)
    events = source.ask("SELECT @@GLOBAL.event_scheduler;", SECONDS)
    for server, other in ((move.source, move.target), (move.target, move.source)):
        session = sessions.open(admin(server), seconds=SECONDS)
        session.ask(OWN_TABLES, SECONDS)
        keep = "".join(f", ('{name}', @@GLOBAL.{name})" for name in KEPT)
        session.ask(
            f"INSERT IGNORE INTO {SCHEMA}.setting (name, value) VALUES ('event_scheduler', {literal(events)}){keep};",
            SECONDS,
        )
        ensure_prober(session)
        ensure_follower(move, other, session, sessions.open(admin(other), seconds=SECONDS))
    if move.roles:  # the target's get it with their other rights
        source.ask(probing(move.roles), SECONDS)
    target = sessions.open(admin(move.target), seconds=SECONDS)
    target.ask("SET GLOBAL read_only = 1;", SECONDS)
    target.ask(EVENTS_OFF, SECONDS)
    ensure_accounts(move, sessions, grants=False)
    haproxy.ensure_aimed(move.proxy, move.target.address, move.target.data_port, sessions)


def ensure_seeding(move: MariaMove, sessions: Sessions) -> None:
    """Begin the first copy on the target, by a process of its own there; it ends with the target following."""
    target = sessions.open(admin(move.target), seconds=SECONDS)
    if follows(move, target) is not None:
        return
    shell = sessions.open(files(move.target), seconds=SECONDS)
    folder = seed_folder(move)
    if shell.ask(_running(folder), SECONDS) == "runs":
        return
    source = sessions.open(admin(move.source), seconds=SECONDS)
    granted = ensure_follower(move, move.target, source, target)
    # The dump itself names a connection without a name, beside the position; ours is there only after a whole copy.
    follow = f"RESET SLAVE ALL;\n{change_master(move, move.source, granted)}\nSTART SLAVE {literal(move.follower)};\n"
    for name, text in {
        "client": f'[client]\npassword="{granted.secret}"\n',
        "follow": follow,
        "run": _job(move, folder, encrypted=granted.encrypted),
    }.items():
        shell.ask(f"mkdir -p {folder} && printf %s {shlex.quote(text)} > {folder}/{name}", SECONDS)
    prepare_follower(target)
    # One that failed may not be gone yet, and would keep the lock from the next.
    shell.ask(f"flock -w 20 {folder}/lock true && rm -f {folder}/failed", SECONDS)
    shell.ask(f"setsid sh {folder}/run > {folder}/log 2>&1 < /dev/null &", SECONDS)


def require_seeding(move: MariaMove, sessions: Sessions) -> None:
    """Check that the first copy did not fail.

    Raises:
        MigrateError: `move.seed-failed`: what of it, and what was said last.
    """
    shell = sessions.open(files(move.target), seconds=SECONDS)
    folder = seed_folder(move)
    # A load that failed ends the dump that feeds it too: the first cause is the one that counts.
    cause = f"sort -r {folder}/failed | head -n 1; grep -m 1 ERROR {folder}/log || tail -n 1 {folder}/log"
    told = f"[ ! -e {folder}/failed ] || {{ {cause}; }}"
    step, _, said = shell.ask(told, SECONDS).partition("\n")
    if step:
        raise MigrateError("move.seed-failed", system=move.system, step=step, said=plain(said) or "-")


def end_seeding(move: MariaMove, shell: Session) -> None:
    """End a first copy that runs, and take its files away."""
    folder = seed_folder(move)
    if shell.ask(_running(folder), SECONDS) == "runs":
        shell.ask(f"kill -TERM -- -$(cat {folder}/pid)", SECONDS)
        shell.ask(f"flock -w 20 {folder}/lock true", SECONDS)
    shell.ask(f"rm -rf {folder}", SECONDS)


def _running(folder: str) -> str:
    # Its lock is held for as long as it runs, and by nobody once it is dead.
    return f"[ -e {folder}/lock ] && [ ! -e {folder}/failed ] && ! flock -n {folder}/lock true && echo runs || true"


def prepare_follower(session: Session) -> None:
    """Let a side that follows keep up."""
    session.ask(RELAXED, SECONDS)
    session.ask(_PARALLEL, SECONDS)


def change_master(move: MariaMove, server: DatabaseServer, granted: Pass) -> str:
    """Return the statement that names whom a side follows; it begins nothing."""
    # Nobody told us by whom its certificate is signed: who listens is kept out, who stands in between is not.
    hidden = "MASTER_SSL = 1, MASTER_SSL_VERIFY_SERVER_CERT = 0" if granted.encrypted else "MASTER_SSL = 0"
    return (
        f"CHANGE MASTER {literal(move.follower)} TO MASTER_HOST = {literal(server.address)},"
        f" MASTER_PORT = {server.data_port}, MASTER_USER = {literal(move.follower)},"
        f" MASTER_PASSWORD = {literal(granted.secret)}, MASTER_USE_GTID = slave_pos, {hidden},"
        " MASTER_HEARTBEAT_PERIOD = 1, MASTER_CONNECT_RETRY = 1;"
    )


def seed_folder(move: MariaMove) -> str:
    """Return the folder, of root's own home on the target, that a first copy needs while it runs; as shell text."""
    return f'"${{HOME:-/root}}"/.{move.follower}'


def _job(move: MariaMove, folder: str, *, encrypted: bool) -> str:
    server = move.target
    local = shlex.join(["--no-defaults", f"--socket={server.socket}", f"--user={server.superuser}"])
    told = shlex.join(
        [
            *(f"--host={move.source.address}", f"--port={move.source.data_port}", f"--user={move.follower}"),
            *(("--ssl", "--skip-ssl-verify-server-cert") if encrypted else ("--skip-ssl",)),
            *("--single-transaction", "--gtid", "--master-data=1", "--routines", "--triggers", "--events"),
            *("--hex-blob", "--default-character-set=utf8mb4", "--databases", *move.databases),
        ]
    )
    # The target was empty when it was looked at: what its own log has of its installation would stand in the way.
    begin = "RESET MASTER; SET SESSION sql_log_bin = 0;"
    return f"""cd {folder} || exit 1
exec 9> lock
flock -n 9 || exit 0
echo $$ > pid
dump=$(command -v mariadb-dump || command -v mysqldump)
client=$(command -v mariadb || command -v mysql)
rm -f failed steps
{{ printf '%s\\n' {shlex.quote(begin)}; "$dump" --defaults-file=client {told} || echo dump >> steps; }} \\
  | "$client" {local} --default-character-set=utf8mb4 || echo load >> steps
[ -e steps ] || "$client" {local} < follow || echo follow >> steps
rm -f client follow
[ ! -e steps ] || mv steps failed
"""
