"""The frozen section of PostgreSQL databases behind pgbouncer, as a list; the same code goes there and back.

Everything that takes long was done before: reverse replication stands, sessions are open, both sides have written
their checkpoints. What is left is one list whose every line proves itself or is taken back.
"""

from __future__ import annotations

from datetime import timedelta

from orchestrator.adapters.movers.postgresql.sql import SCHEMA, do, ident, literal, logins, names, others, poll
from orchestrator.adapters.routes import pgbouncer
from orchestrator.adapters.sessions import FROZEN, conninfo
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Undo, Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove

# How psql and the server say that an application cannot get in, or is no longer there.
_NO_LOGIN = ("not permitted to log in",)
_ENDED = ("administrator command", "closed the connection", "connection to server was lost", "not permitted to log in")
SNAPSHOT = "SELECT txid_snapshot_xmin(s), txid_snapshot_xmax(s) FROM txid_current_snapshot() s;"


def voice(name: str, server: DatabaseServer, database: str, *, role: str = "") -> Voice:
    """Return a session on a server's local socket; with a role, one that counts as an application's."""
    return Voice(
        name=name,
        reach=server.reach,
        account=server.account,
        socket=server.socket,
        port=server.data_port,
        role=role or server.superuser,
        database=database,
        ours=not role,
    )


