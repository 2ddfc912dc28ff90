"""What the source and the keeper are told, and the programs of ours that are installed on them.

A value of the list is quoted here, or stands in a file that the programs read as data.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from orchestrator.adapters.movers.letting_in import Way
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DiskServer, Keeper
from orchestrator.model.move import RehostMove
from orchestrator.ports.move import Session, Sessions

SECONDS = 30.0
LONG = 24 * 3600.0  # seconds that a pass or a comparison of a whole disk may take
CHUNK = 4 * 1024**2
_SOURCE = "/var/lib/migrate"


def home(move: RehostMove) -> str:
    """Return our folder on the keeper; a slug has no letter that a shell minds."""
    return f"{move.target.folder}/rehost-{move.slug}"


def there(move: RehostMove) -> str:
    """Return our folder on the source."""
    return f"{_SOURCE}/rehost-{move.slug}"


def final(move: RehostMove) -> str:
    """Return the folder of what a server starts from; no system's slug has a point in it."""
    return f"{home(move)}.final"


def mark(move: RehostMove, server: DiskServer | Keeper) -> str:
    """Return the word that a machine's shells of a frozen section carry, by which recovery finds them."""
    return f"migrate-frozen.{move.slug}.{'source' if server == move.source else 'keeper'}."


def shell(server: DiskServer | Keeper, name: str = "", role: str = "") -> Voice:
    """Return a shell of the account that may read the device, or mount the copy."""
    return Voice(
        name=name or server.name, reach=server.reach, account=server.account, program="sh", role=role, ours=False
    )


def side(move: RehostMove, *words: str) -> str:
    """Return text that does something to the source's disk; whatever is run must not read what is said next."""
    return f"sh {there(move)}/side {shlex.join(words)} </dev/null"


def decided(move: RehostMove, attempt: int, what: str) -> str:
    """Return text that decides an attempt on the keeper, unless it is decided, and answers what it is.

    The decision is a name that can be given once; what it says is on the disk before.
    """
    told = f".{attempt}.{what}"
    return (
        f"(mkdir -p -m 700 {home(move)}/decided && cd {home(move)}/decided && echo {what} >{told} && sync {told} &&"
        f" {{ ln {told} {attempt} 2>/dev/null; sync . && cat {attempt}; }})"
    )


def opened(server: DiskServer | Keeper, sessions: Sessions) -> Session:
    """Return a session of that shell."""
    return sessions.open(shell(server), seconds=SECONDS)


def way(move: RehostMove) -> Way:
    """Return the way by which the keeper comes to the source."""
    source = move.source
    return Way(
        system=move.system,
        name=f"migrate-rehost-{move.slug}",
        folder=home(move),
        door=f"{there(move)}/door",
        server=source.name,
        address=source.address,
        reach=source.reach,
        account=source.account,
        comes_from=move.target.address,
    )


def program(name: str) -> str:
    """Return one of our programs."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def door(move: RehostMove) -> str:
    """Return what the source answers by."""
    told = {"disk": f"/dev/{move.source.disk}", "chunk": str(CHUNK)}
    return "".join(f"{word}={shlex.quote(value)}\n" for word, value in told.items()) + program("door.sh")


def side_program(move: RehostMove) -> str:
    """Return what is done to the source's disk."""
    told = {"home": there(move), "disk": move.source.disk}
    return "".join(f"{word}={shlex.quote(value)}\n" for word, value in told.items()) + program("side.sh")


def told(move: RehostMove) -> str:
    """Return what the keeper's programs work on, as JSON."""
    return json.dumps(
        {
            "size": move.size,
            "chunk": CHUNK,
            "door": ["sh", f"{home(move)}/line", "other"],
            "kept": home(move),
            "disk": move.source.disk,
            "root": move.root,
            "ours": there(move),
            "key": way(move).name,
            "fit": program("fit.sh"),
            "answers": list(move.answers),
            "boot": move.boot,
        }
    )


def does(folder: str, name: str, verb: str) -> str:
    """Return text that runs one of the keeper's programs in a folder of ours; it must not read what is said next."""
    return f"python3 {folder}/{name} {verb} </dev/null"
