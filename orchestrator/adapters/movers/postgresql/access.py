"""The two roles of ours and how each side lets them in; nothing an application uses is touched.

The follower's secret exists in one file on each side, readable by PostgreSQL's own user, and as SCRAM in the roles. It
is made anew by every `ensure`, so nobody need keep it; it never stands in a statement, a subscription or an argument.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shlex
from base64 import b64encode

from orchestrator.adapters.movers.postgresql.sql import do, ident, literal, logins
from orchestrator.adapters.sessions import conninfo
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove
from orchestrator.ports.move import Session, Sessions

SECONDS = 30.0
_ITERATIONS = 4096  # PostgreSQL's own


def scram(secret: str) -> str:
    """Return a secret as PostgreSQL stores it (RFC 5802, RFC 7677), so that no statement holds it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, _ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    told = [b64encode(part).decode() for part in (salt, client, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{told[0]}${told[1]}:{told[2]}"


def passfile(move: DatabaseMove, data: str) -> str:
    """Return the path of the follower's secret in a side's data folder."""
    return f"{data}/{move.follower}.pass"


def connection(move: DatabaseMove, other: DatabaseServer, database: str, data: str) -> str:
    """Return how a server whose data folder is `data` connects to the other side; holds no secret."""
    return connecting(other, move.follower, database, passfile(move, data))


def connecting(other: DatabaseServer, role: str, database: str, secret: str) -> str:
    """Return how a role connects to a server from another machine, by a secret in a file there; holds no secret."""
    where = {
        "host": other.address,
        "port": str(other.data_port),
        "user": role,
        "dbname": database,
        "passfile": secret,
        "connect_timeout": "5",
        # A side that vanished without a word is noticed while its users still wait.
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
    }
    return " ".join(f"{name}={conninfo(value)}" for name, value in where.items())


def ensure_access(move: DatabaseMove, sessions: Sessions) -> None:
    """Make both roles on both sides, let them in, and give each side the follower's secret."""
    secret = secrets.token_urlsafe(24)
    stored = scram(secret)
    for server, other in ((move.source, move.target), (move.target, move.source)):
        session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
        try:
            _ensure_roles(move, session, stored, open_side=server is move.source)
            data, hba, identities = (
                session.ask(f"SHOW {name};", SECONDS) for name in ("data_directory", "hba_file", "ident_file")
            )
            write(sessions, server, passfile(move, data), f"*:*:*:{move.follower}:{secret}\n")
            lines = _hba(move, other) + (_clients(move) if server is move.target else "")
            ensure_lines(sessions, server, hba, lines, move.name)
            account = f"{move.prober} {_word(server.account)} {move.prober}\n"
            ensure_lines(sessions, server, identities, account, move.name)
            session.ask("SELECT pg_reload_conf();", SECONDS)
        finally:
            session.close()


def admin(server: DatabaseServer, database: str, name: str = "") -> Voice:
    """Return the superuser's session on a server."""
    return Voice(
        name=name or server.name,
        reach=server.reach,
        account=server.account,
        socket=server.socket,
        port=server.data_port,
        role=server.superuser,
        database=database,
    )


def files(server: DatabaseServer) -> Voice:
    """Return a shell of PostgreSQL's own user on a server."""
    return Voice(name=f"{server.name} files", reach=server.reach, account=server.account, program="sh")


def _ensure_roles(move: DatabaseMove, session: Session, stored: str, *, open_side: bool) -> None:
    body = "BEGIN\n"
    for role in (move.follower, move.prober):
        body += (
            f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(role)})"
            f" THEN CREATE ROLE {ident(role)} NOLOGIN; END IF;\n"
        )
    # Row security would hide rows from the first copy.
    body += f"ALTER ROLE {ident(move.follower)} LOGIN REPLICATION BYPASSRLS PASSWORD {literal(stored)};\n"
    body += f"{logins([move.prober], allowed=open_side)}\nEND"
    session.ask(do(body), SECONDS)


def _hba(move: DatabaseMove, other: DatabaseServer) -> str:
    lines = []
    for name in (*move.databases, "replication"):
        quoted = name if name == "replication" else ident(name)
        lines.append(f"host {quoted} {move.follower} {other.address}/{bits(other.address)} scram-sha-256\n")
    lines += [f"local {ident(name)} {move.prober} peer map={move.prober}\n" for name in move.databases]
    return "".join(lines)


def _clients(move: DatabaseMove) -> str:
    """Let the pooler bring the application's roles to a side that never knew them; the source knows who may come."""
    pooler = move.pooler.reach.address
    return "".join(
        f"host {ident(database)} {ident(role)} {pooler}/{bits(pooler)} scram-sha-256\n"
        for database in move.databases
        for role in move.roles
    )


def bits(address: str) -> int:
    """Return the length of the mask that means this address alone."""
    return 128 if ":" in address else 32


def _word(name: str) -> str:
    return f'"{name}"'


def write(sessions: Sessions, server: DatabaseServer, path: str, text: str) -> None:
    """Write a file of PostgreSQL's own user, whole or not at all; the text stands in no process's arguments."""
    shell = sessions.open(files(server), seconds=SECONDS)
    try:
        # printf is the shell's own.
        new = shlex.quote(f"{path}.new")
        shell.ask(f"printf %s {shlex.quote(text)} > {new} && mv -f {new} {shlex.quote(path)}", SECONDS)
    finally:
        shell.close()


def ensure_lines(sessions: Sessions, server: DatabaseServer, path: str, lines: str, name: str) -> None:
    """Put our lines, between two comments, before all others of a file: the first that matches counts."""
    block = f"# migrate {name} begins\n{lines}# migrate {name} ends\n"
    shell = sessions.open(files(server), seconds=SECONDS)
    try:
        head = f"printf %s {shlex.quote(block)} > {shlex.quote(path + '.migrate')} && "
        shell.ask(head + _without(path, name, append=True) + _replace(path), SECONDS)
    finally:
        shell.close()


def drop_lines(sessions: Sessions, server: DatabaseServer, path: str, name: str) -> None:
    """Take our lines out of a file again."""
    shell = sessions.open(files(server), seconds=SECONDS)
    try:
        shell.ask(_without(path, name) + _replace(path), SECONDS)
    finally:
        shell.close()


def _without(path: str, name: str, *, append: bool = False) -> str:
    program = shlex.quote(f"/^# migrate {name} begins$/,/^# migrate {name} ends$/d")
    return f"sed {program} {shlex.quote(path)} {'>>' if append else '>'} {shlex.quote(path + '.migrate')}"


def _replace(path: str) -> str:
    # Into the same file, which may be a link or have rights of its own.
    new = shlex.quote(f"{path}.migrate")
    return f" && cat {new} > {shlex.quote(path)} && rm -f {new}"