def frozen(move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends."""
    leaving, opening = move.ends(back=back)
    first = move.databases[0]
    console, files = pgbouncer.voices(move.pooler)
    voices = [
        *(voice(f"leaving/{name}", leaving, name) for name in move.databases),
        *(voice(f"opening/{name}", opening, name) for name in move.databases),
        voice("login", leaving, first),
        voice("application", leaving, first, role=move.prober),
        console,
        files,
    ]
    fence, prove_login = early(move, leaving)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=tuple(voices),
        lines=(fence, prove_login, *hold(move), *_last_row(move, attempt), *opened(move, attempt, opening)),
        claim=claim(move, attempt),
        seconds=move.limits.frozen.total_seconds(),
        undecided=move.limits.undecided.total_seconds(),
    )


def claim(move: DatabaseMove, attempt: int) -> Claim:
    """Return how the decision is asked for, after whatever an interrupted section left talking is ended."""
    body = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
PERFORM pg_terminate_backend(pid) FROM {left(move)};
{poll(f"NOT EXISTS (SELECT FROM {left(move)})", 2, "sessions of a frozen section are left")}
END"""
    first = move.databases[0]
    return Claim(
        voice=f"opening/{first}",
        text=(
            f"INSERT INTO {SCHEMA}.state (n, what) VALUES ({attempt}, 'back') ON CONFLICT DO NOTHING;"
            f" SELECT what FROM {SCHEMA}.state WHERE n = {attempt};"
        ),
        silence=tuple(Undo(name="silence", voice=f"{end}/{first}", text=do(body)) for end in ("leaving", "opening")),
    )


def left(move: DatabaseMove) -> str:
    """Return a relation: the sessions of frozen sections, and of what they have started."""
    return (
        f"pg_stat_activity WHERE datname IN ({names(move.databases)}) AND application_name = {literal(FROZEN)}"
        f" AND usename IN (current_user, {literal(move.follower)}) AND pid <> pg_backend_pid()"
    )


def _roles(move: DatabaseMove) -> tuple[str, ...]:
    return (*move.roles, move.prober)


def early(move: DatabaseMove, leaving: DatabaseServer) -> tuple[Line, Line]:
    """A moment before clients are held: new logins are refused, sessions that are there go on."""
    first, roles = move.databases[0], _roles(move)
    where = {
        "host": leaving.socket,
        "port": str(leaving.data_port),
        "user": move.prober,
        "dbname": first,
        "connect_timeout": "2",
    }
    told = " ".join(f"{name}={conninfo(value)}" for name, value in where.items())
    return (
        Line(
            name="fence",
            voice=f"leaving/{first}",
            text=logins(roles, allowed=False),
            deadline=move.limits.step,
            undo=Undo(name="unfence", voice=f"leaving/{first}", text=logins(roles, allowed=True)),
            counts=False,
        ),
        Line(
            name="prove-login",
            voice="login",
            text=f"\\connect {ident(told)}",
            deadline=move.limits.step,
            expected=Expect.REFUSED,
            wanted=_NO_LOGIN,
            counts=False,
        ),
    )


def hold(move: DatabaseMove) -> tuple[Line, ...]:
    """Clients wait, and every other session ends."""
    return (
        *(
            Line(
                name="hold",
                voice=pgbouncer.CONSOLE,
                text=pgbouncer.pause(name),
                deadline=move.limits.hold,
                undo=pgbouncer.resume(name),
                beside=bool(number),
            )
            for number, name in enumerate(move.databases)
        ),
        end_sessions(move),
    )


def end_sessions(move: DatabaseMove) -> Line:
    """Every session but ours ends, and it is waited for: the signal returns before the session is gone."""
    kill = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
PERFORM pg_terminate_backend(pid) FROM {others(move.databases)};
{poll(f"NOT EXISTS (SELECT FROM {others(move.databases)})", 1, "sessions of applications are left")}
END"""
    return Line(name="end-sessions", voice=f"leaving/{move.databases[0]}", text=do(kill), deadline=move.limits.step)


def _last_row(move: DatabaseMove, attempt: int) -> tuple[Line, ...]:
    """The marker crosses to the side that opens, and meanwhile the fence is proved."""
    first, step = move.databases[0], move.limits.step
    mark = (
        f"INSERT INTO {SCHEMA}.marker (n, sequences)"
        f" SELECT {attempt}, jsonb_object_agg(format('%I.%I', schemaname, sequencename), last_value)"
        " FROM pg_sequences WHERE last_value IS NOT NULL;"
    )
    seconds = move.limits.catch_up.total_seconds()
    arrived = f"EXISTS (SELECT FROM {SCHEMA}.marker WHERE n = {attempt})"
    wait = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
{poll(arrived, seconds, "the last row did not arrive")}
PERFORM setval(k::regclass, v::bigint)
  FROM {SCHEMA}.marker m, jsonb_each_text(m.sequences) e(k, v) WHERE m.n = {attempt};
END"""
    return (
        *(
            Line(name="mark", voice=f"leaving/{name}", text=mark, deadline=step, beside=bool(number))
            for number, name in enumerate(move.databases)
        ),
        Line(name="snapshot", voice=f"leaving/{first}", text=SNAPSHOT, deadline=step, beside=len(move.databases) == 1),
        *(
            Line(
                name="catch-up",
                voice=f"opening/{name}",
                text=do(wait),
                deadline=move.limits.catch_up + timedelta(seconds=0.5),
                beside=bool(number),
            )
            for number, name in enumerate(move.databases)
        ),
        prove_sessions(move),
        prove_ended(move),
        Line(
            name="prove-still",
            voice=f"leaving/{first}",
            text=SNAPSHOT,
            deadline=step,
            expected=Expect.SAME,
            wanted=("snapshot",),
        ),
    )


def prove_sessions(move: DatabaseMove) -> Line:
    """No session and no prepared transaction is left."""
    quiet = (
        f"SELECT (SELECT count(*) FROM {others(move.databases)})"
        f" + (SELECT count(*) FROM pg_prepared_xacts WHERE database IN ({names(move.databases)}));"
    )
    return Line(
        name="prove-sessions",
        voice=f"leaving/{move.databases[0]}",
        text=quiet,
        deadline=move.limits.step,
        expected=Expect.EQUALS,
        wanted=("0",),
        beside=True,
    )


def prove_ended(move: DatabaseMove) -> Line:
    """An application's session of before is dead; it can be asked once."""
    return Line(
        name="prove-ended",
        voice="application",
        text=f"INSERT INTO {SCHEMA}.probe (id) VALUES (-1);",
        deadline=move.limits.step,
        expected=Expect.REFUSED,
        wanted=_ENDED,
        beside=True,
    )


def opened(move: DatabaseMove, attempt: int, opening: DatabaseServer) -> tuple[Line, ...]:
    """One transaction decides and opens; then clients are shown the way."""
    step = move.limits.step
    # Where the reverse begins. Apply workers commit asynchronously: what was written (`pg_current_wal_lsn`) may still
    # lie before the commit of the last row that came from the other side, and that row would be sent back to it.
    body = (
        f"BEGIN INSERT INTO {SCHEMA}.state (n, what, lsn) VALUES ({attempt}, 'open', pg_current_wal_insert_lsn());"
        f" {logins(_roles(move), allowed=True)} END"
    )
    return (
        Line(name="open", voice=f"opening/{move.databases[0]}", text=do(body), deadline=step, decides=True),
        Line(name="route", voice=pgbouncer.SHELL, text=pgbouncer.route(move, opening), deadline=step),
        Line(name="reload", voice=pgbouncer.CONSOLE, text="RELOAD;", deadline=step),
        Line(
            name="prove-route",
            voice=pgbouncer.CONSOLE,
            text="SHOW DATABASES;",
            deadline=step,
            expected=Expect.HOLDS,
            wanted=tuple(pgbouncer.shown(name, opening) for name in move.databases),
            beside=True,
        ),
        *(
            Line(
                name="resume",
                voice=pgbouncer.CONSOLE,
                text=pgbouncer.resume(name).text,
                deadline=step,
                beside=bool(number),
            )
            for number, name in enumerate(move.databases)
        ),
    )
