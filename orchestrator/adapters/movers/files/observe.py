"""Asks both sides what preflight judges; changes nothing. A question that fails leaves its fact out: unknown."""

from __future__ import annotations

import contextlib
import shlex
from base64 import b64decode
from collections.abc import Mapping

from orchestrator.adapters.movers.files.shell import LONG, SECONDS, home, opened, program
from orchestrator.errors import MigrateError
from orchestrator.model.machines import TreeServer
from orchestrator.model.move import FilesMove
from orchestrator.ports.move import Session, Sessions

_MOUNT = (
    "awk -v at={path} '$5 == at {{ for (n = 7; $n != \"-\"; n++); print {what} }}' /proc/self/mountinfo | tail -n 1"
)
# Of the file system's other mounts and of those below it; the second mount of ours is none.
_OTHERS = (
    "awk -v at={path} -v ours={ours} '{{ at_of[$5] = $3 }} END {{ for (p in at_of)"
    ' if ({which}) printf "%s\\0", p }}\' /proc/self/mountinfo'
)
_SAME = "p != at && p != ours && at_of[p] == at_of[at]"
_BELOW = 'index(p, at "/") == 1'
_DF = "df -Pk {path} | awk 'NR == 2 {{ printf \"%d\", ${column} * 1024 }}'"
_INODES = "df -Pi {path} | awk 'NR == 2 {{ print ${column} }}'"
# Those of small systems have the names and not what we ask of them.
_TOOLS = (
    "for t in {tools}; do command -v $t >/dev/null || echo $t; done;"
    " find / -maxdepth 0 -ignore_readdir_race -cnewer / -printf '' 2>/dev/null || echo 'find (GNU)';"
    " printf '' | sort -z >/dev/null 2>&1 || echo 'sort (GNU)'; stat -c %d / >/dev/null 2>&1 || echo 'stat (GNU)'"
)
_COMMON = ("find", "sort", "awk", "base64", "touch", "mount", "xargs", "sed", "tr", "stat")
_TARGET = ("flock", "comm", "ssh", "ssh-keygen", "setsid")
_TAR = "tar --no-unquote --version 2>/dev/null | sed -n '1s/^tar (GNU tar) *\\([0-9.]*\\).*/\\1/p'"
_TAR_ATTRIBUTES = "tar --xattrs '--xattrs-include=*' --version >/dev/null 2>&1 && echo yes || echo no"
_TAR_TARGET = "for t in unshare chroot; do command -v $t >/dev/null || echo $t; done"
# Labels of a machine's own policy are no data of the system's.
_ATTRIBUTES = (
    "command -v getfattr >/dev/null || exit 1; cd {path} &&"
    " getfattr -R -P -h -m '^(user|trusted|system|security[.]capability)' . 2>/dev/null | grep -q . && echo yes ||"
    " echo no"
)
_LIST = "find . -xdev -path ./lost+found -prune -o ! -path ."
_SOME = "| head -zn 20"
_TWINS = "| tr '\\0\\n' '\\n\\001' | tr A-Z a-z | sort | uniq -d | tr '\\n' '\\0'"
# Each number with the name that it has on that machine.
_NAMED = 'while read -r n; do printf \'%s %s\\0\' "$n" "$(getent {table} "$n" | cut -d : -f 1)"; done'


