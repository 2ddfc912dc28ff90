"""The target's side of a dump: databases that are ours and empty, the trial and what it has shown, what is written."""

from __future__ import annotations

import json
from base64 import b64decode

from orchestrator.adapters.movers.postgresql import dump_shell as shell
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.dropping import mark
from orchestrator.adapters.movers.postgresql.dump_frozen import copying_limit, readable, written
from orchestrator.adapters.movers.postgresql.frozen import left
from orchestrator.adapters.movers.postgresql.prepare import ensure_databases, grant_own
from orchestrator.adapters.movers.postgresql.sql import OWN_TABLES, SCHEMA, do, ident, literal, names, others
from orchestrator.adapters.movers.postgresql.status import LOOK
from orchestrator.adapters.routes import pgbouncer
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import Copying, DatabaseMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Sessions, TableProgress

_LONG = 600.0
_ROOM = 1.6  # of the source's bytes: the restored database and, beside it, its packed dump
_EMPTY = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'm', 'v', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');"
)


def ensure_empty(move: DatabaseMove, sessions: Sessions, fresh: Sessions) -> None:
    """Make the target's databases anew, with our own tables alone, and let the follower read the source's.

    Args:
        move: what moves.
        sessions: may be kept.
        fresh: end when they are closed: nobody may be left in a database that is made anew.

    Raises:
        MigrateError: `dump.occupied`: a database of that name holds what is not ours; `dump.in-use`: somebody works
            in one that is.
    """
    cluster = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    asked = f"SELECT coalesce(jsonb_agg(datname), '[]') FROM pg_database WHERE datname IN ({names(move.databases)});"
    there = json.loads(cluster.ask(asked, SECONDS))
    for name in there:
        _judge(move, fresh, name)
    end_copying(move, sessions)
    for name in there:
        cluster.ask("SET statement_timeout = 0;", SECONDS)
        cluster.ask(f"DROP DATABASE {ident(name)};", _LONG)
    ensure_databases(move, sessions)
    for name in move.databases:
        cluster.ask(mark(move, name), SECONDS)
        for server, opened, texts in (
            (move.target, fresh, (OWN_TABLES,)),
            (move.source, sessions, (OWN_TABLES, readable(move, name))),
        ):
            session = opened.open(admin(server, name), seconds=SECONDS)
            try:
                for text in texts:
                    session.ask(text, SECONDS)
                grant_own(move, session)
            finally:
                session.close()
    cluster.close()


def _judge(move: DatabaseMove, fresh: Sessions, database: str) -> None:
    """Look before anything is replaced: ours is what has our schema, or nothing at all."""
    session = fresh.open(admin(move.target, database), seconds=SECONDS)
    try:
        ours = session.ask(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}';", SECONDS) != "0"
        if not ours and session.ask(_EMPTY, SECONDS) != "0":
            raise MigrateError("dump.occupied", database=database, server=move.target.name)
        if session.ask(f"SELECT count(*) FROM {others([database])};", SECONDS) != "0":
            raise MigrateError("dump.in-use", database=database, server=move.target.name)
    finally:
        session.close()


def end_copying(move: DatabaseMove, sessions: Sessions) -> None:
    """End whatever an interrupted copy still does on the target, and every session in its databases."""
    session = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    try:
        session.ask(do(f"BEGIN PERFORM pg_terminate_backend(pid) FROM {left(move)}; END"), SECONDS)
    finally:
        session.close()


def ensure_trial(move: DatabaseMove, sessions: Sessions, fresh: Sessions) -> None:
    """Begin a trial of dump and restore unless one runs or has succeeded."""
    terminal = sessions.open(files(move.target), seconds=SECONDS)
    try:
        if terminal.ask(shell.state(move), SECONDS).split(" ")[0] in {"done", "running"}:
            return
        ensure_empty(move, sessions, fresh)
        terminal.ask(shell.begin(move), SECONDS)
    finally:
        terminal.close()


