"""A programme whose state folder is a small disk of its own, in a mount namespace that dies with the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.command_site import MIGRATE, CommandSite, command_site

_HOLD = 'set -e; mkdir -p "$1"; mount -t tmpfs -o "size=$2,mode=0700" tmpfs "$1"; echo ready; exec sleep 600'


@dataclass(frozen=True)
class SmallDisk(CommandSite):
    """A site whose `.migrate` only its own commands see; `state` is a way in for the test."""

    holder: int = 0

    @property
    def state(self) -> Path:
        return Path(f"/proc/{self.holder}/root{self.folder}/.migrate")

    @property
    def free(self) -> int:
        """Return the bytes that are free."""
        found = os.statvfs(self.state)
        return found.f_bavail * found.f_frsize

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["nsenter", "-m", "-t", str(self.holder), "--", *MIGRATE, "-C", str(self.folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def mount(self, *words: str) -> None:
        """Mount the disk anew with other options."""
        subprocess.run(
            ["nsenter", "-m", "-t", str(self.holder), "--", "mount", *words, f"{self.folder}/.migrate"], check=True
        )

    def fill(self, leave: int = 0) -> None:
        """Fill the disk, but for some bytes."""
        with (self.state / "ballast").open("ab", buffering=0) as ballast:
            while self.free > leave:
                try:
                    ballast.write(b"\0" * min(4096, self.free - leave))
                except OSError:
                    return

    def clear(self) -> None:
        """Free what `fill` took."""
        (self.state / "ballast").unlink()


@contextmanager
def small_disk(folder: Path, size: str, systems: dict[str, str]) -> Iterator[SmallDisk]:
    """Give a programme with a state folder of a size (of mount(8))."""
    with command_site(folder, systems) as site:
        holder = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", "-c", _HOLD, "sh", f"{folder}/.migrate", size],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "ready\n"
            yield SmallDisk(folder=site.folder, clouds=site.clouds, holder=holder.pid)
        finally:
            holder.kill()
            holder.wait()
