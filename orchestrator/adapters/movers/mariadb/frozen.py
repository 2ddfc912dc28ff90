"""The frozen section of a MariaDB behind HAProxy, as a list; the same code goes there and back.

`read_only` and locked accounts fence the side that is left: one binds whoever has no right to write all the same, the
other whoever has. A client's open session ends with one error; a new one waits in the proxy.
"""

from __future__ import annotations

from datetime import timedelta

from orchestrator.adapters.movers.mariadb.sql import (
    APPLIED,
    PROBER,
    SCHEMA,
    admin,
    block,
    kill,
    locked,
    others,
    poll,
    sections,
)
from orchestrator.adapters.routes import haproxy
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Undo, Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove

_READ_ONLY = ("ERROR 1290 ",)
_ENDED = ("ERROR 1927 ", "ERROR 2006 ", "ERROR 2013 ")
_WRITE = f"INSERT INTO {SCHEMA}.probe (id) VALUES (-1);"
_POSITION = "SELECT @@GLOBAL.gtid_binlog_pos;"
# How much longer than its section our place at the side that is left is kept: as long as a way back is tried.
PLUG_SECONDS = 30
# A follower may lose its last second: it asks for it again. A side that is written to may not.
RELAXED = "SET GLOBAL innodb_flush_log_at_trx_commit = 2, GLOBAL sync_binlog = 0;"
STRICT = "SET GLOBAL innodb_flush_log_at_trx_commit = 1, GLOBAL sync_binlog = 1;"
EVENTS_OFF = block("IF @@GLOBAL.event_scheduler = 'ON' THEN SET GLOBAL event_scheduler = OFF; END IF;")
# What the source had when the move was prepared, known on both sides.
_EVENTS = f"""IF EXISTS (SELECT 1 FROM {SCHEMA}.setting WHERE name = 'event_scheduler' AND value = 'ON') THEN
  SET GLOBAL event_scheduler = ON;
END IF;"""


