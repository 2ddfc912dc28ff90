"""The accounts: the two of ours, and those of the source, which the target gets with their stored secrets.

The follower's secret is made anew by every `ensure`, so nobody need keep it. It stands in statements of sessions that
no log is kept of, in the follower's own `master.info`, and while the first copy runs in a file of root's.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.adapters.movers.mariadb.sql import PROBER, SCHEMA, SECONDS, account, admin, block, literal, locked
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove
from orchestrator.ports.move import Session, Sessions

_FOLLOWS = "REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, PROCESS, SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT"
_ACCOUNTS = """SELECT JSON_ARRAYAGG(JSON_ARRAY(user, host, COALESCE(JSON_VALUE(priv, '$.is_role'), 0) = 1))
 FROM mysql.global_priv WHERE NOT (host = 'localhost' AND user IN ({own})) AND user <> {follower};"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a side follows another with: the secret, and whether that is said, and everything else, behind TLS."""

    secret: str
    encrypted: bool


def ensure_follower(move: MariaMove, other: DatabaseServer, session: Session, follower: Session) -> Pass:
    """Let the other side replicate from the session's, encrypted where both can, and return with what it does that.

    Args:
        move: names the account.
        other: the side that follows.
        session: of the side that is followed.
        follower: of the side that follows.
    """
    asked = "SELECT @@GLOBAL.have_ssl;"
    # Who has no certificate of its own (`DISABLED`) can be a client of one that has.
    encrypted = session.ask(asked, SECONDS) == "YES" and follower.ask(asked, SECONDS) in {"YES", "DISABLED"}
    secret = secrets.token_urlsafe(24)
    who = account(f"{move.follower}@{other.address}")
    needs = "REQUIRE SSL" if encrypted else "REQUIRE NONE"
    session.ask(f"CREATE OR REPLACE USER {who} IDENTIFIED BY {literal(secret)} {needs};", SECONDS)
    session.ask(f"GRANT {_FOLLOWS} ON *.* TO {who};", SECONDS)
    return Pass(secret=secret, encrypted=encrypted)


def ensure_prober(session: Session) -> None:
    """Make the account that may do no more than an application."""
    session.ask(f"CREATE USER IF NOT EXISTS {account(f'{PROBER}@localhost')} IDENTIFIED VIA unix_socket;", SECONDS)
    session.ask(probing([f"{PROBER}@localhost"]), SECONDS)


def probing(roles: Iterable[str]) -> str:
    """Return the statement that lets accounts write what a probe client writes; empty where there is none."""
    listed = ", ".join(map(account, roles))
    return f"GRANT SELECT, INSERT ON {SCHEMA}.probe TO {listed};" if listed else ""


def unprobed(roles: Iterable[str]) -> str:
    """Return statements that take that right back from whoever has it."""
    # One that has nothing to lose (1147), or is not there (1141, 1269), is no reason to stop.
    each = "".join(
        f"BEGIN DECLARE CONTINUE HANDLER FOR 1141, 1147, 1269 BEGIN END;"
        f" REVOKE SELECT, INSERT ON {SCHEMA}.probe FROM {account(role)}; END;\n"
        for role in roles
    )
    return block(each) if each else ""


def accounts(move: MariaMove, server: DatabaseServer, session: Session) -> tuple[list[str], list[str]]:
    """Return the accounts that people and applications have, as `USER@HOST`, and the roles."""
    own = ", ".join(map(literal, (server.superuser, "mysql", "mariadb.sys", PROBER)))
    rows = json.loads(session.ask(_ACCOUNTS.format(own=own, follower=literal(move.follower)), SECONDS) or "[]")
    users = sorted(f"{user}@{host}" for user, host, role in rows or [] if not role)
    return users, sorted(user for user, _, role in rows or [] if role)


def ensure_accounts(move: MariaMove, sessions: Sessions, *, grants: bool) -> None:
    """Make the source's accounts on the target, locked, with their stored secrets; with their rights, once asked to.

    A right to a table can be given only when that table is there.
    """
    source = sessions.open(admin(move.source), seconds=SECONDS)
    target = sessions.open(admin(move.target), seconds=SECONDS)
    users, roles = accounts(move, move.source, source)
    for role in roles:
        target.ask(f"CREATE ROLE IF NOT EXISTS {literal(role)};", SECONDS)
    for user in users:
        made = _one(source.ask(f"SHOW CREATE USER {account(user)};", SECONDS), "CREATE USER ")
        rest = made.removeprefix("CREATE USER ").replace(" ACCOUNT LOCK", "")
        target.ask(f"CREATE OR REPLACE USER {rest};", SECONDS)
        target.ask(locked([user], lock=True), SECONDS)
    for who in [*map(literal, roles), *map(account, users)] if grants else []:
        for line in source.ask(f"SHOW GRANTS FOR {who};", SECONDS).splitlines():
            target.ask(f"{_one(line, 'GRANT ', 'SET DEFAULT ROLE ')};", SECONDS)


def _one(said: str, *begins: str) -> str:
    """Return a statement that a server says of itself, on one line.

    Raises:
        MigrateError: `move.account`: a name in it holds what would make it two.
    """
    if "\n" in said or not said.startswith(begins):
        raise MigrateError("move.account", said=said.splitlines()[0][:60] if said else "-")
    return said
