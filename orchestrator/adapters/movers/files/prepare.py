"""Makes both sides ready: our folder and programs, a second mount of each file system, and a key for the target.

The key is made on the target and never leaves it. At the source it opens one door: what `door` answers about the one
tree, from the one address; there is no shell behind it, no other folder, and nothing is written through it while the
system itself writes there.
"""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.files.shell import (
    LONG,
    SECONDS,
    home,
    opened,
    passing,
    program,
    side,
    way,
)
from orchestrator.adapters.movers.letting_in import ensure_let_in, written
from orchestrator.adapters.movers.passing import require_passing, running, seeded
from orchestrator.errors import MigrateError
from orchestrator.model.machines import TreeServer
from orchestrator.model.move import FilesMove, Method
from orchestrator.ports.move import Session, Sessions

PROGRAMS = ("door", "side", "pass")
_DAEMON = """use chroot = yes
uid = 0
gid = 0
numeric ids = yes
munge symlinks = no
reverse lookup = no
log file = /dev/null
[tree]
path = {folder}/tree
read only = {only}
list = no
"""


def ensure_prepared(move: FilesMove, sessions: Sessions) -> None:
    """Make both sides ready, and close the target to everybody but the passes.

    Raises:
        MigrateError: `move.files-line`: the target does not reach the source by its key; `move.files-answer`: what it
            calls its key is none.
    """
    for server in (move.source, move.target):
        _install(move, server, opened(server, sessions))
    target = opened(move.target, sessions)
    target.ask(side(move, "close"), SECONDS)
    ensure_let_in(way(move), sessions, target)


def ensure_seeding(move: FilesMove, sessions: Sessions) -> None:
    """Begin the first passes on the target, by a process of its own there."""
    target = opened(move.target, sessions)
    if seeded(home(move), target) or running(home(move), target):
        return
    for server in (move.source, move.target):
        opened(server, sessions).ask(side(move, "mounted"), SECONDS)
    folder = home(move)
    # Its own group, so that it goes on without us and can be ended with all that it began.
    inner = f"echo $$ >{folder}/pid; exec {passing(move, 'live', back=False)}"
    target.ask(f"setsid sh -c {shlex.quote(inner)} >/dev/null 2>&1 </dev/null &", SECONDS)


def ensure_current(move: FilesMove, sessions: Sessions, *, back: bool) -> None:
    """Run passes until nothing is gained by another, and wait for them: what crosses while clients wait is little.

    Raises:
        MigrateError: `move.seed-failed` with what was said; `move.files-closed`: the side that opens is not closed.
    """
    leaving, opening = move.ends(back=back)
    for server in (leaving, opening):
        opened(server, sessions).ask(side(move, "mounted"), SECONDS)
    if opened(opening, sessions).ask(side(move, "options"), SECONDS) != "ro rw":
        # After a restart it is mounted as its machine mounts it. Whoever wrote there meanwhile is a person's to judge.
        raise MigrateError("move.files-closed", system=move.system, server=opening.name, path=opening.path)
    target = opened(move.target, sessions)
    try:
        target.ask(passing(move, "live", back=back), LONG)
    except MigrateError as error:
        if error.code == "session.error":
            require_passing(
                home(move), target, system=move.system, method=str(move.method)
            )  # which knows what was said
        raise
    # What the disk still owes would be waited for by clients.
    opened(opening, sessions).ask(side(move, "flush"), LONG)


def _install(move: FilesMove, server: TreeServer, session: Session) -> None:
    folder = home(move)
    session.ask(f"mkdir -p -m 700 {folder} {folder}/work {folder}/decided {folder}/tree", SECONDS)
    for name in PROGRAMS:
        session.ask(written(folder, name, program(move, server, name)), SECONDS)
    for only in ("yes", "no") if move.method is Method.RSYNC else ():
        session.ask(written(folder, f"rsyncd.{only}", _DAEMON.format(folder=folder, only=only)), SECONDS)
    session.ask(side(move, "mounted"), SECONDS)
