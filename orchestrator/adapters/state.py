"""The programme's state folder `.migrate/`: private files, the guests' key pair, saved plans, pinned host keys."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import cast

from orchestrator.adapters.files import PRIVATE_FILE, PRIVATE_FOLDER, ensure_folder, open_own, require_own, write_whole
from orchestrator.errors import MigrateError, storing
from orchestrator.model.claim import Claim, read_claim
from orchestrator.model.cloud import CloudIdentity

# What must be a folder if it is there.
_FOLDERS = frozenset({"runs", "plans", "evidence", "playbook-runs", "tasks", "tools"})
_ID_LENGTH = 32


class StateFolder:
    """Where a programme remembers what it did. Making the object touches nothing."""

    def __init__(self, programme_folder: Path) -> None:
        self.path = programme_folder / ".migrate"
        self.lock = self.path / "lock"
        self.evidence = self.path / "evidence.jsonl"
        self.database = self.path / "state.sqlite"
        self.engine_log = self.path / "engine.log"
        self.runs = self.path / "runs"
        self.tasks = self.path / "tasks"
        self.private_key = self.path / "guest_ed25519"
        self.clouds = NamedClouds(self.path / "clouds.json")
        self.claims = KnownClaims(self.path / "claims.json")
        self._id = self.path / "id"

    def ensure(self) -> None:
        """Make the folder, and take back every right that others have on it.

        Raises:
            MigrateError: `state.not-a-folder`, `state.not-ours`: a link, a file, or another user's folder.
        """
        # What is there already is judged below, links not followed.
        with storing(self.path), contextlib.suppress(FileExistsError):
            self.path.mkdir(mode=PRIVATE_FOLDER)
        self.require_ours()
        with storing(self.path):
            self.path.chmod(PRIVATE_FOLDER)
        ensure_folder(self.runs)

    def require_ours(self) -> None:
        """Check that the folder and everything directly in it is ours, and what it was made as; links are nobody's.

        A programme folder may be handed over by somebody else, with files in it that lead elsewhere.

        Raises:
            MigrateError: `state.not-a-folder`, `state.not-ours`: a link, another kind of file, another user's, or a
                file with a second name.
        """
        found = self.path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise MigrateError("state.not-a-folder", path=str(self.path))
        require_own(self.path, folder=True)
        for entry in sorted(self.path.iterdir()):
            require_own(entry, folder=entry.is_dir() and not entry.is_symlink())
            if entry.name in _FOLDERS and not entry.is_dir():
                raise MigrateError("state.not-ours", path=str(entry))

    def mode(self) -> int | None:
        """Return the folder's permission bits; None when there is no folder yet."""
        return stat.S_IMODE(self.path.stat().st_mode) if self.path.is_dir() else None

    def digest(self) -> str:
        """Return one digest over what lasts in the folder: id, guests' key, host keys, named clouds, kept plans."""
        files_ = (self._id, self.private_key, self.path / "host-keys.json", self.path / "clouds.json")
        lasting = (*files_, *sorted((self.path / "plans").glob("*.json")))
        files = {path.name: sha256(path.read_bytes()).hexdigest() for path in lasting if path.is_file()}
        return sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()

    def id(self) -> str:
        """Return what tells this folder from every other one of the programme; empty before its first run.

        Raises:
            MigrateError: `state.id-unreadable`; `state.not-ours`.
        """
        try:
            file = open_own(self._id, os.O_RDONLY)
        except FileNotFoundError:
            return ""
        with os.fdopen(file, "rb") as stream:
            told = stream.read(_ID_LENGTH + 2).decode("ascii", "replace").rstrip("\n")
        if not re.fullmatch(rf"[0-9a-f]{{{_ID_LENGTH}}}", told):
            raise MigrateError("state.id-unreadable", path=str(self._id))
        return told

    def ensure_id(self) -> str:
        """Return the folder's id, made at the first call; the caller has the programme's lock, so nobody makes two."""
        known = self.id()
        if not known:
            known = secrets.token_hex(_ID_LENGTH // 2)
            write_whole(self._id, f"{known}\n")
        return known

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
        with storing(self.private_key):
            self.private_key.chmod(PRIVATE_FILE)
        return self.public_key()

    def save_plan(self, digest: str, text: str) -> Path:
        """Keep a plan under its digest before it is run: what was printed is what is run."""
        folder = self.path / "plans"
        ensure_folder(folder)
        path = folder / f"{digest}.json"
        write_whole(path, text)
        return path

    def _generate(self) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        write_whole(self.private_key, private.decode())
        self._derive()

    def _derive(self) -> None:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization

        try:
            key = serialization.load_ssh_private_key(self.private_key.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # no key, or one that a passphrase locks
            raise MigrateError("state.key-unreadable", path=str(self.private_key)) from None
        public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        write_whole(self.private_key.with_suffix(".pub"), f"{public.decode()} migrate\n")


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
            write_whole(self._path, json.dumps(pinned, indent=1, sort_keys=True))

    def _read(self) -> Mapping[str, list[str]]:
        if not self._path.is_file():
            return {}
        return cast(Mapping[str, list[str]], json.loads(self._path.read_text()))


class NamedClouds:
    """Which cloud each name meant in earlier runs: a name in `clouds.yaml` can be led elsewhere by anybody's edit."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self) -> Mapping[str, CloudIdentity]:
        """Return the clouds by their names; none before the first run.

        Raises:
            MigrateError: `state.clouds-unreadable`: the file is there and is not what was written.
        """
        if not self._path.is_file():
            return {}
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: CloudIdentity(**{**told, "name": name}) for name, told in found.items()}
        except (ValueError, TypeError, AttributeError):
            raise MigrateError("state.clouds-unreadable", path=str(self._path)) from None

    def keep(self, clouds: Iterable[CloudIdentity]) -> None:
        """Remember what these names mean; what other names mean stays."""
        kept = {**self.known(), **{cloud.name: cloud for cloud in clouds}}
        if kept != self.known():
            told = {name: asdict(cloud) for name, cloud in kept.items()}
            write_whole(self._path, json.dumps(told, indent=1, sort_keys=True))


class KnownClaims:
    """Whose the programme was on each cloud when it was last looked at: for who asks no cloud, and never a proof.

    Of the folder's own claims it has those that were seen to stand alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self) -> Mapping[str, Claim]:
        """Return the claims by their clouds; none before the first run.

        Raises:
            MigrateError: `state.claims-unreadable`: the file is there and is not what was written.
        """
        if not self._path.is_file():
            return {}
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            read = {name: read_claim(*map(str, told)) for name, told in found.items()}
            return {name: claim for name, claim in read.items() if claim}
        except (ValueError, TypeError, AttributeError):
            raise MigrateError("state.claims-unreadable", path=str(self._path)) from None

    def keep(self, cloud: str, claim: Claim | None) -> bool:
        """Remember a cloud's claim, or that there is none; return whether that is news."""
        before = self.known()
        kept = {**{name: known for name, known in before.items() if name != cloud}, **({cloud: claim} if claim else {})}
        if kept == before:
            return False
        told = {name: (known.text(), known.programme, known.id) for name, known in kept.items()}
        write_whole(self._path, json.dumps(told, indent=1, sort_keys=True))
        return True
