"""Quoting, and the statements that several modules say. A name from a source is data: it is quoted here or nowhere.

Every session of ours has `NO_BACKSLASH_ESCAPES`, so that a doubled quote is all that a text needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove

SCHEMA = "migrate_move"
PROBER = "nobody"  # the operating system's user whom the fence is tried with; MariaDB knows it by its socket
SECONDS = 30.0

# Ours on both sides, made on each by itself. `marker` and `probe` are replicated, `state` and `setting` never are.
OWN_TABLES = f"""CREATE DATABASE IF NOT EXISTS {SCHEMA} CHARACTER SET utf8mb4;
CREATE TABLE IF NOT EXISTS {SCHEMA}.marker (n INT PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS {SCHEMA}.state (n INT PRIMARY KEY, what VARCHAR(8) NOT NULL, pos TEXT) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS {SCHEMA}.setting (name VARCHAR(64) PRIMARY KEY, value TEXT NOT NULL) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS {SCHEMA}.probe (n BIGINT AUTO_INCREMENT PRIMARY KEY, id BIGINT NOT NULL,
 at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6), KEY (id)) ENGINE=InnoDB;"""
# The last transaction that was applied, as it was committed with it; one domain, which preflight saw to.
APPLIED = (
    "SELECT CONCAT(domain_id, '-', server_id, '-', seq_no) FROM mysql.gtid_slave_pos ORDER BY sub_id DESC LIMIT 1;"
)
_SYSTEM = ("mysql", "information_schema", "performance_schema", "sys", SCHEMA)


def ident(name: str) -> str:
    """Return a name quoted as an identifier.

    Raises:
        ValueError: a NUL, which no name can hold.
    """
    if "\0" in name:
        raise ValueError("NUL in a name")
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """Return text quoted as a string.

    Raises:
        ValueError: a NUL.
    """
    if "\0" in text:
        raise ValueError("NUL in a text")
    return "'" + text.replace("'", "''") + "'"


def account(role: str) -> str:
    """Return `USER@HOST` quoted; a user's name may hold an @, a host's never does."""
    user, _, host = role.rpartition("@")
    return f"{literal(user)}@{literal(host)}"


def block(body: str) -> str:
    """Return a compound statement around a body that may hold any text; what fails in it ends it."""
    return f"DELIMITER //\nBEGIN NOT ATOMIC\n{body}\nEND //\nDELIMITER ;"


def poll(done: str, seconds: float, late: str, do: str = "") -> str:
    """Return statements that look each millisecond until `done`, and do `do` before each look."""
    return f"""SET @t0 = SYSDATE(6);
waiting: LOOP
  {do}
  IF {done} THEN LEAVE waiting; END IF;
  IF TIMESTAMPDIFF(MICROSECOND, @t0, SYSDATE(6)) > {int(seconds * 1_000_000)} THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {literal(late)};
  END IF;
  DO SLEEP(0.001);
END LOOP;"""


def names(values: Iterable[str]) -> str:
    """Return texts as a list for `IN (…)`; never empty."""
    return ", ".join(literal(value) for value in values) or "NULL"


def locked(roles: Iterable[str], *, lock: bool) -> str:
    """Return the statement that bars accounts or lets them in; empty where there is none."""
    listed = ", ".join(account(role) for role in roles)
    return f"ALTER USER {listed} ACCOUNT {'LOCK' if lock else 'UNLOCK'};" if listed else ""


def kill(which: str) -> str:
    """Return statements that end every session of a relation of the process list."""
    return f"""FOR other IN (SELECT id FROM {which}) DO
    BEGIN
      DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
      EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', other.id);
    END;
  END FOR;"""


def others(move: MariaMove, server: DatabaseServer) -> str:
    """Return a relation: every session but the server's own, replication's, and those of a frozen section."""
    return (
        "information_schema.processlist WHERE id <> CONNECTION_ID()"
        f" AND user NOT IN ('system user', 'event_scheduler', {literal(move.follower)})"
        " AND command NOT IN ('Daemon', 'Binlog Dump')"
        # Whoever has not logged in yet meets a locked account; one of them keeps our place in the proxy.
        " AND user <> 'unauthenticated user'"
        f" AND NOT (user = {literal(server.superuser)} AND host = 'localhost' AND COALESCE(db, '') = '{SCHEMA}')"
    )


def sections(server: DatabaseServer) -> str:
    """Return a relation: sessions of a frozen section but this one; they alone have our schema as theirs."""
    return (
        "information_schema.processlist WHERE id <> CONNECTION_ID()"
        f" AND user = {literal(server.superuser)} AND host = 'localhost' AND db = '{SCHEMA}'"
    )


def user_schemas(column: str) -> str:
    """Return a condition: a schema that is neither the server's own nor ours."""
    return f"{column} NOT IN ({names(_SYSTEM)})"


def admin(server: DatabaseServer, name: str = "", database: str = "") -> Voice:
    """Return the superuser's session on a server's local socket."""
    return Voice(
        name=name or server.name,
        reach=server.reach,
        account=server.account,
        program="mariadb",
        socket=server.socket,
        role=server.superuser,
        database=database,
    )


def files(server: DatabaseServer) -> Voice:
    """Return a shell of the account that the local socket trusts."""
    return Voice(name=f"{server.name} files", reach=server.reach, account=server.account, program="sh")