def progress(move: DatabaseMove, sessions: Sessions) -> Progress:
    """Tell how far the trial is.

    Raises:
        MigrateError: `dump.trial` with what was said; `dump.trial-ended`: it is gone without a word.
    """
    terminal = sessions.open(files(move.target), seconds=SECONDS)
    try:
        word, _, told = terminal.ask(shell.state(move), SECONDS).partition(" ")
    finally:
        terminal.close()
    if word == "failed":
        raise MigrateError("dump.trial", system=move.system, said=plain(b64decode(told).decode(errors="replace")))
    if word == "none":
        raise MigrateError("dump.trial-ended", system=move.system)
    look = _look(move, sessions)
    done, whole = _sizes(move, sessions, of_target=True), _sizes(move, sessions, of_target=False)
    return Progress(
        tables=tuple(
            TableProgress(
                database=name,
                table="*",
                state="restored" if word == "done" else "copying",
                bytes_done=whole[name] if word == "done" else min(done.get(name, 0), whole[name]),
                bytes_all=whole[name],
            )
            for name in move.databases
        ),
        streaming=False,
        lag_bytes=None,
        oldest_transaction=look[0],
        prepared=look[1],
        copying=_shown(move, sessions, told) if word == "done" else None,
    )


def _shown(move: DatabaseMove, sessions: Sessions, told: str) -> Copying:
    begun, dumped, restored, compared = (float(word) for word in told.split())
    console = sessions.open(pgbouncer.voices(move.pooler)[0], seconds=SECONDS)
    try:
        config = {
            row[0]: row[1] for line in console.ask("SHOW CONFIG;", SECONDS).splitlines() if (row := line.split("|"))
        }
    finally:
        console.close()
    return Copying(
        dump=round(dumped - begun, 2),
        restore=round(restored - dumped, 2),
        compare=round(compared - restored, 2),
        patience=float(config["query_wait_timeout"]),
        shared=config["pool_mode"] != "session",
    )


def _look(move: DatabaseMove, sessions: Sessions) -> tuple[float, int]:
    """Return the oldest transaction's seconds and the number of prepared ones, at the source."""
    oldest, prepared = 0.0, 0
    for name in move.databases:
        session = sessions.open(admin(move.source, name), seconds=SECONDS)
        try:
            look = json.loads(session.ask(LOOK.format(ours=literal("^$")), SECONDS))
        finally:
            session.close()
        oldest, prepared = max(oldest, float(look["oldest"])), prepared + int(look["prepared"])
    return oldest, prepared


def _sizes(move: DatabaseMove, sessions: Sessions, *, of_target: bool) -> dict[str, int]:
    session = sessions.open(admin(move.target if of_target else move.source, "postgres"), seconds=SECONDS)
    try:
        asked = (
            "SELECT coalesce(jsonb_object_agg(datname, pg_database_size(datname)), '{}') FROM pg_database"
            f" WHERE datname IN ({names(move.databases)});"
        )
        return {str(name): int(size) for name, size in json.loads(session.ask(asked, SECONDS)).items()}
    finally:
        session.close()


def gate(move: DatabaseMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Check that the trial has succeeded and fits the limit, that there is room, and that nothing is waited for."""
    found = progress(move, sessions)
    limit, seconds = copying_limit(move), move.limits.transaction.total_seconds()
    terminal = sessions.open(files(move.target), seconds=SECONDS)
    try:
        free = int(terminal.ask(shell.room(move), SECONDS))
    finally:
        terminal.close()
    needed = int(_ROOM * sum(_sizes(move, sessions, of_target=False).values()))
    copied = move.copying is not None and all(table.state == "restored" for table in found.tables)
    taken = move.copying.seconds if move.copying else 0.0
    return (
        CheckResult.of("move.gate.tried", copied),
        CheckResult.of(
            "move.gate.copy", taken <= limit.total_seconds(), seconds=f"{taken:g}", limit=f"{limit.total_seconds():g}"
        ),
        CheckResult.of("move.gate.room", free >= needed, needed=needed, free=free),
        CheckResult.of("move.gate.prepared", found.prepared == 0, count=found.prepared),
        CheckResult.of(
            "move.gate.transaction",
            found.oldest_transaction <= seconds,
            seconds=f"{found.oldest_transaction:.1f}",
            limit=f"{seconds:.0f}",
        ),
    )


def one_way() -> tuple[CheckResult, ...]:
    """Say that nothing follows back."""
    return (CheckResult(code="move.gate.one-way", status=CheckStatus.FAIL),)


def unreplicated(move: DatabaseMove, sessions: Sessions) -> dict[str, int]:
    """Return, by table, the rows that were written on the target since it opened."""
    found = {}
    for name in move.databases:
        session = sessions.open(admin(move.target, name), seconds=SECONDS)
        try:
            told = json.loads(session.ask(written(), 3600.0))
        finally:
            session.close()
        found.update({f"{name}: {table}": int(rows) for table, rows in told.items()})
    return found
