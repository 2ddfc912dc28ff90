"""Asks the source and the keeper what preflight judges; changes nothing. What nobody told is left out: unknown."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Mapping, Sequence

from orchestrator.adapters.movers.rehost.shell import SECONDS, opened, program
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import RehostMove
from orchestrator.ports.move import Session, Sessions

_LISTS = ("missing", "mounted", "foreign", "holder", "kernel", "no_virtio", "swap")
_NUMBERS = ("size", "sector", "root_number")
_WORDS = (
    "arch",
    "direct",
    "firmware",
    "table",
    "root_device",
    "root_type",
    "initramfs_tools",
    "grub",
    "networkd",
    "os",
)
_TOOLS = (
    "python3", "sfdisk", "blkid", "e2fsck", "unshare", "setpriv", "pivot_root", "losetup", "mount", "umount", "ip",
    "fallocate", "flock", "setsid", "ssh", "ssh-keygen", "ssh-keyscan", "qemu-system-x86_64",
)  # fmt: skip
_KEEPER: Mapping[str, str] = {
    "arch": "uname -m",
    "missing": f"for t in {' '.join(_TOOLS)}; do command -v $t >/dev/null || echo $t; done; echo .",
    "python": "python3 -c 'import sys; print(sys.version_info >= (3, 9))' || :",
    "namespaces": "unshare --mount --pid --fork --net --ipc --uts -- true && echo yes || echo no",
}
_FREE = (
    "at={folder}; while [ ! -d $at ]; do at=$(dirname $at); done; df -Pk $at"
    " | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'"
)


def observe(move: RehostMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return the facts of the source and of the keeper."""
    source, keeper = opened(move.source, sessions), opened(move.target, sessions)
    here: dict[str, object] = {"disk": move.source.disk, "root_path": move.source.root}
    begin = f"disk={shlex.quote(move.source.disk)}\nroot={shlex.quote(move.source.root)}\n"
    with contextlib.suppress(MigrateError):
        asked = f"printf %s {shlex.quote(begin + program('look.sh'))} | sh -s 2>/dev/null"
        here |= told(source.ask(asked, SECONDS).splitlines())
    kept: dict[str, object] = {}
    for name, text in {**_KEEPER, "free": _FREE.format(folder=move.target.folder)}.items():
        with contextlib.suppress(MigrateError, ValueError):
            said = _asked(keeper, text)
            kept[name] = int(said) if name == "free" else said.split()[:-1] if name == "missing" else said
    return here, kept


def told(lines: Sequence[str]) -> dict[str, object]:
    """Return the facts that a look's lines tell; a list that was not looked through to its end is none."""
    # What it calls itself, its mounts and its kernels is shown to people.
    words = [plain(line, 200).partition(" ") for line in lines]
    facts: dict[str, object] = {name: value for name, _, value in words if name in _WORDS}
    facts |= {name: int(value) for name, _, value in words if name in _NUMBERS and value.isdigit()}
    if ("looked", " ", "whole") in words:
        facts |= {kind: [value for name, _, value in words if name == kind] for kind in _LISTS}
    return facts


def _asked(session: Session, text: str) -> str:
    return session.ask(f"(PATH=$PATH:/usr/sbin:/sbin; {text}) 2>/dev/null </dev/null", SECONDS).strip()
