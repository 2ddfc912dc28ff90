"""Verification: everything that a tree is, from both sides, compared on the target; what differs is told by path.

A path's kind, mode, owners, size and link target, the hash of its bytes, which names are one file, its attributes with
its access lists. The side that is written to goes on changing: what changed there since the last pass began is counted
and not judged, for nobody has copied it yet. What the frozen section itself saw, names on both sides while nothing
changed, needs no such exception.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.adapters.movers.files.shell import LONG, SECONDS, opened, passing, side
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import FilesMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Sessions

LIMIT = 20  # differences that are told of each side
_NUMBERS = 6
# What a record says, by its first letter.
_WHAT = {"m": "entry", "h": "content", "H": "links", "X": "attributes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Differ:
    """How two trees differ.

    Attributes:
        entries: of the side that is not written to, with `files` among them and `hashed` of those.
        unasked: sides whose attributes nobody could read.
        moving: entries that changed since the last pass began.
        count: records that one side alone has.
        told: some of them, as (side, what, path).
    """

    entries: int
    files: int
    hashed: int
    unasked: int
    moving: int
    count: int
    told: tuple[tuple[str, str, str], ...]


def verify(move: FilesMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Compare both sides, and look whether the one that clients write to can be written to."""
    found = differ(move, sessions, back=back)
    opening = move.ends(back=back)[1]
    options = opened(opening, sessions).ask(side(move, "options"), SECONDS)
    return (
        *results(found, move, back=back),
        CheckResult.of("move.verify.writable", options == "rw rw", opening.path, found=options),
    )


def results(found: Differ, move: FilesMove, *, back: bool) -> Iterator[CheckResult]:
    """Give a result for the whole, for attributes that nobody could compare, and for each difference that is told."""
    if found.count:
        status = CheckStatus.FAIL
    else:
        status = CheckStatus.UNKNOWN if found.hashed < found.files else CheckStatus.PASS
    path, leaving = move.source.path, move.ends(back=back)[0]
    told = {name: str(getattr(found, name)) for name in ("entries", "files", "hashed", "moving", "count")}
    yield CheckResult(code="move.verify.files", status=status, subject=path, values=told)
    if found.unasked:
        yield CheckResult(code="move.verify.attributes", status=CheckStatus.UNKNOWN, subject=path)
    for where, what, name in found.told:
        server = leaving if where == "leaving" else move.ends(back=back)[1]
        yield CheckResult.of("move.verify.path", False, name, reason=what, server=server.name)


def differ(move: FilesMove, sessions: Sessions, *, back: bool) -> Differ:
    """Return how the trees differ; `back` tells that the source is written to.

    Raises:
        MigrateError: `session.error`: a side could not be read whole, with what was said.
    """
    target = opened(move.target, sessions)
    return read_differ(target.ask(passing(move, "differ", str(LIMIT), back=back), LONG))


def read_differ(said: str) -> Differ:
    """Return what the target said.

    Raises:
        MigrateError: `move.files-answer`: it is not of this form.
    """
    lines = said.split("\n")
    try:
        entries, files, hashed, unasked, moving, count = map(int, lines[:_NUMBERS])
        told = b64decode("".join(lines[_NUMBERS:]), validate=True)
        records = tuple(_record(record) for record in told.split(b"\n") if record)
    except ValueError:
        raise MigrateError("move.files-answer", said=plain(said, 60)) from None
    return Differ(
        entries=entries, files=files, hashed=hashed, unasked=unasked, moving=moving, count=count, told=records
    )


def _record(record: bytes) -> tuple[str, str, str]:
    """Return side, what differs and the path of a record; a newline in a name stands there as octet 1."""
    where, kind, rest = record.split(b" ", 2)
    words = {b"m": 5, b"h": 1}.get(kind, 0)
    path = rest.split(b" ", words)[-1].partition(b"//")[0].replace(b"\1", b"\n")
    shown = path.removeprefix(b"./").decode("utf-8", "backslashreplace")
    visible = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in shown)
    return where.decode("ascii", "replace"), _WHAT[kind.decode("ascii", "replace")], visible
