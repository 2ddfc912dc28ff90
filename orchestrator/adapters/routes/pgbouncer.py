"""pgbouncer as the route: it holds clients, is told of the other side by a renamed file, and lets them go on.

A dedicated include file for each system; nothing else of the pooler's configuration is ours. Its console lets in,
without a password, the user it runs as.
"""

from __future__ import annotations

import shlex
import string

from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Undo, Voice
from orchestrator.model.machines import DatabaseServer, Pooler
from orchestrator.model.move import DatabaseMove

_LETTERS = frozenset(string.ascii_letters + string.digits + "_.-")
CONSOLE, SHELL = "pooler", "pooler-files"
# What the console says when there is nothing to resume; it is never an error on the way back.
NOT_PAUSED = ("is not paused",)


def voices(pooler: Pooler) -> tuple[Voice, Voice]:
    """Return the console's session and the one that renames the file."""
    console = Voice(
        name=CONSOLE,
        reach=pooler.reach,
        account=pooler.account,
        socket=pooler.socket,
        port=pooler.port,
        role="pgbouncer",
        database="pgbouncer",
    )
    return console, Voice(name=SHELL, reach=pooler.reach, account=pooler.account, program="sh")


def pause(database: str) -> str:
    """Return the command that waits for running transactions and holds new ones."""
    return f"PAUSE {_ident(database)};"


def kill(database: str) -> str:
    """Return the command that ends every client's session and holds new ones: what a pooler of whole sessions can."""
    return f"KILL {_ident(database)};"


def refuse(database: str) -> str:
    """Return the command that sends new clients away at once instead of letting them wait."""
    return f"DISABLE {_ident(database)};"


def admit(database: str) -> Undo:
    """Return the command that lets new clients in again; also where they were never refused."""
    return Undo(name="admit", voice=CONSOLE, text=f"ENABLE {_ident(database)};")


def resume(database: str) -> Undo:
    """Return the command that lets clients go on."""
    return Undo(name="resume", voice=CONSOLE, text=f"RESUME {_ident(database)};", already=NOT_PAUSED)


def route(move: DatabaseMove, side: DatabaseServer) -> str:
    """Return the shell text that points the route at a side: whole or not at all, the same when said twice."""
    lines = "".join(
        f"{_name(name)} = host={_value(side.address)} port={side.data_port} dbname={_value(name)}\n"
        for name in move.databases
    )
    file, new = shlex.quote(move.pooler.file), shlex.quote(f"{move.pooler.file}.new")
    return f"printf %s {shlex.quote(lines)} > {new} && mv -f {new} {file}"


def shown(name: str, side: DatabaseServer) -> str:
    """Return how `SHOW DATABASES` begins the line of a database that is routed to a side.

    A file that the pooler cannot read is passed over by RELOAD, which says nothing of it.
    """
    return f"{name}|{side.address}|{side.data_port}|{name}|"


def routable(name: str) -> bool:
    """Tell whether the pooler can be told of a database of that name: its file knows no quotes for it."""
    return bool(name) and all(letter in _LETTERS for letter in name)


def _name(name: str) -> str:
    if not routable(name):
        raise MigrateError("move.unroutable", database=name)
    return name


def _value(value: str) -> str:
    # pgbouncer's own connection strings, where a quote is doubled.
    return "'" + value.replace("'", "''") + "'"


def _ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
