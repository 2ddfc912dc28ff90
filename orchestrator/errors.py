"""The error family: what went wrong, where, and what to do; it prints nothing and knows nobody."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import ClassVar


class ExitCode(IntEnum):
    """What a finished command tells its caller; the table in the README is this enum."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PENDING = 3
    REFUSED = 4
    ROLLED_BACK = 5
    ROLLBACK_FAILED = 6
    LOCKED = 7
    FINDING = 8
    UNEXPECTED = 70
    INTERRUPTED = 130


def worst(*codes: ExitCode) -> ExitCode:
    """Return what a command answers of which several things came: the greatest, and a person's need before all."""
    return max(codes, key=lambda code: (code is ExitCode.ROLLBACK_FAILED, code))


class MigrateError(Exception):
    """Something that cannot go on.

    An error carries a language-free code and named values; the words, in English and in
    Chinese, are in `orchestrator.reporting.catalogue` under that code (`CODE` and
    `CODE.remedy`). Values must never contain a secret.

    Attributes:
        code: stable, dotted, language-free name, such as `cloud.quota`.
        values: what the text's placeholders stand for; also the JSON answer's `values`.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code} ({told})" if told else self.code


class Refused(MigrateError):
    """Refused before anything was touched: a bad list, a gate, a blocking check."""

    exit_code = ExitCode.REFUSED


class Locked(MigrateError):
    """Somebody else holds the programme's state, or the plan is not the one that was approved."""

    exit_code = ExitCode.LOCKED


class TakenOver(Locked):
    """Somebody else has the programme by now: nothing of it goes on here, whatever system it is about."""


class Contradicted(MigrateError):
    """The evidence contradicts itself, what was signed of it, or what the state knows."""

    exit_code = ExitCode.FINDING


class CloudError(MigrateError):
    """A cloud said no, or did not say anything within the deadline."""


class CloudLost(CloudError):
    """A cloud lets us in no more, or does not answer at all: nothing can go on there, whatever system it is about.

    The value `cloud` names it.
    """


class CloudRefused(CloudError):
    """A cloud forbids to make something, or has no quota for it, and its words name nothing that was asked for.

    So it may be about the one system, or about whoever asks: the next system that asks finds out.
    """


class Interrupted(MigrateError):
    """Stopped by a person; the same command goes on from here."""

    exit_code = ExitCode.INTERRUPTED


class StorageError(MigrateError):
    """A disk does not take or give what has to be kept: nothing further may begin; the same command goes on later."""


# What the system says of a disk (errno(3)) → the code of its words.
_STORAGE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "storage.full"),
    errno.EROFS: "storage.read-only",
    **dict.fromkeys((errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EUCLEAN), "storage.broken"),
}
_FORBIDDEN = dict.fromkeys((errno.EACCES, errno.EPERM), "storage.forbidden")


def storage_error(error: OSError, path: Path | str, *, ours: bool = True) -> StorageError | None:
    """Return an error of the system as one of storage; None if it is about something else.

    Args:
        error: what the system said.
        path: what was written or read, for people; the error's own path is not used, for it may be a file beside it.
        ours: a file of ours, which we must be allowed to write. Elsewhere a refusal may be about a network.
    """
    code = {**_STORAGE, **(_FORBIDDEN if ours else {})}.get(error.errno or 0)
    return StorageError(code, path=str(path)) if code else None


@contextmanager
def storing(path: Path | str) -> Iterator[None]:
    """Tell what goes wrong with the disk while a file is written or read.

    Raises:
        StorageError: `storage.full`, `storage.read-only`, `storage.broken` or `storage.forbidden`.
    """
    try:
        yield
    except OSError as error:
        raise (storage_error(error, path) or error) from error
