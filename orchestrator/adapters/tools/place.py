"""Where a programme's tools lie, which file may be run at all, and the copy of it that is run.

What is run is never the file in `move.d` itself but a private copy of its approved bytes: so an edit in the middle of a
move changes nothing of what is under way, and an interrupted section is decided by the very tool that began it.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from orchestrator.adapters.files import PRIVATE_FOLDER, ensure_folder, write_whole
from orchestrator.errors import MigrateError, Refused, storing
from orchestrator.model.move import Tool

FOLDER = "move.d"
MOST = 16 * 1024 * 1024  # bytes of a tool
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_OPENED = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPlace:
    """Where tools are found and where they work.

    Attributes:
        programme: the programme's folder.
        state: a folder of ours, made when it is first needed.
    """

    programme: Path
    state: Path

    def program(self, tool: Tool) -> Path:
        """Return what is run: a copy of exactly the bytes that were approved.

        Raises:
            Refused: as `read_tool`; `external.changed`: the file is not the one that was approved any more.
            MigrateError: `external.kept`: the copy cannot be read.
        """
        kept = self.state / "kept" / tool.digest
        if not tool.digest or _digest(kept) != tool.digest:
            content = read_tool(self.programme, tool.name)
            if sha256(content).hexdigest() != tool.digest:
                raise Refused("external.changed", tool=tool.name)
            self._ensure(kept.parent)
            write_whole(kept, content, mode=0o500)
        return kept

    def work(self, slug: str) -> Path:
        """Return the folder that the tool has for itself for one system, and in which it starts."""
        folder = self.state / slug
        self._ensure(folder)
        return folder

    def _ensure(self, folder: Path) -> None:
        with storing(self.state):
            self.state.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        ensure_folder(self.state)
        ensure_folder(folder)


def digest_of(programme: Path, name: str) -> str:
    """Return the SHA-256, hex, of a tool as it is now; empty where it cannot be read or may not be run."""
    try:
        return sha256(read_tool(programme, name)).hexdigest()
    except Refused:
        return ""


def read_tool(programme: Path, name: str) -> bytes:
    """Return a tool's bytes.

    Raises:
        Refused: `external.missing`; `external.unsafe`: a link, or no regular file, or another user may write to it or
            to its folder; `external.not-executable`; `external.too-large`.
    """
    folder = programme / FOLDER
    try:
        inside = os.open(folder, _OPENED | os.O_DIRECTORY)
    except FileNotFoundError:
        raise Refused("external.missing", path=str(folder)) from None
    except OSError:
        raise Refused("external.unsafe", path=str(folder)) from None
    try:
        _require_own(os.fstat(inside), folder)
        return _read(inside, folder / name)
    finally:
        os.close(inside)


def _read(inside: int, path: Path) -> bytes:
    try:
        # O_NONBLOCK: a pipe in its place must be told, not waited for.
        file = os.open(path.name, _OPENED | os.O_NONBLOCK, dir_fd=inside)
    except FileNotFoundError:
        raise Refused("external.missing", path=str(path)) from None
    except OSError:
        raise Refused("external.unsafe", path=str(path)) from None
    with os.fdopen(file, "rb") as stream:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("external.unsafe", path=str(path))
        _require_own(found, path)
        if not found.st_mode & stat.S_IXUSR:
            raise Refused("external.not-executable", path=str(path))
        content = stream.read(MOST + 1)
    if len(content) > MOST:
        raise Refused("external.too-large", path=str(path), bytes=MOST)
    return content


def _require_own(found: os.stat_result, path: Path) -> None:
    if found.st_uid not in {0, os.geteuid()} or found.st_mode & _OTHERS:
        raise Refused("external.unsafe", path=str(path))


def _digest(kept: Path) -> str:
    try:
        return sha256(kept.read_bytes()).hexdigest() if not kept.is_symlink() else ""
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise MigrateError("external.kept", path=str(kept), error=str(error.errno)) from None
