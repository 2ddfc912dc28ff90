"""How long a file system is read-only when it changes sides, beside a look at all of its entries and a remount."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from benchmarks.measure import Part, Row, Unready
from orchestrator.model.frozen import Decision
from orchestrator.model.move import Limits, Method
from tests.worlds.drive import Drive
from tests.worlds.files import SIDES, FilesWorld, FilesWriter, assert_held, files_world
from tests.worlds.postgresql import World

NAME = "files"
NEEDS = "root, rsync, tar, sshd and loop devices on this machine, and 5 GB of disk"
_RATE = 30
_BASE = "find and a remount"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Move to and fro under a client that changes files, by each method."""
    if os.geteuid():
        raise Unready("needs root, for network namespaces and loop devices")
    moves, files, mib = (2, 600, 40) if quick else (6, 18_000, 948)
    rows: list[Row] = []
    for method in (Method.RSYNC, Method.TAR):
        frozen, plain, last = _moved(method, moves, files, mib, say)
        ratios = tuple(one / other for one, other in zip(frozen, plain, strict=True))
        what = f"read-only, passes of {method}"
        rows += [
            Row(what=what, who="migrate", figure="frozen ms", runs=tuple(frozen), ratio=_BASE, ratios=ratios),
            Row(what=what, who="migrate: its last pass alone", figure="frozen ms", runs=tuple(last)),
            Row(what=what, who=_BASE, figure="frozen ms", runs=tuple(plain)),
        ]
    return Part(
        name=NAME,
        title="Cutover of a file system",
        method=(
            "Source, target and controller are network namespaces of one machine, reached by sshd; each side has an "
            f"ext4 of its own on a loop device, with {files:,} files of {mib} MB, and a client changes {_RATE} files a "
            f"second, each change flushed to the disk. {moves} moves by each method, every second one back; each with "
            "passes before it, and inside it the kernel's refusal of writers, the last pass, names compared, a flush "
            "and the decision. After each move all acknowledged changes were found. The baseline is `find` over the "
            "whole tree with every entry's time of change, and a remount read-only, right after the move on the side "
            "that it opened, while nobody writes."
        ),
        rows=tuple(rows),
    )


def _moved(
    method: Method, moves: int, files: int, mib: int, say: Callable[[str], None]
) -> tuple[list[float], list[float], list[float]]:
    frozen, plain, last = [], [], []
    minute = timedelta(minutes=1)
    limits = Limits(hold=minute, step=minute, catch_up=minute, frozen=5 * minute, undecided=minute)
    with files_world(data_mib=mib * 2 + 128, method=method) as made:
        site = replace(made, move=replace(made.move, limits=limits))
        _fill(site.tree("src"), files, mib)
        site.mover.ensure_prepared(site.move)
        site.mover.ensure_seeding(site.move)
        site.await_following(seconds=900)
        drive = Drive(cast(World, site))
        for number in range(moves):
            writer = FilesWriter(site, host=SIDES[drive.opened], rate=_RATE)
            try:
                drive.prepare()
                outcome = drive.switch().run(site.move, drive.attempt, back=drive.opened)
                drive.took(outcome)
            finally:
                writer.end()
            if outcome.decision is not Decision.OPEN or outcome.failed:
                raise RuntimeError(f"move {number + 1} came back: {outcome.failed} {outcome.values}")
            assert_held(site, SIDES[drive.opened], writer)
            frozen.append(outcome.seconds * 1e3)
            last.append(sum(each.answered - each.sent for each in outcome.answers if each.line == "last-pass") * 1e3)
            plain.append(_looked(site, SIDES[drive.opened]) * 1e3)
            say(f"  {method} {number + 1}: {frozen[-1]:.0f} ms, {plain[-1]:.0f}  load {os.getloadavg()[0]:.1f}")
    return frozen, plain, last


def _fill(root: Path, files: int, mib: int) -> None:
    size = mib * 1_000_000 // files
    for number in range(files):
        folder = root / f"many{number % 180}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.dat").write_bytes(os.urandom(size))


def _looked(site: FilesWorld, host: str) -> float:
    """Return the seconds of a look at every entry and of a remount, told by the machine itself."""
    path = site.move.ends(back=host == "tgt")[0].path
    began = time.monotonic()
    site.sh(host, f"find {path} -xdev -printf '%C@ %p\\0' >/dev/null && mount -o remount,ro {path}")
    took = time.monotonic() - began
    site.sh(host, f"mount -o remount,rw {path}")
    return took
