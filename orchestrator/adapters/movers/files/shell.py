"""What the mover's machines are told, and the three programs that both understand: `door`, `side` and `pass`.

The programs stand beside this file, are installed in our folder on either side, and are spoken to through it. A path
or an address of the list is quoted here or nowhere.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from orchestrator.adapters.movers.letting_in import Way
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


def way(move: FilesMove) -> Way:
    """Return the way by which the target comes to the source."""
    source = move.source
    return Way(
        system=move.system,
        name=f"migrate-files-{move.slug}",
        folder=home(move),
        door=f"{home(move)}/door",
        server=source.name,
        address=source.address,
        reach=source.reach,
        account=source.account,
        comes_from=move.target.address,
    )


def program(move: FilesMove, server: TreeServer, name: str) -> str:
    """Return one of the three programs, as it is installed on a side."""
    told = {"home": home(move), "path": server.path, "hash": str(move.hash), "method": str(move.method)}
    begin = "".join(f"{word}={shlex.quote(value)}\n" for word, value in told.items())
    return begin + Path(__file__).with_name(f"{name}.sh").read_text(encoding="utf-8")


def _told(move: FilesMove, name: str, *words: str) -> str:
    # Whatever is run must not read what is said to the shell next.
    return f"sh {home(move)}/{name} {shlex.join(words)} </dev/null"
