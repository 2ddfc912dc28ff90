"""The state folder as one sealed file: a compressed tar in the age format (age-encryption.org/v1), by `pyrage`.

What is sealed opens with `age -d FILE | tar xz` too, so that a backup does not depend on this tool. It is sealed to
keys (age's or SSH's) or to a passphrase, from which scrypt makes the key: that takes a second and a gibibyte.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from orchestrator.adapters.files import PRIVATE_FILE, PRIVATE_FOLDER, folder_whole, write_whole
from orchestrator.errors import Refused

# What a restored state does not need: who was at work, what can be rendered again, the engine's chatter.
_LEFT_OUT = frozenset({"lock", "runs", "playbook-runs", "engine.log"})
_SHORTEST = 12  # characters of a passphrase


def seal(state: Path, database: Path, out: Path, *, passphrase: str = "", recipients: Sequence[str] = ()) -> int:
    """Write the state folder, sealed, to a new file; return how many files are in it.

    The database comes first and the evidence after it, so that a batch that runs meanwhile leaves nothing in the one
    that the other does not tell of.

    Args:
        state: the folder.
        database: its SQLite file, copied consistently also while it is written.
        out: the sealed file.
        passphrase: seals it if there are no recipients.
        recipients: public keys, `age1…`, `ssh-ed25519 …` or `ssh-rsa …`.

    Raises:
        Refused: `state.short-passphrase`, `state.bad-recipient`; `state.backup-exists`.
    """
    import pyrage

    if out.exists():
        raise Refused("state.backup-exists", path=str(out))
    keys = [_recipient(text) for text in recipients]
    if not keys and len(passphrase) < _SHORTEST:
        raise Refused("state.short-passphrase", shortest=_SHORTEST)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        count = sum(_pack(archive, state, database))
    plain = packed.getvalue()
    sealed = pyrage.encrypt(plain, keys) if keys else pyrage.passphrase.encrypt(plain, passphrase)
    write_whole(out, sealed)
    return count


def unseal(sealed: Path, state: Path, *, passphrase: str = "", identity: str = "") -> int:
    """Make the state folder from a sealed file, whole or not at all; return how many files it has.

    Args:
        sealed: what `seal` wrote.
        state: must not be there, or be empty.
        passphrase: opens it if there is no identity.
        identity: a private key, `AGE-SECRET-KEY-…` or OpenSSH's.

    Raises:
        Refused: `state.exists`, `state.not-opened`, `state.not-a-backup`.
    """
    import pyrage

    if state.is_symlink() or (state.exists() and any(state.iterdir())):
        raise Refused("state.exists", path=str(state))
    try:
        data = sealed.read_bytes()
        key = _identity(identity) if identity else None
        plain = pyrage.decrypt(data, [key]) if key else pyrage.passphrase.decrypt(data, passphrase)
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise Refused("state.not-opened", path=str(sealed)) from None
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as archive, folder_whole(state) as folder:
            members = archive.getmembers()
            for member in members:
                _unpack(archive, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused("state.not-a-backup", path=str(sealed), fault=type(error).__name__) from None
    return sum(member.isfile() for member in members)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Make one plain file or folder inside; a link, a device or a way out is none of ours.

    By hand: the filter of `extractall` came with Python 3.11.4, after the one of Debian 12.
    """
    name = PurePosixPath(member.name)
    content = archive.extractfile(member) if member.isfile() else None
    if name.is_absolute() or ".." in name.parts or not (member.isdir() or content):
        raise tarfile.TarError(member.name)
    path = folder / name
    if content is None:
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with open(path, "xb", opener=lambda at, flags: os.open(at, flags | os.O_NOFOLLOW, PRIVATE_FILE)) as file:
        shutil.copyfileobj(content, file)


def _pack(archive: tarfile.TarFile, state: Path, database: Path) -> Iterator[int]:
    aside = {database.name, f"{database.name}-wal", f"{database.name}-shm"}
    if database.is_file():
        with tempfile.TemporaryDirectory(dir=state, prefix=".backup-") as folder:
            copy = Path(folder) / database.name
            with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            archive.add(copy, database.name)
            yield 1
    for path in sorted(state.rglob("*")):
        name = path.relative_to(state)
        if name.parts[0] in _LEFT_OUT | aside or name.parts[0].startswith(".") or path.is_symlink():
            continue
        if path.is_dir() or path.is_file():
            archive.add(path, str(name), recursive=False)
            yield int(path.is_file())


def _recipient(text: str) -> Any:
    import pyrage

    try:
        kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
        return kind.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise Refused("state.bad-recipient", recipient=text[:80]) from None


def _identity(text: str) -> Any:
    import pyrage

    if text.strip().startswith("AGE-SECRET-KEY-"):
        return pyrage.x25519.Identity.from_str(text.strip())
    return pyrage.ssh.Identity.from_buffer(text.encode())
