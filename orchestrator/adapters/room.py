"""How much a disk still takes: looked at before a run, after a playbook that failed, and by doctor."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orchestrator.errors import Refused, StorageError, storing

# Below this not even the end of a run can be relied on to be written down; what a whole batch takes, nobody knows
# beforehand, and a disk that fills up later stops the run.
FLOOR_KIB = 1024
_FEW_FILES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a folder's file system has for this user: nothing free where no file can be made either."""

    path: Path
    free_kib: int
    writable: bool

    @property
    def enough(self) -> bool:
        """Tell whether a run may begin."""
        return self.writable and self.free_kib >= FLOOR_KIB


def room(path: Path) -> Room:
    """Return what there is at a folder, or where it would be made; nothing is written."""
    folder = next((each for each in (path, *path.absolute().parents) if each.is_dir()), Path("/"))
    with storing(folder):
        found = os.statvfs(folder)
    files = not found.f_files or found.f_favail >= _FEW_FILES
    return Room(
        path=path,
        free_kib=found.f_bavail * found.f_frsize // 1024 if files else 0,
        writable=not found.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK | os.X_OK),
    )


def require_room(path: Path) -> None:
    """Check that a run may begin here.

    Raises:
        Refused: `storage.no-room`.
        StorageError: `storage.read-only` or `storage.forbidden`.
    """
    found = room(path)
    if not found.writable:
        read_only = os.statvfs(path).f_flag & os.ST_RDONLY
        raise StorageError("storage.read-only" if read_only else "storage.forbidden", path=str(path))
    if not found.enough:
        raise Refused("storage.no-room", path=str(path), free_kib=found.free_kib, floor_kib=FLOOR_KIB)
