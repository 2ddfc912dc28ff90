"""The programme's state folder `.migrate/`: private files, the guests' key pair, saved plans, pinned host keys."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from orchestrator.errors import MigrateError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class StateFolder:
    """Where a programme remembers what it did. Making the object touches nothing."""

    def __init__(self, programme_folder: Path) -> None:
        self.path = programme_folder / ".migrate"
        self.lock = self.path / "lock"
        self.evidence = self.path / "evidence.jsonl"
        self.database = self.path / "state.sqlite"
        self.engine_log = self.path / "engine.log"
        self.runs = self.path / "runs"
        self.private_key = self.path / "guest_ed25519"

    def ensure(self) -> None:
        """Make the folder, and take back every right that others have on it.

        Raises:
            MigrateError: `state.not-a-folder`, `state.not-ours`: a link, a file, or another user's folder.
        """
        with contextlib.suppress(FileExistsError):  # what is there already is judged below, links not followed
            self.path.mkdir(mode=PRIVATE_FOLDER)
        found = self.path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise MigrateError("state.not-a-folder", path=str(self.path))
        if found.st_uid != os.geteuid():
            raise MigrateError("state.not-ours", path=str(self.path))
        self.path.chmod(PRIVATE_FOLDER)
        self.runs.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)

    def mode(self) -> int | None:
        """Return the folder's permission bits; None when there is no folder yet."""
        return stat.S_IMODE(self.path.stat().st_mode) if self.path.is_dir() else None

    def public_key(self) -> str:
        """Return the guests' public key in OpenSSH's form, or nothing when none was made yet."""
        path = self.private_key.with_suffix(".pub")
        return path.read_text().strip() if path.is_file() else ""

    def ensure_public_key(self) -> str:
        """Return the guests' public key; the pair is made at the first call and never again.

        Only the private key opens the servers that there are: a public key that got lost is derived from it.

        Raises:
            MigrateError: `state.key-unreadable`: the private key is there and is none.
        """
        if not self.private_key.is_file():
            self._generate()
        elif not self.public_key():
            self._derive()
        self.private_key.chmod(PRIVATE_FILE)
        return self.public_key()

    def save_plan(self, digest: str, text: str) -> Path:
        """Keep a plan under its digest before it is run: what was printed is what is run."""
        folder = self.path / "plans"
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        path = folder / f"{digest}.json"
        write_private(path, text)
        return path

    def _generate(self) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        write_private(self.private_key, private.decode())
        self._derive()

    def _derive(self) -> None:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization

        try:
            key = serialization.load_ssh_private_key(self.private_key.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # no key, or one that a passphrase locks
            raise MigrateError("state.key-unreadable", path=str(self.private_key)) from None
        public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        write_private(self.private_key.with_suffix(".pub"), f"{public.decode()} migrate\n")


class PinnedHostKeys:
    """The `HostKeys` port on a file: what a server's own console said of its keys, by cloud and server id."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()

    def known(self, cloud: str, server_id: str) -> tuple[str, ...]:
        """Return the keys pinned for this very server; empty when none are."""
        return tuple(self._read().get(f"{cloud}/{server_id}", ()))

    def pin(self, cloud: str, server_id: str, keys: tuple[str, ...]) -> None:
        """Remember a server's keys for good: the console that told them scrolls away."""
        with self._mutex:
            pinned = {**self._read(), f"{cloud}/{server_id}": list(keys)}
            write_private(self._path, json.dumps(pinned, indent=1, sort_keys=True))

    def _read(self) -> Mapping[str, list[str]]:
        if not self._path.is_file():
            return {}
        return cast(Mapping[str, list[str]], json.loads(self._path.read_text()))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is there whole or not at all, also after a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
