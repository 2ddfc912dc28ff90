"""What two trees of files say about each other.

Times alone prove nothing: a copy keeps its source's mtime, and so does whoever damages it. The ctime is the kernel's.
An entry that differs is *stale* where its source changed after the copy was written, by each machine's ctime on one
scale, and *damaged* where the copy was written last. Bytes are hashed before the times are listed: what changed at the
source after its clock was read is newer than the question, and what changed at the copy is just being written.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.observed import Entry, Tree


def stale(source: Tree, target: Tree) -> tuple[str, ...]:
    """Return the paths that the copy has not got, or has as they were before."""
    missing = {path for path, entry in source.entries.items() if _settled(source, entry)} - target.entries.keys()
    late = {path for path, mine, copied in _differing(source, target) if not _damaged(source, mine, target, copied)}
    return tuple(sorted(missing | late))


def damaged(source: Tree, target: Tree) -> tuple[str, ...]:
    """Return the paths whose copy was written after its source last changed, and is something else."""
    return tuple(path for path, mine, copied in _differing(source, target) if _damaged(source, mine, target, copied))


def unread(source: Tree, target: Tree) -> tuple[str, ...]:
    """Return the paths on both sides whose bytes were not read on one of them, though nobody was writing them."""
    return tuple(
        path
        for path, mine, copied in _both(source, target)
        if not mine.content or (not copied.content and _settled(target, copied))
    )


def _both(source: Tree, target: Tree) -> Iterator[tuple[str, Entry, Entry]]:
    for path in sorted(source.entries.keys() & target.entries.keys()):
        if _settled(source, source.entries[path]):
            yield path, source.entries[path], target.entries[path]


def _differing(source: Tree, target: Tree) -> Iterator[tuple[str, Entry, Entry]]:
    for path, mine, copied in _both(source, target):
        known = mine.content and (copied.content or not _settled(target, copied))
        if mine.kind != copied.kind or mine.size != copied.size or (known and mine.content != copied.content):
            yield path, mine, copied


def _damaged(source: Tree, mine: Entry, target: Tree, copied: Entry) -> bool:
    # How far the replica's clock is ahead of the source's: each was read at a moment of the checker's clock.
    offset = target.now - source.now - (target.at - source.at)
    written_last = copied.changed - offset >= mine.changed and int(copied.modified) >= int(mine.modified)
    return written_last and _settled(target, copied)


def _settled(tree: Tree, entry: Entry) -> bool:
    return entry.changed < tree.now
