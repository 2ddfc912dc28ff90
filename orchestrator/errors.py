"""The error family: what went wrong, where, and what to do; it prints nothing and knows nobody."""

from __future__ import annotations

from enum import IntEnum
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


class CloudError(MigrateError):
    """A cloud said no, or did not say anything within the deadline."""


class Interrupted(MigrateError):
    """Stopped by a person; the same command goes on from here."""

    exit_code = ExitCode.INTERRUPTED
