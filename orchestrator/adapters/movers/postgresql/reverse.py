"""Replication against the frozen section: set up before it, switched on after it."""

from __future__ import annotations

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, connection
from orchestrator.adapters.movers.postgresql.sql import PUBLICATION, SCHEMA, ident, literal, without_slot
from orchestrator.model.move import DatabaseMove
from orchestrator.ports.move import Session, Sessions


def ensure_reverse(move: DatabaseMove, attempt: int, sessions: Sessions, *, back: bool) -> None:
    """Make the slot at the side that opens and a sleeping subscription at the side that is left."""
    leaving, opening = move.ends(back=back)
    for database in move.databases:
        link = move.link(attempt, database)
        a = sessions.open(admin(leaving, database), seconds=SECONDS)
        b = sessions.open(admin(opening, database), seconds=SECONDS)
        try:
            # The side that is left follows nobody: what is there is of an attempt that was prepared and never begun.
            for stale in links(move, a, b):
                if stale != link:
                    drop_link(a, b, stale)
            # Making the slot inside the frozen section was seen to cost 40 to 120 ms.
            if not _slot(b, link):
                b.ask(f"SELECT FROM pg_create_logical_replication_slot({literal(link)}, 'pgoutput');", SECONDS)
            if not _subscription(a, link):
                told = literal(connection(move, opening, database, a.ask("SHOW data_directory;", SECONDS)))
                # It must connect: with `connect = false` its list of tables stays empty and nothing is ever applied.
                a.ask(
                    f"CREATE SUBSCRIPTION {ident(link)} CONNECTION {told} PUBLICATION {PUBLICATION} WITH"
                    f" (enabled = false, create_slot = false, copy_data = false, slot_name = {literal(link)});",
                    SECONDS,
                )
            for session in (a, b):
                session.ask("SET statement_timeout = 0;", SECONDS)
                session.ask("CHECKPOINT;", 600.0)
        finally:
            a.close()
            b.close()


def ensure_settled(move: DatabaseMove, attempt: int, sessions: Sessions, *, opened: bool, back: bool) -> None:
    """Finish what the decision began: reverse replication on and the old one gone, or the unused one gone."""
    leaving, opening = move.ends(back=back)
    lsn = ""
    for database in move.databases:
        a = sessions.open(admin(leaving, database), seconds=SECONDS)
        b = sessions.open(admin(opening, database), seconds=SECONDS)
        try:
            # The decision row is in the first database; a position is the whole cluster's.
            lsn = lsn or b.ask(f"SELECT lsn FROM {SCHEMA}.state WHERE n = {attempt} AND what = 'open';", SECONDS)
            if opened:
                _turn(move, move.link(attempt, database), lsn, a, b)
            else:
                drop_link(a, b, move.link(attempt, database))
        finally:
            a.close()
            b.close()


def _turn(move: DatabaseMove, new: str, lsn: str, a: Session, b: Session) -> None:
    old = [link for link in links(move, b, a) if link != new]
    for link in old:
        if _subscription(b, link):
            b.ask(f"ALTER SUBSCRIPTION {ident(link)} DISABLE;", SECONDS)
    if _subscription(a, new, enabled=False):
        # What came from there must not go back: the new subscription begins at the opening.
        a.ask(
            f"SELECT pg_replication_origin_advance('pg_' || oid, {literal(lsn)})"
            f" FROM pg_subscription WHERE subname = {literal(new)};",
            SECONDS,
        )
        a.ask(f"ALTER SUBSCRIPTION {ident(new)} ENABLE;", SECONDS)
    for link in old:
        drop_link(b, a, link)


def drop_link(subscriber: Session, publisher: Session, link: str) -> None:
    """Take a subscription and its slot away; a slot that stays fills its server's disk."""
    if _subscription(subscriber, link):
        name = ident(link)
        subscriber.ask(f"ALTER SUBSCRIPTION {name} DISABLE;", SECONDS)
        subscriber.ask(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE);", SECONDS)
        subscriber.ask(f"DROP SUBSCRIPTION {name};", SECONDS)
    publisher.ask(without_slot(link), SECONDS)


def links(move: DatabaseMove, subscriber: Session, publisher: Session) -> list[str]:
    """Return our links in one direction: by subscription, or by a slot that lost its subscription."""
    ours = literal(f"^migrate_{move.name}_[0-9]+_[0-9]+$")
    subscriptions = subscriber.ask(
        "SELECT subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid"
        f" WHERE datname = current_database() AND subname ~ {ours};",
        SECONDS,
    )
    slots = publisher.ask(
        f"SELECT slot_name FROM pg_replication_slots WHERE database = current_database() AND slot_name ~ {ours};",
        SECONDS,
    )
    return sorted({*subscriptions.split(), *slots.split()})


def _slot(session: Session, link: str) -> bool:
    return session.ask(f"SELECT count(*) FROM pg_replication_slots WHERE slot_name = {literal(link)};", SECONDS) != "0"


def _subscription(session: Session, link: str, *, enabled: bool | None = None) -> bool:
    which = "" if enabled is None else f" AND subenabled = {'true' if enabled else 'false'}"
    text = f"SELECT count(*) FROM pg_subscription WHERE subname = {literal(link)}{which};"
    return session.ask(text, SECONDS) != "0"
