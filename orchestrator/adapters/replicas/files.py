"""Reads two trees of files over SSH: names, sizes, the kernel's times and a SHA-256 of every byte, as they are now.

Names may hold anything, so lists are separated by NUL and travel as base64. Nothing is written, and what has not ended
by the deadline is ended there, not only here. The source is read first: what the copy got meanwhile counts for it.
"""

from __future__ import annotations

import re
import shlex
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta

from orchestrator.adapters.replicas.asking import OPEN, Absent, ask_both
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.observed import Entry, Seen, Tree
from orchestrator.model.replica import End, Replica
from orchestrator.ports.move import Session, Sessions

_SLACK = 15.0  # seconds beyond the deadline that the machine itself keeps
_FIELDS = 6
_END = b"end"
_SHA256 = re.compile(rb"[0-9a-f]{64}")
_STAMP = re.compile(rb"-?\d{1,12}(\.\d{1,12})?")
_DIGITS = re.compile(rb"\d{1,18}")
# Hashes first, times after: whatever changed in between carries the later time. `end` is said only by what went through
# everything: a folder that could not be read leaves it out.
_SCRIPT = r"""(
LC_ALL=C; export LC_ALL
if ! said=$(stat -L -- {path} 2>&1); then
  case $said in *'No such file'*) echo absent ;; *) echo unreadable ;; esac; exit 0
fi
cd -- {path} 2>/dev/null || {{ echo unreadable; exit 0; }}
df -Pk . | awk 'NR == 2 {{ print $4 }}'
timeout -k 5 {seconds} sh -c 'find . -xdev -ignore_readdir_race -type f -print0 |
  nice -n 19 xargs -0 -r sha256sum -z --' 2>/dev/null | base64 -w 0
echo
{{ timeout -k 5 {seconds} find . -xdev -ignore_readdir_race \( -type f -o -type l \) \
  -printf '%y\0%s\0%C@\0%T@\0%p\0%l\0' 2>/dev/null && printf 'end\0'; }} | base64 -w 0
echo
)"""


class FilesObserver:
    """Looks at both ends of a copy.

    Args:
        sessions: how machines are reached.
        deadline: for listing and for hashing one tree, each.
    """

    def __init__(self, sessions: Sessions, *, deadline: timedelta) -> None:
        self._sessions = sessions
        self._seconds = max(1, int(deadline.total_seconds()))

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what source and replica hold, asked in this order."""
        ends = (replica.source, replica.replica)
        voices = [
            Voice(name=end.reach.address, reach=end.reach, account=end.account, program="sh", ours=False)
            for end in ends
        ]
        return ask_both(
            self._sessions,
            voices[0],
            voices[1],
            lambda session, first: self._look(session, replica.source if first else replica.replica),
        )

    def _look(self, session: Session, end: End) -> Seen:
        began = time.monotonic()
        now = session.ask("date +%s.%N", OPEN).strip()
        at = (began + time.monotonic()) / 2
        text = _SCRIPT.format(path=shlex.quote(end.path), seconds=self._seconds)
        answer = session.ask(text, 2 * self._seconds + _SLACK)
        return Seen(at=0, took=0, tree=read_tree(answer, end.path, now=now, at=at))


def read_tree(answer: str, path: str, *, now: str, at: float) -> Tree:
    """Return what a machine's answer says; `now` is what it said of its clock.

    Raises:
        Absent: there is no such folder.
        MigrateError: `dr.unreadable`: a folder of it could not be read; `dr.answer`: no answer of this form.
    """
    lines = answer.encode("ascii", "replace").split(b"\n")
    if lines[0] == b"absent":
        raise Absent(path)
    if lines[0] == b"unreadable":
        raise MigrateError("dr.unreadable", path=path)
    lines += [b""] * (3 - len(lines))  # sessions give answers without the empty lines at their end
    if not _STAMP.fullmatch(now.encode()) or not _DIGITS.fullmatch(lines[0]):
        raise MigrateError("dr.answer", what="tree")
    try:
        hashed, listed = (b64decode(line, validate=True).split(b"\0")[:-1] for line in lines[1:3])
    except ValueError:
        raise MigrateError("dr.answer", what="tree") from None
    if listed[-1:] != [_END] or len(listed) % _FIELDS != 1:
        raise MigrateError("dr.unreadable", path=path)
    hashes = {line[66:]: line[:64].decode() for line in hashed if _SHA256.match(line) and line[64:66] == b"  "}
    entries = dict(_entries(listed, hashes))
    if len(entries) * _FIELDS != len(listed) - 1:
        raise MigrateError("dr.answer", what="tree")
    return Tree(now=float(now), at=at, free=int(lines[0]) * 1024, entries=entries)


def _entries(listed: list[bytes], hashes: dict[bytes, str]) -> Iterator[tuple[str, Entry]]:
    for at in range(0, len(listed) - 1, _FIELDS):
        kind, size, changed, modified, name, target = listed[at : at + _FIELDS]
        numbers = _DIGITS.fullmatch(size) and _STAMP.fullmatch(changed) and _STAMP.fullmatch(modified)
        if kind not in {b"f", b"l"} or not numbers or not name.startswith(b"./"):
            raise MigrateError("dr.answer", what="tree")
        yield (
            name[2:].decode("utf-8", "backslashreplace"),
            Entry(
                kind=kind.decode(),
                size=int(size),
                changed=float(changed),
                modified=float(modified),
                content=_text(target) if kind == b"l" else hashes.get(name, ""),
            ),
        )


def _text(target: bytes) -> str:
    return target.decode("utf-8", "backslashreplace")
