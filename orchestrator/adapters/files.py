"""The one way in which the tool writes files: whole or not at all, never through a link, private unless asked.

A file is made under a name that nobody can guess, opened with O_EXCL and O_NOFOLLOW relative to a descriptor of
its folder, and renamed. So whoever else may write to the folder can neither put a link in the way nor swap the
folder in between; and under the file's own name is the old content or the new one, never a part of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestrator.errors import MigrateError, storage_error, storing

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_whole(path: Path, content: bytes | str, *, mode: int = PRIVATE_FILE, durable: bool = True) -> None:
    """Write a file so that under its name is the old content or the new, also after a power cut.

    Args:
        path: its folder exists; a link of this name is replaced, not followed.
        content: text is written as UTF-8.
        mode: permission bits, whatever the umask says.
        durable: force it to disk. Without, it survives this process only; for what can be made again.

    Raises:
        StorageError: the disk does not take it; what was there is still there.
    """
    with storing(path):
        _write_whole(path, content, mode=mode, durable=durable)


def _write_whole(path: Path, content: bytes | str, *, mode: int, durable: bool) -> None:
    data = content.encode() if isinstance(content, str) else content
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    aside = _unguessable(path.name)
    try:
        try:
            file = os.open(
                aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=folder
            )
            with os.fdopen(file, "wb") as stream:
                os.fchmod(file, mode)
                stream.write(data)
                if durable:
                    stream.flush()
                    os.fsync(file)
            os.rename(aside, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside, dir_fd=folder)
            raise
        if durable:
            os.fsync(folder)
    finally:
        os.close(folder)


def write_together(folder: Path, files: Mapping[str, bytes], *, mode: int = PRIVATE_FILE) -> None:
    """Write several files of one folder, each whole or not at all; a folder that is new is whole or not there.

    Nothing is forced to disk: for what can be made again.

    Args:
        folder: its own folder exists; made if it is missing.
        files: contents by names.
        mode: permission bits of the files, whatever the umask says.

    Raises:
        MigrateError: `file.not-a-folder`: a link or a file is in its place.
        StorageError: the disk does not take it.
    """
    with storing(folder):
        if os.path.lexists(folder):
            ensure_folder(folder)
            for name, content in files.items():
                _write_whole(folder / name, content, mode=mode, durable=False)
            return
        aside = folder.with_name(_unguessable(folder.name))
        aside.mkdir(mode=PRIVATE_FOLDER)
        try:
            inside = os.open(aside, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                for name, content in files.items():
                    _write_new(name, content, mode=mode, folder=inside)
            finally:
                os.close(inside)
            aside.rename(folder)
        except BaseException:
            _remove(aside)
            raise


def _write_new(name: str, content: bytes, *, mode: int, folder: int) -> None:
    file = os.open(name, _NEW, mode, dir_fd=folder)
    try:
        os.fchmod(file, mode)
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def folder_whole(path: Path, *, mode: int = PRIVATE_FOLDER) -> Iterator[Path]:
    """Give a folder to fill; at the end it gets its name, and before that there is nothing of it.

    Args:
        path: must not be there, or be an empty folder. Its parent is made if it is missing.
        mode: permission bits of the folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(_unguessable(path.name))
    aside.mkdir(mode=PRIVATE_FOLDER)
    try:
        yield aside
        aside.chmod(mode)
        for folder, _, files in os.walk(aside):
            for name in files:
                _sync(Path(folder) / name)
            sync_folder(Path(folder))
        aside.rename(path)
        sync_folder(path.parent)
    except BaseException:
        _remove(aside)
        raise


def ensure_folder(path: Path, *, mode: int = PRIVATE_FOLDER) -> None:
    """Make a folder that is no link, also when there is something of that name.

    Raises:
        MigrateError: `file.not-a-folder`: a link or a file is in its place.
    """
    with storing(path), suppress(FileExistsError):  # what is there is judged below, links not followed
        path.mkdir(mode=mode)
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise MigrateError("file.not-a-folder", path=str(path))


def require_own(path: Path, *, folder: bool = False) -> os.stat_result | None:
    """Check that a file of ours is what we left: no link, no other kind, no other's; return None if it is missing.

    A file that is written in place must have no second name either: that name may be another's file.

    Raises:
        MigrateError: `state.not-ours`.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return _own(found, path, folder=folder)


def open_own(path: Path, flags: int) -> int:
    """Open a file of ours in place and return its descriptor; links are not followed.

    Args:
        path: made with 0600 if `flags` has O_CREAT.
        flags: of open(2).

    Raises:
        MigrateError: `state.not-ours`, as `require_own`.
        StorageError: the disk does not give it.
    """
    try:
        # O_NONBLOCK: a pipe in its place must be told, not waited for. It means nothing to a regular file.
        file = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, PRIVATE_FILE)
    except OSError as error:
        require_own(path)  # a link, a pipe, a folder: said by its name
        raise (storage_error(error, path) or error) from error
    try:
        _own(os.fstat(file), path)
    except MigrateError:
        os.close(file)
        raise
    return file


def _own(found: os.stat_result, path: Path, *, folder: bool = False) -> os.stat_result:
    kind = stat.S_ISDIR if folder else stat.S_ISREG
    if not kind(found.st_mode) or found.st_uid != os.geteuid() or (not folder and found.st_nlink > 1):
        raise MigrateError("state.not-ours", path=str(path))
    return found


def _unguessable(name: str) -> str:
    # A name of a script of three bytes a letter may be as long as a file name can be.
    return f".{name[:40]}.{os.urandom(8).hex()}"


def sync_folder(path: Path) -> None:
    """Force to disk which names a folder has."""
    _sync(path, os.O_DIRECTORY)


def _sync(path: Path, flags: int = 0) -> None:
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags)
    try:
        os.fsync(file)
    finally:
        os.close(file)
