"""Replication against the frozen section: named before it, begun after it; and the end of all of it."""

from __future__ import annotations

from orchestrator.adapters.movers.mariadb.access import ensure_accounts, ensure_follower
from orchestrator.adapters.movers.mariadb.frozen import PLUG_SECONDS
from orchestrator.adapters.movers.mariadb.prepare import KEPT, change_master, prepare_follower
from orchestrator.adapters.movers.mariadb.sql import (
    SCHEMA,
    SECONDS,
    admin,
    literal,
)
from orchestrator.adapters.movers.mariadb.status import follows
from orchestrator.adapters.routes import haproxy
from orchestrator.errors import MigrateError
from orchestrator.model.move import MariaMove
from orchestrator.ports.move import Session, Sessions


def ensure_reverse(move: MariaMove, sessions: Sessions, *, back: bool) -> None:
    """Name, at the side that is left, the one it will follow; where from is known only after the fence."""
    leaving, opening = move.ends(back=back)
    a, b = (sessions.open(admin(server), seconds=SECONDS) for server in (leaving, opening))
    if not back:
        ensure_accounts(move, sessions, grants=True)
        haproxy.ensure_aimed(move.proxy, move.target.address, move.target.data_port, sessions)
    granted = ensure_follower(move, leaving, b, a)
    if follows(move, a) is not None:
        a.ask(f"STOP SLAVE {literal(move.follower)};", SECONDS)
    a.ask(change_master(move, opening, granted), SECONDS)
    # Our place in the proxy never logs in, and must last for the whole section.
    patience = int(move.limits.frozen.total_seconds() + PLUG_SECONDS)
    a.ask(f"SET GLOBAL connect_timeout = {patience};", SECONDS)


def ensure_settled(move: MariaMove, attempt: int, sessions: Sessions, *, opened: bool, back: bool) -> None:
    """Finish what the decision began: the reverse runs and the old way is gone, or the unused one is gone."""
    leaving, opening = move.ends(back=back)
    a, b = (sessions.open(admin(server), seconds=SECONDS) for server in (leaving, opening))
    restore(a)
    if not opened:
        forget(move, a)
        return
    forget(move, b)
    restore(b)
    found = follows(move, a)
    if found is None:
        raise MigrateError("move.reverse-gone", system=move.system, server=leaving.name)
    if found[0]:
        return
    # The very position that the side which opened had: a later one would lose what was written there first.
    position = b.ask(f"SELECT pos FROM {SCHEMA}.state WHERE n = {attempt} AND what = 'open';", SECONDS)
    a.ask(f"STOP SLAVE {literal(move.follower)};", SECONDS)
    a.ask(f"SET GLOBAL gtid_slave_pos = {literal(position)};", SECONDS)
    prepare_follower(a)
    a.ask(f"START SLAVE {literal(move.follower)};", SECONDS)


def forget(move: MariaMove, session: Session) -> None:
    """End our connection of a side, if there is one."""
    if follows(move, session) is not None:
        session.ask(f"STOP SLAVE {literal(move.follower)};", SECONDS)
        session.ask(f"RESET SLAVE {literal(move.follower)} ALL;", SECONDS)


def restore(session: Session) -> None:
    """Give a side back the settings that it was found with, and wake the events that came by replication."""
    there = (
        f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{SCHEMA}' AND table_name = 'setting';"
    )
    if session.ask(there, SECONDS) == "0":
        return
    listed = ", ".join(map(literal, KEPT))
    rows = session.ask(f"SELECT name, value FROM {SCHEMA}.setting WHERE name IN ({listed});", SECONDS)
    for name, value in (line.split("\t") for line in rows.splitlines()):
        session.ask(f"SET GLOBAL {name} = {int(value)};", SECONDS)