def frozen(move: MariaMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends."""
    leaving, opening = move.ends(back=back)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=(
            admin(leaving, "leaving", SCHEMA),
            admin(opening, "opening", SCHEMA),
            application(leaving),
            haproxy.voice(move.proxy),
        ),
        lines=(*_fence(move, leaving), *_last_row(move, attempt, leaving), *_open(move, attempt, leaving, opening)),
        claim=claim(attempt, leaving, opening),
        seconds=move.limits.frozen.total_seconds(),
        undecided=move.limits.undecided.total_seconds(),
    )


def claim(attempt: int, leaving: DatabaseServer, opening: DatabaseServer) -> Claim:
    """Return how the decision is asked for, after whatever an interrupted section left talking is ended."""
    return Claim(
        voice="opening",
        text=(
            f"INSERT IGNORE INTO {SCHEMA}.state (n, what) VALUES ({attempt}, 'back');"
            f" SELECT what FROM {SCHEMA}.state WHERE n = {attempt};"
        ),
        silence=tuple(
            Undo(name="silence", voice=name, text=_ended(sections(server), 2, "sessions of a frozen section are left"))
            for name, server in (("leaving", leaving), ("opening", opening))
        ),
    )


def application(server: DatabaseServer) -> Voice:
    """Return a session that may do no more than an application."""
    return Voice(
        name="application",
        reach=server.reach,
        account=PROBER,
        program="mariadb",
        socket=server.socket,
        role=PROBER,
        ours=False,
    )


def _ended(which: str, seconds: float, late: str) -> str:
    return block(poll(f"NOT EXISTS (SELECT 1 FROM {which})", seconds, late, kill(which)))


def writable(move: MariaMove, *, events: bool = True) -> str:
    """Return the statement that lets writers in, and wakes the events that the source had awake."""
    return block(f"SET GLOBAL read_only = 0;\n{locked(move.roles, lock=False)}\n{_EVENTS if events else ''}")


def _fence(move: MariaMove, leaving: DatabaseServer) -> tuple[Line, ...]:
    """New clients wait; then nobody may write, and every other session ends."""
    step = move.limits.step
    return (
        Line(
            name="stop-events",
            voice="leaving",
            text=EVENTS_OFF,
            deadline=step,
            # Here rather than at the fence: what is taken back first must not let clients in before they may write.
            undo=Undo(name="unfence", voice="leaving", text=writable(move)),
            counts=False,
        ),
        Line(
            name="plug",
            voice=haproxy.VOICE,
            text=haproxy.plug(move.proxy, int(move.limits.frozen.total_seconds() + PLUG_SECONDS)),
            deadline=step,
            counts=False,
        ),
        Line(
            name="hold",
            voice=haproxy.VOICE,
            text=haproxy.hold(move.proxy, target=leaving == move.target),
            deadline=step,
            undo=haproxy.resume(move.proxy, target=leaving == move.target),
        ),
        Line(
            name="fence",
            voice="leaving",
            text=block(f"SET GLOBAL read_only = 1;\n{locked(move.roles, lock=True)}"),
            deadline=move.limits.hold,
        ),
        Line(
            name="prove-fence",
            voice="application",
            text=_WRITE,
            deadline=step,
            expected=Expect.REFUSED,
            wanted=_READ_ONLY,
        ),
        Line(
            name="end-sessions",
            voice="leaving",
            text=_ended(others(move, leaving), 1, "sessions of applications are left"),
            deadline=step,
        ),
    )


def _last_row(move: MariaMove, attempt: int, leaving: DatabaseServer) -> tuple[Line, ...]:
    """The marker crosses to the side that opens, and the fence is proved."""
    step, seconds = move.limits.step, move.limits.catch_up.total_seconds()
    arrived = f"EXISTS (SELECT 1 FROM {SCHEMA}.marker WHERE n = {attempt})"
    return (
        Line(
            name="mark",
            voice="leaving",
            text=(
                f"SET SESSION sql_log_bin = 1; INSERT INTO {SCHEMA}.marker (n) VALUES ({attempt});"
                " SET SESSION sql_log_bin = 0;"
            ),
            deadline=step,
        ),
        Line(name="snapshot", voice="leaving", text=_POSITION, deadline=step, beside=True),
        Line(
            name="catch-up",
            voice="opening",
            text=block(poll(arrived, seconds, "the last row did not arrive")),
            deadline=move.limits.catch_up + timedelta(seconds=0.5),
        ),
        Line(
            name="prove-sessions",
            voice="leaving",
            text=f"SELECT COUNT(*) FROM {others(move, leaving)};",
            deadline=step,
            expected=Expect.EQUALS,
            wanted=("0",),
            beside=True,
        ),
        Line(
            name="prove-ended",
            voice="application",
            text=_WRITE,
            deadline=step,
            expected=Expect.REFUSED,
            wanted=_ENDED,
            beside=True,
        ),
        Line(
            name="prove-caught-up",
            voice="opening",
            text=APPLIED,
            deadline=step,
            expected=Expect.SAME,
            wanted=("snapshot",),
        ),
        Line(
            name="prove-still",
            voice="leaving",
            text=_POSITION,
            deadline=step,
            expected=Expect.SAME,
            wanted=("snapshot",),
            beside=True,
        ),
    )


def _open(move: MariaMove, attempt: int, leaving: DatabaseServer, opening: DatabaseServer) -> tuple[Line, ...]:
    """One row decides; then that side may be written to, and clients are shown the way."""
    step = move.limits.step
    decide = (
        f"INSERT INTO {SCHEMA}.state (n, what, pos) SELECT {attempt}, 'open',"
        f" (SELECT CONCAT(domain_id, '-', server_id, '-', seq_no) FROM mysql.gtid_slave_pos"
        " ORDER BY sub_id DESC LIMIT 1);"
    )
    return (
        Line(
            name="strict",
            voice="opening",
            text=STRICT,
            deadline=step,
            undo=Undo(name="relax", voice="opening", text=RELAXED),
        ),
        Line(name="open", voice="opening", text=decide, deadline=step, decides=True),
        Line(name="writable", voice="opening", text=writable(move), deadline=step),
        Line(
            name="route",
            voice=haproxy.VOICE,
            text=haproxy.route(move.proxy, target=opening == move.target),
            deadline=step,
        ),
        Line(
            name="prove-route",
            voice=haproxy.VOICE,
            text=haproxy.shown(move.proxy),
            deadline=step,
            expected=Expect.HOLDS,
            wanted=haproxy.wanted(move.proxy, target=opening == move.target),
            beside=True,
        ),
        Line(
            name="resume",
            voice=haproxy.VOICE,
            text=haproxy.resume(move.proxy, target=leaving == move.target).text,
            deadline=step,
        ),
    )
