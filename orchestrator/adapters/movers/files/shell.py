"""What the mover's machines are told, and the three programs that both understand: `door`, `side` and `pass`.

The programs stand beside this file, are installed in our folder on either side, and are spoken to through it. A path
or an address of the list is quoted here or nowhere.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from orchestrator.model.frozen import Voice
from orchestrator.model.machines import TreeServer
from orchestrator.model.move import FilesMove
from orchestrator.ports.move import Session, Sessions

SECONDS = 30.0
LONG = 8 * 3600.0  # seconds that a pass or a comparison of everything may take
_FOLDER = "/var/lib/migrate"


def home(move: FilesMove) -> str:
    """Return our folder, the same on both sides; a slug has no letter that a shell minds."""
    return f"{_FOLDER}/files-{move.slug}"


def mark(move: FilesMove, server: TreeServer) -> str:
    """Return the word that a side's shells of a frozen section carry, by which recovery finds them."""
    return f"migrate-frozen.{move.slug}.{'source' if server == move.source else 'target'}."


def shell(server: TreeServer, name: str = "", role: str = "") -> Voice:
    """Return a shell of the account that may mount."""
    return Voice(
        name=name or server.name, reach=server.reach, account=server.account, program="sh", role=role, ours=False
    )


def login(server: TreeServer) -> Voice:
    """Return a shell of the account that is logged in to, whose keys let people in."""
    return Voice(name=f"{server.name} login", reach=server.reach, account=server.reach.user, program="sh", ours=False)


def opened(server: TreeServer, sessions: Sessions) -> Session:
    """Return a session of that shell."""
    return sessions.open(shell(server), seconds=SECONDS)


def side(move: FilesMove, *words: str) -> str:
    """Return text that does something to a side's file system."""
    return _told(move, "side", *words)


def door(move: FilesMove, verb: str) -> str:
    """Return text that asks a side about its tree."""
    return _told(move, "door", verb)


def passing(move: FilesMove, act: str, *words: str, back: bool) -> str:
    """Return text for the target: a pass, or a comparison, whichever way."""
    return _told(move, "pass", "back" if back else "forth", act, *words)


def line(move: FilesMove) -> str:
    """Return the program by which the target reaches the source, over a line that is kept open where there is one."""
    source, folder = move.source, home(move)
    told = {
        "BatchMode": "yes", "IdentitiesOnly": "yes", "PreferredAuthentications": "publickey",
        "StrictHostKeyChecking": "yes", "UserKnownHostsFile": f"{folder}/known_hosts", "GlobalKnownHostsFile": "none",
        "HostKeyAlias": "other", "HostName": source.address, "Port": str(source.reach.port),
        "ConnectTimeout": "20", "ServerAliveInterval": "5", "ServerAliveCountMax": "3", "LogLevel": "ERROR",
        "ControlPath": f"{folder}/line.at", **dict(source.reach.algorithms),
    }  # fmt: skip
    options = [word for name, value in told.items() for word in ("-o", f"{name}={value}")]
    words = ["ssh", "-F", "none", "-T", "-a", "-x", "-i", f"{folder}/key", "-l", source.reach.user, *options]
    return f'exec {shlex.join(words)} "$@"\n'


def program(move: FilesMove, server: TreeServer, name: str) -> str:
    """Return one of the three programs, as it is installed on a side."""
    told = {"home": home(move), "path": server.path, "hash": str(move.hash), "method": str(move.method)}
    begin = "".join(f"{word}={shlex.quote(value)}\n" for word, value in told.items())
    return begin + Path(__file__).with_name(f"{name}.sh").read_text(encoding="utf-8")


def written(folder: str, name: str, text: str) -> str:
    """Return text that writes a file of ours whole or not at all."""
    place = f"{folder}/{name}"
    return f"printf %s {shlex.quote(text)} >{place}.new && mv -f {place}.new {place}"


def _told(move: FilesMove, name: str, *words: str) -> str:
    # Whatever is run must not read what is said to the shell next.
    return f"sh {home(move)}/{name} {shlex.join(words)} </dev/null"
