"""What the programme and its list said when they were last read whole, so that `status` need not read them again.

It holds for the very bytes that were read and for the tool that read them: one byte more, another release or another
library, and it is as if nothing had been kept. Of what ran it says nothing; that is in the database.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

import click

from orchestrator import __file__ as package
from orchestrator import __version__
from orchestrator.adapters.files import open_own, write_whole
from orchestrator.errors import MigrateError, StorageError

PROGRAMME = "programme.yaml"
# A list that is longer takes longer to read than anybody waits for a status.
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of a programme and its list tells whose runs a status shows.

    Attributes:
        slug: the programme's.
        here: whether what ran is on record in the state folder; of another database nothing is kept here.
        batches: the numbers of its batches.
        members: batch → the systems that belong to it by the list; None where the list could not be read.
    """

    slug: str
    here: bool
    batches: tuple[int, ...]
    members: Mapping[int, frozenset[str]] | None

    @property
    def database_url(self) -> str:
        """Empty: where the record is not `here` only the programme says where it is."""
        return ""


class LastRead:
    """The file in the state folder that this is kept in; it can be made again at any time."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder

    def known(self) -> Known | None:
        """Return what was kept, if all that it was read from is the same; None otherwise.

        Raises:
            MigrateError: `state.not-ours`: a link or another's file is in its place.
        """
        try:
            with os.fdopen(open_own(self._path, os.O_RDONLY), "rb") as stream:
                kept = json.loads(stream.read())
            files = dict(kept["files"])
            if kept["tool"] != _tool() or files != self.digests(name for name in files if name != PROGRAMME):
                return None
            members = kept["members"]
            return Known(
                slug=str(kept["slug"]),
                here=kept["here"] is True,
                batches=tuple(map(int, kept["batches"])),
                members=None if members is None else {int(number): frozenset(found) for number, found in members},
            )
        except (FileNotFoundError, StorageError, ValueError, TypeError, LookupError):
            return None  # it is made again

    def digests(self, list_files: Iterable[str]) -> Mapping[str, str]:
        """Return a digest of each file that a programme and its list are read from; none where nothing is kept."""
        found: dict[str, str] = {}
        if not self._is_kept():
            return found
        for name in (PROGRAMME, *list_files):
            try:
                with (self._folder / name).open("rb") as stream:
                    if os.fstat(stream.fileno()).st_size > _MOST_BYTES:
                        return {}
                    found[name] = file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                found[name] = type(error).__name__
        return found

    def keep(self, known: Known, files: Mapping[str, str]) -> None:
        """Keep what was read from files of these digests; nothing is made where the programme never ran.

        Whoever may not write here, or cannot, has lost nothing but time.
        """
        with suppress(OSError, MigrateError):
            if self._is_kept():
                members = known.members
                told = {
                    "tool": _tool(),
                    "files": files,
                    "slug": known.slug,
                    "here": known.here,
                    "batches": known.batches,
                    "members": None if members is None else [(number, sorted(members[number])) for number in members],
                }
                write_whole(self._path, json.dumps(told, ensure_ascii=False), durable=False)

    def _is_kept(self) -> bool:
        """Tell whether there is a folder of our own to keep it in.

        A file of ours in another user's folder would be refused as not theirs, and a link may lead anywhere.
        """
        try:
            found = self._path.parent.lstat()
        except OSError:
            return False
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _tool() -> str:
    """Return what tells this tool from any other: its files as they are installed, and when a library last changed."""
    found = sha256(__version__.encode())
    folders = [Path(package).parent]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        folders.append(Path(entry.path))
                elif entry.name.endswith((".py", ".yaml", ".json")):
                    at = entry.stat()
                    found.update(f"{entry.path}:{at.st_size}:{at.st_mtime_ns}\n".encode("utf-8", "surrogatepass"))
    # A library that comes, goes or changes has a folder here that is named by its release.
    found.update(str(Path(click.__file__).parent.parent.stat().st_mtime_ns).encode())
    return found.hexdigest()