def observe(move: FilesMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return the facts of the source and of the target."""
    source, target = opened(move.source, sessions), opened(move.target, sessions)
    here, there = _side(move, move.source, source), _side(move, move.target, target)
    within = f"cd {shlex.quote(move.source.path)} && {_LIST}"
    for name, text in {
        "special": rf"{within} \( -type s -o -type p -o -type b -o -type c \) -print0 {_SOME}",
        "undecodable": f"{within} -print0 | LC_ALL=C.UTF-8 grep -zav '^.*$' {_SOME}",
        "case_twins": f"{within} -print0 {_TWINS} {_SOME}",
    }.items():
        _put_list(here, source, name, text, LONG)
    # Of interest only to a tar that cannot carry them; where nobody can tell, there may be.
    here["attributes"] = "unknown"
    if "no" in {here.get("tar_attributes"), there.get("tar_attributes")}:
        _put(here, source, "attributes", _ATTRIBUTES.format(path=shlex.quote(move.source.path)), LONG)
    for name, letter, table in (("users", "U", "passwd"), ("groups", "G", "group")):
        used = f"cd {shlex.quote(move.source.path)} && find . -xdev -printf '%{letter}\\n' | sort -un"
        _put_list(here, source, name, f"{used} | {_NAMED.format(table=table)}", LONG)
        if name in here:
            numbers = "".join(f"{each.partition(' ')[0]}\n" for each in _listed(here, name))
            _put_list(there, target, name, f"printf %s {shlex.quote(numbers)} | {_NAMED.format(table=table)}", SECONDS)
    entries = f"cd {shlex.quote(move.target.path)} && {_LIST} -prune -print0 {_SOME}"
    _put_list(there, target, "entries", entries, SECONDS)
    for facts, server in ((here, move.source), (there, move.target)):
        facts["stop"], facts["start"] = bool(server.stop), bool(server.start)
    return here, there


def _side(move: FilesMove, server: TreeServer, session: Session) -> dict[str, object]:
    facts: dict[str, object] = {"hash": str(move.hash), "path": server.path}
    path, ours = shlex.quote(server.path), shlex.quote(f"{home(move)}/tree")
    for name, what in {
        "mount_root": "$4",
        "fstype": "$(n + 1)",
        "mount_options": "$6",
        "fs_options": "$(n + 3)",
    }.items():
        _put(facts, session, name, _MOUNT.format(path=path, what=what))
    for name, which in (("mounted_twice", _SAME), ("nested", _BELOW)):
        _put_list(facts, session, name, _OTHERS.format(path=path, ours=ours, which=which), SECONDS)
    for name, text, column in (
        ("used_bytes", _DF, 3), ("free_bytes", _DF, 4), ("used_inodes", _INODES, 3), ("free_inodes", _INODES, 4)
    ):  # fmt: skip
        _put_number(facts, session, name, text.format(path=path, column=column))
    hashing = "openssl" if move.hash == "sm3" else "sha256sum"
    tools = [*_COMMON, hashing, *(_TARGET if server == move.target else ())]
    path_of = "PATH=$PATH:/usr/sbin:/sbin"
    _put_lines(facts, session, "missing", f"{path_of}; {_TOOLS.format(tools=' '.join(tools))}")
    _put(facts, session, "tar", _TAR)
    _put(facts, session, "tar_attributes", _TAR_ATTRIBUTES)
    _put_lines(facts, session, "missing_for_tar", f"{path_of}; {_TAR_TARGET}" if server == move.target else ":")
    _put(facts, session, "rsync", "rsync --version 2>/dev/null | sed -n '1s/^rsync *version *\\([0-9.]*\\).*/\\1/p'")
    _put(facts, session, "getfattr", "command -v getfattr >/dev/null && echo yes || echo no")
    text = program(move, server, "side")
    _put(facts, session, "writers", f"printf %s {shlex.quote(text)} | sh -s writers")
    return facts


def _put(facts: dict[str, object], session: Session, name: str, text: str, seconds: float = SECONDS) -> None:
    with contextlib.suppress(MigrateError):
        facts[name] = session.ask(f"({text})", seconds).strip()


def _put_lines(facts: dict[str, object], session: Session, name: str, text: str) -> None:
    """Put a list of words of ours, for which the machine needs no program."""
    with contextlib.suppress(MigrateError):
        facts[name] = session.ask(f"({text})", SECONDS).splitlines()


def _put_number(facts: dict[str, object], session: Session, name: str, text: str) -> None:
    with contextlib.suppress(MigrateError, ValueError):
        facts[name] = int(session.ask(f"({text})", SECONDS))


def _put_list(facts: dict[str, object], session: Session, name: str, text: str, seconds: float) -> None:
    with contextlib.suppress(MigrateError, ValueError):
        # What went wrong on the way must not look like nothing found.
        said = session.ask(f"(({text}) && printf 'end\\0') 2>/dev/null </dev/null | base64 -w 0", seconds)
        *told, end, _ = (b64decode(said, validate=True)).split(b"\0")
        if end == b"end":
            facts[name] = [each.decode("utf-8", "backslashreplace") for each in told]


def _listed(facts: Mapping[str, object], name: str) -> list[str]:
    value = facts.get(name, [])
    return [str(each) for each in value] if isinstance(value, list) else []
